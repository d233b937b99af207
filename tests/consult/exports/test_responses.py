"""What is exported can be imported into an empty installation, and exported again: it is the same."""

import csv
import hashlib
import io
import json
import os
import tracemalloc
from pathlib import Path

import openpyxl
import pytest

from consult.exports.responses import Layout, file_name, write_responses
from consult.record.consultation import Anonymity, Consultation
from consult.record.database import unit_of_work
from surveys.columns import RESPONSE_COLUMNS
from surveys.problems import SurveyError
from surveys.question_types import QUESTION_TYPES
from tests.consult.exports.planted_responses import (
    NAUGHTY,
    QUESTIONS,
    TODAY,
    export,
    fill,
    find_survey,
    import_file,
    read_file,
)


def test_every_type_is_tried_here():
    assert {question.type for question in QUESTIONS} == set(QUESTION_TYPES)


@pytest.mark.parametrize("labels", [None, "fr", "en"])
@pytest.mark.parametrize(("kind", "delimiter"), [("csv", ","), ("csv", ";"), ("xlsx", ",")])
def test_export_import_export_is_the_same_file(install, tmp_path, labels, kind, delimiter):
    first, second = install(), install()
    fill(first)
    layout = Layout(labels, delimiter, kind)
    _, content = export(first, layout)
    file = tmp_path / f"export.{kind}"
    file.write_bytes(content)
    report = import_file(second, file)
    assert report.responses == 3 * len(NAUGHTY)
    assert export(second, layout)[1] == content
    assert export(second)[1] == export(first)[1]  # whatever the labels, the same codes were stored


@pytest.mark.parametrize("labels", [None, "fr"])
def test_importing_an_export_changes_nothing_here_nor_a_second_time_elsewhere(install, tmp_path, labels):
    first, second = install(), install()
    fill(first, 20)
    _, content = export(first, Layout(labels))
    file = tmp_path / "export.csv"
    file.write_bytes(content)
    assert import_file(first, file).repeated == 20
    assert [import_file(second, file).responses for _ in range(2)] == [20, 0]
    file.write_bytes(export(second)[1])
    assert import_file(first, file).repeated == 20  # there and back again
    assert export(first, Layout(labels))[1] == content


def test_a_workbook_made_of_an_export_brings_the_same(install, tmp_path):
    first, second = install(Anonymity.IDENTIFIED), install(Anonymity.IDENTIFIED)
    fill(first)
    _, content = export(first)
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    import_file(second, tmp_path / "export.xlsx")
    assert export(second)[1] == content


def test_the_file_is_plain_to_any_reader_of_csv_and_no_formula_stands_in_it(install):
    engine = install()
    fill(engine)
    made, content = export(engine, Layout("fr"))
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert content.startswith(b"\xef\xbb\xbfresponse,")
    assert content.endswith(b"\r\n")
    assert {len(line) for line in lines} == {len(made.columns)}
    assert lines[0][: len(RESPONSE_COLUMNS)] == list(RESPONSE_COLUMNS)
    assert lines[0][6:11] == ["said", "name", "agree", "gender", "gender.other"]  # the first version's
    assert lines[0][-15:] == [  # then what the second added, in its order
        "day", "day.dont_know", "age", "age.dont_know",
        "access", "order.a", "order.b", "order.c",
        "roles.a", "roles.b", "roles.c", "roles.other", "roles.prefer_not_to_answer", "roles.dont_know",
        "roles.not_applicable",
    ]  # fmt: skip
    cells = {cell for line in lines for cell in line}
    assert not {
        cell
        for cell in cells
        if cell.startswith(("=", "+", "@", "＝")) or (cell[:1] == "-" and cell not in ("-5", "-12"))
    }
    assert {"'=1+1", "''=1+1", "-5", "'-5 lits", "'=Choix a (fr)", "'-Aidants (fr)", "''til demain"} <= cells


