"""What a question type is: the parts it is made of, what it accepts, how it is drawn, written and counted.

A type is one file in `question_types/`: a subclass of `QuestionType` and one instance of it, QUESTION_TYPE.
Types that offer special values as ticks beside their inputs stand on `special_ticks.SpecialTicksType`.

*Parts.* A question is drawn as one or several inputs and exported as the same columns: its parts. The part ''
is named after the question (``region``), the others carry a dot (``region.other``, ``roles.patient``).

*Values.* A stored value is a small JSON object, different for each type, or ``{"special": code}``; blank is
None. A stored value is always valid input again: ``check(question, value)`` returns it unchanged.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar, Final, TypeAlias

from wtforms import Field

from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.problems import Problem

Value: TypeAlias = dict[str, Any]
Fields: TypeAlias = dict[str, Field]  # not bound to a form yet
OTHER: Final = "other"
YES, NO = "yes", "no"  # what a tick says, among the words that the caller gives
# Further words: the two ends of a best-worst set, and neither side of a pair.
BEST, WORST, NO_PREFERENCE = "best", "worst", "no_preference"
FALSE_WORDS: Final = (False, "", "0", "false", "off")  # what a cell or a form sends for an unticked box


class SpecialValue(StrEnum):
    """What a person may say instead of answering; each is stored, and none of them is blank."""

    PREFER_NOT_TO_ANSWER = "prefer_not_to_answer"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"


class Heading(StrEnum):
    """Where the words of a question stand when it is drawn."""

    LEGEND = "legend"  # over a group of inputs
    LABEL = "label"  # the label of its main input, the part ''
    OWN = "own"  # in the type's own template


@dataclass(frozen=True)
class Checked:
    """A stored value (None: blank), or the problems that refuse the input."""

    value: Value | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Summary:
    """How a question was answered, in counts of people.

    `answered` gave a substantive answer, `special` counts those who said each special value, `blank` said
    nothing. `counts` is by choice or point (who chose several counts in each), by ``part.choice`` where a question
    has several parts with choices; `ranks` is by choice: how many people put it at rank 1, 2, 3… `figures` are by
    name: lowest, mean, median and highest of numbers, the mean of the points that each choice got.
    """

    answered: int
    blank: int
    special: Mapping[str, int]
    counts: Mapping[str, int] = field(default_factory=dict)
    ranks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A line of an answer as it is read back; a person's own words are in their language, not the page's."""

    text: str
    is_own_words: bool = False


class RefusalError(Exception):
    """Raised inside a type's checks to refuse an input; `check` turns it into a problem."""

    def __init__(self, code: str, part: str = "", **values: str | int) -> None:
        self.code, self.part, self.values = code, part, values
        super().__init__(code)


