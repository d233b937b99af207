"""Questions about the person who answers: optional, explained, and in an order that was chosen."""

import re
from dataclasses import replace

import pytest

from surveys.completeness import check_survey
from surveys.definition import Question, Section, Survey, dump_survey
from surveys.definition_reader import load_survey
from surveys.localised import Localised
from surveys.presets import PRESETS, about_you, add_about_you
from surveys.problems import SurveyError

_TITLE = Localised("Title", "Titre")
_ALL = about_you(PRESETS)


def test_they_can_be_published_and_kept_as_they_are():
    survey = Survey("plan", _TITLE, sections=(_ALL,))
    assert check_survey(survey) == ()
    assert load_survey(dump_survey(survey)) == survey


def test_each_is_optional_explained_and_can_be_declined():
    assert len(PRESETS) == 9
    for question in PRESETS.values():
        assert not question.required
        assert question.why.missing() == ()
        assert "prefer_not_to_answer" in question.offers


def test_the_sensitive_ones_are_marked():
    marked = {code for code, question in PRESETS.items() if question.sensitive}
    assert marked == {"gender", "disability", "indigenous_identity", "racialised_identity"}


def test_those_that_follow_a_standard_name_it_with_its_year():
    named = {code: question.standard for code, question in PRESETS.items() if question.standard}
    assert set(named) == {"gender", "language_spoken", "disability", "indigenous_identity"}
    assert all(re.search(r"\b20[12]\d\b", standard) for standard in named.values())


def test_they_make_a_section_of_their_own_at_the_end():
    asked = Section("care", _TITLE, questions=(Question("gender", "long_text", _TITLE),))
    survey = Survey("plan", _TITLE, sections=(asked,))
    once = add_about_you(survey, ["region", "gender"], taken=["region"])
    assert once.sections[0] == asked
    assert once.sections[1].title == _ALL.title
    assert [each.code for each in once.questions] == ["gender", "gender_2", "region_2"]
    moved = replace(once, sections=once.sections[::-1])
    twice = add_about_you(moved, ["disability"])
    assert [each.code for each in twice.sections] == ["about_you", "care"]
    assert [each.code for each in twice.sections[0].questions] == ["gender_2", "region_2", "disability"]
    assert all(each.why for each in twice.sections[0].questions)
    assert check_survey(twice) == ()


def test_their_order_is_kept_whatever_order_they_are_asked_for_in():
    chosen = about_you(["racialised_identity", "age_band", "indigenous_identity"])
    assert [each.code for each in chosen.questions] == ["age_band", "indigenous_identity", "racialised_identity"]
    assert about_you([]).questions == ()


def test_french_is_written_as_in_canada():
    texts = [
        text for q in PRESETS.values() for text in (q.text, q.help, q.why, *(choice.label for choice in q.choices))
    ]
    for text in [_ALL.title, _ALL.introduction, *texts]:
        assert "'" not in text.en + text.fr
        assert " :" not in text.fr  # the space before it does not break
        assert not any(f" {mark}" in text.fr for mark in ";!?")


def test_an_unknown_one_is_refused():
    with pytest.raises(SurveyError) as refused:
        about_you(["shoe_size"])
    assert refused.value.problems[0].code == "preset.unknown"
