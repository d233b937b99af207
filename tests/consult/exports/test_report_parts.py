"""Levels of themes, targets, contents and tags in every form of a report."""

import csv
import io
import re
import zipfile
import zlib
from dataclasses import replace

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from lxml import etree

from consult.exports.report_blocks import Heading, Quote
from consult.exports.report_charts import NARROW, Bar, Dot, bar_chart, dot_chart
from consult.exports.report_docx import report_docx
from consult.exports.report_layout import lay_out
from consult.exports.report_pdf import report_pdf
from consult.exports.report_xlsx import report_csv, report_xlsx
from tests.consult.exports.planted_report import CODE, MADE_ON, QUOTES, planted_contents


def _nested():
    """The planted report with its second theme a part of the third."""
    contents = planted_contents()
    question = contents.questions[0]
    first, second, third, last = question.themes
    second = replace(second, above=third.code, under=third.labels)
    return replace(contents, questions=(replace(question, themes=(first, third, second, last)),))


@pytest.fixture(scope="module", params=["fr", "en"])
def document(request):
    return lay_out(_nested(), CODE, MADE_ON, QUOTES, request.param)


@pytest.fixture(scope="module")
def word(document):
    return docx.Document(io.BytesIO(report_docx(document)))


@pytest.fixture(scope="module")
def pdf(document):
    """The PDF with its streams unpacked."""
    made = report_pdf(document)
    found = [made]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", made, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(found)


def _table(document, code="themes-needs"):
    return next(table for table in document.tables() if table.code == code)


def test_a_theme_that_is_part_of_another_says_so_in_every_form(document, word):
    rows = _table(document).rows
    assert [row[0].level for row in rows] == [0, 0, 1, 0]
    assert [bool(row[1].text.text) for row in rows] == [False, False, True, False]
    assert rows[2][1].text.text == rows[1][0].text.text
    levels = {block.text.text: block.level for block in document.blocks if isinstance(block, Heading)}
    assert (levels[rows[1][0].text.text], levels[rows[2][0].text.text]) == (3, 4)
    written = next(table for table in word.tables if len(table.rows) == len(rows) + 1 and len(table.columns) == 4)
    indents = [row.cells[0].paragraphs[0].paragraph_format.left_indent for row in written.rows[1:]]
    assert [bool(indent) for indent in indents] == [False, False, True, False]
    sheet = openpyxl.load_workbook(io.BytesIO(report_xlsx(document)))["themes-needs"]
    assert [sheet.cell(line, 1).alignment.indent for line in range(4, 8)] == [0, 0, 1, 0]
    archive = zipfile.ZipFile(io.BytesIO(report_csv(document)))
    lines = list(csv.reader(io.StringIO(archive.read("themes-needs.csv").decode("utf-8-sig"))))
    assert lines[3][1].endswith(rows[1][0].text.text)  # after the sign that keeps a formula from being run


def test_charts_stay_in_the_order_of_size(document):
    says = next(picture.chart.says for picture in document.pictures() if "64" in picture.chart.says)
    assert says.index("64") < says.index("22 (") < says.index("12 (")


def test_word_s_table_of_contents_leads_to_every_chapter(document, word):
    headings = [block for block in document.blocks if isinstance(block, Heading) and block.level <= 2]
    body = word.element.body
    links = body.findall(f".//{qn('w:hyperlink')}")
    places = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert ["".join(part.text for part in link.iter(qn("w:t"))) for link in links] == [
        each.text.text for each in headings
    ]
    assert [link.get(qn("w:anchor")) for link in links] == places
    assert len(set(places)) == len(places) > 9
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert [words.text.split()[0] for words in body.iter(qn("w:instrText"))] == ["TOC"]


def test_neighbouring_quotes_of_two_people_have_bars_of_their_own(word):
    quotes = [each for each in word.paragraphs if each.style.name == "Quote"]
    indents = [each.paragraph_format.left_indent or each.style.paragraph_format.left_indent for each in quotes]
    assert len(set(indents)) == 2
    assert word.styles["Quote"].element.pPr.find(f"{qn('w:pBdr')}/{qn('w:left')}") is not None


def test_the_parts_of_word_s_styles_stand_in_the_order_of_the_format(word):
    """Word refuses a document whose elements stand in another order than its schema's."""
    order = ["keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs"]
    order += ["suppressAutoHyphens", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl"]
    borders = ["tblStyle", "tblW", "jc", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption"]
    for name, known in (("pPr", order), ("tblPr", borders)):
        for properties in (*word.element.body.iter(qn(f"w:{name}")), *word.styles.element.iter(qn(f"w:{name}"))):
            places = [known.index(tag) for each in properties if (tag := etree.QName(each).localname) in known]
            assert places == sorted(places)


def test_what_was_said_in_the_other_language_is_marked_so_for_the_eye(document):
    about = {block.text.language: block.about for block in document.blocks if isinstance(block, Quote)}
    other = {"fr": "en", "en": "fr"}[document.language]
    assert {"fr": "dit en anglais", "en": "said in French"}[document.language] in about[other]
    assert "·" not in about[document.language]


def test_the_pdf_has_what_reading_software_looks_for(pdf, document):
    assert b"/StructTreeRoot" in pdf
    assert re.search(rb"/MarkInfo ?<<\s*/Marked true", pdf)
    assert re.search(rb"/DisplayDocTitle true", pdf)
    assert re.search(rb"/Lang ?\(%s-CA\)" % document.language.encode(), pdf)
    other = {"fr": b"en", "en": b"fr"}[document.language]
    assert re.search(rb"/Lang ?\(%s" % other, pdf)  # a quote in the other language
    for role in (
        b"Table",
        b"TR",
        b"TH",
        b"TD",
        b"THead",
        b"Caption",
        b"H1",
        b"H2",
        b"H3",
        b"H4",
        b"L",
        b"LI",
        b"Figure",
    ):
        assert re.search(rb"/S ?/%s\b" % role, pdf), role
    assert re.search(rb"/Scope ?/Column", pdf)
    assert not re.search(rb"/S ?/H5\b", pdf)  # control


def test_a_mark_stands_where_its_number_is_on_the_scale_of_the_bars():
    chart = bar_chart([Bar("a", "20", 20, mark=40), Bar("b", "30", 30)], "t")
    tree = etree.fromstring(chart.svg.encode())
    [mark] = tree.xpath("//*[@class='mark']")
    widths = [float(each.get("width")) for each in tree.xpath("//*[@class='bar']")]
    assert float(mark.get("x1")) == pytest.approx(2 * widths[0], abs=0.1)
    assert widths[1] == pytest.approx(1.5 * widths[0], abs=0.1)


def test_labels_of_a_narrow_chart_fit_its_width_in_a_wide_font():
    label = "Une équipe de première ligne pour chaque personne, près de chez elle et qui la connaît"
    bars = bar_chart([Bar(label, "12", 12)], "t", width=NARROW)
    dots = dot_chart([Dot(label, "1 (1 à 3)", 1, 1, 3)], "t", 1, 3, width=NARROW)
    for chart in (bars, dots):
        lines = etree.fromstring(chart.svg.encode()).xpath("//*[@class='label']/text()")
        assert max(map(len, lines)) * 14 * 0.56 <= NARROW
        assert chart.width == NARROW