class QuestionType(ABC):
    """One way to ask and to answer.

    `settings` names the settings of its questions and the type of each; `specials` the special values that a
    question of this type may offer; `minimum_choices` and `minimum_rows` are 0 where choices and rows make no sense.
    `takes_answer` is false for what only says something; `compares_choices` is true where everybody must see every
    choice; `pace` is the seconds that a quick and a slow person take, reading included: rough by intention.
    """

    code: ClassVar[str]
    settings: ClassVar[Mapping[str, type]] = {}
    specials: ClassVar[frozenset[SpecialValue]] = frozenset()
    minimum_choices: ClassVar[int] = 0
    minimum_rows: ClassVar[int] = 0
    takes_answer: ClassVar[bool] = True
    compares_choices: ClassVar[bool] = False
    heading: ClassVar[Heading] = Heading.LEGEND
    pace: ClassVar[tuple[int, int]] = (10, 30)

    def seconds(self, question: Question) -> tuple[int, int]:
        """Return the seconds that a quick and a slow person take for this question."""
        return self.pace

    def arranged(self, question: Question, order: Sequence[str], left_out: Container[str] = ()) -> Question:
        """Return the question as one person sees it: choices in `order` (codes), without those left out.

        What `order` does not name follows, as it stands; parts and columns stay the same, but for their order.
        """
        return replace(question, choices=arrange(question.choices, order, left_out))

    def check(self, question: Question, raw: object, *, final: bool = True) -> Checked:
        """Return the stored value of an input, or problems; a draft (not `final`) may still be incomplete."""
        try:
            return Checked(self._check_any(question, raw, final))
        except RefusalError as refusal:
            place = f"{question.code}.{refusal.part}" if refusal.part else question.code
            return Checked(None, (Problem(refusal.code, place, refusal.values),))

    def _check_any(self, question: Question, raw: object, final: bool) -> Value | None:
        if raw is None or (isinstance(raw, str | list | tuple | dict) and not raw):
            return None
        special = raw.get("special") if isinstance(raw, dict) and len(raw) == 1 else raw
        if isinstance(special, str) and special in self.specials:
            if special not in question.offers:
                raise RefusalError("answer.not_offered")
            return {"special": str(special)}
        return self._check(question, raw, final)

    @abstractmethod
    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        """Return the stored value of what is neither blank nor special; raises RefusalError."""

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Yield what makes a question of this type senseless, with places relative to the question."""
        return iter(())

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return the parts of a question, in the order of the columns."""
        return ("",)

    @abstractmethod
    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return the form field of each part; `words` are the labels of "other" and of the special values."""

    @abstractmethod
    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return the cell of each part that holds something."""

    @abstractmethod
    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the raw answer that cells or form data amount to, to be checked."""

    def part_label(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> str:
        """Return what tells a part from the others in words, '' for the part ''; `words` as in `cell_labels`."""
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        return labels.get(part) or words.get(part, part)

    def tidy(self, cells: dict[str, str]) -> dict[str, str]:
        """Return what was typed into a form's inputs without what no longer counts."""
        return cells

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return the label of each cell of a part that has one; none for texts, points and ranks.

        `words` are the labels of "other", of the special values, and of yes and no, in the language.
        """
        return {}

    def show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        """Return a stored answer as lines to read: labels in the language, a person's own words as they are."""
        if "special" in value:
            return [Said(words[value["special"]])]
        return self._show(question, value, language, words)

    @abstractmethod
    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        """Return the lines of an answer that is no special value."""

    def free_text(self, value: Value) -> str:
        """Return the person's own words in a stored value, or ''."""
        return ""

    def summarise(self, question: Question, values: Iterable[Value | None]) -> Summary:
        """Return the counts over the stored values of a question, one per person."""
        given = list(values)
        special = Counter(value["special"] for value in given if value and "special" in value)
        answered = [value for value in given if value and "special" not in value]
        return Summary(
            answered=len(answered),
            blank=sum(value is None for value in given),
            special={code: special[code] for code in question.offers},
            counts=self._count(question, answered),
            ranks=self._rank(question, answered),
            figures=self._measure(question, answered),
        )

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        return {}

    def _rank(self, question: Question, values: Sequence[Value]) -> dict[str, tuple[int, ...]]:
        return {}

    def _measure(self, question: Question, values: Sequence[Value]) -> dict[str, float]:
        return {}


def only_keys(raw: object, *keys: str) -> dict[str, Any]:
    """Return a raw answer that is an object with no other keys than these; raises RefusalError."""
    if not isinstance(raw, dict) or not set(raw) <= set(keys):
        raise RefusalError("answer.malformed")
    return raw


def arrange(choices: Iterable[Choice], order: Sequence[str], left_out: Container[str] = ()) -> tuple[Choice, ...]:
    """Return choices in an order of codes, the others after them; those left out are offered no more."""
    place = {code: at for at, code in enumerate(order)}
    shown = [replace(choice, retired=True) if choice.code in left_out else choice for choice in choices]
    return tuple(sorted(shown, key=lambda choice: place.get(choice.code, len(place))))


def label_of(label: Localised, language: str) -> str:
    """Return the text that a field shows: in the language, or in the other one while a draft lacks it."""
    return label.shown(language)[1]


def tick_labels(words: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of a part that is 1 or 0."""
    return {"1": words[YES], "0": words[NO]}


def is_ticked(cell: object) -> bool | None:
    """Return whether a cell or a checkbox says yes, or None where it says neither yes nor no."""
    if cell is None or isinstance(cell, int):
        return {None: False, 0: False, 1: True}.get(cell)
    word = cell.strip().casefold() if isinstance(cell, str) else "?"
    if word in FALSE_WORDS:
        return False
    return True if word in ("1", "true", "on", "y") else None
