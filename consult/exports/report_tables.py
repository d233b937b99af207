"""The tables and charts of a report, made once from its contents: every form prints these and no others."""

import re
from collections.abc import Sequence

from consult.exports.report_blocks import Cell, Picture, Said, Table
from consult.exports.report_charts import NARROW, WIDTH, Bar, Dot, bar_chart, dot_chart
from consult.report.contents import (
    ANSWER,
    Contents,
    Counted,
    CrossTable,
    Placed,
    QuestionFound,
    RankingFound,
    Tally,
    ThemeFound,
    Way,
)
from consult.report.merging_words import say_columns
from consult.report.names import decided_names
from consult.report.sentences import Voice, by_people, say_hidden, say_place
from surveys.localised import Localised

_NOT_IN_A_FILE = re.compile(r"[^a-z0-9]+")


def way_name(kind: str, voice: Voice) -> str:
    """Return what a way of taking part is called."""
    _ = voice.words.gettext
    return {"survey": _("Survey"), "discussion": _("Online discussion"), "session": _("Sessions and interviews")}[kind]


def ways_table(contents: Contents, voice: Voice) -> Table:
    """Return how many people took part in each way."""
    _ = voice.words.gettext
    rows = [
        (_said(way_name(way.kind, voice), voice), _count(way.people, "", contents.least, voice))
        for way in contents.ways
    ]
    note = hidden_note(rows, contents.least, voice)
    return Table("people", _("People by way of taking part"), (_("Way"), _("People")), tuple(rows), note=note)


def tally_table(way: Way, tally: Tally, voice: Voice) -> Table:
    """Return the people of one way by one thing about them, with how many were hoped for where that was said."""
    _ = voice.words.gettext
    title = voice.text(tally.title)
    values = {"way": way_name(way.kind, voice), "column": title.lower(), "question": title}
    is_answer = tally.column.startswith(ANSWER)
    caption = (_("%(way)s: %(question)s") if is_answer else _("%(way)s: people by %(column)s")) % values
    has_targets = any(line.target for line in tally.lines)
    headings = (_("Answer") if is_answer else title, _("People"), *((_("Hoped for"),) if has_targets else ()))
    rows = [
        (*_counted(line, tally.least, voice), *(_target(line, voice) if has_targets else ())) for line in tally.lines
    ]
    return Table(
        _code("people", way.kind, tally.column),
        caption,
        headings,
        tuple(rows),
        note=hidden_note(rows, tally.least, voice),
    )


def tally_chart(way: Way, tally: Tally, voice: Voice) -> Picture | None:
    """Return the same as bars; None where fewer than two numbers are shown."""
    bars = [
        Bar(voice.text(line.label), _against(line, voice), line.people, mark=line.target or None)
        for line in tally.lines
        if line.people is not None
    ]
    if len(bars) < 2:
        return None
    caption = tally_table(way, tally, voice).caption
    title = caption
    if any(bar.mark for bar in bars):
        caption += " (" + voice.words.gettext("upright line: how many were hoped for") + ")"
    return _bars(bars, title, caption)


def _against(line: Counted, voice: Voice) -> str:
    number = voice.formats.number(line.people or 0)
    if not line.target:
        return number
    said = voice.words.gettext("%(people)s (%(hoped)s hoped for)")
    return said % {"people": number, "hoped": voice.formats.number(line.target)}


def themes_table(question: QuestionFound, least: int, voice: Voice) -> Table:
    """Return the themes of a question with their people."""
    _ = voice.words.gettext
    caption = _("Themes: %(question)s") % {"question": voice.text(question.text)}
    has_shares = any(theme.share is not None for theme in question.themes)
    has_parts = any(theme.above for theme in question.themes)
    rows: list[tuple[Cell, ...]] = []
    for theme in question.themes:
        share = Cell(Said("–", voice.language)) if theme.share is None else _share(theme.share, voice)
        part_of = Cell(said(theme.under, voice)) if theme.above else _said("", voice)
        rows.append(
            (
                _theme_cell(theme, voice),
                *((part_of,) if has_parts else ()),
                _count(theme.people, "", least, voice),
                *((share,) if has_shares else ()),
            )
        )
    headings = (
        _("Theme"),
        *((_("Part of"),) if has_parts else ()),
        _("People"),
        *((_("Share of those placed"),) if has_shares else ()),
    )
    code, note = _code("themes", question.code), hidden_note(rows, least, voice)
    return Table(code, caption, headings, tuple(rows), words=1 + has_parts, note=note)


