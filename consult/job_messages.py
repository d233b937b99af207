"""Sentences for a job on a page: what it is doing, why it failed and what to do."""

from gettext import NullTranslations

Words = NullTranslations


def step(code: str | None, words: Words) -> str:
    """Return what is being done."""
    _ = words.gettext
    return {
        "read": _("Fetching the answers"),
        "rank": _("Ranking what people put first"),
        "corpus": _("Setting aside what says nothing"),
        "vectors": _("Reading the answers"),
        "number": _("Choosing how many themes"),
        "clusters": _("Grouping the answers"),
        "themes": _("Describing the themes"),
    }.get(code or "", _("Beginning"))


def failure(code: str | None, words: Words) -> str:
    """Return why it failed and what to do; earlier results are untouched, which the page says."""
    _ = words.gettext
    return {
        "answers.none": _("None of the answers holds any text. Wait for others, or check what was imported."),
        "answers.too_few": _(
            "Too few answers say something that can be placed: it takes ten. Wait for more, or read them"
            " yourself: that is quicker and better."
        ),
        "answers.identical": _("All answers say the same thing, so there is nothing to group. Read one."),
        "answers.too_alike": _("The answers are too much alike to be grouped. Read them instead."),
        "answers.no_shared_words": _(
            "Too few answers share a word, and on this server they are compared by words only. Ask an"
            " administrator to install the sentence encoder, which compares meanings."
        ),
        "answers.other_language": _("No answer is in French or English. Have them translated first."),
        "join.theme_empty": _(
            "One of the earlier themes has none of its answers any more, so that new ones cannot join. Find the themes"
            " anew."
        ),
        "split.too_few": _("Too little is said in it for so many parts: it takes three ideas for each. Ask for fewer."),
        "split.too_alike": _("What is said in it is too much alike to be cut. Read it instead."),
        "place.no_themes": _("No accepted theme holds a contribution: accept themes first."),
        "engine.missing": _(
            "The earlier themes were found with an engine that this server does not have any more. Find the themes"
            " anew."
        ),
        "record.busy": _("The database was busy for too long. Try again in a few minutes."),
        "record.full": _("The disk of the server is full. Tell an administrator, then try again."),
        "run.interrupted": _("The program that does this work was stopped; the analysis was then begun again."),
        "job.cancelled": _("It was cancelled."),
        "job.abandoned": _(
            "The program that does this work stopped three times before the end; the server may be short of memory."
            " Tell an administrator, then try again."
        ),
        "job.unknown_task": _(
            "The program that does this work is older than these pages. Tell an administrator, who can restart it."
        ),
    }.get(
        code or "",
        _("Something went wrong in the program itself. Try again; if it fails again, tell an administrator."),
    )
