"""What methods and outcomes are called, on the committee’s pages and in reports alike."""

from gettext import NullTranslations

from consult.record.decision import Outcome

Words = NullTranslations


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
