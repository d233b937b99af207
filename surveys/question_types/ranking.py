"""Choices put in order of preference, all of them or only some."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from wtforms import SelectChoice, SelectField

from surveys.choice_answer import check_choice, show_choices
from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_type import Fields, RefusalError, Said, Value, label_of, only_keys
from surveys.special_ticks import SpecialTicksType


class Ranking(SpecialTicksType):
    """``{"ranking": [codes, first choice first]}``; what was not ranked is absent, not last.

    Input may also be ``{"ranks": {code: rank}}``, as people give it; ranks left out (1, 2, 4) close up. A rank given
    twice is refused, but where the question sets `ties`: then a ranking with ties is stored as ``{"tiers": [[codes
    that share the first rank], …]}``. `minimum` and `maximum` limit how many may be ranked.
    """

    code = "ranking"
    settings: ClassVar[Mapping[str, type]] = {"minimum": int, "maximum": int, "ties": bool}
    minimum_choices = 2
    pace = (40, 75)

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
        tiers = [[check_choice(question, code) for code in tier] for tier in self._read(question, raw)]
        ranked = [code for tier in tiers for code in tier]
        if len(set(ranked)) < len(ranked):
            raise RefusalError("answer.ranked_twice")
        if len(ranked) > question.number("maximum", len(ranked)):
            raise RefusalError("answer.too_many", chosen=len(ranked), limit=question.number("maximum", 0))
        if ranked and final and len(ranked) < question.number("minimum", 1):
            raise RefusalError("answer.too_few", chosen=len(ranked), limit=question.number("minimum", 1))
        if len(tiers) < len(ranked):
            places = [choice.code for choice in question.choices]
            return {"tiers": [sorted(tier, key=places.index) for tier in tiers]}
        return {"ranking": ranked} if ranked else None

    def _read(self, question: Question, raw: object) -> list[Sequence[object]]:
        """Return the codes that an input gives, best first, those with the same rank together."""
        given = {"ranking": raw} if isinstance(raw, list | tuple) else raw
        if isinstance(given, dict) and given.keys() == {"ranks"}:
            return list(self._by_rank(question, given["ranks"]))
        if isinstance(given, dict) and given.keys() == {"tiers"} and question.flag("ties"):
            tiers = given["tiers"]
            if isinstance(tiers, list | tuple) and all(isinstance(tier, list | tuple) and tier for tier in tiers):
                return list(tiers)
            raise RefusalError("answer.malformed")
        codes = only_keys(given, "ranking").get("ranking")
        if not isinstance(codes, list | tuple):
            raise RefusalError("answer.malformed")
        return [[code] for code in codes]

    def _by_rank(self, question: Question, ranks: object) -> list[list[object]]:
        """Return the codes in the order of their ranks; '' and None are unranked."""
        if not isinstance(ranks, dict):
            raise RefusalError("answer.malformed")
        by_rank: dict[int, list[object]] = {}
        for code, cell in ranks.items():
            if cell is None or (isinstance(cell, str) and not cell.strip()):
                continue
            rank = _read_rank(cell)
            if not 1 <= rank <= len(question.choices):
                raise RefusalError("answer.not_a_rank", highest=len(question.offered_choices))
            by_rank.setdefault(rank, []).append(code)
            if len(by_rank[rank]) > 1 and not question.flag("ties"):
                raise RefusalError("answer.same_rank", rank=rank)
        return [by_rank[rank] for rank in sorted(by_rank)]

    def own_parts(self, question: Question) -> tuple[str, ...]:
        """Return a rank for each choice."""
        return tuple(choice.code for choice in question.choices)

    def own_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return a list of ranks for each choice, which works without script and on every phone."""
        ranks = range(1, question.number("maximum", len(question.offered_choices)) + 1)
        options = [SelectChoice(option, option) for option in ("", *map(str, ranks))]
        return {
            choice.code: SelectField(label_of(choice.label, language), choices=options, validate_choice=False)
            for choice in question.offered_choices
        }

    def own_cells(self, question: Question, value: Value) -> dict[str, str]:
        """Return the rank of each ranked choice; those that share one have the same."""
        return {code: str(rank) for rank, tier in enumerate(_tiers(value), start=1) for code in tier}

    def own_answer(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the ranks."""
        return {"ranks": dict(parts)} if any(cell not in (None, "") for cell in parts.values()) else None

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        tiers = [show_choices(question, tier, "", language, words) for tier in _tiers(value)]
        return [Said(f"{rank}. {line.text}") for rank, tier in enumerate(tiers, start=1) for line in tier]

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        counts = Counter(code for value in values for tier in _tiers(value) for code in tier)
        return {choice.code: counts[choice.code] for choice in question.choices}

    def _rank(self, question: Question, values: Sequence[Value]) -> dict[str, tuple[int, ...]]:
        tiers = [(rank, tier) for value in values for rank, tier in enumerate(_tiers(value))]
        places = Counter((code, rank) for rank, tier in tiers for code in tier)
        width = range(len(question.choices))
        return {choice.code: tuple(places[choice.code, rank] for rank in width) for choice in question.choices}


def _tiers(value: Value) -> list[list[str]]:
    """Return the codes of a stored ranking, best first, those with the same rank together."""
    return list(value["tiers"]) if "tiers" in value else [[code] for code in value["ranking"]]


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
