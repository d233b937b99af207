"""Tables of a report about single choices: what they score by criteria, and which themes of a first round they are."""

from consult.exports.report_blocks import Cell, Said, Table
from consult.exports.report_tables import hidden_note, said
from consult.report.contents import Contents, FromTheme, Placed, RankingFound
from consult.report.names import decided_names
from consult.report.sentences import Voice


def criteria_table(ranking: RankingFound, voice: Voice) -> Table:
    """Return the priority score and the average expert agreement of each choice."""
    _ = voice.words.gettext
    labels = {each.code: each.label for each in ranking.everybody}
    rows = tuple(
        (
            Cell(said(labels[each.code], voice)),
            _share(each.score, each.score_bound, voice),
            _share(each.agreement, each.agreement_bound, voice),
        )
        for each in ranking.criteria
    )
    note = _(
        "The priority score is the mean of the criteria by their weights; the average expert agreement is the share of"
        " people who gave the most common answer, over all criteria. Both are in steps of five, blanks are no answers,"
        " and a dash stands for too few people."
    )
    caption = _("Priority score and agreement: %(question)s") % {"question": voice.text(ranking.text)}
    headings = (_("Choice"), _("Priority score"), _("Average expert agreement"))
    return Table(f"ranking-{_code(ranking)}-criteria", caption, headings, rows, note=note)


def origins_table(contents: Contents, ranking: RankingFound, voice: Voice) -> Table:
    """Return the theme that each choice is, who raised it in the first round, its place, and what became of it."""
    _ = voice.words.gettext
    places = {each.code: each for each in ranking.everybody}
    themes = sorted(ranking.themes, key=lambda each: places[each.code].rank if each.code in places else len(places))
    rows = tuple(
        _origin(each, places.get(each.code), _decided(contents, ranking, each.code, voice), voice) for each in themes
    )
    caption = _("The themes behind the choices, raised in “%(title)s” to the question “%(question)s”") % {
        "title": voice.text(themes[0].consultation),
        "question": voice.text(themes[0].question),
    }
    headings = (_("Theme"), _("Decision"), _("Raised by"), _("Place"))
    note = _("How many raised a theme says how often it came up, not how important it is: places say that.")
    code = f"ranking-{_code(ranking)}-themes"
    hidden = hidden_note(rows, contents.least, voice)
    return Table(code, caption, headings, rows, words=2, note=f"{note} {hidden}".strip())


def _origin(found: FromTheme, place: Placed | None, decision: str, voice: Voice) -> tuple[Cell, ...]:
    rank = Cell(Said(voice.formats.number(place.rank), voice.language), place.rank) if place else Cell(_dash(voice))
    return (
        Cell(said(found.theme, voice)),
        Cell(Said(decision, voice.language)),
        Cell(Said(voice.number(found.people), voice.language), found.people),
        rank,
    )


def _decided(contents: Contents, ranking: RankingFound, option: str, voice: Voice) -> str:
    """Return what was decided on a choice."""
    outcomes = {str(code.value): name for code, name in decided_names(voice.words).items()}
    for made in contents.decisions:
        if (made.question_code, made.option_code) == (ranking.code, option):
            return outcomes.get(made.outcome, made.outcome)
    return voice.words.gettext("Still to decide")


def _share(hundredths: int | None, bound: str, voice: Voice) -> Cell:
    """Return a share; an end is words, for it is no number."""
    _ = voice.words.gettext
    if hundredths is None:
        return Cell(_dash(voice))
    value = voice.formats.percent(hundredths / 100)
    if bound:
        words = _("over %(share)s") if bound == "more" else _("under %(share)s")
        return Cell(Said(words % {"share": value}, voice.language))
    return Cell(Said(value, voice.language), hundredths / 100, is_share=True)


def _dash(voice: Voice) -> Said:
    return Said("–", voice.language)


def _code(ranking: RankingFound) -> str:
    return ranking.code.lower().replace("_", "-")
