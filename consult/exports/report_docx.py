"""A report as a Word document that a team can edit: its styles, headings, tables and captions are Word's own.

Charts are pictures with their text for screen readers, each beside a table that holds its numbers. What stands in the
other language is marked so for the spelling checker and the reading software.
"""

import io
import zipfile
from datetime import UTC, datetime, time

import docx
from docx.document import Document as Written
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line

from consult.exports.report_blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    Paragraph,
    Picture,
    Quote,
    Said,
    Table,
)
from consult.exports.report_charts import WIDTH
from consult.exports.report_docx_marks import bar_quotes, fill_contents, mark_place, rule_table
from consult.exports.report_pdf import chart_pictures
from consult.languages import interface_words

_FULL = 16.5  # centimetres between the margins
_INK, _ACCENT, _QUIET = RGBColor(0x20, 0x1D, 0x18), RGBColor(0x0D, 0x4F, 0x4C), RGBColor(0x4F, 0x49, 0x3E)
_FONT = "Georgia"
_HEADINGS = {
    "Title": (26, _ACCENT),
    "Heading 1": (18, _ACCENT),
    "Heading 2": (14, _INK),
    "Heading 3": (11.5, _INK),
    "Heading 4": (11, _INK),
}
_LISTED = 2  # levels of headings in the table of contents
_ALONE = 2  # rows of a table that never stand alone on a page, at its beginning and at its end
_KINDS = {"quiet": "Note", "lead": "Lead", "asked": "Asked"}
_BELOW, _HAIR = Cm(0.5), Pt(0.5)
# How much wider columns of words are than those of numbers; Word fits them to what they hold.
_FIRST_SHARE, _WORDS_SHARE, _LAST_SHARE = 3.0, 1.7, 2.2
_STYLES = (
    ("Note", 9.5, _QUIET),
    ("Cell", 9.5, _INK),
    ("Lead", 12.5, _INK),
    ("Asked", 11, _INK),
    ("TOC Heading", 18, _ACCENT),
    ("toc 1", 11, _INK),
    ("toc 2", 10, _INK),
)
# Points before and after a paragraph of a style.
_SPACES = {
    "Cell": (2, 2),
    "Note": (4, 10),
    "Caption": (12, 4),
    "Quote": (4, 4),
    "Asked": (6, 2),
    "TOC Heading": (24, 6),
    "toc 1": (6, 2),
    "toc 2": (0, 2),
}
_LONGEST_PROPERTY = 255  # of the format
_ZERO = datetime(1980, 1, 1)


def report_docx(document: Document) -> bytes:
    """Return the report as a Word document; the same document gives the same bytes."""
    charts = [picture.chart for picture in document.pictures()]
    writer = _Writer(document, chart_pictures(charts, document.made_on))
    writer.begin()
    for block in document.blocks:
        writer.add(block)
    return writer.finish()


