"""Any CSV or XLSX that Excel writes is read as it was meant, or refused with a code that names the place."""

import codecs
import csv
import datetime
import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from surveys.exchange import spreadsheet, workbook
from surveys.exchange.spreadsheet import Limits, iter_rows, read_columns, read_header
from surveys.exchange.workbook import WorkbookLimits
from surveys.problems import SurveyError

_FRENCH = "Manque de médecins, surtout l’été à l’hôpital; « ça va » disait-elle"

# encoding to write in, its mark, the name under which it is reported
_ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8-sig": ("utf-8", codecs.BOM_UTF8),
    "utf-16-le": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16-be": ("utf-16-be", codecs.BOM_UTF16_BE),
    "windows-1252": ("cp1252", b""),
    "mac-roman": ("mac_roman", b""),
}


def _write(folder: Path, content: bytes, name: str = "answers.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _csv(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def _workbook(folder: Path, *sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    path = folder / "answers.xlsx"
    book.save(path)
    return path


def _refused(read, *arguments) -> tuple[str | int, ...]:
    with pytest.raises(SurveyError) as caught:
        read(*arguments)
    (problem,) = caught.value.problems
    return (problem.code, problem.place, *([problem.values["line"]] if "line" in problem.values else []))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", _ENCODINGS)
def test_every_encoding_delimiter_and_line_end_of_excel_is_read(tmp_path, encoding, delimiter, end):
    codec, mark = _ENCODINGS[encoding]
    text = _csv([["id", "réponse"], ["1", _FRENCH], ["2", 'deux\nlignes, "dites"'], ["3", ""]], delimiter, end)
    path = _write(tmp_path, mark + text.encode(codec))
    table = read_columns(path, ["réponse"])
    assert table.columns == {"réponse": [_FRENCH, 'deux\nlignes, "dites"', ""]}
    assert (table.header, table.rows) == (("id", "réponse"), 3)
    assert (table.encoding, table.delimiter, table.sheet) == (encoding, delimiter, "")


@pytest.mark.parametrize("text", ["«oui»", "ÉTÉ À L’HÔPITAL", "Café", "Où ça? « Là »", "Bon… d’accord", "naïve – cœur"])
def test_windows_1252_and_mac_roman_are_told_apart_on_short_texts(tmp_path, text):
    for name in ("windows-1252", "mac-roman"):
        path = _write(tmp_path, f"a,b\n1,{text}\n".encode(_ENCODINGS[name][0]))
        table = read_columns(path, ["b"])
        assert (table.columns["b"], table.encoding) == ([text], name)


def test_utf8_with_a_damaged_byte_is_refused_with_its_line_rather_than_misread(tmp_path):
    content = "a,b\n1,été passé\n2,dépassé\n".encode() + b"3,caf\xe9\n" + "4,éèàç\n".encode()
    assert _refused(read_header, _write(tmp_path, content)) == ("file.unreadable", "answers.csv", 4)


def test_first_line_sep_decides(tmp_path):
    for line in ("sep=;\r\n", '"sep=;"\n', "SEP=;\r"):
        table = read_columns(_write(tmp_path, f"{line}id;text\n1;a, b, c\n".encode()), ["text"])
        assert (table.header, table.columns["text"], table.delimiter) == (("id", "text"), ["a, b, c"], ";")


def test_one_column_of_prose_full_of_commas_has_no_delimiter(tmp_path):
    answers = ["oui, non, peut-être", "", "rien; vraiment, rien", "un,deux", "x, y", "z, t; u", "", "fin"]
    text = "réponse\r\n" + "\r\n".join(answers) + "\r\n\r\n\r\n"
    table = read_columns(_write(tmp_path, text.encode()), ["réponse"])
    assert (table.columns["réponse"], table.delimiter) == (answers, "")


def test_one_column_whose_header_has_a_comma_is_one_column(tmp_path):
    text = "Comments, if any\n" + "".join(f"line {n}, and more, and more\nshort one\n" for n in range(5))
    path = _write(tmp_path, text.encode())
    assert read_header(path) == ("Comments, if any",)
    path = _write(tmp_path, b"Cost (1,5 point)\nfine, thanks\n")
    assert read_columns(path, ["Cost (1,5 point)"]).columns["Cost (1,5 point)"] == ["fine, thanks"]


def test_prose_with_more_commas_than_semicolons_does_not_hide_the_semicolon(tmp_path):
    rows = [["id", "Commentaire, s’il y a lieu"]] + [[str(n), "a, b, c, d, e, f"] for n in range(20)]
    table = read_columns(_write(tmp_path, _csv(rows, ";").encode()), ["id"])
    assert (table.delimiter, table.rows) == (";", 20)


def test_short_rows_are_filled_and_rows_of_delimiters_are_rows(tmp_path):
    path = _write(tmp_path, b"a,b,c\n1\n,,\n\n1,2,3,,\n\n\n")
    table = read_columns(path, ["a", "c"])
    assert table.columns == {"a": ["1", "", "1"], "c": ["", "", "3"]}


def test_a_header_alone_decides_for_a_file_of_few_short_rows(tmp_path):
    assert read_header(_write(tmp_path, b"a;b;c\n1\n")) == ("a", "b", "c")


def test_a_row_wider_than_the_header_names_its_line(tmp_path):
    path = _write(tmp_path, b'a,b\n1,"2\n3"\n1,2,3\n')
    assert _refused(read_columns, path, ["b"]) == ("row.too_long", "answers.csv", 4)


def test_an_unclosed_quotation_mark_names_its_line(tmp_path):
    path = _write(tmp_path, b'a,b\n1,2\n3,"4\n5,6\n')
    assert _refused(read_columns, path, ["b"]) == ("file.bad_quotes", "answers.csv", 3)


def test_a_column_is_found_exactly_first_then_without_spaces_and_capitals(tmp_path):
    path = _write(tmp_path, b"Text, text ,id\nA,B,1\n")
    assert read_columns(path, ["Text"]).columns["Text"] == ["A"]
    assert _refused(read_columns, path, ["TEXT"]) == ("column.duplicate", "answers.csv")
    assert read_columns(path, [" ID "]).columns == {" ID ": ["1"]}


def test_a_column_asked_for_twice_is_given_once(tmp_path):
    assert read_columns(_write(tmp_path, b"a,b\n1,2\n"), ["a", "a"]).columns == {"a": ["1"]}


def test_a_missing_column_says_which_are_there(tmp_path):
    with pytest.raises(SurveyError) as caught:
        read_columns(_write(tmp_path, b"a,b\n1,2\n"), ["c"])
    assert caught.value.problems[0].values == {"column": "c", "columns": "a, b"}
    assert caught.value.problems[0].code == "column.missing"


def test_blank_and_duplicate_names_matter_only_where_they_are_wanted(tmp_path):
    path = _write(tmp_path, b"a,,b,b,c,,\n1,2,3,4,5,,\n")
    assert read_columns(path, ["a", "c"]).columns == {"a": ["1"], "c": ["5"]}
    assert _refused(read_columns, path, ["b"]) == ("column.duplicate", "answers.csv")
    assert _refused(lambda: list(iter_rows(path))) == ("column.unnamed", "answers.csv")
    path = _write(tmp_path, b"a,b,b\n1,2,3\n")
    assert _refused(lambda: list(iter_rows(path))) == ("column.duplicate", "answers.csv")


def test_rows_come_with_the_line_they_begin_at(tmp_path):
    path = _write(tmp_path, b'a;b\n1;"x\ny"\n\n2\n')
    assert list(iter_rows(path)) == [(2, {"a": "1", "b": "x\ny"}), (5, {"a": "2", "b": ""})]
    path = _write(tmp_path, b"sep=;\na;b\n1;2\n")
    assert list(iter_rows(path)) == [(3, {"a": "1", "b": "2"})]


def test_a_file_left_in_the_middle_of_its_rows_is_closed(tmp_path):
    rows = iter_rows(_write(tmp_path, b"a,b\n1,2\n3,4\n"))
    assert next(rows)[0] == 2
    rows.close()  # an open file would be a ResourceWarning, which is an error here


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (codecs.BOM_UTF8 + b"\r\n \r\n", "file.empty"),
        (b"a,b\n\n", "file.no_rows"),
        (b"a,b\n1,\x002\n", "file.binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file.binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file.unreadable"),
        (b"PK\x03\x04 and then nothing", "file.unreadable"),
        (codecs.BOM_UTF16_LE + b"a\x00\n\x00b", "file.unreadable"),
    ],
)
def test_what_is_no_table_is_refused_with_its_code(tmp_path, content, code):
    assert _refused(read_columns, _write(tmp_path, content), ["a"]) == (code, "answers.csv")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert _refused(read_header, tmp_path / "none.csv") == ("file.missing", "none.csv")
    assert _refused(read_header, tmp_path) == ("file.folder", tmp_path.name)


