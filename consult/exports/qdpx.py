"""A project for qualitative analysis in other tools (NVivo, ATLAS.ti, MAXQDA, QualCoder…): REFI-QDA, .qdpx.

REFI-QDA Project Exchange 1.0 (schema ``urn:QDA-XML:project:1.0`` of 18 March 2019; guide to the standard 1.5,
qdasoftware.org): a ZIP with ``project.qde`` and the texts in ``Sources``. Texts are UTF-8 without a byte order mark and
with line feeds alone; positions count code points from 0, the end excluded. Identifiers are derived from our keys:
a second export of the same things has the same ones, so that a tool can tell what is new.
"""

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import IO
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from consult.exports.coding_segments import MACHINE, SETTLED, CodedBoard, Segment, Source
from consult.languages import interface_words
from consult.record.coding import BookTheme
from consult.record.consultation import Consultation
from surveys.localised import Localised

NAMESPACE = "urn:QDA-XML:project:1.0"
PROJECT, SOURCES = "project.qde", "Sources"
_OURS = UUID("6f0f6a3c-6f5e-4c5e-9d0e-2b8f0d7a5c11")
# What XML 1.0 cannot hold; it may stand in a text, which is a file of its own, but not in a name.
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_qdpx(
    target: IO[bytes], consultation: Consultation, boards: Sequence[CodedBoard], language: str, day: date
) -> int:
    """Write the project in a language; return how many codings it has."""
    maker = _Maker(consultation, boards, language)
    project = maker.make()
    when = (day.year, day.month, day.day, 0, 0, 0)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(PROJECT, when), project)
        for source in maker.sources.values():
            archive.writestr(_entry(f"{SOURCES}/{maker.guid(source.id)}.txt", when), plain(source.text).encode())
    return maker.codings


def plain(text: str) -> str:
    """Return a text with line feeds alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _entry(name: str, when: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, when)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class _Maker:
    """The parts of one project."""

    def __init__(self, consultation: Consultation, boards: Sequence[CodedBoard], language: str) -> None:
        self.consultation, self.boards, self.language = consultation, boards, language
        self.words = interface_words(language)
        self.codings = 0
        self.sources: dict[str, Source] = {}
        # By source and board, then by item: what coders said of it.
        self._items: dict[tuple[str, int], dict[str, list[Segment]]] = {}
        for board in boards:
            for segment in board.segments:
                self.sources[segment.source.id] = segment.source
                items = self._items.setdefault((segment.source.id, board.board.id), {})
                items.setdefault(segment.key, []).append(segment)

    def guid(self, *parts: object) -> str:
        """Return the identifier of something of ours."""
        return str(uuid5(_OURS, "/".join([self.consultation.code, *map(str, parts)])))

    def said(self, text: Localised) -> str:
        """Return a text in the language of the project, or in the other."""
        return _UNWRITABLE.sub("", text.shown(self.language)[1])

    def make(self) -> bytes:
        """Return the project as XML."""
        root = Element("Project", xmlns=NAMESPACE, name=self.said(self.consultation.title), origin="Consult")
        self._add_users(SubElement(root, "Users"))
        if any(board.themes for board in self.boards):
            codes = SubElement(SubElement(root, "CodeBook"), "Codes")
            for board in self.boards:
                self._add_codes(codes, board)
        variables = SubElement(root, "Variables")
        for code, name in self._variable_names().items():
            SubElement(variables, "Variable", guid=self.guid("variable", code), name=name, typeOfVariable="Text")
        if self.sources:
            sources = SubElement(root, "Sources")
            for source in self.sources.values():
                self._add_source(sources, source)
        indent(root)
        return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()

    def _variable_names(self) -> dict[str, str]:
        """Return the name of each thing that is known of a source."""
        _ = self.words.gettext
        return {"question": _("Question"), "language": _("Language"), "group": _("Group"), "channel": _("Channel")}

    def _add_users(self, users: Element) -> None:
        _ = self.words.gettext
        names = {self.guid("account", key): who.name for board in self.boards for key, who in board.coders.items()}
        names |= {self.guid(SETTLED): _("Settled"), self.guid(MACHINE): _("Machine")}
        for guid, name in names.items():
            SubElement(users, "User", guid=guid, name=_UNWRITABLE.sub("", name))

    def _user(self, segment: Segment) -> str:
        return self.guid(segment.role) if segment.coder is None else self.guid("account", segment.coder)

    def _code(self, board: CodedBoard, code: str) -> str:
        return self.guid("board", board.board.question_code, "theme", code)

    def _add_codes(self, codes: Element, board: CodedBoard) -> None:
        """Add the themes of a board, those below one inside it; with several boards, under the board's question."""
        if len(self.boards) > 1:
            name = board.board.question_code or self.words.gettext("All questions together")
            guid = self.guid("board", board.board.question_code)
            codes = SubElement(codes, "Code", guid=guid, name=name, isCodable="false")
        for theme in board.themes.values():
            if theme.parent not in board.themes:
                above = self._add_code(codes, board, theme)
                for below in board.themes.values():
                    if below.parent == theme.code:
                        self._add_code(above, board, below)

    def _add_code(self, place: Element, board: CodedBoard, theme: BookTheme) -> Element:
        guid = self._code(board, theme.code)
        code = SubElement(place, "Code", guid=guid, name=self.said(theme.labels) or theme.code, isCodable="true")
        if description := self.said(theme.description):
            SubElement(code, "Description").text = description
        return code

    def _add_source(self, place: Element, source: Source) -> None:
        guid = self.guid(source.id)
        name = f"{source.question} {guid[:8]}"
        made = SubElement(place, "TextSource", guid=guid, name=name, plainTextPath=f"internal://{guid}.txt")
        for board in self.boards:
            for segments in self._items.get((source.id, board.board.id), {}).values():
                for segment in (each for each in segments if each.themes):
                    self._add_selection(made, board, segment)
        for variable in self._variable_names():
            if value := getattr(source, variable):
                known = SubElement(made, "VariableValue")
                SubElement(known, "VariableRef", targetGUID=self.guid("variable", variable))
                SubElement(known, "TextValue").text = value

    def _add_selection(self, place: Element, board: CodedBoard, segment: Segment) -> None:
        """Add what one coder made of a part of a source.

        Each has a selection of their own: there are programs that ask the selection who coded, and not the code in it.
        """
        selection = SubElement(
            place,
            "PlainTextSelection",
            guid=self.guid("item", segment.key, segment.role),
            startPosition=str(len(plain(segment.source.text[: segment.starts_at]))),
            endPosition=str(len(plain(segment.source.text[: segment.ends_at]))),
            creatingUser=self._user(segment),
        )
        for theme in segment.themes:
            self._add_coding(selection, board, segment, theme)

    def _add_coding(self, selection: Element, board: CodedBoard, segment: Segment, theme: str) -> None:
        guid = self.guid("item", segment.key, segment.role, theme)
        coding = SubElement(selection, "Coding", guid=guid, creatingUser=self._user(segment))
        SubElement(coding, "CodeRef", targetGUID=self._code(board, theme))
        self.codings += 1
