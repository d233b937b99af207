"""A form that we wrote and somebody may have edited since: ours, with the edits.

Three surveys meet: `ours`, as the form's own sheet keeps it; `seen`, what the visible sheets said when we wrote them;
`now`, what they say. Where `now` says the same as `seen`, ours stands, with all that the format cannot say. Else each
thing that was changed, added or taken away is as in `now`, and the rest as in ours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol, TypeVar

from surveys.definition import Check, Choice, Question, Section, Setting, Survey
from surveys.exchange.imported import NoticeBook
from surveys.localised import LANGUAGES, Localised


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_Item = TypeVar("_Item", bound=_Coded)


@dataclass(frozen=True)
class Written:
    """A survey of ours and what the visible sheets say of it; `parts` are the codes that each question became."""

    ours: Survey
    seen: Survey
    parts: Mapping[str, Sequence[str]]
    sections: Mapping[str, str]  # by code in `seen`


def restore(written: Written, now: Survey, notices: NoticeBook) -> Survey:
    """Return the survey that the form means; notices: xlsform.group_changed (a question that is several rows)."""
    ours, seen = written.ours, written.seen
    if now == seen:
        return ours
    before = {section.code: section for section in seen.sections}
    own = {section.code: section for section in ours.sections}
    merged: list[Section] = []
    questions = _Questions(written, now, notices)
    for section in now.sections:
        found = questions.merge(section.questions)
        original = own.get(written.sections.get(section.code, ""))
        if original is None or section.code not in before:
            merged.append(replace(section, questions=found))
        else:
            merged.append(replace(_merge(original, before[section.code], section, {"code"}), questions=found))
    return replace(
        _merge(ours, seen, now, {"sections", "checks"}),
        sections=tuple(merged),
        checks=_merge_checks(ours, seen, now),
    )


class _Questions:
    """Questions of `now`, each with what ours says beyond it."""

    def __init__(self, written: Written, now: Survey, notices: NoticeBook) -> None:
        self._own = {question.code: question for question in written.ours.questions}
        self._seen = {question.code: question for question in written.seen.questions}
        self._now = {question.code: question for question in now.questions}
        self._owner = {part: code for code, parts in written.parts.items() for part in parts}
        self._parts = written.parts
        self._done: set[str] = set()
        self._notices = notices

    def merge(self, questions: Sequence[Question]) -> tuple[Question, ...]:
        """Return the questions of a section."""
        return tuple(each for question in questions if (each := self._merge_one(question)) is not None)

    def _merge_one(self, question: Question) -> Question | None:
        owner = self._owner.get(question.code)
        if owner is None or question.code not in self._seen:
            return question
        original, parts = self._own[owner], self._parts[owner]
        if len(parts) == 1:
            return _merge_question(original, self._seen[question.code], question)
        if any(self._now.get(part) != self._seen.get(part) for part in parts):
            if owner not in self._done:
                self._notices.add("xlsform.group_changed", owner, type=original.type)
            self._done.add(owner)
            return question
        if owner in self._done:
            return None
        self._done.add(owner)
        return original


def _merge_question(ours: Question, seen: Question, now: Question) -> Question:
    merged = _merge(ours, seen, now, {"code", "choices", "rows", "settings"})
    if seen.type != now.type:  # another kind of question: what only the old kind knew makes no sense
        return replace(now, code=ours.code)
    return replace(
        merged,
        choices=_merge_list(ours.choices, seen.choices, now.choices, _merge_choice),
        rows=_merge_list(ours.rows, seen.rows, now.rows, _merge_choice),
        settings=_merge_settings(ours, seen, now),
    )


def _merge_choice(ours: Choice, seen: Choice, now: Choice) -> Choice:
    return _merge(ours, seen, now, set())


_Data = TypeVar("_Data", Survey, Section, Question, Choice)


def _merge(ours: _Data, seen: _Data, now: _Data, kept: set[str]) -> _Data:
    """Return ours with the fields that changed; `kept` are left as they are."""
    changed: dict[str, Any] = {}
    for each in fields(now):
        before, after = getattr(seen, each.name), getattr(now, each.name)
        if each.name in kept or before == after:
            continue
        is_text = isinstance(after, Localised)
        changed[each.name] = _merge_text(getattr(ours, each.name), before, after) if is_text else after
    return replace(ours, **changed)


def _merge_text(ours: Localised, seen: Localised, now: Localised) -> Localised:
    """Return our text, but for the languages that changed."""
    said = (now if now.get(each) != seen.get(each) else ours for each in LANGUAGES)
    return Localised(*(text.get(each) for each, text in zip(LANGUAGES, said, strict=True)))


def _merge_settings(ours: Question, seen: Question, now: Question) -> tuple[tuple[str, Setting], ...]:
    own, before, after = dict(ours.settings), dict(seen.settings), dict(now.settings)
    for name in before.keys() | after.keys():
        if before.get(name) == after.get(name):
            continue
        if name in after:
            own[name] = after[name]
        else:
            own.pop(name, None)
    return tuple(sorted(own.items()))


def _merge_list(
    ours: Sequence[_Item], seen: Sequence[_Item], now: Sequence[_Item], merge: Callable[[_Item, _Item, _Item], _Item]
) -> tuple[_Item, ...]:
    """Return the items of `now` with what ours knows of them, and those of ours that were never to be seen."""
    if now == seen:
        return tuple(ours)
    own, before = {each.code: each for each in ours}, {each.code: each for each in seen}
    found = [
        merge(own[each.code], before[each.code], each) if each.code in own and each.code in before else each
        for each in now
    ]
    for at, each in enumerate(ours):
        if each.code not in before and each.code not in {one.code for one in found}:
            codes = [one.code for one in found]
            previous = ours[at - 1].code if at else ""
            found.insert(codes.index(previous) + 1 if previous in codes else (len(found) if at else 0), each)
    return tuple(found)


def _merge_checks(ours: Survey, seen: Survey, now: Survey) -> tuple[Check, ...]:
    """Return our checks, and those of `now` that were added or changed."""
    taken = {check.code for check in ours.checks}
    added = [check for check in now.checks if check not in seen.checks]
    return (*ours.checks, *(check for check in added if check.code not in taken))
