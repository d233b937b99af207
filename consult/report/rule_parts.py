"""What a signed rule says, part by part, and what a later one says otherwise; plain values for reports and pages."""

from collections.abc import Iterator, Mapping

from consult.record.priority_rule import PriorityRule, RuleChange
from consult.record.stored_ballots import CHNRI
from consult.report.contents import RuleChanged, RulePart
from surveys.localised import Localised

Names = Mapping[str, Localised]


def list_parts(rule: PriorityRule, criteria: Names, groups: Names) -> tuple[RulePart, ...]:
    """Return all that a rule says; weights only where its method has any.

    Parameters
    ----------
    criteria, groups
        What criteria and groups are called, by code.
    """
    return tuple(_parts(rule, None, criteria, groups))


def describe_change(change: RuleChange, criteria: Names, groups: Names) -> RuleChanged:
    """Return a rule that was signed when people could answer already, with all that it says otherwise than before."""
    rule, before = change.rule, change.before
    return RuleChanged(
        rule.at.date().isoformat(),
        rule.reason,
        rule.method,
        rule.top,
        before.method if before else "",
        before.top if before else 0,
        tuple(_parts(rule, before, criteria, groups)),
    )


def _parts(rule: PriorityRule, before: PriorityRule | None, criteria: Names, groups: Names) -> Iterator[RulePart]:
    """Return what a rule says, only what differs where there is one before it."""
    for part in _all(rule, before, criteria, groups):
        if part.value != part.before and (before or part.value):
            yield part


def _all(rule: PriorityRule, before: PriorityRule | None, criteria: Names, groups: Names) -> Iterator[RulePart]:
    then = before
    yield RulePart("method", rule.method, then.method if then else "")
    yield RulePart("top", str(rule.top), str(then.top) if then else "")
    yield RulePart("sure", str(rule.sure), str(then.sure) if then else "")
    yield RulePart("order", _order(rule), _order(then) if then else "")
    for code in _codes(_weights(rule), _weights(then), criteria):
        yield RulePart(
            "weight", *_both(_weights(rule), _weights(then), code), criteria.get(code, Localised(code, code))
        )
    for code in _codes(rule.small, then.small if then else {}, groups):
        name = groups.get(code, Localised(code, code))
        yield RulePart("small", *_both(rule.small, then.small if then else {}, code), name)


def _both(now: Mapping[str, object], then: Mapping[str, object], code: str) -> tuple[str, str]:
    return _write(now.get(code, "")), _write(then.get(code, ""))


def _write(value: object) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _order(rule: PriorityRule) -> str:
    return "first" if rule.first_is_highest else ""


def _weights(rule: PriorityRule | None) -> Mapping[str, float]:
    return rule.weights if rule is not None and rule.method == CHNRI else {}


def _codes(now: Mapping[str, object], then: Mapping[str, object], names: Names) -> list[str]:
    """Return the codes of either, in the order of their names' list."""
    known = {*now, *then}
    return [*(code for code in names if code in known), *sorted(known - names.keys())]
