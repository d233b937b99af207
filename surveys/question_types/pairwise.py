"""Choices compared two at a time: this one, that one, or no preference."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import ClassVar

from wtforms import RadioField, SelectChoice

from surveys.balanced_design import item_pairs
from surveys.choice_answer import always_shown
from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_type import (
    NO_PREFERENCE,
    Fields,
    QuestionType,
    RefusalError,
    Said,
    SpecialValue,
    Value,
    label_of,
    only_keys,
)

_MOST_CHOICES = 12  # 66 pairs, where all are asked


class Pairwise(QuestionType):
    """``{"pairs": {"a-b": code, "no_preference" or a special value}}``; pairs left open are absent.

    A pair is named after its two codes in the order of the alphabet. All pairs are asked, or as many as the setting
    `pairs` says, drawn with `seed` (0) by `balanced_design.item_pairs`; `forced` leaves "no preference" out. The same
    special value for every pair is the whole question's. A question that is required is complete when every pair has
    its answer.
    """

    code = "pairwise"
    pace = (4, 10)  # a pair
    specials = frozenset(SpecialValue)
    minimum_choices = 2
    compares_choices = True
    settings: ClassVar[Mapping[str, type]] = {"pairs": int, "seed": int, "forced": bool}

    def design(self, question: Question) -> dict[str, tuple[str, str]]:
        """Return the pairs by name, in the order of showing, the left one first; none for too long a list."""
        codes = tuple(sorted(choice.code for choice in question.offered_choices))
        if not 2 <= len(codes) <= _MOST_CHOICES:
            return {}
        pairs = item_pairs(codes, max(1, question.number("pairs", _all_pairs(question))), question.number("seed", 0))
        return {"-".join(sorted(pair)): pair for pair in pairs}

    def seconds(self, question: Question) -> tuple[int, int]:
        """Return so many seconds for each pair."""
        quick, slow = self.pace
        return quick * len(self.design(question)), slow * len(self.design(question))

    def arranged(self, question: Question, order: Sequence[str], left_out: Container[str] = ()) -> Question:
        """Return the question as it is: the design gives everybody the same pairs."""
        return question

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse pairs that leave some choices uncompared, lists that are too long, and choices with holes."""
        count, most = len(question.offered_choices), _all_pairs(question)
        if not count - 1 <= question.number("pairs", most) <= most:
            yield Problem("setting.out_of_range", "settings.pairs", {"lowest": count - 1, "highest": most})
        if count > _MOST_CHOICES:
            yield Problem("question.too_many_choices", "choices", {"maximum": _MOST_CHOICES})
        for at, choice in enumerate(question.choices):
            if choice.code == NO_PREFERENCE:
                yield Problem("code.reserved", f"choices[{at}].code")
        yield from always_shown(question)

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = only_keys(raw, "pairs").get("pairs")
        if not isinstance(given, dict):
            raise RefusalError("answer.malformed")
        design = self.design(question)
        cells = {name: cell for name, cell in given.items() if cell not in (None, "")}
        if any(name not in design for name in cells):
            raise RefusalError("answer.malformed")
        chosen = {name: self._check_pair(question, name, cells[name]) for name in design if name in cells}
        missing = [name for name in design if name not in chosen]
        if not chosen:
            return None
        if missing and question.required and final:
            raise RefusalError("answer.pair_missing", missing[0], number=list(design).index(missing[0]) + 1)
        said = set(chosen.values())
        if not missing and len(said) == 1 and said <= self.specials:
            return {"special": said.pop()}
        return {"pairs": chosen}

    def _check_pair(self, question: Question, name: str, cell: object) -> str:
        if not isinstance(cell, str) or cell not in self._codes(question, name, SpecialValue):
            raise RefusalError("answer.unknown_choice", name)
        if cell not in self._codes(question, name, question.offers):
            raise RefusalError("answer.not_offered", name)
        return str(cell)

    def _codes(self, question: Question, name: str, specials: Sequence[str] | type[SpecialValue]) -> list[str]:
        """Return what may be said of a pair: the left one, no preference, the right one, then the special values."""
        left, right = self.design(question)[name]
        between = [] if question.flag("forced") else [NO_PREFERENCE]
        return [left, *between, right, *map(str, specials)]

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return the pairs."""
        return tuple(self.design(question))

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return radio buttons for each pair."""
        fields: Fields = {}
        for name in self.design(question):
            labels = self.cell_labels(question, name, language, words)
            choices = [SelectChoice(code, label) for code, label in labels.items()]
            asked = self.part_label(question, name, language, words)
            fields[name] = RadioField(asked, choices=choices, validate_choice=False)
        return fields

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return the code chosen in each pair."""
        if "special" in value:
            return {name: str(value["special"]) for name in self.design(question)}
        return dict(value["pairs"])

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the cells of the pairs."""
        return {"pairs": dict(parts)}

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return what may be said of a pair, the left one first."""
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        codes = self._codes(question, part, question.offers)
        return {code: labels[code] if code in labels else words[code] for code in codes}

    def part_label(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> str:
        """Return the two that are compared."""
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        return " / ".join(labels[code] for code in self.design(question)[part])

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        labels = {name: self.cell_labels(question, name, language, words) for name in value["pairs"]}
        return [
            Said(f"{self.part_label(question, name, language, words)} – {labels[name][cell]}")
            for name, cell in value["pairs"].items()
        ]

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        counts = Counter(item for value in values for item in value["pairs"].items())
        codes = {name: self._codes(question, name, question.offers) for name in self.design(question)}
        return {f"{name}.{code}": counts[name, code] for name, said in codes.items() for code in said}


def _all_pairs(question: Question) -> int:
    count = len(question.offered_choices)
    return count * (count - 1) // 2


QUESTION_TYPE = Pairwise()
