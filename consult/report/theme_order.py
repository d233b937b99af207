"""The order of a report's themes, those below another after it, and what their languages tell beside each other."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from consult.record.findings import RunSummary
from consult.record.run import get_run
from consult.record.theme import list_themes
from consult.record.theme_board import Theme, ThemeBoard
from consult.report.contents import ThemeFound

Listed = tuple[int, ThemeFound]
"""A theme with the place of its numbers."""
Near = frozenset[frozenset[str]]
"""Pairs of codes of themes that are near each other."""


def put_in_order(listed: Sequence[Listed]) -> list[Listed]:
    """Return themes by the number of their people as it is told, and those below another one directly after it."""
    by_size = sorted(listed, key=lambda each: (-(each[1].people or 0), each[1].code))
    present = {theme.code for _place, theme in by_size}
    below: dict[str, list[Listed]] = {}
    for each in by_size:
        below.setdefault(each[1].above if each[1].above in present else "", []).append(each)
    return [each for top in below.get("", []) for each in (top, *(below.get(top[1].code, ()) if top[1].code else ()))]


def list_near(session: Session, board: ThemeBoard, themes: Sequence[Theme]) -> Near | None:
    """Return which themes are near each other, as the run of a board knew what it proposed.

    None where a theme is there of which no run knows what is near it: nothing can then be said to stand alone.
    """
    run = get_run(session, board.run_id)
    candidates = {candidate.id: candidate for candidate in list_themes(session, run)}
    known = {candidates[key].number: theme for theme in themes if (key := theme.candidate_id) in candidates}
    if len(known) < len(themes):
        return None
    pairs = {frozenset(pair) for pair in RunSummary.of(run).pairs}
    for number, theme in known.items():
        nearest = candidates[theme.candidate_id or 0].counts.get("nearest")
        if nearest:
            pairs.add(frozenset((number, int(nearest))))
    return frozenset(
        frozenset(known[number].code for number in pair) for pair in pairs if len(pair) > 1 and pair <= known.keys()
    )


def with_twins(listed: Sequence[Listed], near: Near | None, known: Collection[str]) -> list[Listed]:
    """Tell of each theme raised almost only in one language what stands near it in the other, or that nothing does.

    Nothing is told where a near theme has languages that are not shown: it may be the one.

    Parameters
    ----------
    known
        The codes of the themes whose people are shown by language.
    """
    if near is None:
        return list(listed)
    by_code = {theme.code: theme for _place, theme in listed}
    return [(place, _beside(theme, by_code, near, known)) for place, theme in listed]


def _beside(theme: ThemeFound, by_code: dict[str, ThemeFound], near: Near, known: Collection[str]) -> ThemeFound:
    if not theme.mostly:
        return theme
    others = [by_code[code] for pair in near if theme.code in pair for code in pair - {theme.code} if code in by_code]
    twins = [other for other in others if other.mostly and other.mostly != theme.mostly]
    if twins:
        return replace(theme, twin=min(twins, key=lambda other: other.code).labels)
    return replace(theme, is_alone=all(other.code in known for other in others))
