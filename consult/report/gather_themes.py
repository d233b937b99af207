"""The themes of each question as everybody may read them: those of its board, or else what the shown run proposed.

All of a board's themes are protected together and then the accepted ones are told, by the same counts that the
committee reads (`consult.record.board_counts`), so that a report tells nothing beside the committee's pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from analysis.merging import parts_of
from analysis.protection import OTHER_VALUES, named_languages
from analysis.stored_counts import ShownCounts, ShownTable, StoredTheme
from analysis.trust import Trust
from consult.disclosure import GROUP, LANGUAGE, Rule, groups_told, quotes_shown
from consult.record.board_counts import read_kept_counts
from consult.record.consultation import Consultation, list_groups
from consult.record.findings import RunSummary
from consult.record.report_quotes import KeyedQuote, list_placed_quotes, list_run_quotes
from consult.record.run_request import list_open_questions
from consult.record.shown_run import find_shown_runs, was_another_shown
from consult.record.theme import Run, list_themes
from consult.record.theme_board import ACROSS, Theme, ThemeBoard, ThemeCounts, list_board_themes, list_boards
from consult.report.contents import CrossTable, Measured, QuestionFound, Quoted, ThemeFound, TogetherSet
from consult.report.gather_people import LANGUAGE_NAMES, OTHERS, UNKNOWN
from consult.report.merging import Merging
from consult.report.theme_order import list_near, put_in_order, with_twins
from consult.theme_trust import find_trust
from surveys.localised import LANGUAGES, NOTHING, Localised

TOGETHER = Localised("All questions together", "Toutes les questions ensemble")
_TOTAL = Localised("Total", "Total")
_MOST_QUOTES = 3
# As analysis.report says that a theme is nearly all in one language, of at least ten people.
_NEARLY_ALL, _ENOUGH, _MORE_THAN_USUAL = 0.9, 10, 0.1


@dataclass(frozen=True)
class _Row:
    """A theme with its true people, before it is told; `number` orders equal ones, `spoken` is its only language."""

    found: ThemeFound
    counts: StoredTheme
    number: int
    is_told: bool = True
    is_peoples: bool = True
    spoken: str = ""
    quotes: Sequence[KeyedQuote] = ()


@dataclass(frozen=True)
class Rows:
    """The themes of a question, everybody in them, and what tables may be shown."""

    code: str
    text: Localised
    is_decided: bool
    themes: Sequence[_Row]
    everybody: StoredTheme
    has_counts: bool = True
    has_tables: bool = True
    is_by_language: bool = False
    names: Mapping[str, Localised] = field(default_factory=dict)
    near: frozenset[frozenset[str]] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """What people are counted by."""
        return (GROUP,) if self.is_by_language else (LANGUAGE, GROUP)

    @property
    def counted(self) -> list[_Row]:
        """The themes of which people were counted."""
        return [row for row in self.themes if row.counts.people or not row.is_peoples]


def gather_themes(
    session: Session, consultation: Consultation, rule: Rule, merging: Merging
) -> tuple[QuestionFound, ...]:
    """Return what was found in the answers to each open question, those with accepted themes as people decided them."""
    return tuple(_tell(rows, rule, merging) for rows in list_rows(session, consultation))


def list_rows(session: Session, consultation: Consultation) -> list[Rows]:
    """Return the true counts of each open question's themes, those that people accepted or that a run proposed."""
    texts = {each.code: each.text for each in list_open_questions(session, consultation)}
    boards = {board.question_code: board for board in list_boards(session, consultation)}
    runs = find_shown_runs(session, consultation)
    names = {group.code: group.name for group in list_groups(session, consultation)} | {"": UNKNOWN}
    found = []
    for code in (*texts, *(code for code in boards if code not in texts)):
        text = TOGETHER if code == ACROSS else texts.get(code) or Localised(code, code)
        board, run = boards.get(code), runs.get(code)
        rows = _of_board(session, board, text) if board is not None else None
        if rows is None and run is not None:
            rows = _of_run(session, run, code, text)
        if rows is not None:
            found.append(replace(rows, names=names))
    return found


