"""Changing a definition: every act takes a survey and returns another one, or refuses by a code.

Nothing here asks whether the result could be published: a draft may be half written (see completeness.py).
Codes raised as `SurveyError`: edit.unknown_section, edit.unknown_question, edit.code_taken, edit.bad_code.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from surveys.answers import CODE
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised
from surveys.problems import SurveyError
from surveys.question_type import QuestionType
from surveys.question_types import QUESTION_TYPES

_LONGEST_CODE = 30
_LITTLE = (
    "a an and are do does for how in is it of on or our the to was were what which who why you your "
    "au aux ce ces cette comment de des du elle en est et il la le les leur ma mes mon nos notre nous "
    "c d j l m n par pour qu que quel quelle quelles quels qui s sa ses son sont sur t un une vos votre vous"
)
_SMALL_WORDS = frozenset(_LITTLE.split())


def code_from(text: Localised, fallback: str, taken: Iterable[str] = ()) -> str:
    """Return a code that says what a text is about, different from those that are taken.

    Its words are those of the English text (or of the French one), without accents and without small words, up to
    30 characters; `fallback` where nothing is left. A number follows where the code is taken.
    """
    apart = text.shown("en")[1].replace("’", " ").replace("'", " ")
    plain = unicodedata.normalize("NFKD", apart).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    said = [word for word in words if word not in _SMALL_WORDS] or words
    code = ""
    for word in said[:4]:
        longer = f"{code}_{word}" if code else word
        if len(longer) > _LONGEST_CODE:
            break
        code = longer
    if not CODE.fullmatch(code):
        code = f"{fallback}_{code}"[:_LONGEST_CODE].rstrip("_") if code else fallback
    return free_code(code, taken)


def free_code(code: str, taken: Iterable[str]) -> str:
    """Return the code, with a number behind it where it is taken."""
    known, number = set(taken), 2
    wanted = code
    while wanted in known:
        wanted = f"{code}_{number}"
        number += 1
    return wanted


def find_section(survey: Survey, code: str) -> Section:
    """Return a section; raises edit.unknown_section."""
    found = next((section for section in survey.sections if section.code == code), None)
    if found is None:
        raise SurveyError.of("edit.unknown_section", code)
    return found


def get_question(survey: Survey, code: str) -> Question:
    """Return a question; raises edit.unknown_question."""
    found = survey.find_question(code)
    if found is None:
        raise SurveyError.of("edit.unknown_question", code)
    return found


def section_of(survey: Survey, code: str) -> Section:
    """Return the section that a question stands in; raises edit.unknown_question."""
    get_question(survey, code)
    return next(section for section in survey.sections if any(each.code == code for each in section.questions))


def add_section(survey: Survey, section: Section, after: str = "") -> Survey:
    """Put a section after another one, or at the end; raises edit.unknown_section, edit.code_taken."""
    if any(each.code == section.code for each in survey.sections):
        raise SurveyError.of("edit.code_taken", section.code)
    at = survey.sections.index(find_section(survey, after)) + 1 if after else len(survey.sections)
    return replace(survey, sections=(*survey.sections[:at], section, *survey.sections[at:]))


def add_question(survey: Survey, section: str, question: Question, at: int | None = None) -> Survey:
    """Put a question into a section, before its `at`-th question or at its end.

    Raises edit.unknown_section, edit.code_taken.
    """
    if survey.find_question(question.code) is not None:
        raise SurveyError.of("edit.code_taken", question.code)
    here = find_section(survey, section)
    place = len(here.questions) if at is None else max(0, min(at, len(here.questions)))
    questions = (*here.questions[:place], question, *here.questions[place:])
    return _put_section(survey, section, replace(here, questions=questions))


def replace_question(survey: Survey, code: str, question: Question) -> Survey:
    """Put a question where another stood; where its code changes, conditions and texts that name it follow.

    Raises edit.unknown_question, edit.code_taken, edit.bad_code.
    """
    here = section_of(survey, code)
    if question.code != code:
        _check_new_code(question.code, {each.code for each in survey.questions})
    questions = tuple(question if each.code == code else each for each in here.questions)
    changed = _put_section(survey, here.code, replace(here, questions=questions))
    return changed if question.code == code else _rename_references(changed, code, question.code)


def replace_section(survey: Survey, code: str, section: Section) -> Survey:
    """Put a section where another stood, with the questions that are in it.

    Raises edit.unknown_section, edit.code_taken, edit.bad_code.
    """
    here = find_section(survey, code)
    if section.code != code:
        _check_new_code(section.code, {each.code for each in survey.sections})
    return _put_section(survey, code, replace(section, questions=here.questions))


def delete_question(survey: Survey, code: str) -> Survey:
    """Take a question away; raises edit.unknown_question."""
    here = section_of(survey, code)
    left = tuple(each for each in here.questions if each.code != code)
    return _put_section(survey, here.code, replace(here, questions=left))


def delete_section(survey: Survey, code: str) -> Survey:
    """Take a section away with its questions; raises edit.unknown_section."""
    gone = find_section(survey, code)
    return replace(survey, sections=tuple(each for each in survey.sections if each is not gone))


def move_question(survey: Survey, code: str, section: str, at: int | None = None) -> Survey:
    """Put a question elsewhere: before the `at`-th of what is then the section, or at its end.

    Raises edit.unknown_question, edit.unknown_section.
    """
    question = get_question(survey, code)
    find_section(survey, section)
    return add_question(delete_question(survey, code), section, question, at)


def shift_question(survey: Survey, code: str, step: int) -> Survey:
    """Move a question one place up (-1) or down (1); at the edge of its section it goes on into the next one."""
    here = section_of(survey, code)
    at = [each.code for each in here.questions].index(code)
    if 0 <= at + step < len(here.questions):
        return move_question(survey, code, here.code, at + step)
    number = survey.sections.index(here) + step
    if not 0 <= number < len(survey.sections):
        return survey
    return move_question(survey, code, survey.sections[number].code, 0 if step > 0 else None)


def shift_section(survey: Survey, code: str, step: int) -> Survey:
    """Move a section one place up (-1) or down (1); raises edit.unknown_section."""
    at = survey.sections.index(find_section(survey, code))
    return move_section(survey, code, at + step)


def move_section(survey: Survey, code: str, at: int) -> Survey:
    """Move a section to a place among the sections, counted from 0; raises edit.unknown_section."""
    section = find_section(survey, code)
    others = [each for each in survey.sections if each is not section]
    others.insert(max(0, min(at, len(others))), section)
    return replace(survey, sections=tuple(others))


def duplicate_question(survey: Survey, code: str, taken: Iterable[str] = ()) -> tuple[Survey, str]:
    """Put a copy behind a question; return the survey and the code of the copy, which is in none of `taken`."""
    here, original = section_of(survey, code), get_question(survey, code)
    copy = replace(original, code=_copy_code(code, [*taken, *(each.code for each in survey.questions)]))
    copy = replace(copy, choices=tuple(each for each in copy.choices if not each.retired))
    at = [each.code for each in here.questions].index(code) + 1
    return add_question(survey, here.code, copy, at), copy.code


def duplicate_section(survey: Survey, code: str, taken: Iterable[str] = ()) -> tuple[Survey, str]:
    """Put a copy of a section and its questions behind it; return the survey and the code of the copy.

    Conditions inside the copy follow the copied questions, not the original ones.
    """
    original = find_section(survey, code)
    new = free_code(code, (each.code for each in survey.sections))
    used = [*taken, *(each.code for each in survey.questions)]
    alone = Survey("copy", NOTHING_SAID, sections=(replace(original, code=new),))
    for question in original.questions:
        other = _copy_code(question.code, used)
        used.append(other)
        alone = replace_question(alone, question.code, replace(get_question(alone, question.code), code=other))
    return add_section(survey, alone.sections[0], after=code), new


def copy_questions(survey: Survey, section: str, questions: Iterable[Question], taken: Iterable[str] = ()) -> Survey:
    """Put questions of another survey at the end of a section, under codes that are free.

    Retired choices stay behind, and so do conditions: they name questions of the other survey.
    """
    used = [*taken, *(each.code for each in survey.questions)]
    for question in questions:
        code = free_code(question.code, used)
        used.append(code)
        choices = tuple(replace(each, show_if="") for each in question.offered_choices)
        survey = add_question(survey, section, replace(question, code=code, show_if="", choices=choices))
    return survey


def convert_question(question: Question, type_code: str) -> Question:
    """Return the question as one of another type: what that type can say is kept, the rest is left behind.

    Raises question.unknown_type.
    """
    kind = QUESTION_TYPES.get(type_code)
    if kind is None:
        raise SurveyError.of("question.unknown_type", question.code)
    kept = tuple((name, value) for name, value in question.settings if kind.settings.get(name) is type(value))
    choices = question.choices if kind.minimum_choices else ()
    if type_code != "several_choices":
        choices = tuple(replace(each, exclusive=False) for each in choices)
    return replace(
        question,
        type=type_code,
        settings=kept,
        choices=choices,
        rows=question.rows if takes_rows(kind) else (),
        offers=tuple(code for code in question.offers if code in kind.specials),
        random_order=question.random_order and bool(choices),
    )


def takes_rows(kind: QuestionType) -> bool:
    """Tell whether questions of a type are asked once for each of several rows."""
    return bool(getattr(kind, "minimum_rows", 0))


def shift_choice(choices: tuple[Choice, ...], at: int, step: int) -> tuple[Choice, ...]:
    """Return the choices with one moved up (-1) or down (1), past those that are retired; as they are at an edge."""
    other = at + step
    while 0 <= other < len(choices) and choices[other].retired:
        other += step
    if not (0 <= at < len(choices) and 0 <= other < len(choices)):
        return choices
    moved = list(choices)
    moved.insert(other, moved.pop(at))
    return tuple(moved)


def keep_published_choices(before: tuple[Choice, ...], after: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return the choices after a change with those that answers may use: a published one is retired, never lost.

    `before` are the choices that were published, in any version.
    """
    present = {choice.code for choice in after}
    lost = [replace(choice, retired=True, show_if="") for choice in before if choice.code not in present]
    return (*after, *lost)


