"""The paragraphs of a Word document (DOCX), read from its main part alone: no macros, no links, no pictures run.

What was deleted under tracked changes is left out, what was inserted is in. The cells of tables are paragraphs too.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from surveys.problems import SurveyError

PACKED_LIMIT = 5_000_000
UNPACKED_LIMIT = 40_000_000
PARAGRAPH_LIMIT = 20_000
_MAIN = "word/document.xml"
_STYLES = "word/styles.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OLD_WORD_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_Element: TypeAlias = Any  # defusedxml brings no types
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: its number in the document from 1, its text, and what its style says it is."""

    number: int
    text: str
    is_heading: bool
    is_listed: bool


def read_paragraphs(path: Path) -> list[Paragraph]:
    """Return the paragraphs that hold something.

    Raises `SurveyError`: file.too_large, file.old_word (or locked by a password), file.not_word, file.unreadable
    (reason "damaged" or "unsafe").
    """
    size = path.stat().st_size
    if size > PACKED_LIMIT:
        raise SurveyError.of("file.too_large", path.name, bytes=size, limit=PACKED_LIMIT)
    with path.open("rb") as file:
        if file.read(8) == _OLD_WORD_MARK:
            raise SurveyError.of("file.old_word", path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.filename for entry in archive.infolist()}
            if _MAIN not in names:
                raise SurveyError.of("file.not_word", path.name)
            headings = _heading_styles(_parse(path, archive, _STYLES)) if _STYLES in names else frozenset()
            return list(_walk(path, _parse(path, archive, _MAIN), headings))
    except SurveyError:
        raise
    except DefusedXmlException as error:
        raise SurveyError.of("file.unreadable", path.name, reason="unsafe") from error
    except Exception as error:  # zipfile and the parser raise what they like on a damaged file
        raise SurveyError.of("file.unreadable", path.name, reason="damaged") from error


def _parse(path: Path, archive: zipfile.ZipFile, name: str) -> _Element:
    """Parse a part of the document, unpacked no further than the limit whatever its heading claims."""
    content = bytearray()
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            content += chunk
            if len(content) > UNPACKED_LIMIT:
                raise SurveyError.of("file.too_large", path.name, bytes=len(content), limit=UNPACKED_LIMIT)
    return ElementTree.fromstring(bytes(content), forbid_dtd=True)


def _heading_styles(styles: _Element) -> frozenset[str]:
    """Return the keys of the styles of headings: an outline level, or a name that Word gives to headings."""
    found = set()
    for style in styles.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        called = name.get(f"{_W}val", "").casefold() if name is not None else ""
        if called.startswith(("heading", "titre", "title")) or style.find(f"{_W}pPr/{_W}outlineLvl") is not None:
            found.add(style.get(f"{_W}styleId", ""))
    return frozenset(found)


def _walk(path: Path, document: _Element, headings: frozenset[str]) -> Iterator[Paragraph]:
    for number, paragraph in enumerate(document.iter(f"{_W}p"), start=1):
        if number > PARAGRAPH_LIMIT:
            raise SurveyError.of("file.too_large", path.name, rows=number, limit=PARAGRAPH_LIMIT)
        text = "".join(_texts(paragraph)).strip()
        if text:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            key = style.get(f"{_W}val", "") if style is not None else ""
            is_listed = paragraph.find(f"{_W}pPr/{_W}numPr") is not None or key.casefold().startswith("list")
            yield Paragraph(number, text, key in headings, is_listed)


def _texts(element: _Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            yield " "
        elif child.tag not in (f"{_W}del", f"{_W}p", f"{_W}instrText"):  # a paragraph inside comes by itself
            yield from _texts(child)