class _Writer:
    """A document that grows from top to bottom."""

    def __init__(self, document: Document, pictures: list[bytes]) -> None:
        self.source, self.language, self.pictures = document, document.language, iter(pictures)
        self.words = interface_words(document.language)
        self.listed = self.quotes = 0
        self.written: Written = docx.Document()
        self._page()
        self._styles()
        # python-docx looks a style up among all of them each time, which takes longer than all the rest
        self.styles = {style.name: style.style_id for style in self.written.styles}

    def begin(self) -> None:
        properties, source = self.written.core_properties, self.source
        properties.title = f"{source.kind} – {source.title.text}"[:_LONGEST_PROPERTY]
        properties.subject = source.snapshot_line[:_LONGEST_PROPERTY]
        properties.language = f"{self.language}-CA"
        properties.author = "Consult"
        properties.comments = ""
        moment = datetime.combine(source.made_on, time(12), UTC)
        properties.created = properties.modified = moment
        self.line(Said(source.kind, self.language), "Subtitle")
        self.line(source.title, "Title")
        if source.is_fictional:
            self.written.add_paragraph().add_run(source.is_fictional).bold = True
        for line in source.lines:
            self.text(line)
        self.line(Said(source.snapshot_line, self.language), "Note")
        self.contents()

    def contents(self) -> None:
        """List the chapters and their parts, with the pages that Word finds; the first chapter begins a page."""
        headings = [each for each in self.source.blocks if isinstance(each, Heading) and each.level <= _LISTED]
        if not headings:
            return
        self.line(Said(self.words.gettext("Contents"), self.language), "TOC Heading")
        lines = [(self.line(each.text, f"toc {each.level}"), at) for at, each in enumerate(headings)]
        fill_contents(lines)

    def heading(self, block: Heading) -> None:
        line = self.line(block.text, f"Heading {block.level}")
        if block.level <= _LISTED:
            mark_place(line, self.listed)
            line.paragraph_format.page_break_before = self.listed == 0 or None
            self.listed += 1

    def add(self, block: Block) -> None:
        if isinstance(block, Heading):
            self.heading(block)
        elif isinstance(block, Paragraph):
            self.text(block.text, _KINDS.get(block.kind))
        elif isinstance(block, Bullets):
            for item in block.items:
                self.line(item, "List Bullet")
        elif isinstance(block, Picture):
            self.picture(block)
        elif isinstance(block, Table):
            self.table(block)
        else:
            self.quote(block)

    def text(self, said: Said, style: str | None = None) -> list[Line]:
        parts = [part for part in said.text.split("\n") if part.strip()]
        return [self.line(Said(part, said.language), style) for part in parts]

    def line(self, said: Said, style: str | None = None) -> Line:
        paragraph = self.written.add_paragraph()
        if style:
            paragraph._p.style = self.styles[style]
        self._run(paragraph, said)
        return paragraph

    def quote(self, block: Quote) -> None:
        lines = self.text(block.text, "Quote")
        if block.translation:
            line = self.line(Said(self.words.gettext("Translation:") + " ", self.language), "Quote")
            self._run(line, block.translation)
            lines.append(line)
        self.quotes += 1
        for line in lines if self.quotes % 2 else ():
            # Word joins the bars of neighbours of the same indent: those of two people would look like one
            line.paragraph_format.left_indent = _BELOW + _HAIR
        if block.about:
            self.line(Said(block.about, self.language), "Note")

    def picture(self, block: Picture) -> None:
        share = min(block.chart.width / WIDTH, 1.0)
        self._caption(block.caption)
        paragraph = self.written.add_paragraph()
        shape = paragraph.add_run().add_picture(io.BytesIO(next(self.pictures)), width=Cm(_FULL * share))
        about = shape._inline.docPr
        about.set("descr", block.chart.says)
        about.set("title", block.caption)

    def table(self, block: Table) -> None:
        self._caption(block.caption)
        table = self.written.add_table(rows=1, cols=len(block.headings), style="Normal Table")
        shares = _shares(len(block.headings), block.words)
        for column, cell, share in zip(table.columns, table.rows[0].cells, shares, strict=True):
            column.width = cell.width = Cm(_FULL * share / sum(shares))
        for at, (cell, words) in enumerate(zip(table.rows[0].cells, block.headings, strict=True)):
            self._fill(cell.paragraphs[0], Said(words, self.language), at >= block.words, is_bold=True)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        _mark(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
        _describe(table._tbl.tblPr, block.caption)
        last = len(block.rows)
        for at, row in enumerate(block.rows, start=1):
            is_kept = at < last and not _ALONE < at < last - _ALONE
            self._row(table.add_row(), row, block.words, is_kept=is_kept or (at == last and bool(block.note)))
        rule_table(table)
        self.text(Said(block.note, self.language), "Note")
        if not block.note:
            self.written.add_paragraph(style="Note")  # two tables that touch would become one

    def _caption(self, words: str) -> None:
        self.line(Said(words, self.language), "Caption").paragraph_format.keep_with_next = True

    def _row(self, line: object, row: tuple[Cell, ...], words: int, *, is_kept: bool) -> None:
        _mark(line._tr.get_or_add_trPr(), "w:cantSplit")  # type: ignore[attr-defined]  # a row of python-docx
        for at, (cell, value) in enumerate(zip(line.cells, row, strict=True)):  # type: ignore[attr-defined]
            paragraph = cell.paragraphs[0]
            self._fill(paragraph, value.text, at >= words)
            paragraph.paragraph_format.keep_with_next = is_kept or None
            if value.level:
                paragraph.paragraph_format.left_indent = value.level * _BELOW

    def _fill(self, paragraph: Line, said: Said, is_number: bool, *, is_bold: bool = False) -> None:
        paragraph._p.style = self.styles["Cell"]
        if is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._run(paragraph, said, is_bold=is_bold)

    def _run(self, paragraph: Line, said: Said, *, is_bold: bool = False) -> None:
        run = paragraph.add_run(said.text)
        run.bold = is_bold or None
        if said.language != self.language:
            _set_language(run._r.get_or_add_rPr(), said.language)

    def _page(self) -> None:
        section = self.written.sections[0]
        section.page_width, section.page_height = Cm(21.59), Cm(27.94)
        section.left_margin = section.right_margin = Cm((21.59 - _FULL) / 2)
        foot = section.footer.paragraphs[0]
        foot.style = self.written.styles["Footer"]
        foot.add_run(f"{self.source.title.text} · {self.source.snapshot} · ")
        page = self.words.gettext("Page %(page)s of %(pages)s")
        before, _, rest = page.partition("%(page)s")
        between, _, after = rest.partition("%(pages)s")
        for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
            foot.add_run(words)
            if field:
                _field(foot, field)

    def _styles(self) -> None:
        styles = self.written.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = _FONT, Pt(11)
        _set_language(normal.element.get_or_add_rPr(), self.language)
        for mark in styles.element.iter(qn("w:lang")):
            mark.set(qn("w:val"), f"{self.language}-CA")
        for name, (size, colour) in _HEADINGS.items():
            self._font(name, size, colour)
        self._font("Subtitle", 12, _QUIET)
        self._font("Caption", 10, _INK)
        self._font("Quote", 11, _INK)
        self._font("Footer", 8.5, _QUIET)
        for name, size, colour in _STYLES:
            style = styles[name] if name in styles else styles.add_style(name, 1)
            style.base_style = normal
            self._font(name, size, colour)
        for name, (before, after) in _SPACES.items():
            styles[name].paragraph_format.space_before, styles[name].paragraph_format.space_after = (
                Pt(before),
                Pt(after),
            )
        styles["toc 2"].paragraph_format.left_indent = _BELOW
        styles["Asked"].paragraph_format.keep_with_next = True
        quote = styles["Quote"]
        quote.font.italic = False
        quote.paragraph_format.left_indent = _BELOW
        bar_quotes(quote)

    def _font(self, name: str, size: float, colour: RGBColor) -> None:
        font = self.written.styles[name].font
        font.name, font.size, font.color.rgb = _FONT, Pt(size), colour
        fonts = font._element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # else the theme's font wins
            fonts.attrib.pop(qn(f"w:{theme}"), None)

    def finish(self) -> bytes:
        kept = io.BytesIO()
        self.written.save(kept)
        return _same_bytes(kept)


def _shares(columns: int, words: int) -> list[float]:
    """Return how wide columns are beside each other: of words alone the last, such as a reason, is the widest."""
    if words < columns:
        return [_FIRST_SHARE, *([_WORDS_SHARE] * (words - 1)), *([1.0] * (columns - words))]
    return [1.3, *([1.0] * (columns - 2)), _LAST_SHARE][-columns:]


def _same_bytes(kept: io.BytesIO) -> bytes:
    """Return an archive again without the moment at which each of its parts was written."""
    target = io.BytesIO()
    with zipfile.ZipFile(kept) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            about = zipfile.ZipInfo(name, _ZERO.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, source.read(name))
    return target.getvalue()


def _mark(properties: object, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    properties.append(mark)  # type: ignore[attr-defined]  # an element of the document


def _describe(properties: object, words: str) -> None:
    about = OxmlElement("w:tblCaption")
    about.set(qn("w:val"), words)
    properties.append(about)  # type: ignore[attr-defined]


def _set_language(properties: object, language: str) -> None:
    for mark in properties.findall(qn("w:lang")):  # type: ignore[attr-defined]
        properties.remove(mark)  # type: ignore[attr-defined]
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), f"{language}-CA")
    properties.append(mark)  # type: ignore[attr-defined]


def _field(paragraph: Line, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)
