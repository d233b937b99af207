"""What a report tells of boards, decisions and targets, on both databases: levels, languages, and nobody of a few."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from analysis.trust import measure
from consult.record.account import Role, create_account, join_consultation
from consult.record.board_act import Seen
from consult.record.board_acts import accept_theme, make_theme, mark_language_split, nest_theme
from consult.record.board_begin import begin_board
from consult.record.consultation import Consultation, ConsultationState, get_consultation
from consult.record.database import unit_of_work
from consult.record.decision import Outcome
from consult.record.decision_acts import NewDecision, decide, list_subjects
from consult.record.decision_dissent import write_dissent
from consult.record.lifecycle import By
from consult.record.participation import set_targets
from consult.record.response import Response, ResponseAnswer
from consult.record.run import get_run
from consult.record.theme import CandidateTheme
from consult.record.theme_board import ON_BOARD, find_board, list_board_themes
from consult.report.contents import ThemeFound
from consult.report.gather import gather
from consult.report.gather_people import FEWEST_CHANGES
from consult.report.sentences import Voice, say_missing, say_most_raised, say_section, say_theme
from consult.report.snapshot import read_contents, to_plain
from consult.report.theme_order import with_twins
from consult.settings import Settings
from surveys.localised import Localised
from tests.consult.planted_coding import import_texts
from tests.consult.planted_run import plant_run

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
SETTINGS = Settings("sqlite://", "x" * 40)
REASON = Localised("Many said so.", "Beaucoup l’ont dit.")
# Of each theme, its people by language: nearly all speak one, and those who speak the other are not too few to be told.
THEMES = ({"fr": 180, "en": 12}, {"fr": 12, "en": 150}, {"fr": 130, "en": 11})


@pytest.fixture
def board(world):
    """A closed consultation whose board has these themes, all accepted, and a member of its committee."""
    import_texts(world.engine, "plan", 12)
    run_id = plant_run(world.engine, "plan", (1,) * len(THEMES))
    with unit_of_work(world.engine) as session:
        session.execute(sa.update(Consultation).values(state=ConsultationState.CLOSED))
        consultation, run = get_consultation(session, "plan"), get_run(session, run_id)
        _count(session, run)
        account = create_account(session, "ana@example.org", "Ana", roles=[Role.COMMITTEE])
        join_consultation(session, account, consultation, Role.COMMITTEE)
        by = By(account.id, NOW)
        made = begin_board(session, consultation, run, by)
        for theme in list_board_themes(session, made, ON_BOARD):
            accept_theme(session, made, theme.code, by, Seen(made.revision))
        return world.engine, by


def _count(session, run):
    """Give the run's themes their people; the first is near the second, and the third near nothing."""
    for theme in session.scalars(sa.select(CandidateTheme).where(CandidateTheme.run_id == run.id)):
        spoken = THEMES[theme.number - 1]
        people = sum(spoken.values())
        spread = {"people": people, "language": spoken, "group": {"": people}, "channel": {}}
        theme.counts = {**theme.counts, **spread, **({"nearest": 2} if theme.number == 1 else {})}
    spoken = {language: sum(each[language] for each in THEMES) for language in ("fr", "en")}
    people = sum(spoken.values())
    run.summary = {**run.summary, "people": people, "language": spoken, "group": {"": people}, "channel": {}}
    session.flush()


def _act(board, act, *values):
    engine, by = board
    with unit_of_work(engine) as session:
        mine = find_board(session, get_consultation(session, "plan"), "hardest")
        act(session, mine, *values, by, Seen(mine.revision))


def _gather(engine, earlier=()):
    with unit_of_work(engine, read_only=True) as session:
        return gather(session, get_consultation(session, "plan"), SETTINGS, earlier)


def _themes(engine):
    [question] = _gather(engine).questions
    return {theme.labels.en: theme for theme in question.themes}, question


