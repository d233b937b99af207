"""CSV that any spreadsheet opens and none runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.exports.csv_text import csv_bytes, neutralise, restore


def _parse(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd", "-rm", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1a", "'=1", "-inf", "+nan", "- 5"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell):
    assert neutralise(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a", "5", "-5", "+5.25", "-1e3", "l’urgence", "a=b", "1 - 2", "« - »"])
def test_other_text_and_numbers_stay_as_they_are(cell):
    assert neutralise(cell) == cell


@given(st.text())
def test_what_was_neutralised_can_be_restored(cell):
    assert restore(neutralise(cell)) == cell


def test_the_bytes_are_those_of_rfc_4180_in_utf_8_with_a_mark():
    content = csv_bytes(("id", "réponse"), [("1", 'dit "non", deux\nfois'), ("=2", "")])
    assert content == b'\xef\xbb\xbfid,r\xc3\xa9ponse\r\n1,"dit ""non"", deux\nfois"\r\n\'=2,\r\n'


def test_a_heading_that_begins_like_a_formula_is_neutralised_too():
    assert _parse(csv_bytes(("=a", "b"), [])) == [["'=a", "b"]]


def test_numbers_are_written_as_numbers():
    assert _parse(csv_bytes(("n", "x"), [(-3, 0.25)])) == [["n", "x"], ["-3", "0.25"]]


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_every_text_comes_back_from_the_file(rows):
    parsed = _parse(csv_bytes(("a", "b"), rows))
    assert [tuple(restore(cell) for cell in row) for row in parsed[1:]] == rows
