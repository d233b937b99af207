from datetime import date

import pytest
import sqlalchemy as sa

from consult.record.audit import AuditEntry
from consult.record.consultation import Anonymity
from consult.record.contribution import Channel, Contribution, ContributionRevision
from consult.record.database import unit_of_work
from consult.record.draft import AnswerChange, open_draft, save_answers
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, InvitationRequest, create_invitations
from consult.record.job import Job
from consult.record.keys import new_token
from consult.record.lifecycle import close_consultation, pause_consultation
from consult.record.response import Response, count_responses, find_response, get_answers, get_response
from consult.record.response_import import ImportedResponse, import_responses
from consult.record.submission import Submission, submit_draft, submit_response
from consult.record.withdrawal import withdraw_response


def _submit(world, today, token=None, raw=None, **changes):
    submission = Submission(token or new_token(), world.version, raw or {"hardest": "Waiting"}, "en", **changes)
    with unit_of_work(world.engine) as session:
        return submit_response(session, world.keyring, submission, today)


def _all(world, query):
    with unit_of_work(world.engine, read_only=True) as session:
        return session.execute(query).all()


def test_a_submission_writes_the_response_its_answers_and_its_contributions(world, today):
    raw = {"answer_as": "citizen", "hardest": " Waiting ", "protect": "   "}
    done = _submit(world, today, raw=raw, group_id=world.groups["citizen"], channel=Channel.PAPER)

    with unit_of_work(world.engine, read_only=True) as session:
        response = get_response(session, world.keyring, done.receipt.lower())
        assert get_answers(session, response) == {"answer_as": {"choice": "citizen"}, "hardest": {"text": "Waiting"}}
        assert (response.channel, response.language, response.submitted_on) == (Channel.PAPER, "en", today)
        kept = session.execute(
            sa.select(Contribution.question_code, Contribution.group_id, Contribution.channel, Contribution.language)
        ).one()
        assert tuple(kept) == ("hardest", world.groups["citizen"], Channel.PAPER, "en")
        assert session.scalars(sa.select(ContributionRevision.text)).all() == ["Waiting"]


def test_a_retry_shows_the_same_receipt_and_changes_nothing(world, today):
    token = new_token()
    first = _submit(world, today, token)
    again = _submit(world, today, token.upper(), {"hardest": "Something else"})
    assert (again.receipt, first.is_new, again.is_new) == (first.receipt, True, False)
    assert [text for (text,) in _all(world, sa.select(ContributionRevision.text))] == ["Waiting"]


def test_two_tabs_with_two_drafts_of_one_link_are_one_response(world, today):
    token = new_token()
    keys = world.keyring.open_link(token)
    with unit_of_work(world.engine) as session:
        open_draft(session, keys, world.version, language="fr", today=today)
        save_answers(session, keys, [AnswerChange("hardest", "Attendre", 1)], today=today)
    with unit_of_work(world.engine) as session:
        first = submit_draft(session, world.keyring, token, today)
    with unit_of_work(world.engine) as session:
        second = submit_draft(session, world.keyring, token, today)
    assert (second.receipt, second.is_new) == (first.receipt, False)
    assert [language for (language,) in _all(world, sa.select(Response.language))] == ["fr"]


def test_after_a_withdrawal_a_retry_brings_nothing_back(world, today):
    token = new_token()
    receipt = _submit(world, today, token).receipt
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)

    again = _submit(world, today, token)

    assert (again.receipt, again.is_new, again.is_withdrawn) == (receipt, False, True)
    assert _all(world, sa.select(ContributionRevision.text)) == []


def test_no_job_and_no_audit_row_is_written_for_a_response(world, today):
    _submit(world, today)
    assert _all(world, sa.select(Job.id)) == []
    assert _all(world, sa.select(AuditEntry.id)) == []


def test_identical_texts_of_different_people_are_different_contributions(world, today):
    for _ in range(2):
        _submit(world, today)
    assert len(_all(world, sa.select(Contribution.id).distinct())) == 2


def test_a_bad_answer_is_refused_with_its_place_and_nothing_is_kept(world, today):
    raw = {"answer_as": "martian", "hardest": "private words" * 1000}
    with pytest.raises(RecordError) as caught:
        _submit(world, today, raw=raw)
    assert caught.value.code == "response.refused"
    assert [(each.code, each.place) for each in caught.value.problems] == [
        ("answer.unknown_choice", "answer_as"),
        ("answer.too_long", "hardest"),
    ]
    assert "private words" not in repr(caught.value)
    assert _all(world, sa.select(Response.id)) == []


def test_people_answer_while_it_accepts_and_staff_type_paper_in_afterwards(world, today):
    with unit_of_work(world.engine) as session:
        pause_consultation(session, "plan")
    with pytest.raises(RecordError) as caught:
        _submit(world, today)
    assert (caught.value.code, caught.value.values) == ("consultation.not_accepting", {"state": "paused"})
    with unit_of_work(world.engine) as session:
        close_consultation(session, "plan")
    assert _submit(world, today, channel=Channel.PAPER).is_new


def test_the_group_is_the_one_people_say_they_speak_for_else_the_invited_one(make_world, today):
    world = make_world(group_question="answer_as")
    with unit_of_work(world.engine) as session:
        links = create_invitations(session, world.keyring, world.consultation, [InvitationRequest("fr", "citizen")] * 2)
    _submit(world, today, links[0].token, {"answer_as": "clinician"})
    _submit(world, today, links[1].token, {"hardest": "Waiting"})
    groups = {group for (group,) in _all(world, sa.select(Response.group_id))}
    assert groups == {world.groups["clinician"], world.groups["citizen"]}