def test_a_theme_that_is_part_of_another_follows_it_and_says_so(board):
    engine, _by = board
    before, _question = _themes(engine)
    assert list(before) == ["Wait 1", "Wait 2", "Wait 3"]
    _act(board, nest_theme, "t1", "t3")
    themes, question = _themes(engine)
    assert list(themes) == ["Wait 2", "Wait 3", "Wait 1"]
    assert (themes["Wait 1"].above, themes["Wait 1"].under.fr) == ("t3", "Attente 3")
    for language, words in (
        ("fr", "Fait partie du thème «\u00a0Attente 3\u00a0»."),
        ("en", "Part of the theme “Wait 3”."),
    ):
        voice = Voice.of(language)
        assert say_theme(themes["Wait 1"], voice).startswith(words)
        assert len(say_section(question, voice)) == len(say_section(_question, voice)) + 1
    # what was raised most is said in that order, wherever it stands
    assert say_most_raised(question, Voice.of("en")).index("Wait 1") < say_most_raised(question, Voice.of("en")).index(
        "Wait 2"
    )
    contents = _gather(engine)
    assert read_contents(to_plain(contents)) == contents


def test_one_language_alone_is_a_finding_only_where_nothing_near_stands_in_the_other(board):
    engine, by = board
    themes, _question = _themes(engine)
    assert (themes["Wait 1"].mostly, themes["Wait 1"].twin.en, themes["Wait 1"].is_alone) == ("fr", "Wait 2", False)
    assert (themes["Wait 2"].mostly, themes["Wait 2"].twin.en) == ("en", "Wait 1")
    assert (themes["Wait 3"].mostly, themes["Wait 3"].is_alone) == ("fr", True)
    assert "constat" in say_theme(themes["Wait 3"], Voice.of("fr"))
    assert "constat" not in say_theme(themes["Wait 1"], Voice.of("fr"))
    _act(board, mark_language_split, "t1", True)
    split, _question = _themes(engine)
    assert split["Wait 1"].is_language_split
    assert "Only a language split" in say_theme(split["Wait 1"], Voice.of("en"))
    with unit_of_work(engine) as session:  # of a theme that people made, no run knows what is near it
        mine = find_board(session, get_consultation(session, "plan"), "hardest")
        make_theme(session, mine, Localised("Made", "Fait"), by)
        accept_theme(session, mine, "t4", by, Seen(mine.revision))
    assert not any(theme.is_alone or theme.twin for theme in _themes(engine)[0].values())


def test_nothing_is_said_to_stand_alone_beside_a_theme_whose_languages_are_not_shown():
    french = ThemeFound("t1", Localised("A", "A"), 20, None, mostly="fr")
    mixed = ThemeFound("t2", Localised("B", "B"), 20, None)
    near = frozenset({frozenset({"t1", "t2"})})
    for known, is_alone in (({"t1", "t2"}, True), ({"t1"}, False)):
        [(_place, told), _other] = with_twins([(0, french), (1, mixed)], near, known)
        assert (told.is_alone, bool(told.twin)) == (is_alone, False)
    assert with_twins([(0, french)], None, {"t1"}) == [(0, french)]


def test_how_right_the_machine_is_stands_only_beside_a_number_that_is_shown(board, monkeypatch):
    engine, by = board
    with unit_of_work(engine) as session:
        mine = find_board(session, get_consultation(session, "plan"), "hardest")
        make_theme(session, mine, Localised("Made", "Fait"), by)
        accept_theme(session, mine, "t4", by, Seen(mine.revision))
    trust = measure(150, 100, 100, 90)
    monkeypatch.setattr("consult.report.gather_themes.find_trust", lambda *_: dict.fromkeys(("t1", "t4"), trust))
    themes, _question = _themes(engine)
    assert themes["Wait 1"].trust is not None
    assert (themes["Made"].people, themes["Made"].trust) == (None, None)


