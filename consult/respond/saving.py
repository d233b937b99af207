"""Saving a page: what was typed goes into the draft as it is, and what another tab saved first is not lost."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from consult.answer_messages import CHANGED_ELSEWHERE
from consult.record.draft import MAXIMUM_JSON, AnswerChange, Draft, SavedAnswer, save_answers
from consult.record.keys import LinkKeys
from consult.respond.question_views import Cells, read_posted
from surveys.answers import check_answer
from surveys.definition import Question
from surveys.forms import PostedData
from surveys.problems import Problem
from surveys.routing import Hidden, Route, without_choices

_HIGHEST_REVISION = 1_000_000


@dataclass
class SavedPage:
    """A page as it stands after a save.

    `typed` is what to show, by question code; `revisions` what the next save of each question will carry;
    `conflicts` where another tab or device was first; `refused` what was not saved at all.
    """

    typed: dict[str, Cells]
    revisions: dict[str, int]
    conflicts: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


def shown_page(questions: Sequence[Question], stored: Mapping[str, SavedAnswer]) -> SavedPage:
    """Return a page as the draft holds it."""
    return SavedPage(
        {each.code: cells_of(stored.get(each.code)) for each in questions},
        {each.code: _revision_of(stored.get(each.code)) + 1 for each in questions},
    )


def read_page(questions: Sequence[Question], posted: PostedData) -> SavedPage:
    """Return a page as it was posted."""
    revisions = {each.code: _posted_revision(each.code, posted) for each in questions}
    return SavedPage(dict(read_posted(questions, posted)), revisions)


def check_page(questions: Sequence[Question], page: SavedPage, route: Route | None = None) -> list[Problem]:
    """Return what stops somebody from going on; choices that their route hides do not count."""
    problems: list[Problem] = []
    for question in questions:
        hidden = route.hidden(question) if route is not None else Hidden()
        given = without_choices(question, {"cells": page.typed[question.code]}, hidden)
        problems += check_answer(question, given).problems
    return problems


def save_page(
    session: Session,
    keys: LinkKeys,
    page: SavedPage,
    stored: Mapping[str, SavedAnswer],
    *,
    today: date,
    reached: int | None = None,
    typed_in: str,
    language: str | None = None,
    draft: Draft | None = None,
    is_by_hand: bool = False,
) -> None:
    """Save what was typed, and how far the person is; brings `page` to what the record now holds.

    `typed_in` is the language of the page; `language` that of the pages to come.

    Of what another tab saved first, an input left blank here takes it over, unless it was emptied `is_by_hand`, as
    whoever sends only what was changed can tell; one that says something is kept on
    the page, marked in `conflicts`, with a revision that wins next time. `draft` is the row, if it is locked already.
    Raises as `save_answers` does.
    """
    changes = [each for each in _changes(page, stored, typed_in) if not _refuse(page, each)]
    for saved in save_answers(session, keys, changes, today=today, page=reached, language=language, draft=draft):
        page.revisions[saved.question] = saved.revision + 1
        if saved.is_stale:
            if is_by_hand or any(page.typed[saved.question].values()):
                page.conflicts.append(Problem(CHANGED_ELSEWHERE, saved.question))
            else:
                page.typed[saved.question] = cells_of(saved)


def cells_of(answer: SavedAnswer | None) -> Cells:
    """Return the cells that a draft holds of a question."""
    value = answer.value if answer is not None else None
    cells: Cells = value["cells"] if isinstance(value, dict) and isinstance(value.get("cells"), dict) else {}
    return cells


def _changes(page: SavedPage, stored: Mapping[str, SavedAnswer], typed_in: str) -> list[AnswerChange]:
    """Return what must be written: not what is there already, unless a save under way could still undo it."""
    changes = []
    for code, cells in page.typed.items():
        known = stored.get(code)
        is_same = _filled(cells) == _filled(cells_of(known)) and (known is not None or not any(cells.values()))
        if not is_same or page.revisions[code] > _revision_of(known) + 1:
            changes.append(AnswerChange(code, {"cells": dict(cells), "language": typed_in}, page.revisions[code]))
    return changes


def _refuse(page: SavedPage, change: AnswerChange) -> bool:
    """Set aside what is too long for any draft, before the record refuses the whole page for it."""
    length = len(json.dumps(change.value, ensure_ascii=False))
    if length <= MAXIMUM_JSON:
        return False
    page.refused.append(Problem("answer.too_long", change.question, {"length": length, "limit": MAXIMUM_JSON}))
    return True


def _filled(cells: Cells) -> dict[str, str]:
    return {part: cell for part, cell in cells.items() if cell}


def _revision_of(answer: SavedAnswer | None) -> int:
    return answer.revision if answer is not None else 0


def _posted_revision(code: str, posted: PostedData) -> int:
    name = f"revision.{code}"
    text = posted.getlist(name)[0] if name in posted else ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
    return min(max(number, 1), _HIGHEST_REVISION)
