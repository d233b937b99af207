"""XLSX, SPSS and JSON say what the CSV says; each format's own traps do no harm."""

import csv
import hashlib
import io
import json
from datetime import date, datetime

import openpyxl
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.exports import responses_sav, responses_xlsx
from consult.exports.responses import FORMATS, Layout
from consult.exports.responses_sav import LONGEST_NAME, variable_names
from consult.exports.responses_xlsx import as_number
from consult.record.consultation import Anonymity
from consult.record.database import random_key, unit_of_work
from consult.record.response_import import ImportedResponse, import_responses
from surveys.definition_reader import load_survey
from surveys.problems import SurveyError
from tests.consult.exports.planted_responses import (
    KEYRING,
    NAUGHTY,
    TODAY,
    export,
    fill,
    find_survey,
    import_file,
    read_file,
)


def rows_of(engine, layout=Layout()):  # noqa: B008 - it is frozen
    """Return the CSV by response, as a reader of CSV sees it."""
    content = export(engine, layout)[1].decode("utf-8-sig")
    return {row["response"]: row for row in csv.DictReader(io.StringIO(content, newline=""))}


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(install):
    engine = install(Anonymity.IDENTIFIED)
    fill(engine)
    made, content = export(engine, Layout("fr", format="xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [book.worksheets[0].title, book.worksheets[1].title, book.worksheets[2].title]
    data, codebook, _ = book.worksheets
    assert {cell.data_type for row in data for cell in row if cell.value is not None} == {"s", "n", "d"}
    assert not any(cell.hyperlink for row in data for cell in row)
    header = [cell.value for cell in data[1]]
    assert tuple(header) == made.columns == tuple(cell.value for cell in codebook["A"])[1:]
    columns = {name: [row[at].value for row in data.iter_rows(min_row=2)] for at, name in enumerate(header)}
    assert len(columns["response"]) == made.rows == 3 * len(NAUGHTY)
    assert {type(cell) for cell in columns["submitted_on"]} == {datetime}
    assert {type(cell) for cell in columns["age"] if cell is not None} == {int, float}
    assert {cell for cell in columns["order.a"] if cell is not None} <= {1, 2, 3}
    said = {cell for cell in columns["said"] if cell}
    assert {"=1+1", "'=1+1", "0012", "1e5", "TRUE", "1", "-5 lits", "#REF!"} <= said  # not a sign was added
    assert {cell for cell in columns["gender"] if cell} >= {"=Choix a (fr)", "Autre"}
    assert set(columns["respondent"]) == {"=a@b.org"}


def test_a_workbook_that_excel_saved_from_our_csv_is_still_read_as_the_csv(install, tmp_path):
    """Control: it has not our sheets, and its apostrophes are those of the CSV."""
    engine = install()
    fill(engine)
    book = openpyxl.Workbook()
    book.active.title = "data"
    for row in csv.reader(io.StringIO(export(engine)[1].decode("utf-8-sig"), newline="")):
        book.active.append(row)
    book.save(tmp_path / "csv.xlsx")
    (tmp_path / "ours.xlsx").write_bytes(export(engine, Layout(format="xlsx"))[1])
    ours, theirs = (read_file(engine, tmp_path / name).rows for name in ("ours.xlsx", "csv.xlsx"))
    assert [row.raw for row in ours] == [row.raw for row in theirs]
    assert any(row.raw.get("said") == "'=1+1" for row in ours)


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.sampled_from(["csv", "xlsx"]), st.sampled_from([None, "fr", "en"]))
def test_whatever_people_write_comes_back(install, tmp_path, texts, kind, labels):
    first, second = install(), install()
    rows = [
        ImportedResponse(str(at), {"said": text, "gender": {"choice": "other", "other": f"x{text}"}, "agree": True},
                         "fr", TODAY, None, random_key(), 2)
        for at, text in enumerate(texts)
    ]  # fmt: skip
    with unit_of_work(first) as session:
        import_responses(session, KEYRING, find_survey(session)[1], rows)
    file = tmp_path / f"export.{kind}"
    file.write_bytes(export(first, Layout(labels, format=kind))[1])
    import_file(second, file)
    assert export(second, Layout(format="json"))[1] == export(first, Layout(format="json"))[1]


@pytest.mark.parametrize("cell", ["0012", "1e5", "1.50", "-0", "+1", "", "12345678901234567", "0.1.2", "NaN", "1,5"])
def test_a_number_is_written_only_where_it_comes_back_the_same(cell):
    assert as_number(cell) == cell
    assert [as_number("-12"), as_number("41.5"), as_number("0")] == [-12.0, 41.5, 0.0]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_spss_holds_numbers_with_their_labels_and_missing_values(install, tmp_path, language):
    engine = install()
    fill(engine)
    made, content = export(engine, Layout(language, format="sav"))
    (tmp_path / "x.sav").write_bytes(content)
    frame, about = pyreadstat.read_sav(tmp_path / "x.sav", user_missing=True, disable_datetime_conversion=False)
    assert hashlib.sha256(content).hexdigest() == made.sha256
    assert (list(frame.columns), len(frame)) == (list(variable_names(made.columns).values()), made.rows)
    stored, shown = rows_of(engine), rows_of(engine, Layout(language))
    for record in frame.to_dict("records"):
        codes, labels = stored[record["response"]], shown[record["response"]]
        for name in ("gender", "been", "rows.a", "agree", "roles.a", "group", "language"):
            column = name if name in record else name.replace("-", "_")
            label = about.variable_value_labels[column].get(record[column], "")
            assert label == labels[name].removeprefix("'"), name
        for name in ("age", "access", "order.a", "share.b"):
            number = record[name]
            cell = codes[name]
            assert (cell == "" and number != number) or not cell[-1:].isdigit() or float(cell) == number
        assert record["submitted_on"] == date.fromisoformat(codes["submitted_on"])
        assert record["said"] == codes["said"].removeprefix("'") or codes["said"].startswith(("''", "'"))
    missing = {each["lo"] for each in about.missing_ranges["access"]}
    assert missing == {-97.0, -98.0, -99.0}
    assert -97.0 in set(frame["access"].dropna())  # control: it was said
    text = {"fr": "G (fr)", "en": "G (en)"}[language]
    assert about.column_names_to_labels["gender"] == text
    assert about.column_names_to_labels["roles.a"].endswith({"fr": "R (fr)", "en": "R (en)"}[language])


def test_an_answer_that_is_a_usual_missing_value_moves_the_missing_values_away():
    words = type("W", (), {"labels": {"fr": {"dont_know": "?"}}})
    assert responses_sav._number_cells(["1", "-98"], words)[1] == (-999_999_998.0,)
    assert responses_sav._number_cells(["1", "2"], words)[1] == (-98.0,)


@given(st.lists(st.text(st.sampled_from("aAzé._-09"), max_size=80), unique=True, max_size=12))
def test_variable_names_are_such_as_spss_takes(columns):
    names = variable_names([*columns, "to", "with", "a.b"])
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert len(name.encode()) <= LONGEST_NAME
        assert name[0].isalpha()
        assert name.isascii()
        assert not name.endswith((".", "_"))
        assert name.upper() not in {"TO", "WITH"}
    assert names["a.b"].startswith("a.b")


def test_json_has_an_object_on_each_line_and_the_survey_that_it_answers(install):
    engine = install(Anonymity.IDENTIFIED)
    fill(engine)
    made, content = export(engine, Layout(format="json"))
    whole = json.loads(content)
    assert hashlib.sha256(content).hexdigest() == made.sha256
    assert [load_survey(json.dumps(each)).code for each in whole["versions"].values()] == ["main", "main"]
    stored = rows_of(engine)
    assert [each["response"] for each in whole["responses"]] == list(stored)
    for each in whole["responses"]:
        assert each["respondent"] == "=a@b.org"
        assert str(each["survey_version"]) == stored[each["response"]]["survey_version"]
    assert {each["answers"].get("said", {}).get("text") for each in whole["responses"]} >= {"=1+1", "'=1+1"}
    lines = content.decode().splitlines()[1:-1]
    assert [json.loads(line.rstrip(","))["response"] for line in lines] == list(stored)


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_answered_is_a_file_without_rows(install, kind):
    made, content = export(install(), Layout("en" if kind == "sav" else None, format=kind))
    assert (made.rows, made.format, bool(content)) == (0, kind, True)


@pytest.mark.parametrize(("kind", "module"), [("sav", responses_sav), ("xlsx", responses_xlsx)])
def test_beyond_the_limit_of_a_format_nothing_is_written(install, monkeypatch, kind, module):
    engine = install()
    fill(engine, 6)
    monkeypatch.setattr(module, "MOST_ROWS", 6)
    if kind == "sav":
        export(engine, Layout("en", format=kind))  # exactly as many
        monkeypatch.setattr(module, "MOST_ROWS", 5)
    with pytest.raises(SurveyError) as caught:
        export(engine, Layout("en", format=kind))
    assert [(each.code, each.values) for each in caught.value.problems] == [
        ("export.too_large", {"rows": 6, "limit": 5})
    ]