def _of_board(session: Session, board: ThemeBoard, text: Localised) -> Rows | None:
    """Return a board's themes; None where none is accepted yet."""
    accepted = {theme.id: theme for theme in list_board_themes(session, board)}
    if not accepted:
        return None
    kept, trust = read_kept_counts(session, board), find_trust(session, board)
    quotes = list_placed_quotes(session, board)
    told = [
        _Row(
            _found(theme, accepted, trust.get(theme.code)),
            _store(kept.themes.get(theme.id, ThemeCounts())),
            theme.position,
            quotes=quotes.get(theme.id, ()),
        )
        for theme in accepted.values()
        if theme.id in kept.themes
    ]
    uncounted = [
        _Row(_found(theme, accepted, trust.get(theme.code)), StoredTheme(0, {}), theme.position)
        for theme in accepted.values()
        if theme.id not in kept.themes
    ]
    others = [
        _Row(ThemeFound("", NOTHING, None, None), _store(counts), 0, is_told=False)
        for key, counts in kept.themes.items()
        if key not in accepted
    ]
    return Rows(
        board.question_code,
        text,
        True,
        [*told, *others, *uncounted],
        _store(kept.everybody),
        # beside the boards of each question, numbers of all together would tell of a few people by what differs
        has_counts=board.question_code != ACROSS,
        has_tables=board.question_code != ACROSS and not kept.is_spread_kept_back,
        near=list_near(session, board, list(accepted.values())),
    )


def _found(theme: Theme, accepted: Mapping[int, Theme], trust: Trust | None) -> ThemeFound:
    above = accepted.get(theme.parent_id or 0)
    return ThemeFound(
        theme.code,
        theme.labels,
        None,
        None,
        description=theme.description,
        under=above.labels if above else NOTHING,
        above=above.code if above else "",
        is_language_split=theme.is_language_split,
        trust=_measured(trust),
    )


def _measured(trust: Trust | None) -> Measured | None:
    """Return what was measured, where it rests on enough for a report to say so."""
    if trust is None or not trust.is_measured or trust.precision.value is None or trust.recall.value is None:
        return None
    one, other = trust.precision, trust.recall
    return Measured(trust.items, trust.precision.value, one.low, one.high, trust.recall.value, other.low, other.high)


def _store(counts: ThemeCounts) -> StoredTheme:
    return StoredTheme(counts.people, {column: counts.values.get(column, {}) for column in (LANGUAGE, GROUP)})


def _of_run(session: Session, run: Run, code: str, text: Localised) -> Rows:
    summary = RunSummary.of(run)
    quotes = list_run_quotes(session, run)
    rows = [
        _Row(
            ThemeFound(
                f"p{theme.number}",
                theme.labels,
                None,
                None,
                is_firm=not {"unstable", "loose"} & set(theme.counts.get("flags", ())),
            ),
            StoredTheme(
                theme.counts.get("people", 0), {each: theme.counts.get(each, {}) for each in (LANGUAGE, GROUP)}
            ),
            theme.number,
            is_peoples=False,
            spoken=str(theme.counts.get("spoken") or "") if summary.is_by_language else "",
            quotes=quotes.get(theme.id, ()),
        )
        for theme in list_themes(session, run)
    ]
    everybody = StoredTheme(summary.people, {LANGUAGE: summary.languages, GROUP: summary.groups})
    keeps_back = run.shown_at is not None and was_another_shown(session, run)
    keeps_back = keeps_back and sum(row.counts.people for row in rows) == summary.people
    return Rows(code, text, False, rows, everybody, has_tables=not keeps_back, is_by_language=summary.is_by_language)


def _tell(rows: Rows, rule: Rule, merging: Merging) -> QuestionFound:
    """Keep of a question's themes what everybody may read."""
    counted = rows.counted
    shown = merging.protect(rows.code, [row.counts for row in counted], rows.everybody, rows.columns, rule)
    told = [(place, row) for place, row in enumerate(counted) if row.is_told]
    told += [(-1, row) for row in rows.themes if row.is_told and row not in counted]
    listed = [
        (place, theme)
        for place, theme in ((place, _one(rows, row, shown, place, rule)) for place, row in told)
        if theme is not None
    ]
    by_language = shown.tables.get(LANGUAGE)
    known = {theme.code for place, theme in listed if _is_shown(by_language, place)}
    listed = put_in_order(with_twins(listed, rows.near, known))
    joined = [value for table in shown.tables.values() for value in table.values if len(parts_of(value)) > 1]
    names = {**rows.names, **{value: merging.name(value, rows.names) for value in joined}}
    tables = [
        _table(column, table, [None if theme.people is None else place for place, theme in listed], names, rule)
        for column, table in shown.tables.items()
        if len(table.values) > 1
    ]
    by_group = shown.tables.get(GROUP) if rows.has_tables else None
    return QuestionFound(
        code=rows.code,
        text=rows.text,
        is_decided=rows.is_decided,
        has_counts=rows.has_counts,
        people=shown.everybody if rows.has_counts else None,
        themes=tuple(theme for _place, theme in listed),
        left_out=len(told) - len(listed),
        tables=tuple(table for table in tables if _says_something(table)) if rows.has_tables else (),
        is_by_language=rows.is_by_language,
        keeps_tables_back=bool(tables) and rows.has_counts and not rows.has_tables,
        behind=by_group.behind if by_group else (),
        others=by_group.values.index(OTHER_VALUES) if by_group and OTHER_VALUES in by_group.values else -1,
    )


