"""Sentences with counts: grammatical in both languages, one for each finding, and none for what is hidden."""

import re

import pytest

from analysis.protection import OTHER_VALUES
from analysis.tables import LANGUAGE
from analysis.theme_checks import Check, Finding, Mix
from consult.languages import LANGUAGES, Formats, interface_words
from consult.theme_sentences import Speaker, check_sentence, placed_sentence, placed_sentences

_GROUPS = {
    "fr": {"caregiver": "Personnes proches aidantes", "clsc": "CLSC du territoire", "aines": "Aînés"},
    "en": {"caregiver": "Caregivers", "clsc": "CLSC staff", "aines": "Elders"},
}


def _speaker(language, people=("group",)):
    def title(column, value):
        return _GROUPS[language].get(value, value)

    return Speaker(interface_words(language), Formats(language), title, frozenset(people))


def _placed(language, placed, of, value="caregiver", column="group"):
    speaker = _speaker(language)
    return placed_sentence(placed, of, speaker.who(column, value), speaker)


def test_the_sentence_in_english():
    who = "people of the group “Caregivers” whose answers it could place"
    assert _placed("en", 34, 51) == f"The program places here 34 of the 51 {who}."
    assert _placed("en", 51, 51) == f"The program places here all 51 {who}."
    assert _placed("en", 0, 51) == f"The program places here none of the 51 {who}."
    assert "of the 1,251 people of the group “CLSC staff”" in _placed("en", 34, 1251, "clsc")


def test_the_sentence_in_french():
    who = "personnes du milieu «\u00a0Personnes proches aidantes\u00a0» dont il a pu classer les réponses"
    assert _placed("fr", 34, 51) == f"Le programme range ici 34 des 51 {who}."
    assert _placed("fr", 51, 51) == f"Le programme range ici les 51 {who}."
    assert _placed("fr", 0, 51) == f"Des 51 {who}, le programme ne range personne ici."
    assert "34 des 51 personnes qui répondent en anglais" in _placed("fr", 34, 51, "en", LANGUAGE)


@pytest.mark.parametrize("title", ["Indigenous patients", "Québec residents", "Grand public"])
def test_the_name_of_a_group_stays_as_it_is_written(title):
    assert f"51 people of the group “{title}” whose" in _placed("en", 34, 51, title)
    assert f"51 personnes du milieu «\u00a0{title}\u00a0» dont" in _placed("fr", 34, 51, title)


def test_what_does_not_name_people_is_named_as_what_it_is():
    assert "51 personnes de la catégorie «\u00a0pine_point\u00a0» dont" in _placed("fr", 34, 51, "pine_point", "region")
    assert "51 people under “pine_point” whose" in _placed("en", 34, 51, "pine_point", "region")


def test_only_those_who_are_many_more_here_than_elsewhere_get_a_sentence():
    mixes = [
        Mix("group", "caregiver", 40, 51, 1.6, firm=34),
        Mix("group", "clsc", 10, 60, 0.7, firm=10),
        Mix("group", "", 20, 30, 1.9, firm=20),
        Mix("group", OTHER_VALUES, 20, 30, 1.9, firm=20),
        Mix("region", "quay", 20, 30, 2.4),
        Mix(LANGUAGE, "fr", 30, 60, 1.3, firm=30),
        Mix("group", "aines", 9, 12, 1.27, firm=9),
    ]
    found = placed_sentences(mixes, _speaker("en"))
    assert [re.findall(r"\d+ of the \d+", sentence) for sentence in found] == [["34 of the 51"], ["30 of the 60"]]
    assert placed_sentences([], _speaker("en")) == []


_VALUES = {
    Check.NEAR_DUPLICATES: ((2, 5), {"nearness": 0.74}),
    Check.SAME_LABEL: ((2, 3, 5), {"language": "fr"}),
    Check.CATCH_ALL: ((2,), {"people": 80, "usual": 30, "cohesion": 0.31}),
    Check.TINY: ((2,), {"people": 7}),
    Check.LANGUAGE_TWINS: ((2, 5), {"nearness": 0.5}),
    Check.ONE_LANGUAGE: ((2,), {"column": LANGUAGE, "value": "fr", "people": 38, "of": 40, "ratio": 1.6}),
    Check.ONE_GROUP: ((2,), {"column": "group", "value": "caregiver", "people": 36, "of": 40, "ratio": 2.1}),
    Check.POSITIONS_MIXED: ((2,), {"column": "position", "for": 20, "against": 18}),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("check", Check)
def test_every_finding_has_its_sentence_and_its_remedy(check, language):
    themes, values = _VALUES[check]
    sentence = check_sentence(Finding(check, themes, values), _speaker(language))
    assert "%(" not in sentence
    assert sentence.count(". ") >= 1
    assert sentence.endswith(".")
    assert all(str(number) in sentence for number in themes)
    other = check_sentence(Finding(check, themes, values), _speaker("en" if language == "fr" else "fr"))
    assert sentence != other
    if language == "fr":
        # narrow marks that French sets apart have their no-break spaces, and only no-break ones
        assert not re.search(r"[^\u00a0][:»]|«[^\u00a0]", sentence)


def test_several_themes_are_named_in_one_sentence():
    tiny = Finding(Check.TINY, (4, 6, 9), {"people": 7})
    assert check_sentence(tiny, _speaker("fr")).startswith(
        "Les thèmes 4, 6 et 9 réunissent chacun au plus 7 personnes."
    )
    both = Finding(Check.POSITIONS_MIXED, (2, 5), {"column": "position"})
    assert check_sentence(both, _speaker("en")).startswith("Themes 2 and 5 each hold people on both sides of")


def test_findings_in_words():
    finding = Finding(Check.SAME_LABEL, (2, 3, 5), {"language": "fr"})
    assert check_sentence(finding, _speaker("en")).startswith("Themes 2, 3 and 5 have the same name (French).")
    finding = Finding(Check.NEAR_DUPLICATES, (2, 5), {"nearness": 0.74})
    assert "0,74" in check_sentence(finding, _speaker("fr"))
    finding = Finding(Check.ONE_GROUP, *_VALUES[Check.ONE_GROUP])
    assert check_sentence(finding, _speaker("fr")).startswith(
        "Dans le thème 2, 36 des 40 personnes sont des personnes du milieu «\u00a0Personnes proches aidantes\u00a0»."
    )
