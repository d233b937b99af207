"""What the worker does for a board of themes: it proposes how to split one, and places what came later."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd

from analysis.corpus import SetAside, build_corpus
from analysis.joined import join_themes
from analysis.joining import Earlier
from analysis.languages import LANGUAGES
from analysis.naming import Name
from analysis.pipeline import Findings
from analysis.settings import Settings
from analysis.splitting import split_texts
from analysis.stability import Ground
from consult.jobs import Work
from consult.record.board_placing import (
    NewPlace,
    Standing,
    get_board,
    list_new,
    list_standing,
    read_parts,
    save_new_placings,
)
from consult.record.board_split import save_split
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.frames import contributions_frame
from consult.record.lifecycle import By
from consult.record.theme_board import Theme, list_board_themes
from surveys.localised import Localised

_VECTORS_END = 0.9
# What says something that no accepted theme says.
_MAY_BE_NEW = frozenset({SetAside.FITS_NONE, SetAside.NO_SHARED_WORDS})


def split_theme(work: Work) -> None:
    """Propose parts of a theme; no transaction is open meanwhile. A person confirms them, or does not."""
    work.tell("read", 0.0)
    theme_id = int(work.arguments["theme"])
    with unit_of_work(work.engine, read_only=True) as session:
        board, _, run = get_board(session, int(work.arguments["board"]))
        parts = read_parts(session, board, session.get_one(Theme, theme_id))
        settings = Settings(engine=run.engine, seed=run.seed)
    found = split_texts(
        [part.text for part in parts],
        [part.language for part in parts],
        [part.person for part in parts],
        int(work.arguments["parts"]),
        settings,
        lambda done, total: work.tell("vectors", _VECTORS_END * done / max(total, 1)),
    )
    labels = [Localised(**label) for label in found.labels]
    places = {
        (part.key, part.unit): number for part, number in zip(parts, found.parts.tolist(), strict=True) if number >= 0
    }
    with unit_of_work(work.engine) as session:
        work.finish(session)
        save_split(session, theme_id, labels, places, datetime.now(UTC))


def place_new(work: Work) -> None:
    """Place the contributions that are not on a board in its accepted themes, or in none; nothing else is moved.

    Raises `place.no_themes` where no accepted theme has a contribution, and what the analysis raises.
    """
    work.tell("read", 0.0)
    board_id = int(work.arguments["board"])
    with unit_of_work(work.engine, read_only=True) as session:
        board, consultation, run = get_board(session, board_id)
        themes = list_board_themes(session, board)
        standing = list_standing(session, board, themes)
        new = list_new(session, board)
        frame = contributions_frame(session, consultation, board.question_code or None)
        settings = Settings(engine=run.engine, seed=run.seed)
    places = _place(work, frame, themes, standing, new, settings) if new else {}
    now = datetime.now(UTC)
    with unit_of_work(work.engine) as session:
        work.finish(session)
        save_new_placings(session, get_board(session, board_id)[0], places, By(None, now))


def _place(
    work: Work,
    frame: pd.DataFrame,
    themes: Sequence[Theme],
    standing: Sequence[Standing],
    new: set[str],
    settings: Settings,
) -> dict[str, NewPlace]:
    """Return where each new contribution goes."""
    filled = [theme for theme in themes if any(each.theme_id == theme.id for each in standing)]
    if not filled:
        raise RecordError("place.no_themes")
    known = {each.key for each in standing}
    frame = pd.concat([frame[frame["id"].isin(known)], frame[frame["id"].isin(new)]], ignore_index=True)
    earlier = _as_earlier(frame, filled, standing, known)
    corpus = build_corpus(frame["text"].tolist(), ids=frame["person"].tolist(), languages=frame["language"].tolist())
    findings = join_themes(
        corpus, earlier, settings, lambda step, done, total: work.tell(step, _VECTORS_END * done / max(total, 1))
    )
    return _new_places(findings, frame, filled, earlier.rows)


def _as_earlier(frame: pd.DataFrame, themes: Sequence[Theme], standing: Sequence[Standing], known: set[str]) -> Earlier:
    """Return the accepted themes as the analysis knows those of an earlier run."""
    row = {str(key): place for place, key in enumerate(frame["id"])}
    number = {theme.id: place for place, theme in enumerate(themes)}
    inside = [each for each in standing if each.theme_id in number and each.key in row]
    return Earlier(
        rows=int(frame["id"].isin(known).sum()),
        main={row[each.key]: number[each.theme_id] for each in inside},
        places={(row[each.key], *each.place): number[each.theme_id] for each in inside if each.place},
        names=tuple(_names(theme) for theme in themes),
        stability=(1.0,) * len(themes),
        ground=Ground.ASKED_FOR,
    )


def _names(theme: Theme) -> dict[str, Name]:
    return {language: Name(theme.labels.get(language), ()) for language in LANGUAGES}


def _new_places(findings: Findings, frame: pd.DataFrame, themes: Sequence[Theme], first: int) -> dict[str, NewPlace]:
    """Return the theme of each new contribution, the one that its surest idea is in; none where nothing fits."""
    keys = frame["id"].tolist()
    places: dict[str, NewPlace] = {}
    reasons = findings.corpus.rows["set_aside"].tolist()
    for row in range(first, len(keys)):
        is_aside = bool(reasons[row]) and reasons[row] not in _MAY_BE_NEW
        places[keys[row]] = NewPlace(None, 0.0, is_aside)
    found = zip(findings.rows.tolist(), findings.labels.tolist(), findings.strengths.tolist(), strict=True)
    for row, label, strength in found:
        sure = round(min(max(strength, 0.0), 1.0), 4)
        if row >= first and (places[keys[row]].theme_id is None or sure > places[keys[row]].strength):
            places[keys[row]] = NewPlace(themes[label].id, sure)
    return places
