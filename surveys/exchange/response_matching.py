"""A file of responses that another tool wrote → rows in the columns of a survey of ours.

Columns are matched by code or by text, in either language: ``needs``, ``G1/needs/transport``, ``Needs[SQ1]``,
``Quels sont vos besoins ? [Le transport]``. So are cells: a code or a label. What a tool does in its own way is said
in one file for each: limesurvey_responses.py, kobo_responses.py, google_forms_responses.py.

Rows are then read by response_translation.py. Nothing is guessed: two questions with the same text match no column by
that text, and what matches nothing is named.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

from surveys.columns import question_columns
from surveys.definition import Question, Survey
from surveys.localised import LANGUAGES
from surveys.question_type import OTHER
from surveys.question_types import get_type

Words = Mapping[str, Mapping[str, str]]  # by language: the words that every question may need

_TAG = re.compile(r"<[^<>]{0,300}>")
_TIGHT = re.compile(r"[\s*:?.!]*([\[\]/])\s*")
# A column that only says that "other" was ticked: its text stands in a column of its own.
_OTHER_TICK = -1


@dataclass(frozen=True)
class Tool:
    """How a tool writes responses; column names are as `heading_key` makes them.

    A file is the tool's where it has one of the `signs`, at its beginning if `sign_is_first`. `reference` are the
    columns that tell a response apart (the whole row where there are none), `day` those that say when it was given,
    the first that holds something; `noise` is what the tool notes beside the answers. Where several choices stand in
    one cell, one of the `separators` is between them. With `other_in_place` a text of one's own stands where the
    choice would. `no_day` is what the tool writes where it keeps no day.
    """

    code: str
    signs: frozenset[str]
    sign_is_first: bool = False
    reference: tuple[str, ...] = ()
    day: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    respondent: tuple[str, ...] = ()
    noise: frozenset[str] = frozenset()
    noise_prefix: str = ""
    separators: tuple[str, ...] = ()
    other_in_place: bool = False
    no_day: str = ""
    joins: tuple[str, ...] = ("[{}]", "/{}", "_{}", ".{}")

    def wrote(self, header: Sequence[str]) -> bool:
        """Return whether a file with this header is the tool's."""
        names = [heading_key(name) for name in header]
        return bool(self.signs.intersection(names[:1] if self.sign_is_first else names))

    def is_noise(self, name: str) -> bool:
        """Return whether the tool noted this for itself."""
        about = {*self.reference, *self.day, *self.language, *self.respondent, *self.signs}
        return name in self.noise or name in about or bool(self.noise_prefix and name.startswith(self.noise_prefix))


@dataclass(frozen=True)
class Match:
    """A column of the file and what it answers: a part of a question, all of it (`part` None), or one of its ranks."""

    column: str
    question: Question
    part: str | None
    rank: int = 0


@dataclass(frozen=True)
class Matching:
    """What is read of a file: columns that match, what the tool noted, what matches nothing, questions left out."""

    tool: Tool
    matches: tuple[Match, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    reference: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()


def heading_key(text: str) -> str:
    """Return a heading without what tools and people change: tags, spaces, capitals, apostrophes, signs at its end."""
    plain = unicodedata.normalize("NFKC", unescape(_TAG.sub(" ", text))).casefold().replace("’", "'")
    return _TIGHT.sub(r"\1", " ".join(plain.split())).rstrip(" *:?.!")


def match_columns(header: Sequence[str], tool: Tool, surveys: Sequence[Survey], words: Words) -> Matching:
    """Find what each column of a file answers; the newest survey comes last, and its questions go first.

    `words` are the labels of "other", of the special values, of yes and no, in each language.
    """
    known = _headings(surveys, words, tool)
    matches, noted, unknown = [], [], []
    taken: set[tuple[str, str | None, int]] = set()
    about: dict[str, str] = {}
    names = {name: heading_key(name) for name in header}
    for name, key in names.items():
        found = next((known[each] for each in _ways(key) if known.get(each)), None)
        if found is not None and (found[0].code, *found[1:]) not in taken and found[2] != _OTHER_TICK:
            taken.add((found[0].code, *found[1:]))
            matches.append(Match(name, *found))
        elif tool.is_noise(key) or (found is not None and found[2] == _OTHER_TICK):
            noted.append(name)
        elif key == "group":
            about["group"] = name
        else:
            unknown.append(name)
    for role, columns in (("language", tool.language), ("respondent", tool.respondent)):
        if found_in := _first(names, columns):
            about[role] = found_in[0]
    answered = {match.question.code for match in matches}
    kept = tuple(_without_lists(matches))
    asked = [question.code for question in surveys[-1].questions if question_columns(question)]
    return Matching(
        tool=tool,
        matches=kept,
        about=about,
        reference=_first(names, tool.reference),
        days=_first(names, tool.day),
        noted=(*noted, *(match.column for match in matches if match not in kept)),
        unknown=tuple(unknown),
        unasked=tuple(code for code in asked if code not in answered),
    )


def _first(names: Mapping[str, str], wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for each in wanted for name, key in names.items() if key == each)


def _ways(key: str) -> Iterator[str]:
    """Yield a heading, then without the groups before it."""
    yield key
    while "/" in key:
        key = key.partition("/")[2]
        yield key


def _without_lists(matches: Sequence[Match]) -> Iterator[Match]:
    """Leave out the columns that hold in one cell what others hold one by one."""
    in_parts = {match.question.code for match in matches if match.part is not None or match.rank}
    return (match for match in matches if match.part is not None or match.rank or match.question.code not in in_parts)


_Found = tuple[Question, str | None, int]


def _headings(surveys: Sequence[Survey], words: Words, tool: Tool) -> dict[str, _Found | None]:
    """Return what each heading that a file may have stands for, None where it could be two things."""
    questions = {question.code: question for survey in surveys for question in survey.questions}
    by_code: dict[str, _Found | None] = {}
    by_text: dict[str, _Found | None] = {}
    for question in questions.values():
        parts = get_type(question).parts(question)
        if not parts:
            continue
        texts = [question.text.get(language) for language in LANGUAGES if question.text.get(language)]
        long = [
            *texts,
            *(f"{question.code}. {text}" for text in texts),
            *(f"{question.code}: {text}" for text in texts),
        ]
        for names, found in (([question.code], by_code), (long, by_text)):
            for name in names:
                _add_parts(found, name, question, parts, words, tool)
    return by_text | by_code


def _add_parts(
    found: dict[str, _Found | None], name: str, question: Question, parts: Sequence[str], words: Words, tool: Tool
) -> None:
    _add(found, name, (question, "" if "" in parts else None, 0))
    kind = get_type(question)
    for part in filter(None, parts):
        labels = {part, *(kind.part_label(question, part, language, words[language]) for language in LANGUAGES)}
        for label in labels:
            for join in tool.joins:
                is_tick = part == OTHER and join == "/{}"
                _add(found, name + join.format(label), (question, part, _OTHER_TICK if is_tick else 0))
    if question.type == "ranking":
        for rank in range(1, len(question.choices) + 1):
            for label in (f"{rank}", f"rank {rank}", f"rang {rank}", f"ranking {rank}"):
                _add(found, f"{name}[{label}]", (question, None, rank))


def _add(found: dict[str, _Found | None], name: str, what: _Found) -> None:
    key = heading_key(name)
    found[key] = what if found.get(key, what) == what else None
