"""A report in its forms: the same numbers in all, what is hidden stays hidden, and screen readers can read them."""

import csv
import io
import json
import re
import zipfile
import zlib
from dataclasses import replace
from itertools import pairwise

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from lxml import etree

from consult.exports.report_blocks import Picture, Quote, Table, texts
from consult.exports.report_charts import Bar, Dot, bar_chart, dot_chart
from consult.exports.report_docx import report_docx
from consult.exports.report_layout import lay_out
from consult.exports.report_pdf import chart_pictures, pdf_data, report_pdf
from consult.exports.report_xlsx import report_csv, report_xlsx
from consult.record.report_quotes import ReadQuote
from surveys.localised import Localised
from tests.consult.exports.planted_report import CODE, FORMULA, MADE_ON, QUOTES, planted_contents

LANGUAGES = ("fr", "en")


def laid_out(language, quotes=QUOTES, contents=None):
    return lay_out(contents or planted_contents(), CODE, MADE_ON, quotes, language)


@pytest.fixture(scope="module", params=LANGUAGES)
def document(request):
    return laid_out(request.param)


@pytest.fixture(scope="module")
def word(document):
    return docx.Document(io.BytesIO(report_docx(document)))


def inflated(pdf):
    """Return a PDF with its streams unpacked, to look for what its structure says."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(found)


def words_of(word):
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in word.paragraphs] + cells


def table_of(document, code):
    return next(table for table in document.tables() if table.code == code)


def test_the_numbers_of_the_contents_are_in_the_tables(document):
    themes = [row[1].number for row in table_of(document, "themes-needs").rows]
    assert themes == [64, 22, 12, None]
    assert [row[1].number for row in table_of(document, "people-survey-group").rows] == [61, 45, None]
    assert [row[2].number for row in table_of(document, "people-survey-group").rows] == [50, 60, 20]
    assert [row[1].number for row in table_of(document, "ranking-order-everybody").rows] == [1, 2, 2, 4]
    assert [row[4].number for row in table_of(document, "ranking-order-everybody").rows] == [0.99, 0.83, 0.21, 0.01]


def test_a_hidden_number_is_in_no_table_and_in_no_chart(document):
    crossed = table_of(document, "themes-needs-group")
    hidden = planted_contents().questions[0].tables[0]
    for row, numbers in zip(crossed.rows, hidden.rows, strict=True):
        assert [cell.number for cell in row[1:]] == list(numbers)
    few = [cell.text.text for row in crossed.rows for cell in row[1:] if cell.number is None]
    assert len(few) == sum(number is None for row in hidden.rows for number in row) > 3
    assert not any(re.fullmatch(r"\d+", text) for text in few)
    drawn = [picture.chart.svg for picture in document.pictures()]
    assert len(drawn) == 4
    assert all("S’y rendre" not in svg and "Getting there" not in svg for svg in drawn[:2])  # its people are hidden


def test_every_text_of_the_report_is_in_the_word_document(document, word):
    written = {text.strip() for text in words_of(word)}
    joined = "\n".join(written)
    missing = [text for text in texts(document) if text.strip() and text.strip() not in joined]
    assert not missing
    assert document.snapshot_line in written


def test_every_text_and_chart_of_the_report_is_handed_to_the_typesetter_as_data(document):
    data = json.dumps(pdf_data(document), ensure_ascii=False)
    assert not [text for text in texts(document) if json.dumps(text, ensure_ascii=False)[1:-1] not in data]
    assert CODE in pdf_data(document)["foot"]


def test_the_pdf_is_tagged_named_and_in_its_language(document):
    made = inflated(report_pdf(document))
    assert b"/MarkInfo" in made
    assert b"/Lang (%s-CA)" % document.language.encode() in made or b"(%s-CA)" % document.language.encode() in made
    assert b"pdfuaid:part" in made  # the accessibility standard was kept, not given up
    assert b"/Outlines" in made
    assert made.count(b"/S /TH") + made.count(b"/S/TH") >= 20
    assert len(re.findall(rb"/S ?/Figure[^>]*?/Alt", made)) == 4
    assert document.title.text.encode("utf-8") in made or document.title.text.encode("utf-16-be") in made


def test_another_number_makes_another_pdf_and_the_same_ones_the_same():
    contents = planted_contents()
    question = contents.questions[0]
    other = replace(question, themes=(replace(question.themes[0], people=65), *question.themes[1:]))
    made = report_pdf(laid_out("fr"))
    assert report_pdf(laid_out("fr")) == made
    assert report_pdf(laid_out("fr", contents=replace(contents, questions=(other,)))) != made  # control


@pytest.mark.parametrize("form", [report_docx, report_xlsx, report_csv])
def test_the_same_snapshot_gives_the_same_bytes(form):
    assert form(laid_out("fr")) == form(laid_out("fr"))
    assert form(laid_out("fr")) != form(laid_out("en"))  # control


def test_the_word_document_has_its_language_headings_captions_and_texts_of_charts(document, word):
    assert word.core_properties.language == f"{document.language}-CA"
    assert document.title.text in word.core_properties.title
    languages = {mark.get(qn("w:val")) for mark in word.styles.element.iter(qn("w:lang"))}
    assert languages == {f"{document.language}-CA"}
    styles = [paragraph.style.name for paragraph in word.paragraphs]
    levels = [int(name[-1]) for name in styles if name.startswith("Heading")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert styles.count("Title") == 1
    tables, pictures = list(document.tables()), list(document.pictures())
    assert styles.count("Caption") == len(tables) + len(pictures)
    assert len(word.tables) == len(tables) >= 7
    for table in word.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    drawn = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert drawn == [picture.chart.says for picture in pictures]
    assert CODE in word.sections[0].footer.paragraphs[0].text


def test_words_in_the_other_language_are_marked_so(word, document):
    other = "en" if document.language == "fr" else "fr"
    original = QUOTES[f"q-{other}"].text
    run = next(run for paragraph in word.paragraphs for run in paragraph.runs if run.text == original)
    assert run._r.rPr.find(qn("w:lang")).get(qn("w:val")) == f"{other}-CA"


def test_a_quote_has_its_translation_only_for_who_needs_it(document):
    other = "en" if document.language == "fr" else "fr"
    said = {block.text.language: block for block in document.blocks if isinstance(block, Quote)}
    assert said[other].translation.text == QUOTES[f"q-{other}"].translation
    assert said[document.language].translation is None


def test_a_withdrawn_quote_is_in_no_form_and_the_numbers_stay(document):
    gone = {key: words for key, words in QUOTES.items() if key != "q-fr"}
    without = laid_out(document.language, gone)
    text = QUOTES["q-fr"].text
    assert text in texts(document)  # control
    assert text not in json.dumps(pdf_data(without), ensure_ascii=False)
    assert text not in words_of(docx.Document(io.BytesIO(report_docx(without))))
    assert list(without.tables()) == list(document.tables())


def test_the_workbook_holds_the_tables_as_numbers_and_texts_never_as_formulas(document):
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(document)))
    tables = list(document.tables())
    assert len(book.sheetnames) == len(tables) + 1
    for sheet, table in zip(book.worksheets[1:], tables, strict=True):
        assert sheet["A1"].value == table.caption
        assert CODE in sheet["A2"].value
        rows = list(sheet.iter_rows(min_row=3, max_row=3 + len(table.rows)))
        assert [cell.value for cell in rows[0]] == list(table.headings)
        for written, row in zip(rows[1:], table.rows, strict=True):
            assert [cell.data_type != "f" for cell in written] == [True] * len(row)
            wanted = [cell.text.text or None if cell.number is None else cell.number for cell in row]
            assert [cell.value for cell in written] == wanted
    themes = book["themes-needs"]
    assert themes["A6"].value == FORMULA
    assert themes["A6"].data_type == "s"


def test_the_csv_files_hold_the_same_and_their_digests(document):
    archive = zipfile.ZipFile(io.BytesIO(report_csv(document)))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["snapshot"] == CODE
    assert [each["file"] for each in manifest["tables"]] == [f"{table.code}.csv" for table in document.tables()]
    rows = list(csv.reader(io.StringIO(archive.read("themes-needs.csv").decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:4]] == ["64", "22", "12"]
    assert rows[3][0] == f"'{FORMULA}"
    assert not rows[4][1].isdigit()


def test_a_chart_says_in_words_what_it_draws_and_its_labels_are_never_markup():
    label = "Attendre <b>moins</b> & mieux"
    bars = bar_chart([Bar(label, "12", 12), Bar("Répit", "–", None)], "Personnes")
    dots = dot_chart([Dot(label, "1 (1 à 3)", 1, 1, 3), Dot("Répit", "2", 2, 2, 2)], "Places", 1, 2)
    for chart in (bars, dots):
        tree = etree.fromstring(chart.svg.encode())
        assert "Attendre <b>moins</b> & mieux" in "".join(tree.itertext())
        assert label in chart.says
        assert not tree.xpath("//@style")
        assert tree.get("role") == "img"
    assert len(etree.fromstring(bars.svg.encode()).xpath("//*[@class='bar']")) == 1
    assert chart_pictures([], MADE_ON) == []


def test_bars_are_as_long_as_their_numbers():
    chart = bar_chart([Bar("a", "40", 40), Bar("b", "10", 10), Bar("c", "20", 20, is_hollow=True)], "t")
    widths = [
        float(each.get("width")) for each in etree.fromstring(chart.svg.encode()).xpath("//*[contains(@class, 'bar')]")
    ]
    assert widths[0] == pytest.approx(4 * widths[1], abs=0.1)
    assert widths[0] == pytest.approx(2 * (widths[2] + 1), abs=0.1)  # a hollow bar's line is drawn inside it


def test_no_two_tables_of_a_report_have_the_same_file(document):
    codes = [block.code for block in document.blocks if isinstance(block, Table)]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z0-9-]+", code) for code in codes)
    assert any(isinstance(block, Picture) for block in document.blocks)


MARKUP = '#read("/etc/passwd") *bold* $x$ \\ <b> [c] // comment #{panic()} ${nobody} %(page)s'


@pytest.mark.parametrize("text", [MARKUP, "😀 \u200b\u0301 ﷽", "x" * 400])
def test_texts_are_words_and_never_markup_and_no_letter_stops_a_form(text):
    """Control: the same letters in the template's own hand would read a file, or stop the typesetter."""
    contents = planted_contents()
    odd = Localised(text, text)
    question = contents.questions[0]
    themes = (replace(question.themes[0], labels=odd, description=odd), *question.themes[1:])
    exercise = replace(contents.exercise, title=odd, mandate=odd)
    whole = replace(contents, exercise=exercise, questions=(replace(question, text=odd, themes=themes),))
    document = laid_out("fr", {"q-fr": ReadQuote(text, "fr"), "q-en": ReadQuote(text, "en", text)}, whole)
    assert report_pdf(document).startswith(b"%PDF-")
    assert text in words_of(docx.Document(io.BytesIO(report_docx(document))))
    assert report_xlsx(document).startswith(b"PK")