def test_decisions_are_told_without_names_and_what_is_open_is_listed(board):
    engine, by = board
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, "plan")
        [listed] = list_subjects(session, consultation)
        for subject, outcome in zip(listed.subjects, (Outcome.KEPT, Outcome.PASSED_ON), strict=False):
            whereto = Localised("the ministry", "le ministère")
            new = NewDecision(outcome, REASON, whereto if outcome is Outcome.PASSED_ON else Localised())
            made = decide(session, consultation, subject.key, new, by, seen=0)
        write_dissent(session, consultation, made.id, Localised("Too soon.", "Trop tôt."), by.account_id, by)
    contents = _gather(engine)
    assert [each.outcome for each in contents.decisions] == ["kept", "passed_on"]
    assert [each.subject.en for each in contents.decisions] == ["Wait 1", "Wait 2"]
    assert contents.decisions[1].dissents == (Localised("Too soon.", "Trop tôt."),)
    assert [each.en for each in contents.undecided] == ["Wait 3"]
    assert "Ana" not in str(to_plain(contents))


def _answer(world, **choices):
    """Keep so many responses that chose each, as submissions leave them; `none` answered nothing."""
    keys = {f"{choice}{at:018}": choice for choice, count in choices.items() for at in range(count)}
    row = {
        "consultation_id": world.consultation.id,
        "version_id": world.version.id,
        "submitted_on": date(2026, 11, 20),
        "language": "fr",
        "channel": "web",
        "is_withdrawn": False,
    }
    with unit_of_work(world.engine) as session:
        session.execute(sa.update(Consultation).values(state=ConsultationState.CLOSED))
        session.execute(sa.insert(Response), [{**row, "id": key, "submission_key": key} for key in keys])
        session.execute(
            sa.insert(ResponseAnswer),
            [
                {"response_id": key, "question_code": "answer_as", "value": {"choice": choice}}
                for key, choice in keys.items()
                if choice != "none"
            ],
        )


def _hope(world, **hoped):
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        set_targets(session, consultation, "answer_as", None, hoped, By(None, NOW))


def _answers(contents):
    return {line.code: line.people for line in contents.ways[0].tallies[-1].lines}


def test_answers_are_compared_with_what_was_hoped_for(world):
    _answer(world, citizen=30, clinician=25, none=12)
    assert [tally.column for tally in _gather(world.engine).ways[0].tallies] == ["group", "language"]
    _hope(world, citizen=20, clinician=40)
    contents = _gather(world.engine)
    assert contents.ways[0].tallies[-1].column == "answer:answer_as"
    assert _answers(contents) == {"citizen": 30, "clinician": 25, "": 12}
    said = say_missing(contents, Voice.of("fr"))[-1]
    assert "(25, alors que 40" in said
    assert "30" not in said  # more came than were hoped for
    assert read_contents(to_plain(contents)) == contents


def test_an_answer_of_a_few_is_not_told_and_cannot_be_subtracted(world):
    _answer(world, citizen=40, clinician=4, none=30)
    _hope(world, citizen=20, clinician=40)
    contents = _gather(world.engine)
    shown = _answers(contents)
    assert shown["clinician"] is None
    told = [people for code, people in shown.items() if people is not None and code != "others"]
    assert 74 - sum(told) >= 11  # what is left of everybody is no few people
    assert "(nombre non montré, 40" in say_missing(contents, Voice.of("fr"))[-1]


def test_a_question_that_an_earlier_report_had_not_is_told_unless_few_people_came_between(world):
    _answer(world, citizen=30, clinician=25, none=12)
    before = _gather(world.engine).ways
    _hope(world, clinician=40)
    assert _answers(_gather(world.engine, [before])) == {"citizen": 30, "clinician": 25, "": 12}
    with unit_of_work(world.engine) as session:
        gone = session.scalars(sa.select(Response.id).limit(FEWEST_CHANGES - 1)).all()
        session.execute(sa.update(Response).where(Response.id.in_(gone)).values(is_withdrawn=True))
    assert _gather(world.engine, [before]).ways == before
    with unit_of_work(world.engine) as session:
        session.execute(sa.update(Response).where(Response.id.like("citizen%")).values(is_withdrawn=True))
    assert _gather(world.engine, [before]).ways != before  # control