def _one(rows: Rows, row: _Row, shown: ShownCounts, place: int, rule: Rule) -> ThemeFound | None:
    """Return a theme as it may be told; None where not even its name may."""
    people = shown.people[place] if place >= 0 and rows.has_counts else None
    if people is None:
        # shares of a sample tell how many it holds
        return replace(row.found, trust=None) if row.is_peoples else None
    by_language = shown.tables.get(LANGUAGE)
    spoken = {row.spoken: people} if row.spoken else _spoken(by_language, place)
    labels = row.found.labels
    if not row.is_peoples:
        named = named_languages(people, row.counts.by.get(LANGUAGE, {}), spoken, rule.least)
        labels = Localised(**{code: labels.get(code) if code in named else "" for code in LANGUAGES})
    quotes = quotes_shown(row.quotes, spoken, groups_told(shown.tables.get(GROUP), place), rule)
    return replace(
        row.found,
        labels=labels,
        people=people,
        share=people / shown.everybody if shown.everybody else None,
        mostly=_mostly(by_language, place, people) if rows.has_tables else "",
        quotes=tuple(Quoted(each.key, each.group) for each in quotes[:_MOST_QUOTES] if isinstance(each, KeyedQuote)),
    )


def _spoken(table: ShownTable | None, place: int) -> dict[str, int]:
    if table is None:
        return {}
    return {value: count for value, count in zip(table.values, table.counts[place], strict=False) if count is not None}


def _is_shown(table: ShownTable | None, place: int) -> bool:
    return table is not None and place >= 0 and None not in table.counts[place]


def _mostly(table: ShownTable | None, place: int, people: int) -> str:
    """Return the language of nearly all of a theme's people, and clearly more of them than of all; all being shown."""
    if table is None or None in table.counts[place] or None in table.counts[-1] or people < _ENOUGH:
        return ""
    spoken, usual = _spoken(table, place), _spoken(table, -1)
    everybody = table.counts[-1][-1] or 1
    for language in LANGUAGES:
        share = spoken.get(language, 0) / people
        if share >= _NEARLY_ALL and share - usual.get(language, 0) / everybody >= _MORE_THAN_USUAL:
            return language
    return ""


def _table(
    column: str, table: ShownTable, places: Sequence[int | None], names: Mapping[str, Localised], rule: Rule
) -> CrossTable:
    told = [_completed(row, rule) for row in table.counts]
    known = {**LANGUAGE_NAMES, "": UNKNOWN} if column == LANGUAGE else dict(names)
    known[OTHER_VALUES] = OTHERS
    rows = [*places, len(table.counts) - 1]
    width = len(table.values) + 1
    return CrossTable(
        column=column,
        headings=(*(known.get(value, Localised(value, value)) for value in table.values), _TOTAL),
        rows=tuple((None,) * width if place is None else told[place] for place in rows),
        bands=tuple(_bands(table, place, told) for place in rows),
        merged=tuple(known.get(value, Localised(value, value)) for value in table.merged) if table.is_merged else (),
        hidden_share=table.hidden_share,
        joined=tuple(
            TogetherSet(parts, tuple(name for code, name in known.items() if code in parts), known[value])
            for value in table.values
            if len(parts := parts_of(value)) > 1
        ),
    )


def _says_something(table: CrossTable) -> bool:
    """Tell whether any number of a table is shown beside its totals: a page of dashes helps nobody."""
    return any(count is not None for row in table.rows for count in row[:-1])


def _completed(row: Sequence[int | None], rule: Rule) -> tuple[int | None, ...]:
    """Return a row with its total; a single number that the reader would find by subtracting is said.

    Small groups that were put together can be hidden because the committee’s page hides one of them, and come to many
    people all the same. Were what is left ever small, its total would be hidden with it.
    """
    *counts, total = row
    if total is None or counts.count(None) != 1:
        return tuple(row)
    left = total - sum(count for count in counts if count is not None)
    if left < rule.least:
        return (*counts, None)
    return (*(left if count is None else count for count in counts), total)


def _bands(table: ShownTable, place: int | None, told: Sequence[tuple[int | None, ...]]) -> tuple[str, ...]:
    """Return a word for each hidden number of a row, as `analysis.bands` has them."""
    if place is None or not table.bands:
        return ("",) * (len(table.values) + 1)
    words = zip(table.bands[place], told[place], strict=True)
    return tuple("" if band is None or count is not None else str(band.value) for band, count in words)