def test_a_zip_that_is_no_workbook_is_binary(tmp_path):
    path = tmp_path / "answers.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.odt", "text")
    assert _refused(read_header, path) == ("file.binary", "answers.xlsx")


def test_a_damaged_workbook_is_unreadable(tmp_path):
    good = _workbook(tmp_path, [["a", "b"], [1, 2]])
    assert read_header(good) == ("a", "b")
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, content[:200] if entry.filename.startswith("xl/worksheets") else content)
    assert _refused(read_columns, path, ["a"]) == ("file.unreadable", "damaged.xlsx")


@pytest.mark.parametrize(
    ("entities", "text", "cell"),
    [
        ("", "plain", "plain"),  # the control: such a workbook is read
        ('<!ENTITY e "inside">', "plain", None),  # harmless, but no spreadsheet program declares anything
        ('<!ENTITY e SYSTEM "other.txt">', "&e;", None),
        (
            '<!ENTITY e0 "ten bytes!">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)),
            "&e9;",
            None,
        ),
    ],
)
def test_a_workbook_cannot_read_other_files_or_swell_without_end(tmp_path, entities, text, cell):
    good = _workbook(tmp_path, [["a", "b"], ["CELL", 1]])
    path = tmp_path / "hostile.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            content = source.read(entry).decode()
            if "CELL" in content:
                declared = f"<!DOCTYPE worksheet [{entities}]>" if entities else ""
                content = declared + content.replace("CELL", text)
            target.writestr(entry, content)
    if cell is None:
        with pytest.raises(SurveyError) as caught:
            read_columns(path, ["a"])
        (problem,) = caught.value.problems
        assert (problem.code, problem.place, problem.values["reason"]) == ("file.unreadable", "hostile.xlsx", "unsafe")
    else:
        assert read_columns(path, ["a"]).columns["a"] == [cell]


