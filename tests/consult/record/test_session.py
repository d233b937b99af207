"""Sessions: attendance, notes from several devices, contributions, slips and remarks, on both databases."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from consult.record.consultation import get_consultation
from consult.record.contribution import Channel, Contribution
from consult.record.database import random_key, unit_of_work
from consult.record.errors import RecordError
from consult.record.frames import contributions_frame, responses_frame
from consult.record.run_request import list_open_questions
from consult.record.session import (
    NewSession,
    SessionKind,
    SessionState,
    change_session,
    count_attendance,
    create_session,
    find_slip,
    get_session,
    list_attendance,
    renew_slip,
    slip_code,
)
from consult.record.session_guide import (
    BESIDE_GUIDE,
    NewGuide,
    NewGuideQuestion,
    change_guide,
    create_guide,
    list_guide_questions,
)
from consult.record.session_import import ImportedStatement, import_statements
from consult.record.session_notes import (
    NewStatement,
    StatementChangedError,
    list_statements,
    mark_ready,
    remove_statement,
    restore_statement,
    save_statement,
)
from consult.record.session_remark import (
    NewRemark,
    RemarkKind,
    erase_session,
    handle_remark,
    keep_remark,
    list_remarks,
)
from consult.record.storage import scrub_storage, shuffle_anonymous_rows
from surveys.localised import Localised

WORDS = "On attend la voiture des heures."


@pytest.fixture
def group(world, today):
    """A focus group with a guide of two questions; the second belongs with the survey's first open question."""
    return hold(world, today)


def hold(world, today, kind=SessionKind.FOCUS_GROUP, **changes) -> int:
    questions = (NewGuideQuestion(both("Why so long?")), NewGuideQuestion(both("What is hardest?"), about="hardest"))
    with unit_of_work(world.engine) as session:
        guide = create_guide(session, world.consultation, NewGuide(both("Guide"), questions))
        new = NewSession(kind, today, guide_id=guide.id, has_agreed=True, may_quote=True)
        return create_session(session, world.keyring, world.consultation, replace(new, **changes)).id


def test_attendance_adds_up_by_group_and_channel(world, today):
    hold(world, today, attendance={"citizen": 6, None: 2})
    again = hold(world, today, attendance={"citizen": 3, "clinician": 0})
    hold(world, today, SessionKind.INTERVIEW, attendance={"clinician": 1})

    with unit_of_work(world.engine, read_only=True) as session:
        counted = count_attendance(session, world.consultation)
        assert list_attendance(session, [again]) == {again: {world.groups["citizen"]: 3}}

    assert counted == {
        (world.groups["citizen"], Channel.FOCUS_GROUP): 9,
        (None, Channel.FOCUS_GROUP): 2,
        (world.groups["clinician"], Channel.INTERVIEW): 1,
    }


def test_a_session_that_cannot_be_is_refused_with_its_places(world, today):
    wrong = {"attendance": {"citizen": -1, "nobody": 1}, "languages": (), "place": "x" * 201, "guide_id": 99}
    with pytest.raises(RecordError) as refused:
        hold(world, today, **wrong)
    assert sorted((each.code, each.place) for each in refused.value.problems) == [
        ("group.unknown", "attendance"),
        ("guide.missing", "guide"),
        ("session.bad_number", "attendance.citizen"),
        ("session.no_language", "languages"),
        ("text.too_long", "place"),
    ]


def test_two_who_change_a_session_at_once_see_each_other(world, group, today):
    with unit_of_work(world.engine) as session:
        change_session(session, world.consultation, group, NewSession(SessionKind.FOCUS_GROUP, today, seen=1))
    with pytest.raises(RecordError, match=r"session\.changed"), unit_of_work(world.engine) as session:
        change_session(session, world.consultation, group, NewSession(SessionKind.FOCUS_GROUP, today, seen=1))


