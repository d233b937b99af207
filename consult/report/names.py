"""What methods and outcomes are called, on the committee’s pages and in reports alike."""

from collections.abc import Sequence
from gettext import NullTranslations

from analysis.ranking import FEW_BALLOTS, FEWEST_BALLOTS
from consult.record.decision import Outcome

Words = NullTranslations
FEW, NOT_TOLD = "group.few_ballots", "group.not_told"
SMALL_GROUPS = frozenset(
    f"group.{each}" for each in ("few_ballots", "included", "in_words", "too_few_to_include", "no_voice", "not_told")
)
"""What `analysis.ranking.Caution` says of a group, and that its order is for the committee only."""


def method_names(words: Words) -> dict[str, str]:
    """Return what each method is called, by its name in `analysis.methods`."""
    _ = words.gettext
    return {
        "borda": _("Borda’s count"),
        "jla": _("James Lind Alliance: positions added"),
        "schulze": _("Schulze’s method"),
        "bradley_terry": _("Bradley and Terry’s model"),
        "mean_points": _("Mean points"),
        "scale_mean": _("Mean on the scale"),
        "best_worst": _("Best minus worst"),
        "agreement": _("Smoothed agreement"),
        "chnri": _("CHNRI: criteria with weights"),
    }


def method_name(code: str, words: Words) -> str:
    """Return what a method is called; one that is newer than these words, by its own name."""
    return method_names(words).get(code, code)


def explain_method(code: str, words: Words) -> str:
    """Return what a method does, in a sentence or two."""
    _ = words.gettext
    return {
        "borda": _(
            "Borda’s count: on each answer, a choice gets a point for each other one that it beats. Choices that a"
            " person left out share the places that remain. Equal scores are equal places."
        ),
        "jla": _(
            "The rule of the James Lind Alliance: each group makes its own order, and positions are added, so that a"
            " small group weighs as much as a large one."
        ),
        "schulze": _(
            "Schulze’s method: one choice beats another where more people prefer it; who beats whom, directly or"
            " through others, makes the order."
        ),
        "bradley_terry": _(
            "Bradley and Terry’s model: each choice has a strength, found from how often it was preferred to others."
        ),
        "mean_points": _("The mean of the points that people gave, each person’s points coming to a hundred."),
        "scale_mean": _("The mean of the steps that people gave, steps being taken to be equally far apart."),
        "best_worst": _("How much more often a choice was put best than worst, of the times that it was shown."),
        "agreement": _(
            "The share of those who reacted to a statement that agree with it, drawn towards one half where few"
            " reacted."
        ),
        "chnri": _(
            "The CHNRI method: for each criterion the mean of the answers, blanks left out, then the mean of the"
            " criteria by their weights."
        ),
    }.get(code, "")


def decided_names(words: Words) -> dict[Outcome, str]:
    """Return how what was decided is said."""
    _ = words.gettext
    return {
        Outcome.KEPT: _("Kept"),
        Outcome.MERGED: _("Merged"),
        Outcome.DEFERRED: _("Deferred"),
        Outcome.REFUSED: _("Refused"),
        Outcome.UNDER_WAY: _("Already under way"),
        Outcome.PASSED_ON: _("Outside our mandate, passed on"),
    }


def say_small_group(code: str, name: str, words: Words) -> str:
    """Return what has to be said of a group beside the rankings, and why; `code` is one of SMALL_GROUPS."""
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
        NOT_TOLD: _(
            "%(group)s: its order is not printed here, because too few people answered. It has its voice among the"
            " groups with an equal voice."
        ),
        "group.no_voice": _(
            "%(group)s: no order is shown, and it has no equal voice. Nothing was decided before about what to do then."
        ),
    }[code] % values


def say_small_groups(told: Sequence[tuple[str, str]], words: Words) -> list[str]:
    """Return what has to be said of groups, a sentence each; of several that only rest on few answers, in one.

    Parameters
    ----------
    told
        For each, the code and the name of the group.
    """
    few = [name for code, name in told if code == FEW]
    others = [say_small_group(code, name, words) for code, name in told if code != FEW or len(few) == 1]
    if len(few) == 1 or not few:
        return others
    said = words.gettext(
        "%(groups)s: fewer than %(few)s answers in each. Their orders are shown, and a few other people could change"
        " them."
    )
    return [said % {"groups": ", ".join(few), "few": FEW_BALLOTS}, *others]