def test_files_above_the_limits_are_refused_before_they_are_read(tmp_path, monkeypatch):
    text, book = _write(tmp_path, b"a,b\n1,2\n"), _workbook(tmp_path, [["a", "b"], [1, 2]])
    assert (read_columns(text, ["a"]).rows, read_columns(book, ["a"]).rows) == (1, 1)
    monkeypatch.setattr(spreadsheet, "TEXT_LIMIT", 7)
    assert _refused(read_header, text) == ("file.too_large", "answers.csv")
    unpacked = sum(entry.file_size for entry in zipfile.ZipFile(book).infolist())
    for limits in (WorkbookLimits(unpacked=unpacked - 1), WorkbookLimits(marks=100)):
        assert _refused(read_header, book, Limits(workbook=limits)) == ("file.too_large", "answers.xlsx")
    enough = WorkbookLimits(unpacked, marks=unpacked // 4)
    assert read_header(book, Limits(workbook=enough)) == ("a", "b")
    monkeypatch.setattr(workbook, "PACKED_LIMIT", 100)
    assert _refused(read_header, book) == ("file.too_large", "answers.xlsx")


def test_rows_above_the_limits_are_refused_where_they_begin(tmp_path):
    path = _write(tmp_path, b"a,b\n1,2\n3,4\n5,6\n")
    assert len(list(iter_rows(path, Limits(rows=3, cells=6)))) == 3
    for limits in (Limits(rows=2), Limits(cells=5)):
        assert _refused(lambda limits: list(iter_rows(path, limits)), limits) == ("file.too_large", "answers.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_heading_has_so_many_columns_and_no_more(tmp_path, delimiter):
    names = [f"c{number}" for number in range(spreadsheet.COLUMN_LIMIT)]
    path = _write(tmp_path, f"{delimiter.join(names)}{delimiter * 50_000}\n1{delimiter}2\n".encode())
    started = time.process_time()
    assert len(dict(next(iter_rows(path))[1])) == len(names)
    assert time.process_time() - started < 2  # the blank names at the end were cut off one copy at a time
    more = _write(tmp_path, delimiter.join([*names, "more"]).encode() + b"\n1\n")
    assert _refused(read_header, more) == ("file.too_many_columns", "answers.csv")
    book = _workbook(tmp_path, [[*names, "more"], [1]])
    assert _refused(read_header, book) == ("file.too_many_columns", "answers.xlsx")


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="900000000"><c r="A900000000"><v>1</v></c></row>',
        "".join(f'<row r="{row}"><c r="ZZZ{row}"/></row>' for row in range(3, 4_000)),
    ],
)
def test_a_workbook_that_names_cells_far_away_is_refused_at_once(tmp_path, cells):
    good = _workbook(tmp_path, [["a", "b"], [1, 2]])
    assert len(list(iter_rows(good))) == 1
    path = tmp_path / "far.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, content.replace(b"</sheetData>", cells.encode() + b"</sheetData>"))
    assert path.stat().st_size < 200_000
    started = time.process_time()
    assert _refused(lambda: list(iter_rows(path))) == ("file.too_large", "far.xlsx")
    assert time.process_time() - started < 20


