"""Best-worst sets: of a few items at a time, the most and the least important."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import ClassVar

from wtforms import RadioField, SelectChoice

from surveys.balanced_design import item_sets
from surveys.choice_answer import always_shown, check_choice
from surveys.definition import Question
from surveys.localised import Localised
from surveys.problems import Problem
from surveys.question_type import (
    BEST,
    WORST,
    Fields,
    QuestionType,
    RefusalError,
    Said,
    Value,
    label_of,
    only_keys,
)

_SIZES = (3, 6)  # fewer say little, more cannot be compared at a glance
_USUAL_SIZE, _USUAL_TIMES = 4, 3  # each item is seen about three times
_MOST_SETS = 30
_MOST_CHOICES = 30
_ENDS = (BEST, WORST)


class BestWorst(QuestionType):
    """``{"sets": {"1": {"best": code, "worst": code}, …}}``; what was left open is absent.

    The sets are made from the choices by `balanced_design.item_sets`, with the settings `set_size` (4), `sets` (as
    many as show each item three times) and `seed` (0). `best` and `worst` say what is asked, in place of "most
    important" and "least important". A question that is required is complete when every set has both.
    """

    code = "best_worst"
    pace = (10, 25)  # a set
    minimum_choices = 3
    compares_choices = True
    settings: ClassVar[Mapping[str, type]] = {
        "set_size": int,
        "sets": int,
        "seed": int,
        "best": Localised,
        "worst": Localised,
    }

    def design(self, question: Question) -> tuple[tuple[str, ...], ...]:
        """Return the codes that each set shows; none while there are too few choices, or too many."""
        codes = tuple(sorted(choice.code for choice in question.offered_choices))
        if not self.minimum_choices <= len(codes) <= _MOST_CHOICES:
            return ()
        size = max(2, min(self._size(question), len(codes)))
        return item_sets(codes, size, max(1, min(self._sets(question), _MOST_SETS)), question.number("seed", 0))

    def _size(self, question: Question) -> int:
        return question.number("set_size", min(_USUAL_SIZE, len(question.offered_choices)))

    def _sets(self, question: Question) -> int:
        seen = _USUAL_TIMES * len(question.offered_choices)
        return question.number("sets", min(_MOST_SETS, -(-seen // max(1, self._size(question)))))

    def seconds(self, question: Question) -> tuple[int, int]:
        """Return so many seconds for each set."""
        quick, slow = self.pace
        return quick * len(self.design(question)), slow * len(self.design(question))

    def arranged(self, question: Question, order: Sequence[str], left_out: Container[str] = ()) -> Question:
        """Return the question as it is: the design gives everybody the same sets, and shows every item."""
        return question

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse sets that cannot be made, and choices that would leave holes in them."""
        highest = min(_SIZES[1], len(question.offered_choices))
        if highest >= self.minimum_choices and not _SIZES[0] <= self._size(question) <= highest:
            yield Problem("setting.out_of_range", "settings.set_size", {"lowest": _SIZES[0], "highest": highest})
        if not 1 <= self._sets(question) <= _MOST_SETS:
            yield Problem("setting.out_of_range", "settings.sets", {"lowest": 1, "highest": _MOST_SETS})
        if len(question.offered_choices) > _MOST_CHOICES:
            yield Problem("question.too_many_choices", "choices", {"maximum": _MOST_CHOICES})
        yield from always_shown(question)

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = only_keys(raw, "sets").get("sets")
        if not isinstance(given, dict):
            raise RefusalError("answer.malformed")
        design = {str(number): shown for number, shown in enumerate(self.design(question), start=1)}
        if any(number not in design for number in given):
            raise RefusalError("answer.malformed")
        chosen = {number: self._check_set(question, number, design[number], given.get(number)) for number in design}
        if not any(chosen.values()):
            return None
        if question.required and final:
            for number, ends in chosen.items():
                if len(ends) < len(_ENDS):
                    missing = next(end for end in _ENDS if end not in ends)
                    raise RefusalError("answer.set_missing", f"set{number}_{missing}", set=int(number))
        return {"sets": {number: ends for number, ends in chosen.items() if ends}}

    def _check_set(self, question: Question, number: str, shown: Sequence[str], given: object) -> dict[str, str]:
        ends = {end: code for end, code in only_keys(given or {}, *_ENDS).items() if code not in (None, "")}
        for end, code in ends.items():
            if check_choice(question, code) not in shown:
                raise RefusalError("answer.unknown_choice", f"set{number}_{end}")
        if len(ends) == len(_ENDS) and ends[BEST] == ends[WORST]:
            raise RefusalError("answer.best_is_worst", f"set{number}_{WORST}", set=int(number))
        return {end: ends[end] for end in _ENDS if end in ends}

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return the best and the worst of each set."""
        return tuple(f"set{number}_{end}" for number in range(1, len(self.design(question)) + 1) for end in _ENDS)

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return radio buttons for the best and for the worst of each set."""
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        fields: Fields = {}
        for number, shown in enumerate(self.design(question), start=1):
            for end in _ENDS:
                choices = [SelectChoice(code, labels[code]) for code in shown]
                asked = end_label(question, end, language, words)
                fields[f"set{number}_{end}"] = RadioField(asked, choices=choices, validate_choice=False)
        return fields

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return the codes chosen in each set."""
        return {f"set{number}_{end}": code for number, ends in value["sets"].items() for end, code in ends.items()}

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the cells by set."""
        sets: dict[str, dict[str, object]] = {}
        for part, cell in parts.items():
            number, _, end = part.removeprefix("set").partition("_")
            if cell not in (None, ""):
                sets.setdefault(number, {})[end] = cell
        return {"sets": sets}

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return the choices that the set shows."""
        number = int(part.removeprefix("set").partition("_")[0])
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        return {code: labels[code] for code in self.design(question)[number - 1]}

    def part_label(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> str:
        """Return the number of the set and what is asked of it."""
        number, _, end = part.removeprefix("set").partition("_")
        return f"{number}. {end_label(question, end, language, words)}"

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        said = self.to_parts(question, value).items()
        return [Said(f"{self.part_label(question, part, language, words)} – {labels[code]}") for part, code in said]

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        ends = [item for value in values for each in value["sets"].values() for item in each.items()]
        counts = Counter(ends)
        return {f"{choice.code}.{end}": counts[end, choice.code] for choice in question.choices for end in _ENDS}


def end_label(question: Question, end: str, language: str, words: Mapping[str, str]) -> str:
    """Return what is asked: as the question says, or by the usual words."""
    return label_of(question.label(end), language) or words[end]


QUESTION_TYPE = BestWorst()
