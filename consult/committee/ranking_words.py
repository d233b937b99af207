"""What rankings are called and how they are explained: methods, what has to be said of small groups, signed rules."""

from collections.abc import Mapping, Sequence
from gettext import NullTranslations

from analysis.ranking import Caution, GroupRankings
from consult.report.names import explain_method, method_name, method_names, say_small_groups

__all__ = [
    "disputed",
    "explain_method",
    "in_some_top",
    "method_name",
    "method_names",
    "say_cautions",
    "say_difference",
    "say_kind",
]

Words = NullTranslations


def say_cautions(cautions: Sequence[Caution], names: Mapping[str, str], words: Words) -> list[str]:
    """Return what has to be said of groups beside the rankings, and why; `names` are in the consultation's order."""
    order = {group: place for place, group in enumerate(names)}
    told = sorted(cautions, key=lambda each: order.get(each.group, len(order)))
    return say_small_groups([(each.code, names.get(each.group, each.group)) for each in told], words)


def say_kind(kind: str, words: Words) -> str:
    """Return what people do with the choices of a question."""
    _ = words.gettext
    return {
        "ranking": _("People put choices in order."),
        "points": _("People share out points."),
        "best_worst": _("People say the most and the least important of a few at a time."),
        "pairs": _("People compare two choices at a time."),
        "scale": _("People give each choice a step of a scale."),
        "criteria": _("People score each choice by criteria."),
        "reactions": _("People agree or disagree with statements."),
    }[kind]


def say_difference(by_method: dict[str, GroupRankings], words: Words) -> str:
    """Return whether methods agree on what is among the first, everybody together."""
    _ = words.gettext
    tops = [set(found.everybody.top_candidates) for found in by_method.values()]
    top = next(iter(by_method.values())).everybody.top
    if all(each == tops[0] for each in tops):
        return _("All methods put the same choices among the first %(top)s.") % {"top": top}
    return _("The methods do not put the same choices among the first %(top)s: those that differ are marked.") % {
        "top": top
    }


def disputed(by_method: dict[str, GroupRankings]) -> frozenset[str]:
    """Return the candidates that some method puts among the first and another does not."""
    tops = [frozenset(found.everybody.top_candidates) for found in by_method.values()]
    return frozenset().union(*tops) - tops[0].intersection(*tops) if tops else frozenset()


def in_some_top(by_method: dict[str, GroupRankings]) -> Sequence[str]:
    """Return the candidates that some method puts among the first, in the order of the signed one."""
    tops: frozenset[str] = frozenset().union(*(found.everybody.top_candidates for found in by_method.values()))
    signed = next(iter(by_method.values()))
    return [standing.candidate for standing in signed.everybody.standings if standing.candidate in tops]
