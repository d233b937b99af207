"""What a question says beforehand about how much, how many, or when: nobody should learn it from an error."""

from datetime import date
from gettext import NullTranslations

from consult.languages import Formats
from surveys.definition import Question
from surveys.question_types.date import bound


def limits_sentence(question: Question, language: str, words: NullTranslations) -> str:
    """Return the sentence, or '' where there is no limit, or where the author's help stands in its place."""
    if question.help:
        return ""
    if question.type == "number":
        return _number(question, Formats(language), words)
    if question.type == "date":
        return _days(question, Formats(language), words)
    if question.type in {"short_text", "long_text"}:
        return _length(question, Formats(language), words)
    if question.type in {"several_choices", "ranking"}:
        return _count(question, words)
    return ""


def _number(question: Question, formats: Formats, words: NullTranslations) -> str:
    _ = words.gettext
    bounds = {name: value for name, value in question.settings if name in {"minimum", "maximum"}}
    values = {name: formats.number(value) for name, value in bounds.items() if isinstance(value, int)}
    sentences = {
        ("maximum", "minimum"): _("From %(minimum)s to %(maximum)s."),
        ("minimum",): _("%(minimum)s or more."),
        ("maximum",): _("%(maximum)s or less."),
    }
    return sentences.get(tuple(sorted(values)), "") % values


def _days(question: Question, formats: Formats, words: NullTranslations) -> str:
    _ = words.gettext
    bounds = {name: bound(question, name) for name in ("minimum", "maximum")}
    values = {name: formats.day(date.fromisoformat(day)) for name, day in bounds.items() if day}
    sentences = {
        ("maximum", "minimum"): _("Between %(minimum)s and %(maximum)s."),
        ("minimum",): _("Not before %(minimum)s."),
        ("maximum",): _("Not after %(maximum)s."),
    }
    return sentences.get(tuple(sorted(values)), "") % values


def _length(question: Question, formats: Formats, words: NullTranslations) -> str:
    most = question.number("maximum", 0)
    if not most:
        return ""
    return words.ngettext("At most %(most)s character.", "At most %(most)s characters.", most) % {
        "most": formats.number(most)
    }


def _count(question: Question, words: NullTranslations) -> str:
    least, most = question.number("minimum", 0), question.number("maximum", 0)
    values = {"least": least, "most": most}
    if most and least == most:
        sentence = words.ngettext("Choose %(most)s.", "Choose %(most)s.", most)
    elif most and least > 1:
        sentence = words.gettext("Choose from %(least)s to %(most)s.")
    elif most:
        sentence = words.ngettext("Choose up to %(most)s.", "Choose up to %(most)s.", most)
    elif least > 1:
        sentence = words.ngettext("Choose at least %(least)s.", "Choose at least %(least)s.", least)
    else:
        return ""
    return sentence % values
