"""Sentences about themes with their counts, in both languages: who stands in a theme, and what to check in the set.

Counts come from what may be shown, so a sentence says nothing that a table hides; where a number is hidden there is no
sentence. They say where the program places answers, never what people speak of: nobody has checked that yet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analysis.protection import OTHER_VALUES
from analysis.tables import LANGUAGE
from analysis.theme_checks import Check, Finding, Mix
from consult import messages
from consult.languages import Formats
from consult.messages import Words

Title = Callable[[str, str], str]
"""A column and one of its values → what the value is called."""

# From how many times its share in everybody a language or a group is worth a sentence.
_REMARKABLE = 1.25
_SENTENCES = 2


@dataclass(frozen=True)
class Speaker:
    """Who writes: a language's words and its way of writing numbers; what values are called.

    ``people`` are the columns whose values are groups of people ("Caregivers").
    """

    words: Words
    formats: Formats
    title: Title
    people: frozenset[str] = frozenset()

    def who(self, column: str, value: str) -> str:
        """Return the people who have a value, in the plural, as they stand inside a sentence."""
        _ = self.words.gettext
        if column == LANGUAGE:
            return {"fr": _("people who answer in French"), "en": _("people who answer in English")}[value]
        title = self.title(column, value)
        if column in self.people:
            # as it is written: some titles name people in the plural, some do not, and some begin with a proper name
            return _("people of the group “%(value)s”") % {"value": title}
        return _("people under “%(value)s”") % {"value": title}


def placed_sentences(mixes: Sequence[Mix], speaker: Speaker) -> list[str]:
    """Return how many of whom the program firmly places in a theme, of those who are many more there than elsewhere."""
    remarkable = [
        mix
        for mix in mixes
        if mix.value not in ("", OTHER_VALUES) and mix.ratio >= _REMARKABLE and mix.firm is not None
    ]
    first = sorted(remarkable, key=lambda mix: (-mix.ratio, mix.column, mix.value))[:_SENTENCES]
    return [placed_sentence(mix.firm or 0, mix.of, speaker.who(mix.column, mix.value), speaker) for mix in first]


def placed_sentence(placed: int, of: int, who: str, speaker: Speaker) -> str:
    """Return how many of some people the program places in a theme; ``of`` is how many it could place at all."""
    _, ngettext = speaker.words.gettext, speaker.words.ngettext
    numbers = {"placed": speaker.formats.number(placed), "of": speaker.formats.number(of), "who": who}
    if placed == 0:
        return _("The program places here none of the %(of)s %(who)s whose answers it could place.") % numbers
    if placed == of:
        return _("The program places here all %(of)s %(who)s whose answers it could place.") % numbers
    return (
        ngettext(
            "The program places here %(placed)s of the %(of)s %(who)s whose answers it could place.",
            "The program places here %(placed)s of the %(of)s %(who)s whose answers it could place.",
            placed,
        )
        % numbers
    )


def check_sentence(finding: Finding, speaker: Speaker) -> str:
    """Return what a check found and what a person could do about it."""
    found = {
        Check.POSITIONS_MIXED: _positions,
        Check.ONE_GROUP: _one_group,
        Check.ONE_LANGUAGE: _one_language,
        Check.TINY: _tiny,
    }.get(finding.check)
    sentence = found(finding, speaker) if found else _about(finding, speaker)
    return f"{sentence} {_remedies(speaker.words)[finding.check]}"


def _about(finding: Finding, speaker: Speaker) -> str:
    _ = speaker.words.gettext
    values: dict[str, str] = {
        **_listed(finding),
        "theme": str(finding.themes[-1]),
        **{name: _number(value, speaker) for name, value in finding.values.items()},
    }
    if finding.check is Check.SAME_LABEL:
        values["language"] = messages.language_name(str(finding.values["language"]), speaker.words)
    return {
        Check.NEAR_DUPLICATES: _(
            "Themes %(first)s and %(last)s are very close to one another (%(nearness)s, where 1 is the same)."
        ),
        Check.SAME_LABEL: _("Themes %(first)s and %(last)s have the same name (%(language)s)."),
        Check.CATCH_ALL: _(
            "Theme %(theme)s is large (%(people)s people, where half of the themes have at most %(usual)s), and its"
            " answers have less in common than those of others: it may hold several ideas."
        ),
        Check.LANGUAGE_TWINS: _(
            "Theme %(first)s is nearly all in one language, and theme %(last)s, which is close to it, nearly all in"
            " the other."
        ),
    }[finding.check] % values


def _tiny(finding: Finding, speaker: Speaker) -> str:
    people = int(finding.values["people"])
    values = {**_listed(finding), "people": speaker.formats.number(people)}
    if len(finding.themes) > 1:
        return speaker.words.gettext("Themes %(first)s and %(last)s hold %(people)s people or fewer.") % values
    return (
        speaker.words.ngettext(
            "Theme %(last)s holds %(people)s person only.", "Theme %(last)s holds %(people)s people only.", people
        )
        % values
    )


def _listed(finding: Finding) -> dict[str, str]:
    """Return the themes that a sentence names, the last one apart."""
    *others, last = finding.themes
    return {"first": ", ".join(map(str, others)), "last": str(last)}


def _one_language(finding: Finding, speaker: Speaker) -> str:
    _ = speaker.words.gettext
    sentences = {
        "fr": _("Theme %(theme)s is nearly all in French (%(people)s of its %(of)s people)."),
        "en": _("Theme %(theme)s is nearly all in English (%(people)s of its %(of)s people)."),
    }
    return sentences[str(finding.values["value"])] % _counts(finding, speaker)


def _one_group(finding: Finding, speaker: Speaker) -> str:
    who = speaker.who(str(finding.values["column"]), str(finding.values["value"]))
    return speaker.words.gettext("In theme %(theme)s, %(people)s of the %(of)s people are %(who)s.") % {
        **_counts(finding, speaker),
        "who": who,
    }


def _positions(finding: Finding, speaker: Speaker) -> str:
    _ = speaker.words.gettext
    column = {"column": str(finding.values["column"])}
    if len(finding.themes) > 1:
        sentence = _("Themes %(first)s and %(last)s each hold people on both sides of “%(column)s”.")
        return sentence % {**_listed(finding), **column}
    numbers = {side: _number(finding.values[side], speaker) for side in ("for", "against")}
    sentence = _("Theme %(theme)s holds people on both sides of “%(column)s”: %(for)s for, %(against)s against.")
    return sentence % {"theme": finding.themes[0], **column, **numbers}


def _counts(finding: Finding, speaker: Speaker) -> Mapping[str, str]:
    numbers = {name: _number(finding.values[name], speaker) for name in ("people", "of")}
    return {"theme": str(finding.themes[0]), **numbers}


def _number(value: str | float, speaker: Speaker) -> str:
    if isinstance(value, str):
        return value
    return speaker.formats.number(value) if isinstance(value, int) else speaker.formats.number(value, 2)


def _remedies(words: Words) -> Mapping[Check, str]:
    _ = words.gettext
    return {
        Check.NEAR_DUPLICATES: _("Read both: they may be one theme, to be merged."),
        Check.SAME_LABEL: _("Read them: merge them, or give each a name of its own."),
        Check.CATCH_ALL: _("Read its answers, then split it, or ask for more themes."),
        Check.TINY: _(
            "What few people say may matter: read it, then keep it, or merge it with the theme nearest to it."
        ),
        Check.LANGUAGE_TWINS: _("Read both: they may be one theme in two languages, to be merged."),
        Check.ONE_LANGUAGE: _("It may be a finding, or the same theme may stand elsewhere in the other language."),
        Check.ONE_GROUP: _("It may be a concern of theirs alone: say so where it is reported."),
        Check.POSITIONS_MIXED: _("Read each side apart, and split the theme if they do not say the same."),
    }