def test_an_anonymous_response_never_names_its_author_and_an_identified_one_does(make_world, today):
    for code, anonymity in (("plan", Anonymity.ANONYMOUS), ("named", Anonymity.IDENTIFIED)):
        world = make_world(code=code, anonymity=anonymity)
        with unit_of_work(world.engine) as session:
            request = InvitationRequest("fr", contact="alice@example.org")
            (link,) = create_invitations(session, world.keyring, world.consultation, [request])
        _submit(world, today, link.token)
    rows = _all(world, sa.select(Response.consultation_id, Response.respondent).order_by(Response.consultation_id))
    assert [respondent for _, respondent in rows] == [None, "alice@example.org"]


def test_a_link_of_another_consultation_is_refused(make_world, today):
    world, other = make_world(), make_world(code="other")
    with unit_of_work(world.engine) as session:
        (link,) = create_invitations(session, world.keyring, other.consultation, [InvitationRequest("fr")])
    with pytest.raises(RecordError) as caught:
        _submit(world, today, link.token)
    assert caught.value.code == "invitation.elsewhere"
    assert _all(world, sa.select(Invitation.is_used)) == [(False,)]


def test_a_group_of_another_consultation_is_refused(make_world, today):
    world, other = make_world(), make_world(code="other")
    with pytest.raises(RecordError) as caught:
        _submit(world, today, group_id=other.groups["citizen"])
    assert caught.value.code == "group.unknown"


def test_a_receipt_that_nobody_was_given_is_unknown(world):
    with unit_of_work(world.engine, read_only=True) as session:
        assert find_response(session, world.keyring, "AAAA-BBBB-CCCC-DDDD") is None
        with pytest.raises(RecordError) as caught:
            get_response(session, world.keyring, "AAAA-BBBB-CCCC-DDDD")
    assert caught.value.code == "receipt.unknown"


def test_no_row_holds_a_receipt(world, today):
    receipt = _submit(world, today).receipt
    said = str(_all(world, sa.select(Response.__table__)))
    assert receipt not in said
    assert receipt.replace("-", "") not in said
    assert world.keyring.hash_receipt(receipt) in said


def test_responses_are_counted_by_group_and_channel_without_the_withdrawn(world, today):
    _submit(world, today, group_id=world.groups["citizen"])
    gone = _submit(world, today, group_id=world.groups["citizen"])
    _submit(world, today, channel=Channel.PHONE)
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, gone.receipt)
        counts = count_responses(session, world.consultation)
    assert counts == {(world.groups["citizen"], Channel.WEB): 1, (None, Channel.PHONE): 1}


def _row(number: int, **changes) -> ImportedResponse:
    given = {
        "place": f"line {number}",
        "raw": {"answer_as": "citizen", "hardest": f"text {number}"},
        "language": "fr",
        "submitted_on": date(2026, 10, number),
        "group": "citizen",
        "reference": f"p{number:03}",
    }
    return ImportedResponse(**(given | changes))


def _import(world, *rows):
    with unit_of_work(world.engine) as session:
        return import_responses(session, world.keyring, world.version, rows)


def test_an_import_keeps_every_row_with_its_day_group_and_language(world):
    report = _import(world, _row(1), _row(2, raw={}))
    assert (report.rows, report.responses, report.contributions, report.empty) == (2, 2, 1, 1)
    rows = _all(world, sa.select(Response.submitted_on, Response.channel, Response.group_id, Response.language))
    assert sorted(rows) == [(date(2026, 10, day), Channel.IMPORT, world.groups["citizen"], "fr") for day in (1, 2)]


def test_importing_a_file_twice_stores_it_once(world):
    _import(world, _row(1), _row(2))
    report = _import(world, _row(1), _row(2), _row(3))
    assert (report.responses, report.contributions, report.repeated) == (1, 1, 2)
    assert len(_all(world, sa.select(Response.id))) == 3


def test_rows_without_a_reference_are_all_different_people(world):
    report = _import(world, _row(1, reference=None), _row(1, reference=None))
    assert report.responses == 2


def test_one_bad_row_refuses_the_whole_import_and_names_each_place(world):
    bad = {"answer_as": "martian"}
    with pytest.raises(RecordError) as caught:
        _import(world, _row(1), _row(2, raw=bad), _row(3, group="martian"), _row(4, language="de"))
    assert caught.value.code == "import.refused"
    assert [(each.code, each.place) for each in caught.value.problems] == [
        ("answer.unknown_choice", "line 2: answer_as"),
        ("group.unknown", "line 3"),
        ("language.unknown", "line 4"),
    ]
    assert _all(world, sa.select(Response.id)) == []


@pytest.mark.parametrize("act", ["submit", "import"])
def test_the_number_of_statements_does_not_grow_with_what_was_said(world, today, act):
    def count(times: int) -> int:
        statements = []
        sa.event.listen(world.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
        if act == "submit":
            _submit(world, today, raw=dict.fromkeys(["hardest", "protect"][:times], f"text {times}"))
        else:
            _import(world, *(_row(number, reference=None) for number in range(1, times * 10)))
        return len(statements)

    assert count(1) == count(2)
