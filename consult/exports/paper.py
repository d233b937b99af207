"""A survey on paper: a PDF in one language, laid out to be filled in by hand and typed in afterwards.

The texts of a survey reach the page as data, never as markup: whatever they hold, they are only words there. The
typesetter reads no network and no folder but that of its template.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import typst

from consult.exports.paper_conditions import condition_sentence
from consult.exports.paper_items import draw_question
from consult.languages import Formats, interface_words
from consult.messages import Words
from consult.question_words import question_words
from consult.record.consultation import Consultation
from consult.resources import resource
from surveys.definition import Question, Section, Survey
from surveys.piping import Words as Said
from surveys.piping import pipe_question, pipe_section
from surveys.question_types import get_type

_TEMPLATE = ("exports", "paper.typ")


def paper_name(consultation: Consultation, survey: Survey, language: str, *, several: bool) -> str:
    """Return the name of the PDF; the survey is named where there are several."""
    named = f"-{survey.code}" if several else ""
    return f"{consultation.code}{named}-paper-{language}.pdf"


def make_paper(consultation: Consultation, survey: Survey, version: int, language: str, day: date) -> bytes:
    """Return the PDF, tagged for screen readers; the same survey, texts and day give the same bytes."""
    data = paper_data(consultation, survey, version, language)
    try:
        made = typeset(data, day, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError:  # a letter that no font here has, such as an emoji: the rest stays accessible
        made = typeset(data, day, format="pdf")
    return made if isinstance(made, bytes) else b"".join(made)


def typeset(data: Mapping[str, Any], day: date, **how: Any) -> bytes | list[bytes]:  # noqa: ANN401 - the typesetter's own
    """Return what the typesetter makes of `paper_data`: a PDF, or with ``format="png"`` a picture of each page."""
    folder = resource("templates") / _TEMPLATE[0]
    made: bytes | list[bytes] = typst.compile(
        str(folder / _TEMPLATE[1]),
        root=str(folder),
        sys_inputs={"data": json.dumps(data)},
        timestamp=datetime.combine(day, time(12), UTC),
        **how,
    )
    return made


def paper_data(consultation: Consultation, survey: Survey, version: int, language: str) -> dict[str, Any]:
    """Return everything that the template prints, as plain data."""
    words = interface_words(language)
    # What a person answered before is not known on paper: texts that quote it say what they say without it.
    said = Said(language, {})
    sections = [pipe_section(section, said) for section in survey.sections]
    numbers = _number(survey)
    return {
        "language": language,
        "consultation": consultation.title.shown(language)[1],
        "title": survey.title.shown(language)[1],
        "introduction": survey.introduction.shown(language)[1],
        "code": survey.code,
        "words": _interface(consultation, version, language, words),
        "sections": [_section(section, survey, numbers, language, words) for section in sections],
    }


def _number(survey: Survey) -> dict[str, int]:
    asked = [question.code for question in survey.questions if get_type(question).takes_answer]
    return {code: number for number, code in enumerate(asked, start=1)}


def _section(
    section: Section, survey: Survey, numbers: Mapping[str, int], language: str, words: Words
) -> dict[str, Any]:
    said = Said(language, {})
    return {
        "title": section.title.shown(language)[1],
        "introduction": section.introduction.shown(language)[1],
        "condition": condition_sentence(section.show_if, survey, numbers, language, words),
        "questions": [
            _question(pipe_question(question, said), survey, numbers, language, words) for question in section.questions
        ],
    }


def _question(
    question: Question, survey: Survey, numbers: Mapping[str, int], language: str, words: Words
) -> dict[str, Any]:
    _ = words.gettext
    said = question_words(words)
    return {
        "number": numbers.get(question.code, 0),
        "code": question.code,
        "text": question.text.shown(language)[1],
        "help": question.help.shown(language)[1],
        "why": question.why.shown(language)[1],
        "standard": question.standard,
        "condition": condition_sentence(question.show_if, survey, numbers, language, words),
        "hint": _hint(question, words),
        "items": draw_question(question, language, said),
    }


def _hint(question: Question, words: Words) -> str:
    """Return how to answer, by what the question takes: how many, and that an answer is needed."""
    _, ngettext = words.gettext, words.ngettext
    said = []
    minimum, maximum = question.number("minimum", 0), question.number("maximum", 0)
    if question.type == "ranking":
        said.append(_("Write 1 beside your first choice, 2 beside the second, and so on."))
    if question.type == "points":
        total = question.number("total", 100)
        said.append(_("Share out %(total)s points: together the boxes must come to %(total)s.") % {"total": total})
    if question.type in ("several_choices", "ranking"):
        if maximum:
            said.append(
                ngettext("At most %(limit)s choice.", "At most %(limit)s choices.", maximum) % {"limit": maximum}
            )
        if minimum > 1:
            said.append(
                ngettext("At least %(limit)s choice.", "At least %(limit)s choices.", minimum) % {"limit": minimum}
            )
        elif question.type == "several_choices" and not maximum:
            said.append(_("Tick all that apply."))
    if question.type in ("single_choice", "yes_no", "scale"):
        said.append(_("Tick one box."))
    if question.type in ("matrix", "pairwise"):
        said.append(_("Tick one box on each line."))
    if question.required:
        said.append(_("An answer is needed."))
    return " ".join(said)


def _interface(consultation: Consultation, version: int, language: str, words: Words) -> dict[str, str]:
    _, formats = words.gettext, Formats(language)
    closes = formats.day(consultation.closes_on) if consultation.closes_on else ""
    return {
        "how": _("How to fill in this form"),
        "instructions": _(
            "Write in dark ink. Put a cross in the box of your choice; to correct it, fill the whole box and cross"
            " another one. You may leave a question unanswered, unless it says that an answer is needed. The small"
            " codes beside the boxes are for the person who types in your answers: you need not read them."
        ),
        "until": _("Return this form by %(day)s.") % {"day": closes} if closes else "",
        "contact": _("Questions: %(contact)s") % {"contact": consultation.contact},
        "version": _("version %(number)s") % {"number": version},
        "page": _("Page %(page)s of %(pages)s"),  # the typesetter fills it in
        "why": _("Why we ask:"),
        "day": _("year – month – day"),
        "staff": _("For the person who types it in"),
        "group": _("Group"),
        "number": _("Number of the form"),
        "date": _("Date of the answer"),
    }