def test_a_small_workbook_that_unpacks_to_countless_cells_is_refused_before_it_is_read(tmp_path):
    good = _workbook(tmp_path, [["a", "b"], [1, 2]])
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry, source.read(entry))
        target.writestr("xl/sharedStrings.xml", "<sst>" + "<si><t>a</t></si>" * 1_000_000 + "</sst>")
    assert path.stat().st_size < 100_000
    limits = Limits(workbook=WorkbookLimits(unpacked=100_000_000, marks=3_000_000))
    started = time.process_time()
    assert _refused(read_header, path, limits) == ("file.too_large", "bomb.xlsx")
    assert time.process_time() - started < 2


def test_workbook_cells_are_given_as_excel_shows_them(tmp_path):
    moment = datetime.datetime(2026, 10, 5, 9, 30)
    rows = [
        ["id", "v"],
        [1, 12.0],
        [2, 0.1 + 0.2],
        [3, True],
        [4, datetime.date(2026, 10, 5)],
        [5, moment],
        [6, "été_x000D_\nlà"],
        [7, None],
        [8, datetime.timedelta(hours=30, minutes=5)],
        [9, datetime.time(9, 5)],
    ]
    table = read_columns(_workbook(tmp_path, [], rows), ["id", "v"])
    expected = [
        "12",
        "0.3",
        "TRUE",
        "2026-10-05",
        "2026-10-05T09:30:00",
        "été\r\nlà",
        "",
        "30:05:00",
        "09:05:00",
    ]
    assert table.columns == {"id": list("123456789"), "v": expected}
    assert (table.encoding, table.delimiter, table.sheet) == ("xlsx", "", "Sheet1")


