"""The minutes of a meeting as a Word document: headings, lists and tables that screen readers and editors know.

A text that waits for its translation stands in the other language, marked as such for who reads it and for the reading
software.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from docx import Document
from docx.document import Document as Written
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.styles.style import BaseStyle
from docx.table import _Row
from docx.text.paragraph import Paragraph

from consult.languages import LANGUAGES, Formats, interface_words
from surveys.localised import NOTHING, Localised

_LINES = "\n"


@dataclass(frozen=True)
class MinutesDecision:
    """A decision as minutes print it.

    Attributes
    ----------
    outcome
        In the words of the minutes' language.
    voices
        How many of those who were there took part in it.
    is_replaced
        Whether another was made since.
    """

    subject: Localised
    outcome: str
    whereto: Localised
    reason: Localised
    voices: int
    kept_out: tuple[str, ...] = ()
    dissents: tuple[tuple[str, Localised], ...] = ()
    is_replaced: bool = False


@dataclass(frozen=True)
class Minutes:
    """What the minutes of a meeting say; people are their names."""

    consultation: Localised
    title: Localised
    held_on: date
    place: str
    quorum: int
    present: tuple[str, ...]
    absent: tuple[str, ...]
    guests: str
    conflicts: tuple[tuple[str, Localised, str], ...]
    decisions: tuple[MinutesDecision, ...]
    notes: Localised = NOTHING
    still_open: tuple[Localised, ...] = ()

    @property
    def has_quorum(self) -> bool:
        """Whether enough members were there."""
        return len(self.present) >= self.quorum


def make_minutes(minutes: Minutes, language: str) -> bytes:
    """Return the minutes as a Word document in one language."""
    writer = _Writer(language)
    _ = writer.words.gettext
    writer.begin(minutes)
    writer.attendance(minutes)
    if minutes.conflicts:
        writer.heading(_("Conflicts of interest"))
        rows = [(Localised(name, name), subject, Localised(said, said)) for name, subject, said in minutes.conflicts]
        writer.table((_("Member"), _("Theme or choice"), _("Interest")), rows)
    writer.heading(_("Decisions"))
    if not minutes.decisions:
        writer.line(_("Nothing was decided in this meeting."))
    for number, each in enumerate(minutes.decisions, start=1):
        writer.decision(number, each)
    if minutes.notes:
        writer.heading(_("Notes"))
        writer.text(minutes.notes)
    if minutes.still_open:
        writer.heading(_("Still to decide"))
        for name in minutes.still_open:
            writer.text(name, style="List Bullet")
    return writer.finish(minutes.held_on)


class _Writer:
    """A document that grows from top to bottom, in one language."""

    def __init__(self, language: str) -> None:
        self.language, self.words, self.formats = language, interface_words(language), Formats(language)
        self.document: Written = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21.59), Cm(27.94)
        section.left_margin = section.right_margin = Cm(2.5)
        normal: BaseStyle = self.document.styles["Normal"]
        normal.font.size = Pt(11)  # type: ignore[attr-defined]  # paragraph styles have a font
        _set_language(normal.element.get_or_add_rPr(), language)

    def begin(self, minutes: Minutes) -> None:
        _ = self.words.gettext
        day = self.formats.day(minutes.held_on)
        title = _("Minutes of the meeting of %(day)s") % {"day": day}
        self.document.core_properties.title = title
        self.document.core_properties.language = f"{self.language}-CA"
        self.document.add_heading(title, 0)
        self.text(minutes.consultation)
        if minutes.title:
            self.text(minutes.title)
        if minutes.place:
            self.line(_("Place: %(place)s") % {"place": minutes.place})

    def attendance(self, minutes: Minutes) -> None:
        _ = self.words.gettext
        self.heading(_("Who was there"))
        self.line(quorum_sentence(minutes, self.language))
        for label, names in ((_("Present: %(names)s"), minutes.present), (_("Absent: %(names)s"), minutes.absent)):
            if names:
                self.line(label % {"names": ", ".join(names)})
        if minutes.guests:
            self.line(_("Also there: %(names)s") % {"names": minutes.guests})

    def decision(self, number: int, made: MinutesDecision) -> None:
        _ = self.words.gettext
        self.heading(f"{number}. {made.subject.shown(self.language)[1]}", 2)
        outcome = self.document.add_paragraph()
        outcome.add_run(made.outcome).bold = True
        if made.whereto:
            outcome.add_run(" – ")
            self._add(outcome, made.whereto)
        if made.is_replaced:
            self.line(_("Replaced since by another decision."))
        self.text(made.reason)
        self.line(voices_sentence(made.voices, self.language))
        if made.kept_out:
            names = ", ".join(made.kept_out)
            self.line(_("Took no part, because of a conflict of interest: %(names)s.") % {"names": names})
        for name, text in made.dissents:
            self.line(_("Dissent of %(name)s") % {"name": name})
            self.text(text, style="Intense Quote")

    def heading(self, words: str, level: int = 1) -> None:
        self.document.add_heading(words, level)

    def line(self, words: str) -> None:
        self.document.add_paragraph(words)

    def text(self, text: Localised, style: str | None = None) -> None:
        for part in text.shown(self.language)[1].split(_LINES):
            if part.strip():
                self._add(self.document.add_paragraph(style=style), Localised(**{text.shown(self.language)[0]: part}))

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[Localised]]) -> None:
        table = self.document.add_table(rows=1, cols=len(headings), style="Table Grid")
        for cell, words in zip(table.rows[0].cells, headings, strict=True):
            cell.paragraphs[0].add_run(words).bold = True
        _repeat(table.rows[0])
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                self._add(cell.paragraphs[0], text)

    def finish(self, day: date) -> bytes:
        # the day of the meeting, so that the same minutes are the same file
        properties = self.document.core_properties
        properties.created = properties.modified = datetime.combine(day, time(12), UTC)
        properties.author = "Consult"
        written = io.BytesIO()
        self.document.save(written)
        return written.getvalue()

    def _add(self, paragraph: Paragraph, text: Localised) -> None:
        spoken, words = text.shown(self.language)
        run = paragraph.add_run(words)
        if spoken != self.language and spoken in LANGUAGES:
            _set_language(run._r.get_or_add_rPr(), spoken)
            _ = self.words.gettext
            paragraph.add_run(" " + (_("[in English]") if spoken == "en" else _("[in French]"))).italic = True


def quorum_sentence(minutes: Minutes, language: str) -> str:
    """Return how many were there of how many that were needed."""
    words = interface_words(language)
    there = len(minutes.present)
    values = {"count": there, "needed": minutes.quorum}
    if minutes.has_quorum:
        said = words.ngettext(
            "%(count)s member was there; %(needed)s were needed: there was a quorum.",
            "%(count)s members were there; %(needed)s were needed: there was a quorum.",
            there,
        )
    else:
        said = words.ngettext(
            "%(count)s member was there; %(needed)s were needed: there was no quorum.",
            "%(count)s members were there; %(needed)s were needed: there was no quorum.",
            there,
        )
    return said % values


def voices_sentence(voices: int, language: str) -> str:
    """Return how many members who were there took part in a decision."""
    words = interface_words(language)
    said = words.ngettext(
        "%(count)s member who was there took part in it.", "%(count)s members who were there took part in it.", voices
    )
    return said % {"count": voices}


def _set_language(properties: OxmlElement, language: str) -> None:  # type: ignore[valid-type]  # a function that looks like a class
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), f"{language}-CA")
    properties.append(mark)  # type: ignore[attr-defined]


def _repeat(row: _Row) -> None:
    """Mark a table's first row as its headings, repeated on each page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