def test_the_manifest_says_what_the_file_is(install):
    engine = install()
    fill(engine, 5)
    made, content = export(engine, Layout("en", ";"))
    written = json.loads(made.to_json())
    assert written["sha256"] == hashlib.sha256(content).hexdigest()
    assert (written["rows"], written["versions"], written["cells"]) == (5, [1, 2], "labels:en")
    assert (written["consultation"], written["survey"], written["delimiter"]) == ("plan", "main", ";")
    assert (written["exported_on"], written["consult"][:2]) == ("2026-11-22", "0.")
    assert written["columns"] == next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_an_export_without_responses_is_a_heading(install):
    made, content = export(install())
    assert (made.rows, content.count(b"\r\n")) == (0, 1)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_responses(install):
    def peak(engine, kind: str) -> int:
        layout = Layout(format=kind)
        export(engine, layout)  # what is remembered once is not counted
        tracemalloc.start()
        with unit_of_work(engine, read_only=True) as session, Path(os.devnull).open("wb") as nothing:
            survey, _ = find_survey(session)
            consultation = session.get_one(Consultation, 1)
            write_responses(session, consultation, survey, layout, "x", TODAY, nothing)
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    few, many = install(), install()
    fill(few, 600)
    fill(many, 2_400)
    for kind in ("csv", "json", "xlsx"):
        assert peak(many, kind) < 1.5 * peak(few, kind), kind
    assert peak(many, "sav") > 1.6 * peak(few, "sav")  # control: what is put together in memory does grow


def test_a_file_is_named_after_its_consultation_its_survey_where_there_are_several_and_its_day(install):
    with unit_of_work(install(), read_only=True) as session:
        survey, _ = find_survey(session)
        consultation = session.get_one(Consultation, 1)
        assert file_name(consultation, survey, None, several=False, day=TODAY) == "plan-responses-codes-2026-11-22.csv"
        assert file_name(consultation, survey, "fr", several=True, day=TODAY) == "plan-main-responses-fr-2026-11-22.csv"


def _write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_any_file_with_the_columns_is_read_with_codes_or_labels(install, tmp_path):
    text = (
        "response;submitted_on;language;group;gender;roles.a;roles.b;agree;said;notes\n"
        "1;2026-10-02;Français;Patients (fr);=CHOIX A (EN);oui;0;Yes;'=1;x\n"
        "2;2026-10-03;en;;dont_know;;1;no;;\n"
    )
    read = read_file(install(), _write(tmp_path, text, "cp1252"))
    first, second = read.rows
    assert (first.language, first.group, first.reference, first.place) == ("fr", "patient", "1", "2")
    assert first.raw["gender"] == "a"
    assert first.raw["roles"] == ["a"]
    assert (first.raw["agree"], first.raw["said"]) == ("1", "'=1")  # not one of our files: the apostrophe is theirs
    assert (second.group, second.version, second.raw["agree"]) == (None, 2, "0")
    assert read.unused == ("notes",)


def test_rows_that_cannot_be_read_are_refused_with_their_line(install, tmp_path):
    text = (
        'response,submitted_on,language,said\n,2026-10-02,fr,"a\nb"\np2,18/10/2026,fr,b\np3,2026-10-18,fr,c\n'
        "p4,2026-02-30,fr,d\n"
    )
    read = read_file(install(), _write(tmp_path, text))
    assert [(each.place, each.problem.code) for each in read.refused] == [
        ("2", "import.no_reference"),
        ("4", "import.bad_date"),
        ("6", "import.bad_date"),
    ]
    assert [row.reference for row in read.rows] == ["p3"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("response,language,said\n1,fr,x\n", "column.missing"),
        ("submitted_on,language,said\n2026-10-02,fr,x\n", "column.missing"),
        ("response,submitted_on,language,weather\n1,2026-10-02,fr,x\n", "import.no_question"),
        ("response,submitted_on,language,said\n", "file.no_rows"),
        ("", "file.empty"),
        ("response,submitted_on,language,said,said\n1,2026-10-02,fr,x,y\n", "column.duplicate"),
    ],
)
def test_a_file_of_no_use_is_refused_whole(install, tmp_path, text, code):
    with pytest.raises(SurveyError) as caught:
        read_file(install(), _write(tmp_path, text))
    assert [problem.code for problem in caught.value.problems] == [code]