def test_empty_workbook_rows_are_answers_only_in_a_single_column(tmp_path):
    wide = _workbook(tmp_path, [["a", "b"], ["1", None], [], ["2", "x"]])
    assert list(iter_rows(wide)) == [(2, {"a": "1", "b": ""}), (4, {"a": "2", "b": "x"})]
    narrow = _workbook(tmp_path, [["a"], ["1"], [None], ["2"], [None]])
    assert read_columns(narrow, ["a"]).columns["a"] == ["1", "", "2"]


def test_a_hidden_sheet_does_not_pass_before_a_visible_one(tmp_path):
    book = Workbook()
    book.active.append(["lists", "behind"])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Réponses")
    sheet.append(["a", "b"])
    sheet.append(["1", "2"])
    book.active = sheet
    book.save(tmp_path / "answers.xlsx")
    table = read_columns(tmp_path / "answers.xlsx", ["b"])
    assert (table.sheet, table.columns["b"]) == ("Réponses", ["2"])


def test_a_workbook_that_declares_itself_smaller_than_it_is_is_read_whole(tmp_path):
    good = _workbook(tmp_path, [["a", "b"], ["1", "2"], ["3", "4"]])
    path = tmp_path / "small.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            target.writestr(entry, source.read(entry).replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A2"'))
    assert read_columns(path, ["b"]).columns["b"] == ["2", "4"]


def test_workbook_without_content_or_rows_is_refused(tmp_path):
    assert _refused(read_header, _workbook(tmp_path, [])) == ("file.empty", "answers.xlsx")
    assert _refused(read_columns, _workbook(tmp_path, [["a"]]), ["a"]) == ("file.no_rows", "answers.xlsx")


# Any text a cell may hold: no NUL (such a file is binary) and no lone surrogate (no encoding has it).
_CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
_NAME = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@st.composite
def _tables(draw) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    header = draw(st.lists(_NAME, min_size=width, max_size=width, unique_by=str.casefold))
    return [header, *draw(st.lists(st.lists(_CELL, min_size=width, max_size=width), min_size=1, max_size=8))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_tables(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_written_is_read_back_equal(tmp_path, rows, delimiter, codec):
    path = _write(tmp_path, _csv(rows, delimiter).encode(codec))
    table = read_columns(path, rows[0])
    assert table.header == tuple(rows[0])
    assert [table.columns[name] for name in rows[0]] == [list(column) for column in zip(*rows[1:], strict=True)]


_FRENCH_WORDS = st.sampled_from(
    [
        "été",
        "à",
        "l’hôpital",
        "où",
        "ça",
        "manque,",
        "même",
        "l’hiver;",
        "«",
        "très",
        "»",
        "loin\nCLSC",
        '"non"',
        "É",
        "À",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.lists(_FRENCH_WORDS, min_size=1).map(" ".join), min_size=1, max_size=8),
    st.sampled_from(["cp1252", "mac_roman"]),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_french_table_in_an_old_encoding_is_read_back_equal(tmp_path, texts, codec, delimiter):
    rows = [["identité", "réponse"]] + [[str(number), text] for number, text in enumerate(texts)]
    path = _write(tmp_path, _csv(rows, delimiter).encode(codec))
    assert read_columns(path, ["réponse"]).columns["réponse"] == texts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_code_and_never_another_error(tmp_path, content):
    for path in (_write(tmp_path, content), _write(tmp_path, b"PK\x03\x04" + content)):
        assert _outcome(path).partition(".")[0] in ("read", "file", "column", "row")


def _outcome(path: Path) -> str:
    try:
        return "read" if read_columns(path, [read_header(path)[0]]).rows else "nothing read"
    except SurveyError as error:
        return error.problems[0].code
