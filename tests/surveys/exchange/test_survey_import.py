"""Any file, of any format: a survey with its notices, or a refusal; nothing in it does harm."""

import time
import zipfile

import pytest

from surveys.completeness import check_survey
from surveys.definition import dump_survey
from surveys.definition_reader import load_survey
from surveys.exchange import survey_import
from surveys.exchange.imported import NOTICE_LIMIT, TEXT_LIMIT
from surveys.exchange.plain_words import strip_markup
from surveys.exchange.survey_import import read_survey_file
from surveys.problems import SurveyError
from tests.surveys.exchange.limesurvey_samples import new_layout, tab_separated
from tests.surveys.exchange.test_survey_schema import FULL
from tests.surveys.exchange.workbooks import table, workbook


def refused(content: bytes, name: str = "survey.any") -> tuple[str, str]:
    with pytest.raises(SurveyError) as caught:
        read_survey_file(content, name)
    (problem,) = caught.value.problems
    return problem.code, problem.place


def test_the_format_is_told_by_what_the_file_holds_and_not_by_its_name(tmp_path):
    form = workbook(survey=table("type|name|label::English (en)\ntext|q|Why?"))
    assert read_survey_file(dump_survey(FULL).encode("utf-8-sig"), "x").survey == FULL
    assert read_survey_file(dump_survey(FULL).encode("utf-16"), "x").survey == FULL
    assert read_survey_file(form, "x.csv").survey.questions[0].code == "q"
    assert len(read_survey_file(new_layout(), "x.json").survey.sections) == 2
    assert len(read_survey_file(tab_separated(), "x").survey.sections) == 2
    path = tmp_path / "form.xlsx"
    path.write_bytes(form)
    assert read_survey_file(path) == read_survey_file(form, "form.xlsx")


def test_what_is_no_survey_is_refused_by_name(tmp_path, monkeypatch):
    assert refused(b" \n") == ("file.empty", "survey.any")
    assert refused(b"Dear colleague, here is the survey.") == ("file.unknown_format", "survey.any")
    assert refused(b"name,label\na,b\n") == ("file.unknown_format", "survey.any")
    assert refused(b"{") == ("definition.not_json", "survey.any")
    assert refused(b"PK\x03\x04 nothing") == ("file.unreadable", "survey.any")
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "a/../old.xls") == ("file.old_excel", "old.xls")
    assert refused(b"\x00\x01\x02") == ("file.binary", "survey.any")
    for path, code in ((tmp_path / "none", "file.missing"), (tmp_path, "file.folder")):
        with pytest.raises(SurveyError) as caught:
            read_survey_file(path)
        assert [each.code for each in caught.value.problems] == [code]
    monkeypatch.setattr(survey_import, "SIZE_LIMIT", 10)
    assert refused(dump_survey(FULL).encode()) == ("file.too_large", "survey.any")


def test_a_bomb_is_refused_before_it_goes_off(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 20_000_000)
    started = time.process_time()
    assert path.stat().st_size < 1_000_000
    with pytest.raises(SurveyError) as caught:
        read_survey_file(path)
    assert [each.code for each in caught.value.problems] == ["file.too_large"]
    assert time.process_time() - started < 5


_HOSTILE = (
    "<script>alert('x')</script><img src=x onerror=alert(1)>Hello <b>you</b>",
    "=cmd|' /C calc'!A0",
    "\u202eright to left \u0645\u0631\u062d\u0628\u0627 😀👩‍👩‍👧",
    "<" * 5_000 + "!--" * 5_000,
    "${q}" * 300 + "{" * 3_000,
)


@pytest.mark.parametrize("text", _HOSTILE)
def test_hostile_texts_do_no_harm_in_any_format(text):
    form = workbook(
        survey=[["type", "name", "label", "relevant", "constraint"], ["select_one l", "q", text, text, text]],
        choices=[["list_name", "name", "label"], ["l", text[:200], text], ["l", "b", text]],
    )
    lss = new_layout().replace(b"Who are you?", text.replace("]]>", "").encode())
    for content in (form, lss):
        read = read_survey_file(content, "survey")
        assert load_survey(dump_survey(read.survey)) == read.survey
        assert "<script" not in dump_survey(read.survey)
        assert "onerror=" not in dump_survey(read.survey)
        check_survey(read.survey)
    if text.startswith("<script"):
        assert read_survey_file(form, "survey").survey.questions[0].text.shown("en")[1] == "Hello you"


@pytest.mark.parametrize("unit", ["<", "<!--", "<script>", "</", "<a ", "<p>", "&", "<b>x</b>", "<!-- -->", "{", "${"])
def test_taking_markup_off_takes_time_in_step_with_the_text(unit):
    started = time.process_time()
    assert len(strip_markup(unit * 50_000)) <= TEXT_LIMIT
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("<p>One</p><p>Two<br/>three</p>", "One\nTwo\nthree"),
        ("<style>p{}</style>A<!-- no -->B", "AB"),
        ("<SCRIPT>x</script >C", "C"),
        ("x<script>never closed", "x"),
        ("&eacute;t&eacute; &lt;3", "été <3"),
    ],
)
def test_words_stay_when_markup_goes(markup, text):
    assert strip_markup(markup) == text


def test_a_form_of_two_thousand_questions_is_read_in_seconds_and_its_notices_are_bounded():
    rows = [["geopoint", f"where{at}", "Where?", ""] for at in range(1_500)]
    rows += [["text", f"q{at}", "Why?", f"${{q{at - 1}}} = 'a'" if at else ""] for at in range(500)]
    content = workbook(survey=[["type", "name", "label::English (en)", "relevant"], *rows])
    started = time.process_time()
    read = read_survey_file(content, "form.xlsx")
    assert time.process_time() - started < 10
    assert len(read.survey.questions) == 500
    assert read.survey.questions[499].show_if == "${q498} = 'a'"
    assert len(read.notices) == NOTICE_LIMIT + 1
    assert (read.notices[-1].code, read.notices[-1].values["count"]) == ("import.more", 500)


def test_our_own_form_is_held_to_the_same_size():
    question = '{"code": "q%d", "type": "number", "text": {"en": "a", "fr": "b"}}'
    many = ",".join(question % at for at in range(40_000))
    form = '{"format": 1, "code": "s", "title": {"en": "a", "fr": "b"}, "sections": [{"code": "x", "questions": [%s]}]}'
    started = time.process_time()
    assert refused((form % many).encode()) == ("import.too_many_questions", "survey.any")
    assert time.process_time() - started < 5
    choices = ",".join(["{}"] * 60_000)
    assert refused((form % f'{{"choices": [{choices}]}}').encode()) == ("import.too_many_choices", "survey.any")