def test_a_guides_question_that_goes_keeps_its_code_for_itself(world, group):
    with unit_of_work(world.engine) as session:
        guide = get_session(session, world.consultation, group).guide_id
        first, second = list_guide_questions(session, guide)
        wanted = (NewGuideQuestion(both("New")), NewGuideQuestion(both("Second"), code=second.code))
        change_guide(session, world.consultation, guide, NewGuide(both("Guide"), wanted, seen=1))
        now = list_guide_questions(session, guide)
        assert [each.text.en for each in now] == ["New", "Second"]
        assert now[1].code == second.code
        assert now[0].code not in {first.code, second.code}
    with pytest.raises(RecordError, match=r"guide\.changed"), unit_of_work(world.engine) as session:
        change_guide(session, world.consultation, guide, NewGuide(both("Guide"), wanted, seen=1))


def test_a_statement_that_is_sent_twice_is_kept_once(world, group):
    key = random_key()
    first, again = [save(world, group, key, 0) for _ in range(2)]
    assert first == again
    with unit_of_work(world.engine, read_only=True) as session:
        assert [each.text for each in list_statements(session, listening(session, world, group))] == [WORDS]


def test_two_devices_never_overwrite_each_other_silently(world, group):
    key = random_key()
    save(world, group, key, 0)
    assert save(world, group, key, 1, text="Here").revision == 2
    with pytest.raises(StatementChangedError) as refused:
        save(world, group, key, 1, text="There")
    assert refused.value.current.text == "Here"
    assert save(world, group, key, 2, text="There").revision == 3  # having seen it


def test_what_was_removed_can_be_put_back_until_the_notes_are_ready(world, group):
    key, other = random_key(), random_key()
    save(world, group, key, 0)
    save(world, group, other, 0, text="Other")
    with unit_of_work(world.engine) as session:
        remove_statement(session, world.consultation, group, key, 1)
    with pytest.raises(StatementChangedError):
        save(world, group, key, 1, text="I had not seen that it is gone")
    with unit_of_work(world.engine) as session:
        restore_statement(session, world.consultation, group, key)
        remove_statement(session, world.consultation, group, other, 1)
        assert mark_ready(session, world.consultation, group) == 1
    with unit_of_work(world.engine) as session, pytest.raises(RecordError, match=r"statement\.missing"):
        restore_statement(session, world.consultation, group, other)


def test_statements_become_contributions_and_never_responses(world, group):
    first, second, beside = (random_key() for _ in range(3))
    codes = questions_of(world, group)
    save(world, group, first, 0, question=codes[0], group="citizen", may_quote=True)
    save(world, group, second, 0, question=codes[1], text="Same", language="en")
    save(world, group, beside, 0, text="Same")
    assert frame(world).empty  # the notes are still being taken

    for _ in range(2):
        with unit_of_work(world.engine) as session:
            assert mark_ready(session, world.consultation, group) == 3

    said = frame(world).set_index("question")
    assert sorted(said.index) == sorted([codes[0], "hardest", BESIDE_GUIDE])
    assert said.loc[codes[0], ["text", "group", "channel"]].tolist() == [WORDS, "citizen", "focus_group"]
    assert said.loc["hardest", "language"] == "en"
    assert said["person"].nunique() == 3
    with unit_of_work(world.engine, read_only=True) as session:
        assert responses_frame(session, world.consultation).empty
        asked = {each.code: each.contributions for each in list_open_questions(session, world.consultation)}
        quotable = session.scalars(sa.select(Contribution.may_quote).order_by(Contribution.question_code)).all()
    assert asked[codes[0]] == asked["hardest"] == asked[BESIDE_GUIDE] == 1
    assert sorted(quotable) == [False, False, True]


def test_what_one_person_said_in_an_interview_is_one_persons(world, today):
    one = hold(world, today, SessionKind.INTERVIEW, attendance={"citizen": 1})
    for text in ("First", "Second"):
        save(world, one, random_key(), 0, text=text)
    with unit_of_work(world.engine) as session:
        mark_ready(session, world.consultation, one)
    assert frame(world)["person"].nunique() == 1
    assert len(frame(world)) == 2


