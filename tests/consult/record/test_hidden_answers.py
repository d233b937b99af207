"""Answers that other answers hide: kept while somebody answers, and in no response, on both databases."""

from datetime import date

import pytest
import sqlalchemy as sa

from consult.record.contribution import Contribution, ContributionRevision
from consult.record.correction import correct_answers
from consult.record.database import unit_of_work
from consult.record.draft import AnswerChange, Draft, open_draft, save_answers
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.response import Response, get_answers
from consult.record.response_import import ImportedResponse, import_responses
from consult.record.submission import submit_draft
from consult.record.survey import SurveyVersion, find_asked
from surveys.choice_order import SEEDS
from tests.consult.respond.caring_survey import CODE, publish_caring

TODAY = date.today()
CAREGIVER = {
    "take_part": "1",
    "role": "caregiver",
    "years": "3",
    "needs": ["respite", "meals"],
    "at_home": "60",
    "away": "40",
    "story": "Nights are long",
    "idea": "Benches",
}


@pytest.fixture
def version(world) -> SurveyVersion:
    with unit_of_work(world.engine) as session:
        publish_caring(session)
        _, version = find_asked(session, CODE)
    return version


def _submit(world, version, **changed):
    """Answer as a caregiver, with these answers at last, and send; return the receipt, the seed, the answers."""
    token = new_token()
    keys = world.keyring.open_link(token)
    with unit_of_work(world.engine) as session:
        seed = open_draft(session, keys, version, language="en", today=TODAY).order_seed
        save_answers(session, keys, [AnswerChange(code, value, 1) for code, value in CAREGIVER.items()], today=TODAY)
        save_answers(session, keys, [AnswerChange(code, value, 2) for code, value in changed.items()], today=TODAY)
    with unit_of_work(world.engine) as session:
        receipt = submit_draft(session, world.keyring, token, TODAY).receipt
    return receipt, seed, _answers(world)


def _answers(world):
    with unit_of_work(world.engine, read_only=True) as session:
        (response,) = session.scalars(sa.select(Response).where(Response.is_withdrawn.is_(False)))
        return get_answers(session, response)


def _texts(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return sorted(session.scalars(sa.select(ContributionRevision.text).join(Contribution)))


def test_a_response_holds_only_what_is_shown(world, version):
    _, _, answers = _submit(world, version, role="resident")
    assert {code: answers[code] for code in answers if code != "take_part"} == {
        "role": {"choice": "resident"},
        "needs": {"choices": ["meals"]},
        "idea": {"text": "Benches"},
    }
    assert _texts(world) == ["Benches"]  # the other text is in no contribution


def test_the_seed_goes_from_the_draft_to_the_response_and_the_draft_goes(world, version):
    _, seed, _ = _submit(world, version)
    assert 0 <= seed < SEEDS
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(Response.order_seed)).all() == [seed]
        assert session.scalars(sa.select(Draft.order_seed)).all() == []


def test_answers_that_contradict_each_other_are_refused(world, version):
    with pytest.raises(RecordError) as refused:
        _submit(world, version, away="41")
    assert [(each.code, each.place) for each in refused.value.problems] == [("answer.check", "away")]


def test_a_correction_erases_what_it_hides_with_its_text(world, version):
    receipt, _, before = _submit(world, version)
    assert before["needs"] == {"choices": ["respite", "meals"]}
    with unit_of_work(world.engine) as session:
        changed = correct_answers(session, world.keyring, receipt, {"role": "resident"}, TODAY)
    assert changed == ["role", "years", "needs", "at_home", "away", "story"]
    assert set(_answers(world)) == {"take_part", "role", "needs", "idea"}
    assert _texts(world) == ["Benches"]
    with unit_of_work(world.engine) as session:  # given to what is hidden: not taken
        assert correct_answers(session, world.keyring, receipt, {"story": "No"}, TODAY) == []


def test_a_file_is_read_by_the_same_rules(world, version):
    rows = [ImportedResponse("line 2", CAREGIVER | {"role": "resident"}, "en", TODAY)]
    with unit_of_work(world.engine) as session:
        import_responses(session, world.keyring, version, rows)
    assert set(_answers(world)) == {"take_part", "role", "needs", "idea"}
    with unit_of_work(world.engine) as session, pytest.raises(RecordError):
        import_responses(
            session, world.keyring, version, [ImportedResponse("line 2", {"role": "caregiver"}, "en", TODAY)]
        )
