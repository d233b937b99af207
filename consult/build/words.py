"""The words of the builder for what `surveys` calls by codes: types, settings, acts.

A type or a setting that has no words here yet is shown by its code, so that a new one works before it is named.
"""

from dataclasses import dataclass

from consult.messages import Words
from surveys.question_types import QUESTION_TYPES


@dataclass(frozen=True)
class TypeWords:
    """What a type is called, and when it is the right one."""

    code: str
    name: str
    hint: str = ""


def type_words(words: Words) -> dict[str, TypeWords]:
    """Return the words of every type that there is, the usual ones first."""
    known = _type_words(words)
    order = [*known, *(code for code in QUESTION_TYPES if code not in known)]
    return {
        code: TypeWords(code, *known.get(code, (code.replace("_", " "),))) for code in order if code in QUESTION_TYPES
    }


def _type_words(words: Words) -> dict[str, tuple[str, str]]:
    _ = words.gettext
    return {
        "long_text": (_("Long text"), _("People answer in their own words. The themes are found in these answers.")),
        "short_text": (_("Short text"), _("A few words on one line.")),
        "single_choice": (_("One choice"), _("One answer from a list.")),
        "several_choices": (_("Several choices"), _("Any number of answers from a list.")),
        "yes_no": (_("Yes or no"), _("Two answers, side by side.")),
        "scale": (_("Scale"), _("A point between two ends that you name.")),
        "matrix": (_("Table"), _("The same few answers for several rows. Each row is read alone on a phone.")),
        "ranking": (_("Ranking"), _("Put things in order of preference, all of them or the first few.")),
        "points": (_("Points to share out"), _("Share a number of points among several things.")),
        "best_worst": (_("Best and worst"), _("The most and the least important of a few things, several times.")),
        "pairwise": (_("Two at a time"), _("Which of two things comes first, for several pairs.")),
        "number": (_("Number"), _("A number, with or without decimals.")),
        "date": (_("Date"), _("A day of the calendar.")),
        "consent": (_("Agreement"), _("A box to tick: to take part, to be quoted.")),
        "text_block": (_("Text between questions"), _("Something to read, with nothing to answer.")),
    }


def setting_label(kind: str, name: str, words: Words) -> str:
    """Return what a setting of a type is called."""
    labels = _setting_labels(words)
    return labels.get(f"{kind}.{name}") or labels.get(name) or name.replace("_", " ").capitalize()


def _setting_labels(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "short_text.maximum": _("At most how many characters"),
        "long_text.maximum": _("At most how many characters"),
        "several_choices.minimum": _("At least how many choices"),
        "several_choices.maximum": _("At most how many choices"),
        "ranking.minimum": _("At least how many ranks"),
        "ranking.maximum": _("At most how many ranks"),
        "number.minimum": _("Lowest number"),
        "number.maximum": _("Highest number"),
        "date.minimum": _("First day (such as 2026-01-31)"),
        "date.maximum": _("Last day (such as 2026-12-31)"),
        "minimum": _("At least"),
        "maximum": _("At most"),
        "points": _("How many points (3 to 11)"),
        "low": _("Name of the low end"),
        "high": _("Name of the high end"),
        "has_other": _("Offer “Other”, with a line to say more"),
        "other_label": _("Name of “Other”"),
        "decimals": _("How many decimals"),
        "unit": _("Unit, such as years"),
        "total": _("How many points to share out"),
        "set_size": _("How many things in each set"),
        "sets": _("How many sets"),
        "pairs": _("How many pairs"),
        "forced": _("One of the two must be chosen"),
        "best": _("Name of the best"),
        "worst": _("Name of the worst"),
        "seed": _("Start of the draw (any number)"),
        "ties": _("Two things may have the same rank"),
    }


def setting_hint(kind: str, name: str, words: Words) -> str:
    """Return what a setting means where its name is not enough, and what holds where it is left empty."""
    _ = words.gettext
    hints = {
        "short_text.maximum": _("Left empty: 500."),
        "long_text.maximum": _("Left empty: 10,000."),
        "minimum": _("Left empty: no limit."),
        "maximum": _("Left empty: no limit."),
        "ranking.minimum": _("Left empty: one is enough."),
        "ranking.maximum": _("Left empty: all may be ranked."),
        "decimals": _("Left empty: whole numbers only."),
        "total": _("Left empty: 100."),
        "set_size": _("Left empty: 4."),
        "sets": _("Left empty: as many as it takes for each thing to come up about three times."),
        "pairs": _("Left empty: every pair."),
        "seed": _("Which things meet in which set is drawn by chance. The same number gives the same sets again."),
    }
    return hints.get(f"{kind}.{name}") or hints.get(name) or ""


def act_words(action: str, subject: str, words: Words) -> str:
    """Return what an act was, as a few words to follow “Undo:”."""
    _ = words.gettext
    said = {
        "question.added": _("question “%(subject)s” added"),
        "question.changed": _("question “%(subject)s” changed"),
        "question.converted": _("question “%(subject)s” asked in another way"),
        "question.deleted": _("question “%(subject)s” deleted"),
        "question.duplicated": _("question “%(subject)s” duplicated"),
        "question.moved": _("question “%(subject)s” moved"),
        "presets.added": _("questions about who answers added"),
        "questions.copied": _("questions brought from another survey"),
        "section.added": _("section “%(subject)s” added"),
        "section.changed": _("section “%(subject)s” changed"),
        "section.deleted": _("section “%(subject)s” deleted"),
        "section.duplicated": _("section “%(subject)s” duplicated"),
        "section.moved": _("section “%(subject)s” moved"),
        "survey.changed": _("title and introduction changed"),
        "translation.changed": _("translation changed"),
    }.get(action, _("last change"))
    return said % {"subject": subject} if "%(" in said else said
