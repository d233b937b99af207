"""Every text of a survey under a name of its own that stays: what a translator works through.

The name of a text says where it stands by codes, not by numbers: ``title``, ``sections.you.title``,
``questions.role.text``, ``questions.role.choices.citizen``, ``questions.role.rows.speed``,
``questions.role.settings.low``, ``checks.total``; it holds when questions are moved.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import LANGUAGES, Localised

Stale = dict[str, list[str]]  # by name of a text: the language that waits, and the digest of what it translates


def walk_texts(survey: Survey) -> Iterator[tuple[str, Localised]]:
    """Yield (name, text) in reading order; optional texts that say nothing in either language are left out."""
    yield "title", survey.title
    yield from _said("introduction", survey.introduction)
    for section in survey.sections:
        place = f"sections.{section.code}"
        yield f"{place}.title", section.title
        yield from _said(f"{place}.introduction", section.introduction)
        for question in section.questions:
            yield from _walk_question(question)
    for check in survey.checks:
        yield f"checks.{check.code}", check.message


def _walk_question(question: Question) -> Iterator[tuple[str, Localised]]:
    place = f"questions.{question.code}"
    yield f"{place}.text", question.text
    yield from _said(f"{place}.help", question.help)
    yield from _said(f"{place}.why", question.why)
    for name, value in question.settings:
        if isinstance(value, Localised):
            yield from _said(f"{place}.settings.{name}", value)
    for kind, listed in (("rows", question.rows), ("choices", question.choices)):
        for choice in listed:
            if not choice.retired:
                yield f"{place}.{kind}.{choice.code}", choice.label


def _said(name: str, text: Localised) -> Iterator[tuple[str, Localised]]:
    if text:
        yield name, text


def put_texts(survey: Survey, texts: Mapping[str, Localised]) -> Survey:
    """Return the survey with other texts, by name; names that it does not have are passed over."""
    return replace(
        survey,
        title=texts.get("title", survey.title),
        introduction=texts.get("introduction", survey.introduction),
        sections=tuple(_put_in_section(section, texts) for section in survey.sections),
        checks=tuple(
            replace(check, message=texts.get(f"checks.{check.code}", check.message)) for check in survey.checks
        ),
    )


def _put_in_section(section: Section, texts: Mapping[str, Localised]) -> Section:
    place = f"sections.{section.code}"
    return replace(
        section,
        title=texts.get(f"{place}.title", section.title),
        introduction=texts.get(f"{place}.introduction", section.introduction),
        questions=tuple(_put_in_question(question, texts) for question in section.questions),
    )


def _put_in_question(question: Question, texts: Mapping[str, Localised]) -> Question:
    place = f"questions.{question.code}"

    def relabel(kind: str, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(replace(c, label=texts.get(f"{place}.{kind}.{c.code}", c.label)) for c in choices)

    return replace(
        question,
        text=texts.get(f"{place}.text", question.text),
        help=texts.get(f"{place}.help", question.help),
        why=texts.get(f"{place}.why", question.why),
        settings=tuple(
            (name, texts.get(f"{place}.settings.{name}", value) if isinstance(value, Localised) else value)
            for name, value in question.settings
        ),
        rows=relabel("rows", question.rows),
        choices=relabel("choices", question.choices),
    )


def follow_changes(stale: Stale, before: Survey, after: Survey) -> Stale:
    """Return which translations wait after a change, from those that waited before it.

    A text waits in a language when only its other language changed since; it stops waiting when it is written
    anew, or when the other language says again what it translates.
    """
    old, waiting = dict(walk_texts(before)), {}
    for name, text in walk_texts(after):
        mark = _follow(stale.get(name), old.get(name), text)
        if mark is not None:
            waiting[name] = mark
    return waiting


def _follow(mark: list[str] | None, before: Localised | None, after: Localised) -> list[str] | None:
    if before is None or after.missing():
        return None  # new, or a gap: a gap is worse, and shown as such
    changed = [language for language in LANGUAGES if before.get(language) != after.get(language)]
    if len(changed) == len(LANGUAGES) or before.missing():
        return None
    if not changed:
        return mark
    (source,) = changed
    waits = _other(source)
    if mark is None:
        return [waits, digest_of(before.get(source))]
    if mark[0] == source:
        return None  # the one that waited was written
    return None if mark[1] == digest_of(after.get(source)) else mark


def digest_of(text: str) -> str:
    """Return what tells one text from another, in 16 characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _other(language: str) -> str:
    return next(each for each in LANGUAGES if each != language)
