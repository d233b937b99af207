"""The sample consultation holds together: its survey, its responses, and the themes that people gave them."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from surveys.answers import check_answers
from surveys.columns import columns_of, from_row, to_row
from surveys.completeness import check_survey
from surveys.definition import dump_survey
from surveys.exchange.spreadsheet import iter_rows, read_header
from surveys.exchange.survey_file import read_survey

_ROOT = Path(__file__).resolve().parents[2]
_SAMPLE = _ROOT / "consult" / "sample"
_OPEN = ("hardest", "protect", "one_change")
_ABOUT = ["response", "submitted_on", "language", "group"]
_SURVEY = read_survey(_SAMPLE / "survey.json")
_CONSULTATION = json.loads((_SAMPLE / "consultation.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return [row for _, row in iter_rows(_SAMPLE / "responses.csv")]


def _records(name: str) -> list[dict[str, str]]:
    with (_ROOT / "tests" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_survey_can_be_published_and_is_written_canonically():
    assert check_survey(_SURVEY) == ()
    assert dump_survey(_SURVEY) == (_SAMPLE / "survey.json").read_text(encoding="utf-8")


def test_the_survey_has_three_consents_and_twelve_questions_in_four_short_sections():
    consents, *sections = _SURVEY.sections
    assert [question.type for question in consents.questions] == ["consent"] * 3
    assert [question.required for question in consents.questions] == [True, False, False]
    assert [len(section.questions) for section in sections] == [3, 5, 2, 2]


def test_groups_are_those_of_the_question():
    groups = [group["code"] for group in _CONSULTATION["groups"]]
    assert groups == [choice.code for choice in _SURVEY.find_question("answer_as").choices]
    assert sum(group["target"] for group in _CONSULTATION["groups"]) == 240
    assert _CONSULTATION["fictional"] is True


def _texts(node: object, language: str) -> list[str]:
    if isinstance(node, dict):
        own = [node[language]] if set(node) == {"en", "fr"} else []
        return own + [text for value in node.values() for text in _texts(value, language)]
    return [text for value in node for text in _texts(value, language)] if isinstance(node, list) else []


def test_french_follows_canadian_typography():
    survey = json.loads(dump_survey(_SURVEY))
    texts = _texts(survey, "fr") + _texts(_CONSULTATION, "fr")
    texts += [label["label_fr"] for label in _records("sample_theme_labels.csv")]
    assert len(texts) > 100
    wrong = re.compile(r"'|\s[;!?]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»")
    assert [text for text in texts if wrong.search(text)] == []


def test_the_columns_of_the_responses_are_those_of_the_survey():
    expected = _ABOUT + [column.name for column in columns_of([_SURVEY])]
    assert list(read_header(_SAMPLE / "responses.csv")) == expected


def test_every_response_is_valid_and_is_written_as_it_is_read(rows):
    for row in rows:
        values, problems = check_answers(_SURVEY, from_row(_SURVEY, row), final=True)
        assert (row["response"], problems) == (row["response"], ())
        assert to_row(_SURVEY, values) == {name: cell for name, cell in row.items() if name not in _ABOUT}


def test_there_are_240_people_who_all_agreed_and_answer_as_their_group(rows):
    assert [row["response"] for row in rows] == [f"p{number:03}" for number in range(1, 241)]
    assert {row["take_part"] for row in rows} == {"1"}
    assert all(row["group"] == row["answer_as"] for row in rows)
    assert Counter(row["language"] for row in rows) == {"fr": 144, "en": 96}
    first, last = _CONSULTATION["opens_on"], _CONSULTATION["closes_on"]
    assert all(first <= row["submitted_on"] <= last for row in rows)


def test_closed_answers_differ_between_groups_and_regions_as_they_were_meant_to(rows):
    def ease(region: str) -> float:
        points = [int(row["access"]) for row in rows if row["region"] == region and row["access"].isdigit()]
        return sum(points) / len(points)

    def first(group: str) -> str:
        firsts = Counter(
            name
            for row in rows
            for name, cell in row.items()
            if row["group"] == group and name.startswith("orientations.") and cell == "1"
        )
        return firsts.most_common(1)[0][0]

    assert ease("upper_valley") < ease("clear_lake") < ease("pine_point") < ease("old_port")
    assert first("caregiver") == "orientations.home_care"
    assert first("clinician") == "orientations.staff"
    ranked = Counter(sum(row[name] != "" for name in row if name.startswith("orientations.")) for row in rows)
    assert 0.30 < ranked[3] / len(rows) < 0.40
    assert 0.15 < ranked[8] / len(rows) < 0.25


def test_every_open_answer_has_themes_and_nothing_else_has(rows):
    answered = {(row["response"], question) for row in rows for question in _OPEN if row[question]}
    coded = {(record["response"], record["question"]): record["themes"] for record in _records("sample_themes.csv")}
    assert set(coded) == answered
    labels = {(label["question"], label["code"]) for label in _records("sample_theme_labels.csv")}
    used = {(place[1], code) for place, themes in coded.items() for code in themes.split(";") if themes != "none"}
    assert used == labels


def test_open_answers_hold_real_line_breaks(rows):
    texts = [row[question] for row in rows for question in _OPEN]
    assert any("\n" in text for text in texts)
    assert not any("\\n" in text for text in texts)
