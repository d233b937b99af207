"""What the record refuses of a consultation has its sentence, in both languages."""

import re
from pathlib import Path

import pytest

from consult.languages import LANGUAGES, interface_words
from consult.record import lifecycle
from consult.record.consultation import ConsultationState
from consult.record.errors import RecordError
from consult.record_messages import gap, refusal
from surveys.localised import Localised
from surveys.problems import Problem

RECORD = Path(lifecycle.__file__).parent
RAISED = re.compile(r'RecordError(?:\.of)?\(\s*"([a-z_.]+)"')
FOUND = re.compile(r'Problem\("([a-z_.]+)"')
GROUPS = {"caregiver": Localised("Caregivers", "Personnes proches aidantes")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_the_lifecycle_has_a_sentence(language):
    codes = set(RAISED.findall((RECORD / "lifecycle.py").read_text("utf-8"))) | {"consultation.bad_dates"}
    assert {"consultation.incomplete", "consultation.dates_changed"} <= codes
    words = interface_words(language)
    assert [code for code in sorted(codes) if not refusal(RecordError(code), words)] == []


@pytest.mark.parametrize("state", ConsultationState)
def test_a_move_that_is_not_possible_is_explained_by_the_state(state):
    error = RecordError("consultation.bad_transition", state=str(state), wanted="open")
    said = {refusal(error, interface_words(language)) for language in LANGUAGES}
    assert len(said) == 2
    assert None not in said


def test_what_these_pages_cannot_meet_has_no_sentence():
    assert refusal(RecordError("draft.missing"), interface_words("fr")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_is_named_with_its_place(language):
    codes = set(FOUND.findall((RECORD / "lifecycle.py").read_text("utf-8"))) - {"translation.missing"}
    assert codes == {"survey.unpublished", "question.not_consent", "consultation.closes_in_past"}
    words = interface_words(language)
    said = [gap(Problem(code, "here"), GROUPS, language, words) for code in codes]
    said += [
        gap(Problem("translation.missing", f"{place}.{missing}"), GROUPS, language, words)
        for place in ("title", "mandate", "promise", "groups.caregiver")
        for missing in LANGUAGES
    ]
    assert len(set(said)) == len(said) == 11


def test_a_group_is_named_in_the_readers_language_or_in_the_other():
    problem = Problem("translation.missing", "groups.caregiver.fr")
    assert "Personnes proches aidantes" in gap(problem, GROUPS, "fr", interface_words("fr"))
    only = {"caregiver": Localised(en="Caregivers")}
    assert "Caregivers" in gap(problem, only, "fr", interface_words("fr"))
    assert "caregiver" in gap(problem, {}, "fr", interface_words("fr"))