@pytest.mark.parametrize(("changes", "code"), [({"has_agreed": False}, "session.no_consent"), ({}, "session.empty")])
def test_notes_without_consent_or_words_are_not_ready(world, today, changes, code):
    one = hold(world, today, **changes)
    if changes:
        save(world, one, random_key(), 0)
    with pytest.raises(RecordError, match=code), unit_of_work(world.engine) as session:
        mark_ready(session, world.consultation, one)


def test_what_is_changed_afterwards_is_a_revision_and_what_is_removed_leaves_no_byte(world, group):
    kept, gone = random_key(), random_key()
    save(world, group, kept, 0)
    save(world, group, gone, 0, text="Zwitschermaschine am Fenster")
    with unit_of_work(world.engine) as session:
        mark_ready(session, world.consultation, group)
    assert save(world, group, kept, 1, text="Deux heures, pas trois.").revision == 2
    late = save(world, group, random_key(), 0, text="Said late")
    assert late.is_contribution
    shuffle_anonymous_rows(world.engine)
    assert "Zwitschermaschine" in everything(world)

    with unit_of_work(world.engine) as session:
        remove_statement(session, world.consultation, group, gone, 1)
    scrub_storage(world.engine)

    assert sorted(frame(world)[["text", "revision"]].itertuples(index=False, name=None)) == [
        ("Deux heures, pas trois.", 2),
        ("Said late", 1),
    ]
    assert "Zwitschermaschine" not in everything(world)


def test_an_imported_file_brings_its_statements_once_or_nothing(world, group):
    rows = [ImportedStatement(str(at), NewStatement(f"Number {at}", "fr")) for at in range(3)]
    for added in (3, 0):
        with unit_of_work(world.engine) as session:
            report = import_statements(session, world.consultation, group, rows, "digest")
        assert (report.added, report.repeated) == (added, 3 - added)
    bad = [*rows, ImportedStatement("7", NewStatement("x" * 5001, "fr", question="nowhere"))]
    with pytest.raises(RecordError) as refused, unit_of_work(world.engine) as session:
        import_statements(session, world.consultation, group, bad, "other")
    assert [(each.code, each.place) for each in refused.value.problems] == [
        ("text.too_long", "7"),
        ("question.unknown", "7"),
    ]
    with unit_of_work(world.engine, read_only=True) as session:
        assert len(list_statements(session, listening(session, world, group))) == 3


def test_a_slip_opens_its_session_until_another_is_made(world, group):
    with unit_of_work(world.engine, read_only=True) as session:
        code = slip_code(world.keyring, listening(session, world, group))
        assert len(code.replace("-", "")) == 16  # 80 bits, five by sign
        assert find_slip(session, world.keyring, code.lower().replace("-", " "))[0].id == group
        assert find_slip(session, world.keyring, "AAAA-AAAA-AAAA-AAAA") is None
        stored = "".join(map(str, session.execute(sa.text("SELECT * FROM sessions")).one()))
    assert code not in stored
    with unit_of_work(world.engine) as session:
        renewed = slip_code(world.keyring, renew_slip(session, world.keyring, world.consultation, group))
        assert find_slip(session, world.keyring, code) is None
        assert find_slip(session, world.keyring, renewed)[0].id == group


