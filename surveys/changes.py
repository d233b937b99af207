"""What changed from one version of a survey to the next, question by question."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import NOTHING, Localised


@dataclass(frozen=True)
class Change:
    """One difference; `code` names the section or the question, `part` a choice or a row of it.

    `kind` is ``noun.what``: survey.reworded, section.added, .removed, .reworded, .moved, .condition;
    question.added, .removed, .reworded, .moved, .type, .required, .optional, .condition, .settings;
    choice.added, .retired, .reworded, .moved, and the same of a row; checks.changed. `before` and `after` are texts in
    both languages.
    """

    kind: str
    code: str
    part: str = ""
    before: Localised = NOTHING
    after: Localised = NOTHING


def compare(old: Survey, new: Survey) -> tuple[Change, ...]:
    """Return what changed from `old` to `new`, in the order of the new survey, what was removed at the end."""
    return tuple(_walk(old, new))


def _walk(old: Survey, new: Survey) -> Iterator[Change]:
    for before, after in ((old.title, new.title), (old.introduction, new.introduction)):
        if before != after:
            yield Change("survey.reworded", new.code, before=before, after=after)
    yield from _compare_sections(old, new)
    was = {question.code: question for question in old.questions}
    moved = _moved([each.code for each in old.questions], [each.code for each in new.questions])
    homes = _homes(old), _homes(new)
    for question in new.questions:
        if question.code not in was:
            yield Change("question.added", question.code, after=question.text)
            continue
        if question.code in moved or homes[0][question.code] != homes[1][question.code]:
            yield Change("question.moved", question.code, after=question.text)
        yield from _compare_questions(was[question.code], question)
    for question in old.questions:
        if new.find_question(question.code) is None:
            yield Change("question.removed", question.code, before=question.text)
    if old.checks != new.checks:
        yield Change("checks.changed", new.code)


def _compare_sections(old: Survey, new: Survey) -> Iterator[Change]:
    was = {section.code: section for section in old.sections}
    is_now = {section.code for section in new.sections}
    moved = _moved(list(was), [each.code for each in new.sections])
    for section in new.sections:
        before = was.get(section.code)
        if before is None:
            yield Change("section.added", section.code, after=section.title)
            continue
        yield from _compare_section(before, section)
        if section.code in moved:
            yield Change("section.moved", section.code, after=section.title)
    for section in old.sections:
        if section.code not in is_now:
            yield Change("section.removed", section.code, before=section.title)


def _compare_section(before: Section, after: Section) -> Iterator[Change]:
    for was, text in ((before.title, after.title), (before.introduction, after.introduction)):
        if was != text:
            yield Change("section.reworded", after.code, before=was, after=text)
    if before.show_if != after.show_if:
        yield Change("section.condition", after.code, after=after.title)


def _compare_questions(before: Question, after: Question) -> Iterator[Change]:
    code = after.code
    for was, text in ((before.text, after.text), (before.help, after.help), (before.why, after.why)):
        if was != text:
            yield Change("question.reworded", code, before=was, after=text)
    if before.type != after.type:
        yield Change("question.type", code, after=after.text)
    if before.required != after.required:
        yield Change("question.required" if after.required else "question.optional", code, after=after.text)
    if before.show_if != after.show_if:
        yield Change("question.condition", code, after=after.text)
    yield from _compare_choices("choice", code, before.choices, after.choices)
    yield from _compare_choices("row", code, before.rows, after.rows)
    if _rest(before) != _rest(after):
        yield Change("question.settings", code, after=after.text)


def _rest(question: Question) -> Question:
    """Return what is left of a question once its texts, choices and conditions are taken away."""
    return replace(
        question, text=NOTHING, help=NOTHING, why=NOTHING, choices=(), rows=(), show_if="", required=False, type=""
    )


def _compare_choices(noun: str, code: str, before: Sequence[Choice], after: Sequence[Choice]) -> Iterator[Change]:
    was = {choice.code: choice for choice in before if not choice.retired}
    live = [choice for choice in after if not choice.retired]
    for choice in live:
        known = was.get(choice.code)
        if known is None:
            yield Change(f"{noun}.added", code, choice.code, after=choice.label)
        elif known.label != choice.label:
            yield Change(f"{noun}.reworded", code, choice.code, known.label, choice.label)
    for gone in was.keys() - {choice.code for choice in live}:
        yield Change(f"{noun}.retired", code, gone, before=was[gone].label)
    if _moved(list(was), [choice.code for choice in live]):
        yield Change(f"{noun}.moved", code)


def _homes(survey: Survey) -> dict[str, str]:
    return {question.code: section.code for section in survey.sections for question in section.questions}


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the codes that changed places: those outside a longest run of codes that kept their order.

    The run is found by patience sorting (Fredman, 1975), for lists of any length.
    """
    at = {code: number for number, code in enumerate(old)}
    kept = [code for code in new if code in at]
    ends: list[int] = []  # the lowest place at which a run of each length ends
    runs: list[str] = []  # the code that stands there
    before: dict[str, str | None] = {}
    for code in kept:
        length = bisect_left(ends, at[code])
        before[code] = runs[length - 1] if length else None
        ends[length : length + 1], runs[length : length + 1] = [at[code]], [code]
    left, last = set(kept), runs[-1] if runs else None
    while last is not None:
        left.discard(last)
        last = before[last]
    return left
