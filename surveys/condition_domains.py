"""What could be answered to a question, as far as conditions can tell it apart; and whether a condition can ever hold.

Only finite questions are tried out: one choice, yes or no, a scale, several choices by the ones that are named. Where
a condition hangs on anything else (a text, a number), or there is too much to try, nothing is claimed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Final

from surveys.condition_values import Scalar, holds, read_scalar
from surveys.conditions import Call, Junction, Literal, Node, Reference, parse, references, walk
from surveys.definition import Question, Survey
from surveys.problems import SurveyError
from surveys.question_type import OTHER, tick_labels
from surveys.question_types import QUESTION_TYPES

BUDGET: Final = 30_000  # answers tried for all the conditions of a survey: about a second
_BUDGET_OF_ONE: Final = 3_000  # for one condition, so that one alone does not use it up
_MOST_BEHIND: Final = 40  # questions that one condition hangs on, with all that these hang on
_MOST_NAMED: Final = 8  # choices of one question whose combinations are tried


class _AnyWord(dict[str, str]):
    """Gives every word for itself: here the codes matter, not their labels."""

    def __missing__(self, code: str) -> str:
        return code


WORDS: Final[Mapping[str, str]] = _AnyWord()


@dataclass(frozen=True)
class Supposed:
    """An answer that somebody could give: its cells by part, and the codes that it chooses."""

    cells: Mapping[str, Scalar] = field(default_factory=dict)
    selected: tuple[str, ...] = ()
    counted: int = 0


_BLANK: Final = Supposed()


@dataclass
class _SupposedAnswers:
    """Supposed answers, as conditions read them."""

    given: dict[str, Supposed]

    def cell(self, question: str, part: str) -> Scalar:
        return self.given.get(question, _BLANK).cells.get(part)

    def selected(self, question: str) -> tuple[str, ...]:
        return self.given.get(question, _BLANK).selected

    def count(self, question: str) -> int:
        return self.given.get(question, _BLANK).counted


class _UnboundedError(Exception):
    """There is no end to what would have to be tried."""


def whole_codes(question: Question) -> frozenset[str] | None:
    """Return what the cell of a question may hold, where it is one of a few; None where it may be anything.

    Choices that are offered no more are in it: somebody chose them once.
    """
    kind = QUESTION_TYPES.get(question.type)
    if kind is None or "" not in kind.parts(question):
        return None
    if question.type == "scale":
        return frozenset(map(str, range(1, question.number("points", 5) + 1))) | set(question.offers)
    labels = kind.cell_labels(question, "", "en", WORDS)
    return frozenset(labels) or None


def selectable_codes(question: Question) -> frozenset[str]:
    """Return what `selected` may name of a question."""
    kind = QUESTION_TYPES.get(question.type)
    parts = {part for part in kind.parts(question) if part} if kind else set()
    return frozenset(parts | (whole_codes(question) or frozenset()) | set(question.offers))


class Possibilities:
    """What could be answered to a survey; the conditions that are asked about share one budget of answers to try."""

    def __init__(self, survey: Survey) -> None:
        self._questions = {question.code: question for question in survey.questions}
        self._guards = {
            question.code: [each for each in (section.show_if, question.show_if) if each]
            for section in survey.sections
            for question in section.questions
        }
        self._left = BUDGET

    def can_hold(self, conditions: Sequence[str]) -> bool:
        """Tell whether all these conditions can hold together for somebody; True where nobody can tell.

        A question that is itself hidden is blank, so that conditions on conditions are seen through.
        """
        try:
            wanted = [part for each in conditions if each for part in _parts(parse(each))]
            asked = self._questions_behind(wanted)
            wanted = _with_guards(wanted, asked)
            nodes = [*wanted, *(node for guards in asked.values() for node in guards)]
            domains = {code: _domain(self._questions.get(code), nodes) for code in asked}
            tries = _Tries(asked, domains, wanted, min(self._left, _BUDGET_OF_ONE))
        except (_UnboundedError, SurveyError):
            return True
        try:
            return tries.succeed()
        except _UnboundedError:
            return True
        finally:
            self._left -= tries.count

    def _questions_behind(self, wanted: Sequence[Node]) -> dict[str, list[Node]]:
        """Return the questions that conditions hang on, and those that these hang on, in order, with their guards."""
        found: dict[str, list[Node]] = {}
        waiting = [each.question for node in wanted for each in references(node)]
        while waiting:
            code = waiting.pop()
            if code in found:
                continue
            if code not in self._guards or len(found) == _MOST_BEHIND:
                raise _UnboundedError
            found[code] = [part for each in self._guards[code] for part in _parts(parse(each))]
            waiting += [each.question for node in found[code] for each in references(node)]
        asked = {code: found[code] for code in self._guards if code in found}
        _see_order(asked)
        return asked


def _parts(node: Node) -> tuple[Node, ...]:
    """Return what must all hold for a node to hold."""
    if isinstance(node, Junction) and node.operator == "and":
        return tuple(part for each in node.parts for part in _parts(each))
    return (node,)


def _with_guards(wanted: Sequence[Node], guards: Mapping[str, Sequence[Node]]) -> list[Node]:
    """Return what must hold, with the guards of each question that one part of it cannot do without."""
    needed, seen = list(wanted), set[str]()
    for node in needed:  # which grows meanwhile
        codes = {each.question for each in references(node)}
        if len(codes) == 1 and not codes & seen and not holds(node, _SupposedAnswers({})):
            seen |= codes
            needed += [guard for code in codes for guard in guards[code]]
    return needed


def _see_order(asked: Mapping[str, Sequence[Node]]) -> None:
    """Raise _UnboundedError where something hangs on what comes later: that is another fault, told by itself."""
    before: set[str] = set()
    for code, guards in asked.items():
        if any(each.question not in before for node in guards for each in references(node)):
            raise _UnboundedError
        before.add(code)


class _Tries:
    """Goes through what could be answered, question by question, and turns back as soon as something fails."""

    def __init__(
        self,
        guards: Mapping[str, Sequence[Node]],
        domains: Mapping[str, Sequence[Supposed]],
        wanted: Sequence[Node],
        budget: int,
    ) -> None:
        self._order, self._guards, self._domains, self._budget = list(guards), guards, domains, budget
        self._given: dict[str, Supposed] = {}
        self._answers = _SupposedAnswers(self._given)
        self.count = 0
        places = {code: at for at, code in enumerate(self._order)}
        # What is known to hold or not once the question at a place is answered; before the first, at -1.
        self._due: dict[int, list[Node]] = {}
        for node in wanted:
            last = max((places[each.question] for each in references(node)), default=-1)
            self._due.setdefault(last, []).append(node)

    def succeed(self) -> bool:
        """Tell whether everything holds for some answers; raises _UnboundedError where there are too many to try."""
        return self._holds(-1) and self._go_on(0)

    def _holds(self, at: int) -> bool:
        return all(holds(node, self._answers) for node in self._due.get(at, ()))

    def _go_on(self, at: int) -> bool:
        if at == len(self._order):
            return True
        code = self._order[at]
        is_asked = all(holds(node, self._answers) for node in self._guards[code])
        for supposed in self._domains[code] if is_asked else (_BLANK,):
            self.count += 1
            if self.count > self._budget:
                raise _UnboundedError
            self._given[code] = supposed
            if self._holds(at) and self._go_on(at + 1):
                return True
        del self._given[code]
        return False


def _domain(question: Question | None, nodes: Sequence[Node]) -> list[Supposed]:
    """Return what could be answered, blank too; raises _UnboundedError."""
    if question is None:
        raise _UnboundedError
    codes = whole_codes(question)
    if codes is not None:
        retired = {choice.code for choice in question.choices if choice.retired}
        return [_BLANK, *(_one(code, question) for code in sorted(codes - retired))]
    return [_BLANK, *_several(question, nodes)]


def _one(code: str, question: Question) -> Supposed:
    if code in question.offers:
        return Supposed({"": code}, (code,))
    return Supposed({"": read_scalar(code)}, (code,), 1)


def _several(question: Question, nodes: Sequence[Node]) -> Iterator[Supposed]:
    """Yield combinations of the choices that conditions name, with so many of the others as make a difference."""
    kind = QUESTION_TYPES.get(question.type)
    ticks = tick_labels(WORDS)
    codes = [each.code for each in question.offered_choices]
    if kind is None or any(kind.cell_labels(question, code, "en", WORDS) != ticks for code in codes) or not codes:
        raise _UnboundedError
    named = _named(question.code, nodes) & {*codes, *question.offers}
    if len(named) > _MOST_NAMED:
        raise _UnboundedError
    for code in named & set(question.offers):
        yield Supposed({}, (code,))
    alone = {each.code for each in question.choices if each.exclusive}
    free = [code for code in codes if code in named and code not in alone]
    unnamed = sum(code not in named and code not in alone for code in codes) + question.flag("has_other")
    for code in named & alone:
        yield _ticked((code,), codes, 1)
    for size in range(len(free) + 1):
        for chosen in combinations(free, size):
            for more in range(unnamed + 1):
                if size + more:
                    yield _ticked(chosen, codes, size + more)


def _ticked(chosen: tuple[str, ...], codes: Sequence[str], counted: int) -> Supposed:
    return Supposed({code: Fraction(code in chosen) for code in codes}, chosen or (OTHER,), counted)


def _named(code: str, nodes: Sequence[Node]) -> set[str]:
    """Return the choices of a question that conditions name; raises _UnboundedError for the question as a whole."""
    named = set()
    for node in nodes:
        counted = {id(each.arguments[0]) for each in walk(node) if isinstance(each, Call) and _is_about(each)}
        for each in walk(node):
            if isinstance(each, Reference) and each.question == code and id(each) not in counted:
                if not each.part:
                    raise _UnboundedError
                named.add(each.part)
            if isinstance(each, Call) and each.name == "selected":
                asked, chosen = each.arguments
                if isinstance(asked, Reference) and asked.question == code and isinstance(chosen, Literal):
                    named.add(str(chosen.value))
    return named


def _is_about(call: Call) -> bool:
    return call.name in ("selected", "count-selected")
