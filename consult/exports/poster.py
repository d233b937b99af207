"""A poster, a slide and cards with codes as PDF: what invites people, in one language or in both.

The texts reach the page as data, never as markup. The QR code is drawn from its modules as shapes, so that it is sharp
at any size, and has a text for who cannot see it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import segno
import typst

from consult.languages import Formats, interface_words
from consult.record.consultation import Anonymity, Consultation
from consult.record.keys import write_code
from consult.resources import resource

PAPERS = {"letter": "us-letter", "a4": "a4"}
# The promise is shown whole where it is short; else up to the end of a sentence, or of a word.
_PROMISE = 240


@dataclass(frozen=True)
class Invitation:
    """What one language says on a poster: the address is where people go, as a QR code holds it."""

    language: str
    address: str
    # How long answering takes, the quick and the slow; None where nothing is published yet.
    minutes: tuple[int, int] | None = None


def make_poster(consultation: Consultation, tongues: Sequence[Invitation], paper: str, day: date) -> bytes:
    """Return a poster, tagged for screen readers; with two languages, both on one page, the first above."""
    data = {"paper": PAPERS[paper], "tongues": [_tongue(consultation, each) for each in tongues]}
    return _typeset("poster.typ", data, day)


def make_slide(consultation: Consultation, tongues: Sequence[Invitation], day: date) -> bytes:
    """Return a slide of 16 by 9; with two languages, both beside each other."""
    return _typeset("slide.typ", {"tongues": [_tongue(consultation, each) for each in tongues]}, day)


def make_code_cards(
    consultation: Consultation, codes: Sequence[str], language: str, address: str, group: str, day: date
) -> bytes:
    """Return a sheet of cards to cut out, one for each code, in the language of its form."""
    words = interface_words(language)
    _ = words.gettext
    title = consultation.title.shown(language)[1]
    data = {
        "language": language,
        "title": title,
        "heading": _("Codes"),
        "group": group,
        "about": _("Each card holds a code for one person. These codes cannot be listed again."),
        "step": _("Go to %(address)s and type:") % {"address": plain_address(address)},
        "once": _("For one person: it works until the answers are sent."),
        "codes": [write_code(code) for code in codes],
        "day": Formats(language).day(day),
        "spoken": [_("Code %(code)s") % {"code": write_code(code)} for code in codes],
    }
    return _typeset("codes.typ", data, day)


def qr_modules(address: str) -> list[str]:
    """Return the modules of the QR code of an address, a row a string: "1" is dark. Its border is not in it."""
    return ["".join(str(int(bool(module))) for module in row) for row in segno.make(address, error="m").matrix]


def plain_address(address: str) -> str:
    """Return an address as people type it, without what a browser adds by itself."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def dates_sentence(consultation: Consultation, language: str) -> str:
    """Return until when people can answer, or from when to when, or ''."""
    _, formats = interface_words(language).gettext, Formats(language)
    opens, closes = consultation.opens_on, consultation.closes_on
    if opens and closes:
        return _("From %(first)s to %(last)s") % {"first": formats.day(opens), "last": formats.day(closes)}
    if closes:
        return _("Until %(last)s") % {"last": formats.day(closes)}
    return _("From %(first)s") % {"first": formats.day(opens)} if opens else ""


def promise_line(consultation: Consultation, language: str) -> str:
    """Return the promise, or as many whole sentences of it as fit on a poster."""
    text = " ".join(consultation.promise.shown(language)[1].split())
    if len(text) <= _PROMISE:
        return text
    end = max(text.rfind(mark, 0, _PROMISE) for mark in (". ", "! ", "? "))
    return text[: end + 1] if end > 0 else text[: text.rfind(" ", 0, _PROMISE)] + "…"


def _tongue(consultation: Consultation, said: Invitation) -> dict[str, Any]:
    _ = interface_words(said.language).gettext
    return {
        "language": said.language,
        "title": consultation.title.shown(said.language)[1],
        "lead": _("Your experience counts"),
        "promise": promise_line(consultation, said.language),
        "how": _how(consultation, said),
        "scan": _("Scan, or type this address:"),
        "address": plain_address(said.address),
        "dates": dates_sentence(consultation, said.language),
        "other_ways": _("On paper or by phone, questions: %(contact)s") % {"contact": consultation.contact},
        "qr": qr_modules(said.address),
        "qr_says": _("QR code that leads to %(address)s") % {"address": plain_address(said.address)},
    }


def _how(consultation: Consultation, said: Invitation) -> str:
    """Return how long it takes, and that it is anonymous where it is."""
    _ = interface_words(said.language).gettext
    parts = []
    if said.minutes is not None:
        parts.append(_("%(low)s to %(high)s minutes") % {"low": said.minutes[0], "high": said.minutes[1]})
    if consultation.anonymity is Anonymity.ANONYMOUS:
        parts.append(_("anonymous answers"))
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def _typeset(template: str, data: Mapping[str, Any], day: date) -> bytes:
    """Return a PDF; where a letter is in no font here, such as an emoji, one without the accessibility standard."""
    try:
        made = typeset(template, data, day, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError:
        made = typeset(template, data, day, format="pdf")
    return made if isinstance(made, bytes) else b"".join(made)


def typeset(template: str, data: Mapping[str, Any], day: date, **how: Any) -> bytes | list[bytes]:  # noqa: ANN401 - the typesetter's own
    """Return what the typesetter makes of a template and its data: a PDF, or with ``format="svg"`` a drawing."""
    folder = resource("templates") / "exports"
    made: bytes | list[bytes] = typst.compile(
        str(folder / template),
        root=str(folder),
        sys_inputs={"data": json.dumps(data)},
        timestamp=datetime.combine(day, time(12), UTC),
        **how,
    )
    return made
