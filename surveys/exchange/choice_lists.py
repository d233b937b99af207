"""Choices of other tools as ours: codes, what stands for not answering, “other”, yes and no, scales."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from surveys.definition import Choice
from surveys.exchange.codes import CHOICE_CODES_TAKEN, Codes
from surveys.exchange.imported import Words
from surveys.localised import LANGUAGES, Localised
from surveys.question_type import NO, OTHER, YES, SpecialValue

SPECIALS = frozenset(map(str, SpecialValue))
SCALE_LENGTHS = range(3, 12)
DASH = " – "


@dataclass
class ChoiceList:
    """A list of choices as one question uses it; `codes` gives our code for each name of theirs."""

    choices: tuple[Choice, ...] = ()
    codes: dict[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    other: Localised | None = None
    renamed: int = 0
    relabelled: tuple[str, ...] = ()  # special values and "other" whose label is not the platform's


def make_list(given: Iterable[tuple[str, Localised]], words: Words) -> ChoiceList:
    """Return a list made of (name, label), the names unique; special values become offers, “other” an other."""
    made = ChoiceList()
    codes = Codes("c", CHOICE_CODES_TAKEN)
    choices: list[Choice] = []
    offers: list[str] = []
    relabelled: list[str] = []
    for name, label in given:
        if name in SPECIALS:
            offers.append(name)
        elif name == OTHER:
            made.other = label
        else:
            made.codes[name] = codes.give(name)
            made.renamed += made.codes[name] != name
            choices.append(Choice(made.codes[name], label))
            continue
        made.codes[name] = name
        relabelled += [name] if name in SPECIALS and not is_ours(name, label, words) else []
    made.choices, made.offers, made.relabelled = tuple(choices), tuple(offers), tuple(relabelled)
    return made


def is_ours(code: str, label: Localised, words: Words) -> bool:
    """Return whether a label says what the platform says, in every language that it has."""
    said = {language: label.get(language) for language in LANGUAGES if label.get(language)}
    return all(text == words.get(language, {}).get(code, code) for language, text in said.items())


def is_yes_no(made: ChoiceList, words: Words) -> bool:
    """Return whether a list is the platform's yes and no, in its words."""
    by_code = {choice.code: choice.label for choice in made.choices}
    if list(by_code) != [YES, NO] or made.other is not None:
        return False
    return all(is_ours(code, label, words) for code, label in by_code.items())


def as_scale(made: ChoiceList, name_of: Callable[[Choice], str]) -> tuple[int, Localised, Localised] | None:
    """Return (points, low, high) of a list that is 1, 2, 3… with words at its ends only (“1 – Never”), or None."""
    count = len(made.choices)
    if count not in SCALE_LENGTHS or made.other is not None:
        return None
    if [name_of(choice) for choice in made.choices] != [str(point) for point in range(1, count + 1)]:
        return None
    for point, choice in enumerate(made.choices[1:-1], start=2):
        if {choice.label.en, choice.label.fr} - {str(point), ""}:
            return None
    low, high = _end(1, made.choices[0].label), _end(count, made.choices[-1].label)
    return (count, low, high) if low and high else None


def _end(point: int, label: Localised) -> Localised:
    """Return the words of an end of a scale; nothing where a language has no point before its words."""
    texts = [text for text in (label.en, label.fr) if text]
    if not all(text.startswith(f"{point}{DASH}") for text in texts):
        return Localised()
    return Localised(*(text.removeprefix(f"{point}{DASH}") for text in (label.en, label.fr)))


def end_label(point: int, words: Localised) -> Localised:
    """Return the label of an end of a scale, from which `as_scale` reads the words back."""
    return Localised(*(f"{point}{DASH}{text}" if text else str(point) for text in (words.en, words.fr)))