def themes_chart(question: QuestionFound, voice: Voice) -> Picture | None:
    """Return the people of each theme as bars; hollow where nothing says that the theme is no coincidence."""
    _ = voice.words.gettext
    bars = [
        Bar(theme_name(theme, voice).text, _people_and_share(theme, voice), theme.people, is_hollow=not theme.is_firm)
        for theme in by_people(question.themes)
        if theme.people is not None
    ]
    if len(bars) < 2:
        return None
    caption = _("People by theme, the most often raised first")
    if any(bar.is_hollow for bar in bars):
        caption += " (" + _("hollow bars: uncertain themes") + ")"
    return _bars(bars, f"{_('People by theme')} – {voice.text(question.text)}", caption)


def cross_table(question: QuestionFound, table: CrossTable, least: int, voice: Voice) -> Table:
    """Return people by theme and by group or language; the last row is of everybody."""
    _ = voice.words.gettext
    names = [_theme_cell(theme, voice) for theme in question.themes]
    names += [_said(_("All people"), voice)] * (len(table.rows) - len(names))
    rows = [
        (name, *(_count(count, band, least, voice) for count, band in zip(row, bands, strict=True)))
        for name, row, bands in zip(names, table.rows, table.bands, strict=True)
    ]
    by = _("People by theme and group: %(question)s") if table.column == "group" else ""
    by = by or _("People by theme and language: %(question)s")
    notes = [hidden_note(rows, least, voice)]
    if table.hidden_share:
        notes.append(
            _("%(share)s of the cells of this table are hidden.") % {"share": voice.formats.percent(table.hidden_share)}
        )
    if table.merged:
        merged = ", ".join(voice.text(each) for each in table.merged)
        notes.append(_("Put together among the others, so that fewer numbers have to be hidden:") + f" {merged}.")
    notes += say_columns(table, voice)
    headings = (_("Theme"), *(voice.text(each) for each in table.headings))
    code = _code("themes", question.code, table.column)
    caption = by % {"question": voice.text(question.text)}
    return Table(code, caption, headings, tuple(rows), note=" ".join(filter(None, notes)))


def places_table(ranking: RankingFound, places: Sequence[Placed], view: str, voice: Voice) -> Table:
    """Return the places of a ranking with their doubt; `view` is "everybody" or "equal-voice"."""
    _ = voice.words.gettext
    rows = [
        (
            Cell(said(line.label, voice)),
            _number(line.rank, voice),
            Cell(Said(say_place(line, voice), voice.language)),
            _number(line.tier, voice),
            _in_top(line.in_top, voice),
        )
        for line in places
    ]
    headings = (
        _("Choice"),
        _("Place"),
        _("Nine times in ten"),
        _("Tier"),
        _("In the first %(top)s") % {"top": ranking.top},
    )
    note = _("Equal places are ties. Within a tier, the answers cannot tell places apart.")
    return Table(
        _code("ranking", ranking.code, view), view_name(ranking, view, voice), headings, tuple(rows), note=note
    )


def places_chart(ranking: RankingFound, places: Sequence[Placed], view: str, voice: Voice) -> Picture | None:
    """Return the places as dots on the places that they take nine times in ten."""
    if len(places) < 2:
        return None
    _ = voice.words.gettext
    dots = [
        Dot(voice.text(line.label), _place_said(line, voice), line.rank, line.lowest, line.highest) for line in places
    ]
    caption = _("dot: place; line: places taken nine times in ten; the first place is on the left")
    title = view_name(ranking, view, voice)
    wide, narrow = (dot_chart(dots, title, 1, len(places), width=width) for width in (WIDTH, NARROW))
    return Picture(wide, f"{title} ({caption})", narrow)


def view_name(ranking: RankingFound, view: str, voice: Voice) -> str:
    """Return what a ranking is of: everybody together, or each group with the same weight."""
    _ = voice.words.gettext
    values = {"question": voice.text(ranking.text)}
    if view == "everybody":
        return _("Everybody together: %(question)s") % values
    return _("Each group with an equal voice: %(question)s") % values


