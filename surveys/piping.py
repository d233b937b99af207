"""Earlier answers in later texts, such as ``You answer as ${role|a participant}``.

| written | becomes |
|---|---|
| ``${role}`` | the answer to ``role``, in the words of the page's language; nothing while it is blank |
| ``${role|a participant}`` | the same, and "a participant" while it is blank |
| ``{de |d’}${role}`` | "de " or "d’", as the sound of what follows calls for (see elision.py) |

A special value ("I prefer not to answer") counts as blank here: it would make no sentence. What somebody wrote is put
in as a text, never read again for ``${`` nor taken for anything but words; pages escape it as they escape any text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from surveys.definition import Choice, Question, Section, Setting, Survey
from surveys.elision import takes_second_form
from surveys.localised import LANGUAGES, Localised
from surveys.problems import Problem
from surveys.question_type import Value
from surveys.question_types import QUESTION_TYPES, get_type

LONGEST: Final = 200  # characters of an answer that a later text quotes

_PIPED: Final = re.compile(
    r"(?:\{(?P<first>[^{}|$]{0,20})\|(?P<second>[^{}|$]{0,20})\})?"
    r"\$\{\s*(?P<code>[A-Za-z_][A-Za-z0-9_]*)\s*(?:\|(?P<otherwise>[^{}]*))?\}",
    re.ASCII,
)
_BEGUN: Final = re.compile(r"\$\{")


@dataclass(frozen=True)
class Words:
    """What a person answered, in the words of a language, by question code; what is blank is not there."""

    language: str
    said: Mapping[str, str]

    @classmethod
    def of(
        cls, questions: Mapping[str, Question], values: Mapping[str, Value], language: str, words: Mapping[str, str]
    ) -> "Words":
        """Return the words of stored answers; `words` are the labels of "other", of yes and no, in the language."""
        said = {code: _say(questions[code], value, language, words) for code, value in values.items()}
        return cls(language, {code: text for code, text in said.items() if text})


def is_piped(text: Localised) -> bool:
    """Tell whether a text takes in an answer."""
    return "${" in text.en or "${" in text.fr


def pipe(text: str, words: Words) -> str:
    """Return a text with the answers that it takes in."""
    if "${" not in text:
        return text

    def fill(match: re.Match[str]) -> str:
        answer = words.said.get(match["code"]) or (match["otherwise"] or "").strip()
        if match["first"] is None:
            return answer
        return match["second" if takes_second_form(answer, words.language) else "first"] + answer

    return _PIPED.sub(fill, text)


def pipe_text(text: Localised, words: Words) -> Localised:
    """Return a text in two languages with the answers in the words of one: to be shown in that language."""
    if not is_piped(text):
        return text
    piped = pipe(text.shown(words.language)[1], words)
    return Localised(piped, piped)


def pipe_question(question: Question, words: Words) -> Question:
    """Return a question as it is shown: its texts, its choices, its rows and its settings with the answers."""
    if not any(is_piped(text) for _, text in question_texts(question)):
        return question

    def setting(value: Setting) -> Setting:
        return pipe_text(value, words) if isinstance(value, Localised) else value

    return replace(
        question,
        text=pipe_text(question.text, words),
        help=pipe_text(question.help, words),
        why=pipe_text(question.why, words),
        choices=_pipe_choices(question.choices, words),
        rows=_pipe_choices(question.rows, words),
        settings=tuple((name, setting(value)) for name, value in question.settings),
    )


def pipe_section(section: Section, words: Words) -> Section:
    """Return a section with its title and its introduction as they are shown."""
    title, introduction = pipe_text(section.title, words), pipe_text(section.introduction, words)
    return replace(section, title=title, introduction=introduction)


def question_texts(question: Question) -> Iterator[tuple[str, Localised]]:
    """Yield every text of a question with its place in it."""
    yield from (("text", question.text), ("help", question.help), ("why", question.why))
    for name, value in question.settings:
        if isinstance(value, Localised):
            yield f"settings.{name}", value
    for name, listed in (("choices", question.choices), ("rows", question.rows)):
        yield from ((f"{name}[{at}].label", choice.label) for at, choice in enumerate(listed))


def check_piping(survey: Survey) -> Iterator[Problem]:
    """Yield what is wrong with the texts that take in answers.

    Codes: piping.syntax, piping.unknown_question (question), piping.forward (question), piping.no_alternative
    (question: it may be blank when the text is shown, for it is optional, has a condition, or stands on the same
    page), piping.not_possible (a consent or a check: what they say is the same for everybody).
    """
    before: dict[str, Question] = {}
    sure: set[str] = set()
    yield from _check_text(survey, "title", survey.title, before, sure)
    yield from _check_text(survey, "introduction", survey.introduction, before, sure)
    for at, section in enumerate(survey.sections):
        place = f"sections[{at}]"
        yield from _check_text(survey, f"{place}.title", section.title, before, sure)
        yield from _check_text(survey, f"{place}.introduction", section.introduction, before, sure)
        for number, question in enumerate(section.questions):
            for name, text in question_texts(question):
                yield from _check_text(survey, f"{place}.questions[{number}].{name}", text, before, sure, question)
            before[question.code] = question
        for question in section.questions:
            if question.required and not question.show_if and not section.show_if and not question.offers:
                sure.add(question.code)
    for at, check in enumerate(survey.checks):
        if is_piped(check.message):
            yield Problem("piping.not_possible", f"checks[{at}].message")


def _check_text(
    survey: Survey,
    place: str,
    text: Localised,
    before: Mapping[str, Question],
    sure: set[str],
    within: Question | None = None,
) -> Iterator[Problem]:
    if not is_piped(text):
        return
    if within is not None and within.type == "consent":
        yield Problem("piping.not_possible", place)
        return
    for language in LANGUAGES:
        written = text.get(language)
        if len(_BEGUN.findall(written)) != len(_PIPED.findall(written)):
            yield Problem("piping.syntax", place, {"language": language})
    found: dict[str, bool] = {}
    for match in (each for language in LANGUAGES for each in _PIPED.finditer(text.get(language))):
        found[match["code"]] = found.get(match["code"], True) and bool((match["otherwise"] or "").strip())
    for code, has_alternative in found.items():
        if problem := _problem(survey, code, has_alternative, before, sure):
            yield Problem(problem, place, {"question": code[:60]})


def _problem(
    survey: Survey, code: str, has_alternative: bool, before: Mapping[str, Question], sure: set[str]
) -> str | None:
    question = survey.find_question(code)
    kind = QUESTION_TYPES.get(question.type) if question else None
    if question is None or (kind and not kind.takes_answer):
        return "piping.unknown_question"
    if code not in before:
        return "piping.forward"
    return None if has_alternative or code in sure else "piping.no_alternative"


def _pipe_choices(choices: tuple[Choice, ...], words: Words) -> tuple[Choice, ...]:
    return tuple(replace(choice, label=pipe_text(choice.label, words)) for choice in choices)


def _say(question: Question, value: Value, language: str, words: Mapping[str, str]) -> str:
    """Return an answer in one line; '' for a special value."""
    if "special" in value:
        return ""
    lines = (" ".join(line.text.split()) for line in get_type(question).show(question, value, language, words))
    text = ", ".join(lines)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
