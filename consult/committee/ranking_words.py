"""What rankings are called and how they are explained: methods, what has to be said of small groups, signed rules."""

from collections.abc import Sequence
from gettext import NullTranslations

from analysis.ranking import FEW_BALLOTS, FEWEST_BALLOTS, Caution, GroupRankings
from consult.report.names import explain_method, method_name, method_names

__all__ = [
    "disputed",
    "explain_method",
    "in_some_top",
    "method_name",
    "method_names",
    "say_caution",
    "say_difference",
    "say_kind",
]

Words = NullTranslations


def say_caution(caution: Caution, name: str, words: Words) -> str:
    """Return what has to be said of a group beside the rankings, and why."""
    _ = words.gettext
    values = {"group": name, "few": FEW_BALLOTS, "fewest": FEWEST_BALLOTS}
    return {
        "group.few_ballots": _(
            "%(group)s: fewer than %(few)s answers. Its order is shown, and a few other people could change it."
        ),
        "group.included": _(
            "%(group)s: no order of its own is shown. As was decided before, it has its voice among the"
            " groups with an equal voice. Of fewer than %(fewest)s people such a voice adds more chance than it tells."
        ),
        "group.in_words": _(
            "%(group)s: reported in words, as was decided before. It has no equal voice where it has fewer than"
            " %(fewest)s answers: one person would weigh too much."
        ),
        "group.too_few_to_include": _(
            "%(group)s: it was decided to include it, but so few answered that its voice would be that of single"
            " people."
        ),
        "group.no_voice": _(
            "%(group)s: no order is shown, and it has no equal voice. Nothing was decided before about what to do then."
        ),
    }[caution.code] % values


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
