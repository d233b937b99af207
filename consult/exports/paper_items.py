"""What stands under a question on paper: boxes to tick, boxes for numbers, lines to write on, tables.

It follows from the parts of the question, as its type gives them: a part whose cells are yes and no is a box to tick;
one whose cells have labels is a list of boxes; several with the same labels are a table; one that takes any word is a
line; anything else is a box for a number. Beside each box stands, small, what the person who types it in will write.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeAlias

from surveys.definition import Question
from surveys.question_type import NO, OTHER, YES
from surveys.question_types import get_type

Item: TypeAlias = dict[str, Any]  # plain data for the template: its "kind", and what that kind takes

_LINES = {"long_text": 7}  # the others that take words are answered on one line
_POINTS = 5
_INLINE = 3  # boxes beside each other, at most


def draw_question(question: Question, language: str, words: Mapping[str, str]) -> list[Item]:
    """Return the items of a question, in order, in a language.

    `words` are the labels of "other", of the special values and of yes and no. Choices that are no longer offered
    are left out. The kinds: ``boxes`` (``choices`` of ``label``, ``code`` and ``lines``; ``inline``), ``table``
    (``columns`` and ``rows``, each with its ``code``), ``points`` (``points``, ``low``, ``high``), ``numbers``
    (``rows``, ``unit``), ``day`` and ``lines`` (``lines``, ``label``).
    """
    asked = replace(
        question,
        choices=question.offered_choices,
        rows=tuple(row for row in question.rows if not row.retired),
    )
    kind = get_type(asked)
    labels = {part: kind.cell_labels(asked, part, language, words) for part in kind.parts(asked)}
    taken = OTHER in labels and any(OTHER in each for each in labels.values())
    parts = [part for part in labels if not (part == OTHER and taken)]
    items: list[Item] = []
    for _, group in groupby(parts, key=lambda part: _kind_of(asked, part, labels[part], words)):
        items += _draw_parts(asked, list(group), labels, language, words)
    return items


def _kind_of(question: Question, part: str, labels: Mapping[str, str], words: Mapping[str, str]) -> tuple[object, ...]:
    """Return what parts must share to be drawn together."""
    if is_tick(labels, words) or (part == OTHER and not labels):
        return ("ticks",)
    if question.label("low") and not part:
        return ("points",)
    if labels:
        return ("choices", *labels.items())
    return ("words", part) if takes_words(question, part) else ("numbers",)


def is_tick(labels: Mapping[str, str], words: Mapping[str, str]) -> bool:
    """Return whether the cells of a part are yes and no."""
    return set(labels) == {"0", "1"} and {*labels.values()} == {words[YES], words[NO]}


def takes_words(question: Question, part: str) -> bool:
    """Return whether any word would do in a part."""
    kind = get_type(question)
    checked = kind.check(question, kind.from_parts(question, {part: "mot"}), final=False)
    return not checked.problems and checked.value is not None


def _draw_parts(
    question: Question, parts: Sequence[str], labels: Mapping[str, Mapping[str, str]], language: str,
    words: Mapping[str, str],
) -> Iterator[Item]:  # fmt: skip
    first, kind = parts[0], get_type(question)
    named = {part: kind.part_label(question, part, language, words) for part in parts}
    what = _kind_of(question, first, labels[first], words)[0]
    if what == "ticks":
        # a single box for the whole question says yes to it
        boxes = [_box(part or "1", named[part] or words[YES], lines=part == OTHER) for part in parts]
        yield {"kind": "boxes", "choices": boxes}
    elif what == "points":
        yield from _draw_points(question, labels[first], language)
    elif what == "choices" and len(parts) > 1:
        columns = [{"label": label, "code": code} for code, label in labels[first].items()]
        rows = [{"label": named[part], "code": part} for part in parts]
        yield {"kind": "table", "columns": columns, "rows": rows}
    elif what == "choices":
        boxes = [_box(code, label, lines=code == OTHER) for code, label in labels[first].items()]
        yield {"kind": "boxes", "choices": boxes, "inline": bool(first) and len(boxes) <= _INLINE, "code": first}
    elif what == "words":
        yield {"kind": "lines", "lines": _LINES.get(question.type, 1), "label": named[first]}
    elif question.type == "date":
        yield {"kind": "day"}
    else:
        unit = question.label("unit").shown(language)[1]
        yield {"kind": "numbers", "unit": unit, "rows": [{"label": named[part], "code": part} for part in parts]}


def _draw_points(question: Question, specials: Mapping[str, str], language: str) -> Iterator[Item]:
    """Yield the points of a scale side by side, then what may be said instead."""
    yield {
        "kind": "points",
        "points": list(range(1, question.number("points", _POINTS) + 1)),
        "low": question.label("low").shown(language)[1],
        "high": question.label("high").shown(language)[1],
    }
    if specials:
        yield {"kind": "boxes", "choices": [_box(code, label) for code, label in specials.items()]}


def _box(code: str, label: str, *, lines: bool = False) -> Item:
    return {"code": code, "label": label, "lines": lines}