NOTHING_SAID = Localised()


def _copy_code(code: str, taken: Iterable[str]) -> str:
    return free_code(re.sub(r"_\d+$", "", code), taken)


def _check_new_code(code: str, taken: set[str]) -> None:
    if not CODE.fullmatch(code):
        raise SurveyError.of("edit.bad_code", "code")
    if code in taken:
        raise SurveyError.of("edit.code_taken", code)


def _put_section(survey: Survey, code: str, section: Section) -> Survey:
    return replace(survey, sections=tuple(section if each.code == code else each for each in survey.sections))


def _rename_references(survey: Survey, old: str, new: str) -> Survey:
    """Return the survey with every ${old} as ${new}, in conditions and in texts."""
    pattern = re.compile(r"\$\{\s*" + re.escape(old) + r"(?=\s*[}.|])")

    def words(text: str) -> str:
        return pattern.sub("${" + new, text)

    return map_words(survey, words)


def map_words(survey: Survey, change: Callable[[str], str]) -> Survey:
    """Return the survey with a change made in every text and every condition."""

    def both(text: Localised) -> Localised:
        return Localised(en=change(text.en), fr=change(text.fr))

    def choice(each: Choice) -> Choice:
        return replace(each, label=both(each.label), show_if=change(each.show_if))

    def question(each: Question) -> Question:
        return replace(
            each,
            text=both(each.text),
            help=both(each.help),
            why=both(each.why),
            show_if=change(each.show_if),
            choices=tuple(map(choice, each.choices)),
            rows=tuple(map(choice, each.rows)),
            settings=tuple((n, both(v) if isinstance(v, Localised) else v) for n, v in each.settings),
        )

    def section(each: Section) -> Section:
        return replace(
            each,
            title=both(each.title),
            introduction=both(each.introduction),
            show_if=change(each.show_if),
            questions=tuple(map(question, each.questions)),
        )

    return replace(
        survey,
        title=both(survey.title),
        introduction=both(survey.introduction),
        sections=tuple(map(section, survey.sections)),
        checks=tuple(
            replace(each, condition=change(each.condition), message=both(each.message)) for each in survey.checks
        ),
    )
