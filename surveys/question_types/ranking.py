"""Choices put in order of preference, all of them or only some."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from wtforms import SelectChoice, SelectField

from surveys.choice_answer import check_choice, show_choices
from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_type import Fields, QuestionType, RefusalError, Said, Value, label_of, only_keys


class Ranking(QuestionType):
    """``{"ranking": [codes, first choice first]}``; what was not ranked is absent, not last.

    Input may also be ``{"ranks": {code: rank}}``, as people give it; ranks left out (1, 2, 4) close up, one
    given twice is refused. `minimum` and `maximum` limit how many may be ranked.
    """

    code = "ranking"
    settings: ClassVar[Mapping[str, type]] = {"minimum": int, "maximum": int}
    minimum_choices = 2

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse limits that cannot be met, and exclusive choices."""
        highest = len(question.offered_choices)
        minimum, maximum = question.number("minimum", 1), question.number("maximum", highest)
        if not 1 <= minimum <= highest:
            yield Problem("setting.out_of_range", "settings.minimum", {"lowest": 1, "highest": highest})
        if not max(minimum, 1) <= maximum <= highest:
            yield Problem("setting.out_of_range", "settings.maximum", {"lowest": minimum, "highest": highest})
        for at, choice in enumerate(question.choices):
            if choice.exclusive:
                yield Problem("choice.exclusive_misused", f"choices[{at}].exclusive")

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        codes: object
        if isinstance(raw, dict) and "ranks" in raw:
            codes = self._order(question, only_keys(raw, "ranks")["ranks"])
        else:
            codes = raw if isinstance(raw, list | tuple) else only_keys(raw, "ranking").get("ranking")
        if not isinstance(codes, list | tuple):
            raise RefusalError("answer.malformed")
        ranking = [check_choice(question, code) for code in codes]
        if len(set(ranking)) < len(ranking):
            raise RefusalError("answer.ranked_twice")
        if len(ranking) > question.number("maximum", len(ranking)):
            raise RefusalError("answer.too_many", chosen=len(ranking), limit=question.number("maximum", 0))
        if ranking and final and len(ranking) < question.number("minimum", 1):
            raise RefusalError("answer.too_few", chosen=len(ranking), limit=question.number("minimum", 1))
        return {"ranking": ranking} if ranking else None

    def _order(self, question: Question, ranks: object) -> list[str]:
        """Return the codes in the order of their ranks; '' and None are unranked."""
        if not isinstance(ranks, dict):
            raise RefusalError("answer.malformed")
        by_rank: dict[int, str] = {}
        for code, cell in ranks.items():
            if cell is None or (isinstance(cell, str) and not cell.strip()):
                continue
            rank = _read_rank(cell)
            if not 1 <= rank <= len(question.choices):
                raise RefusalError("answer.not_a_rank", highest=len(question.offered_choices))
            if rank in by_rank:
                raise RefusalError("answer.same_rank", rank=rank)
            by_rank[rank] = code
        return [by_rank[rank] for rank in sorted(by_rank)]

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return a rank for each choice."""
        return tuple(choice.code for choice in question.choices)

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return a list of ranks for each choice, which works without script and on every phone."""
        ranks = range(1, question.number("maximum", len(question.offered_choices)) + 1)
        options = [SelectChoice(option, option) for option in ("", *map(str, ranks))]
        return {
            choice.code: SelectField(label_of(choice.label, language), choices=options, validate_choice=False)
            for choice in question.offered_choices
        }

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return the rank of each ranked choice."""
        return {code: str(rank) for rank, code in enumerate(value["ranking"], start=1)}

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the ranks."""
        return {"ranks": dict(parts)} if any(cell not in (None, "") for cell in parts.values()) else None

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        lines = show_choices(question, value["ranking"], "", language, words)
        return [Said(f"{rank}. {line.text}") for rank, line in enumerate(lines, start=1)]

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        counts = Counter(code for value in values for code in value["ranking"])
        return {choice.code: counts[choice.code] for choice in question.choices}

    def _rank(self, question: Question, values: Sequence[Value]) -> dict[str, tuple[int, ...]]:
        places = Counter((code, rank) for value in values for rank, code in enumerate(value["ranking"]))
        width = range(len(question.choices))
        return {choice.code: tuple(places[choice.code, rank] for rank in width) for choice in question.choices}


def display_order(question: Question, ranks: Mapping[str, str]) -> list[str]:
    """Return the codes of the offered choices: those with a rank in its order, then the others in the survey's.

    `ranks` are as typed: a rank given twice keeps the survey's order, and what is no number from 1 up is none.
    """
    codes = [choice.code for choice in question.offered_choices]
    ranked = _ranked(question, ranks)
    return ranked + [code for code in codes if code not in ranked]


def move(question: Question, ranks: Mapping[str, str], choice: str, direction: Literal["up", "down"]) -> dict[str, str]:
    """Return the ranks after one press of a button beside a choice: "1", "2"… without gaps, "" for the unranked.

    Up ranks an unranked choice after the others, as long as `maximum` allows, and swaps a ranked one with the one
    above it; down swaps it with the one below, and takes the last one out. Ranks as typed that are given twice or
    leave gaps are put in order first. An unknown choice or direction changes nothing else.
    """
    ranked = _ranked(question, ranks)
    codes = [each.code for each in question.offered_choices]
    at = ranked.index(choice) if choice in ranked else None
    if at is None:
        has_room = len(ranked) < question.number("maximum", len(codes))
        if direction == "up" and choice in codes and has_room:
            ranked.append(choice)
    elif direction == "up" and at > 0:
        ranked[at - 1], ranked[at] = ranked[at], ranked[at - 1]
    elif direction == "down" and at == len(ranked) - 1:
        ranked.pop()
    elif direction == "down":
        ranked[at + 1], ranked[at] = ranked[at], ranked[at + 1]
    return {code: str(ranked.index(code) + 1) if code in ranked else "" for code in codes}


def _ranked(question: Question, ranks: Mapping[str, str]) -> list[str]:
    """Return the offered choices that have a rank, in its order."""
    read = {choice.code: _read_rank(ranks.get(choice.code)) for choice in question.offered_choices}
    return sorted((code for code, rank in read.items() if rank > 0), key=lambda code: read[code])


def _read_rank(cell: object) -> int:
    """Return the rank that a cell gives, 0 where it gives none."""
    if type(cell) is int:
        return cell
    text = cell.strip() if isinstance(cell, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


QUESTION_TYPE = Ranking()
