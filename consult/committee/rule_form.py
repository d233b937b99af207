"""The form by which a rule is signed: what it offers for a question, what was chosen, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from analysis.ballots import Kind
from analysis.methods import methods_for
from consult.messages import Words
from consult.record.priority_rule import (
    LEAST_SURE,
    MOST_SURE,
    MOST_TOP,
    USUAL_SURE,
    USUAL_TOP,
    NewRule,
    PriorityRule,
    Small,
)
from consult.record.stored_ballots import CHNRI, KINDS, MATRIX, REACTIONS
from surveys.cleaning import clean_text
from surveys.definition import Question

LONGEST_REASON = 500
UNDECIDED = ""
_FEWEST_CRITERIA, _STEPS = 2, (2, 3)


@dataclass
class RuleForm:
    """What the form says, as it was typed.

    Attributes
    ----------
    weights, small
        By the code of a matrix, and of a group.
    errors
        By the name of a field, the sentence that says what is wrong.
    """

    method: str
    top: str
    sure: str
    order: str
    weights: dict[str, str]
    small: dict[str, str]
    reason: str = ""
    seen: int = 0
    errors: dict[str, str] = field(default_factory=dict)

    def make_rule(self, *, is_for_committee: bool) -> NewRule:
        """Return what is to be signed; only of a form without errors."""
        weights = {code: read_number(typed) for code, typed in self.weights.items() if self.method == CHNRI}
        return NewRule(
            self.method,
            int(self.top),
            int(self.sure),
            {code: weight for code, weight in weights.items() if weight},
            self.order == "first",
            {code: decided for code, decided in self.small.items() if decided},
            is_for_committee,
        )


def offered_methods(question: Question, criteria: Sequence[Question]) -> tuple[str, ...]:
    """Return the methods that read what a question asks, the usual one first."""
    if question.type == MATRIX:
        scored = methods_for(Kind.CRITERIA) if len(criteria) >= _FEWEST_CRITERIA else ()
        return (*methods_for(Kind.SCALE), *scored)
    return methods_for(Kind(REACTIONS if question.type == REACTIONS else KINDS[question.type]))


def find_criteria(question: Question, listed: Mapping[str, Question]) -> list[Question]:
    """Return the matrices that ask the same rows as a matrix, itself among them: each can be a criterion."""
    if question.type != MATRIX or len([each for each in question.choices if not each.retired]) not in _STEPS:
        return []
    rows, choices = {row.code for row in question.rows}, [each.code for each in question.choices]
    return [
        each
        for each in listed.values()
        if each.type == MATRIX and {row.code for row in each.rows} == rows and _codes(each) == choices
    ]


def fill_form(rule: PriorityRule | None, methods: Sequence[str], criteria: Sequence[Question]) -> RuleForm:
    """Return the form as it is first shown: the rule that stands, or what is usual."""
    if rule is None:
        weights = {each.code: "1" for each in criteria}
        return RuleForm(methods[0], str(USUAL_TOP), str(USUAL_SURE), "last", weights, {})
    weights = {each.code: f"{rule.weights.get(each.code, 0):g}" for each in criteria}
    order = "first" if rule.first_is_highest else "last"
    return RuleForm(rule.method, str(rule.top), str(rule.sure), order, weights, dict(rule.small), seen=rule.id)


def read_form(
    sent: MultiDict[str, str], methods: Sequence[str], criteria: Sequence[Question], groups: Sequence[str], words: Words
) -> RuleForm | None:
    """Return what was sent with what is wrong in it; None for values that the form does not offer."""
    seen = sent.get("seen", "0")
    form = RuleForm(
        sent.get("method", ""),
        sent.get("top", "").strip(),
        sent.get("sure", "").strip(),
        sent.get("order", "last"),
        {each.code: sent.get(f"weight-{each.code}", "0").strip() for each in criteria},
        {code: sent.get(f"small-{code}", UNDECIDED) for code in groups},
        clean_text(sent.get("reason", "")),
        int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
    )
    is_offered = form.method in methods and set(form.small.values()) <= {UNDECIDED, *Small}
    if not is_offered or form.order not in ("first", "last"):
        return None
    form.errors = _find_errors(form, words)
    return form


def read_number(typed: str) -> float:
    """Return a number of 0 or more as it was typed, with a point or a comma; raises ValueError."""
    number = float(typed.replace(",", ".")) if typed else 0.0
    if not 0 <= number <= 1_000:
        raise ValueError
    return number


def check_weights(form: RuleForm, words: Words) -> str:
    """Return what is wrong with the weights of criteria, "" where nothing is."""
    _ = words.gettext
    try:
        weights = [read_number(typed) for typed in form.weights.values()]
    except ValueError:
        return _("A weight is a number from 0 to 1000, such as 1 or 0.5.")
    if sum(weight > 0 for weight in weights) < _FEWEST_CRITERIA:
        return _("Give at least two criteria a weight above 0.")
    return ""


def _find_errors(form: RuleForm, words: Words) -> dict[str, str]:
    _ = words.gettext
    said = {
        "top": _("Write a whole number from 1 to %(most)s.") % {"most": MOST_TOP},
        "sure": _("Write a whole number from %(least)s to %(most)s.") % {"least": LEAST_SURE, "most": MOST_SURE},
        "reason": _("The reason is too long. Write at most %(most)s characters.") % {"most": LONGEST_REASON},
    }
    is_wrong = {
        "top": not _is_between(form.top, 1, MOST_TOP),
        "sure": not _is_between(form.sure, LEAST_SURE, MOST_SURE),
        "reason": len(form.reason) > LONGEST_REASON,
    }
    errors = {name: said[name] for name, wrong in is_wrong.items() if wrong}
    if form.method == CHNRI and (problem := check_weights(form, words)):
        errors["weights"] = problem
    return errors


def _is_between(typed: str, least: int, most: int) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 4 and least <= int(typed) <= most


def _codes(question: Question) -> list[str]:
    return [each.code for each in question.choices]