def groups_table(ranking: RankingFound, voice: Voice) -> Table:
    """Return what each group put first."""
    _ = voice.words.gettext
    rows = [
        (Cell(said(each.group, voice)), _said("; ".join(voice.text(name) for name in each.first), voice))
        for each in ranking.groups
    ]
    heading = _("Its first %(top)s") % {"top": ranking.top}
    caption = _("What each group put first: %(question)s") % {"question": voice.text(ranking.text)}
    return Table(_code("ranking", ranking.code, "groups"), caption, (_("Group"), heading), tuple(rows), words=2)


def decisions_table(contents: Contents, voice: Voice) -> Table:
    """Return the decisions that stand, with their reasons."""
    _ = voice.words.gettext
    outcomes = {str(code.value): name for code, name in decided_names(voice.words).items()}
    rows = []
    for made in contents.decisions:
        outcome = outcomes.get(made.outcome, made.outcome)
        if made.whereto:
            outcome = f"{outcome} – {voice.text(made.whereto)}"
        rows.append((Cell(said(made.subject, voice)), _said(outcome, voice), Cell(said(made.reason, voice))))
    headings = (_("Theme or choice"), _("Decision"), _("Reason"))
    return Table("decisions", _("Decisions of the committee"), headings, tuple(rows), words=3)


def said(text: Localised, voice: Voice) -> Said:
    """Return a text in the report's language, or in the other one and marked so."""
    language, words = text.shown(voice.language)
    return Said(words, language)


def theme_name(theme: ThemeFound, voice: Voice) -> Said:
    """Return what a theme is called; one whose people in each language are few has no name that may be printed."""
    if theme.labels:
        return said(theme.labels, voice)
    return Said(voice.words.gettext("A theme whose name is not shown"), voice.language)


def _bars(bars: Sequence[Bar], title: str, caption: str) -> Picture:
    return Picture(bar_chart(bars, title), caption, bar_chart(bars, title, width=NARROW))


def _theme_cell(theme: ThemeFound, voice: Voice) -> Cell:
    return Cell(theme_name(theme, voice), level=1 if theme.above else 0)


def hidden_note(rows: Sequence[Sequence[Cell]], least: int, voice: Voice) -> str:
    """Return what a dash stands for, where there is one."""
    if not any(cell.number is None and cell.text.text == "–" for row in rows for cell in row[1:]):
        return ""
    return say_hidden(least, voice)


def _counted(line: Counted, least: int, voice: Voice) -> tuple[Cell, Cell]:
    return Cell(said(line.label, voice)), _count(line.people, line.band, least, voice)


def _target(line: Counted, voice: Voice) -> tuple[Cell]:
    return (_number(line.target, voice) if line.target else _said("", voice),)


def _count(people: int | None, band: str, least: int, voice: Voice) -> Cell:
    """Return a number of people, or the word that stands for it where it is hidden."""
    if people is not None:
        return _number(people, voice)
    _ = voice.words.gettext
    values = {"least": voice.formats.number(least)}
    if band == "few":
        return _said(_("under %(least)s") % values, voice)
    return _said(_("%(least)s or more") % values if band == "some" else "–", voice)


def _number(value: int, voice: Voice) -> Cell:
    return Cell(Said(voice.formats.number(value), voice.language), value)


def _share(share: float, voice: Voice) -> Cell:
    return Cell(Said(voice.formats.percent(share), voice.language), round(share, 2), is_share=True)


def _in_top(share: float, voice: Voice) -> Cell:
    """Return how often a choice is among the first; draws cannot tell never from seldom, nor always from nearly so."""
    percent = min(max(round(share * 100), 1), 99) / 100
    return _share(percent, voice)


def _place_said(line: Placed, voice: Voice) -> str:
    place = say_place(line, voice)
    number = voice.formats.number(line.rank)
    return number if place == number else f"{number} ({place})"


def _people_and_share(theme: ThemeFound, voice: Voice) -> str:
    number = voice.formats.number(theme.people or 0)
    return number if theme.share is None else f"{number} ({voice.formats.percent(theme.share)})"


def _said(text: str, voice: Voice) -> Cell:
    return Cell(Said(text, voice.language))


def _code(*parts: str) -> str:
    return "-".join(_NOT_IN_A_FILE.sub("-", part.lower()).strip("-") or "all" for part in parts)
