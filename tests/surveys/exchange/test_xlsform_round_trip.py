"""A survey goes out as an XLSForm that pyxform accepts, and comes back whole."""

import tempfile
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pyxform.xls2xform import convert

from surveys.definition import Choice, Question, Section, Survey, dump_survey
from surveys.definition_reader import load_survey
from surveys.exchange.imported import Notice
from surveys.exchange.survey_file import read_survey
from surveys.exchange.xlsform_tables import read_tables
from surveys.exchange.xlsform_writer import read_any_xlsform, write_xlsform
from surveys.localised import Localised
from surveys.problems import SurveyError
from tests.surveys.exchange.any_surveys import surveys

WORDS = {"en": {"other": "Other", "yes": "Yes", "no": "No"}, "fr": {"other": "Autre", "yes": "Oui", "no": "Non"}}
_SAMPLE = Path(__file__).resolve().parents[3] / "consult" / "sample" / "survey.json"
RANDOM = settings(
    deadline=None, max_examples=25, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def sample() -> Survey:
    return read_survey(_SAMPLE)


@RANDOM
@given(surveys())
def test_any_survey_is_accepted_by_pyxform_and_comes_back_equal(tmp_path_factory, survey):
    written = write_xlsform(survey, WORDS)
    assert write_xlsform(survey, WORDS) == written
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    path.write_bytes(written.content)
    tables = read_tables(path)
    back = read_any_xlsform(tables, "form.xlsx", WORDS)
    assert (back.survey, back.notices) == (survey, ())
    assert load_survey(dump_survey(back.survey)) == survey
    assert convert(written.content, validate=False, file_type=".xlsx").xform


def _tables(survey: Survey) -> tuple[dict[str, list[tuple[int, list[str]]]], tuple[Notice, ...]]:
    """Return the sheets of a written form, and what the writer said that they leave out."""
    written = write_xlsform(survey, WORDS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        path.write_bytes(written.content)
        return read_tables(path), written.notices


@RANDOM
@given(surveys())
def test_without_our_sheet_only_what_the_notices_say_is_lost(survey):
    tables, notices = _tables(survey)
    del tables["consult"]
    seen = read_any_xlsform(tables, "form.xlsx", WORDS).survey
    said = {(notice.place, notice.values.get("what")) for notice in notices}
    whole = {notice.place for notice in notices if notice.code == "xlsform.other_form"}
    for place, question in survey.walk():
        if place in whole:
            continue
        if (place, "code") in said:  # a name that the format keeps for itself
            assert question.code in {"meta", "introduction"}
            continue
        read = seen.find_question(question.code)
        assert read is not None
        lost = {each.name for each in fields(Question) if getattr(question, each.name) != getattr(read, each.name)}
        assert lost - {"settings"} == {what for at, what in said if at == place and "." not in what}


def test_a_plain_bilingual_survey_is_said_whole_by_the_visible_sheets(sample):
    tables, notices = _tables(sample)
    assert [(notice.code, notice.place, dict(notice.values)) for notice in notices] == [
        ("xlsform.not_said", "", {"what": "title"})  # the format has one language for it
    ]
    del tables["consult"]
    back = read_any_xlsform(tables, "form.xlsx", WORDS)
    assert back.notices == ()
    assert replace(back.survey, title=sample.title) == sample
    assert back.survey.title.en == sample.title.en


def _edit(tables: dict[str, list[tuple[int, list[str]]]], sheet: str, name: str, column: str, cell: str) -> None:
    """Type something into a cell: that of a column, in the row with this name."""
    header = tables[sheet][0][1]
    row = next(cells for _, cells in tables[sheet] if cells[header.index("name")] == name)
    row += [""] * (len(header) - len(row))
    row[header.index(column)] = cell


def test_what_was_edited_in_the_visible_sheets_counts_and_the_rest_stays_ours():
    choices = (Choice("a", _two("A")), Choice("old", _two("Old"), retired=True), Choice("b", _two("B")))
    asked = Question(
        *("q", "single_choice", _two("Which?")),
        why=_two("We ask because…"),
        sensitive=True,
        standard="Our list (2026)",
        choices=choices,
    )
    shares = Question("p", "points", _two("Share"), choices=choices, settings=(("total", 10),), sensitive=True)
    gone = Question("gone", "date", _two("When?"))
    survey = Survey("s", _two("Title"), sections=(Section("one", _two("One"), questions=(asked, shares, gone)),))
    tables, _ = _tables(survey)
    _edit(tables, "survey", "q", "label::Français (fr)", "Lequel donc?")
    _edit(tables, "survey", "q", "required", "yes")
    _edit(tables, "choices", "b", "label::English (en)", "Bee")
    tables["survey"] = [(at, cells) for at, cells in tables["survey"] if "gone" not in cells]
    tables["survey"].insert(3, (99, ["text", "new", "More?", "Encore?"]))
    tables["settings"][1][1][0] = "Other title"
    back = read_any_xlsform(tables, "form.xlsx", WORDS)
    edited = (choices[0], choices[1], Choice("b", Localised("Bee", "B fr")))
    expected = replace(asked, text=Localised("Which?", "Lequel donc?"), required=True, choices=edited)
    found = {question.code: question for question in back.survey.questions}
    assert set(found) == {"q", "p", "new"}
    assert (found["q"], found["p"]) == (expected, shares)
    assert (found["new"].type, found["new"].text) == ("short_text", Localised("More?", "Encore?"))
    assert back.survey.title == Localised("Other title", "Title fr")
    assert back.notices == ()


def test_rows_changed_inside_a_question_of_ours_stay_several_questions_and_are_named():
    choices = (Choice("a", _two("A")), Choice("b", _two("B")))
    shares = Question("p", "points", _two("Share"), choices=choices)
    tables, _ = _tables(Survey("s", _two("T"), sections=(Section("one", _two("One"), questions=(shares,)),)))
    _edit(tables, "survey", "p__a", "label::English (en)", "Another")
    back = read_any_xlsform(tables, "form.xlsx", WORDS)
    assert [(notice.code, notice.place) for notice in back.notices] == [("xlsform.group_changed", "p")]
    assert [question.type for question in back.survey.questions] == ["text_block", "number", "number"]


def test_a_damaged_sheet_of_ours_is_named_and_the_visible_ones_count(sample):
    tables, _ = _tables(sample)
    tables["consult"][1][1][0] = "{"
    back = read_any_xlsform(tables, "form.xlsx", WORDS)
    assert ("xlsform.own_sheet", "consult!A1") in {(notice.code, notice.place) for notice in back.notices}
    assert back.survey.questions == sample.questions


def test_a_survey_whose_codes_cannot_be_names_is_refused():
    bad = Survey("s", _two("T"), sections=(Section("one", _two("One"), questions=(Question("É", "date", _two("A")),)),))
    with pytest.raises(SurveyError) as caught:
        write_xlsform(bad, WORDS)
    assert [(each.code, each.place) for each in caught.value.problems] == [
        ("code.bad_format", "sections[0].questions[0]")
    ]


def _two(text: str) -> Localised:
    return Localised(text, f"{text} fr")