def test_remarks_are_taken_from_ready_to_closing(world, group, today):
    statement, key = random_key(), random_key()
    save(world, group, statement, 0)
    wrong = NewRemark(RemarkKind.WRONG, statement, "Deux heures.")
    with pytest.raises(RecordError, match=r"session\.remarks_closed"):
        remark(world, group, key, wrong, today)
    with unit_of_work(world.engine) as session:
        mark_ready(session, world.consultation, group)
    remark(world, group, key, NewRemark(RemarkKind.RIGHT, statement), today)
    remark(world, group, key, wrong, today)  # the same browser changes its mind
    remark(world, group, random_key(), NewRemark(RemarkKind.MISSING, text="Le transport"), today)
    for refused in (NewRemark(RemarkKind.MISSING), NewRemark(RemarkKind.WRONG, random_key())):
        with pytest.raises(RecordError, match=r"remark\.empty|statement\.missing"):
            remark(world, group, random_key(), refused, today)

    with unit_of_work(world.engine) as session:
        there = list_remarks(session, listening(session, world, group))
        assert sorted((str(each.kind), each.text) for each in there) == [
            ("missing", "Le transport"),
            ("wrong", "Deux heures."),
        ]
        handle_remark(session, world.consultation, group, key, is_handled=True)
        remove_statement(session, world.consultation, group, statement, 1)
    with unit_of_work(world.engine) as session:
        left = list_remarks(session, listening(session, world, group))
        assert [each.kind for each in left] == [RemarkKind.MISSING]  # what is said of a statement goes with it
        get_consultation(session, "plan").closes_on = today
    remark(world, group, random_key(), NewRemark(RemarkKind.MISSING, text="Today still"), today)
    with pytest.raises(RecordError, match=r"session\.remarks_closed"):
        remark(world, group, random_key(), NewRemark(RemarkKind.MISSING, text="Late"), today + timedelta(days=1))


def test_an_erased_session_leaves_counts_and_no_words(world, group):
    save(world, group, random_key(), 0)
    with unit_of_work(world.engine) as session:
        mark_ready(session, world.consultation, group)
        erase_session(session, world.consultation, group)
    assert frame(world).empty
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(Contribution.is_withdrawn)).all() == [True]
        for table in ("sessions", "session_statements", "session_remarks", "contribution_revisions"):
            assert session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_the_sessions_of_another_consultation_are_not_there(world, group, make_world):
    other = make_world(code="other").consultation
    with unit_of_work(world.engine, read_only=True) as session, pytest.raises(RecordError, match=r"session\.missing"):
        get_session(session, other, group)


def test_a_session_keeps_its_kind_and_consent_once_its_statements_count(world, group, today):
    save(world, group, random_key(), 0)
    with unit_of_work(world.engine) as session:
        mark_ready(session, world.consultation, group)
        assert listening(session, world, group).state is SessionState.READY
    for kind, agreed in ((SessionKind.INTERVIEW, True), (SessionKind.FOCUS_GROUP, False)):
        new = NewSession(kind, today, has_agreed=agreed, seen=1)
        with pytest.raises(RecordError, match=r"kind_fixed|consent_needed"), unit_of_work(world.engine) as session:
            change_session(session, world.consultation, group, new)


def save(world, session_id: int, key: str, seen: int, **fields):
    new = NewStatement(**{"text": WORDS, "language": "fr"} | fields)
    with unit_of_work(world.engine) as session:
        return save_statement(session, world.consultation, session_id, key, seen, new)


def remark(world, session_id: int, key: str, new: NewRemark, today) -> None:
    with unit_of_work(world.engine) as session:
        keep_remark(session, get_consultation(session, "plan"), session_id, key, new, today)


def listening(session, world, session_id: int):
    return get_session(session, world.consultation, session_id)


def questions_of(world, session_id: int) -> list[str]:
    with unit_of_work(world.engine, read_only=True) as session:
        guide = listening(session, world, session_id).guide_id
        return [each.code for each in list_guide_questions(session, guide)]


def frame(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return contributions_frame(session, world.consultation)


def everything(world) -> str:
    """Return every byte of the file, or every text of every table on PostgreSQL."""
    if world.engine.dialect.name == "sqlite":
        files = Path(world.engine.url.database).parent.glob("record.sqlite*")
        return "".join(file.read_bytes().decode("latin-1") for file in files)
    with unit_of_work(world.engine, read_only=True) as session:
        tables = ("session_statements", "contribution_revisions")
        return "".join(str(session.execute(sa.text(f"SELECT * FROM {table}")).all()) for table in tables)


def both(text: str) -> Localised:
    return Localised(text, f"{text} (fr)")
