"""What a Word document needs that python-docx has no words for: contents, rules of tables, bars beside quotes."""

from collections.abc import Sequence
from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as Line

_Element = Any  # an element of the document, which python-docx leaves without a type
_INK, _LINE = "201D18", "B9B0A0"
_RULES: Final = {"top": None, "left": None, "bottom": _LINE, "right": None, "insideH": _LINE, "insideV": None}
_LEVELS = "1-2"


def element(kind: str, **attributes: str) -> _Element:
    """Return an element of Word's own, such as ``element("w:tab", val="left")``."""
    made = OxmlElement(kind)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def rule_table(table: _Element) -> None:
    """Give a table thin rules under its rows and a dark one under its headings, as the PDF has them."""
    borders = element("w:tblBorders")
    for side, colour in _RULES.items():
        name = f"w:{side}"
        borders.append(
            element(name, val="single", sz="4", space="0", color=colour) if colour else element(name, val="nil")
        )
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblBorders")):
        properties.remove(old)
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption")
    for cell in table.rows[0].cells:
        under = element("w:tcBorders")
        under.append(element("w:bottom", val="single", sz="10", space="0", color=_INK))
        cell._tc.get_or_add_tcPr().append(under)


def bar_quotes(style: _Element) -> None:
    """Draw a line to the left of what people said, as the PDF does."""
    borders = element("w:pBdr")
    borders.append(element("w:left", val="single", sz="18", space="10", color=_LINE))
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def mark_place(paragraph: Line, number: int) -> None:
    """Give a heading the bookmark to which the table of contents leads."""
    begin = element("w:bookmarkStart", id=str(number), name=place_name(number))
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, begin)
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def place_name(number: int) -> str:
    """Return the name of a heading's bookmark; Word takes names of this form for those of its tables of contents."""
    return f"_Toc{number:08d}"


def fill_contents(lines: Sequence[tuple[Line, int]]) -> None:
    """Make one field of lines that stand for headings, each a link to its own.

    What makes a document knows no pages: the field asks for them, and Word puts them in when it opens the document or
    is told to update it. Until then the lines are right, without pages.

    Parameters
    ----------
    lines
        Each line, its only run the words of the heading, and the number of the heading's bookmark.
    """
    for at, (line, number) in enumerate(lines):
        link = element("w:hyperlink", anchor=place_name(number), history="1")
        for run in list(line.runs):
            link.append(run._r)
        if at == 0:
            for part in _opening(f'TOC \\o "{_LEVELS}" \\h \\z \\u'):
                line._p.append(_run(part))
        line._p.append(link)
        if at == len(lines) - 1:
            line._p.append(_run(element("w:fldChar", fldCharType="end")))


def _run(part: _Element) -> _Element:
    run = element("w:r")
    run.append(part)
    return run


def _opening(code: str) -> list[_Element]:
    """Return what stands before the result of a field; a program that opens the document makes the result anew."""
    words = element("w:instrText")
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    words.text = f" {code} "
    begin = element("w:fldChar", fldCharType="begin", dirty="true")
    return [begin, words, element("w:fldChar", fldCharType="separate")]
