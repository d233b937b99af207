"""What stops a survey from being published: every gap and contradiction, each with its place."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from surveys.answers import CODE
from surveys.columns import RESERVED_CODES
from surveys.condition_checks import check_conditions
from surveys.definition import Choice, Question, Section, Setting, Survey
from surveys.localised import Localised
from surveys.piping import check_piping
from surveys.problems import Problem
from surveys.question_type import OTHER, QuestionType, SpecialValue
from surveys.question_types import QUESTION_TYPES

_RESERVED_CHOICES = frozenset({OTHER, *SpecialValue})


def check_survey(survey: Survey) -> tuple[Problem, ...]:
    """Return everything to put right before publishing; nothing for a survey that can be published.

    Codes: translation.missing (language), code.bad_format, code.reserved, code.duplicate, survey.empty,
    section.empty, question.unknown_type, question.special_not_possible, question.too_few_choices (minimum),
    question.too_many_choices (maximum), question.choices_not_used, question.too_few_rows (minimum),
    question.rows_not_used, question.takes_no_answer, choice.always_compared, setting.not_a_date,
    setting.dates_out_of_order, setting.unknown, setting.wrong_type, setting.missing, choice.exclusive_misused,
    setting.out_of_range (lowest, highest); and those of `condition_checks.check_conditions` and
    `piping.check_piping`.
    """
    return (*_walk(survey), *check_conditions(survey), *check_piping(survey))


def _walk(survey: Survey) -> Iterator[Problem]:
    yield from _check_code(survey.code, "code")
    yield from _check_texts("", ("title", survey.title, True), ("introduction", survey.introduction, False))
    if not survey.sections:
        yield Problem("survey.empty", "sections")
    sections = [f"sections[{at}]" for at in range(len(survey.sections))]
    yield from _check_unique((section.code for section in survey.sections), sections)
    for place, section in zip(sections, survey.sections, strict=True):
        yield from _check_section(place, section)
    placed = list(survey.walk())
    yield from _check_unique((question.code for _, question in placed), [place for place, _ in placed])
    for place, question in placed:
        yield from (_within(place, problem) for problem in _check_question(question))
    yield from _check_checks(survey)


def _check_checks(survey: Survey) -> Iterator[Problem]:
    """Report checks over several answers that have no code of their own, or do not say what is wrong."""
    places = [f"checks[{at}]" for at in range(len(survey.checks))]
    yield from _check_unique((check.code for check in survey.checks), places)
    for place, check in zip(places, survey.checks, strict=True):
        yield from _check_code(check.code, f"{place}.code")
        yield from _check_texts(f"{place}.", ("message", check.message, True))


def _within(place: str, problem: Problem) -> Problem:
    return Problem(problem.code, f"{place}.{problem.place}" if problem.place else place, problem.values)


def _check_section(place: str, section: Section) -> Iterator[Problem]:
    yield from _check_code(section.code, f"{place}.code")
    yield from _check_texts(f"{place}.", ("title", section.title, True), ("introduction", section.introduction, False))
    if not section.questions:
        yield Problem("section.empty", place)


def _check_question(question: Question) -> Iterator[Problem]:
    yield from _check_code(question.code, "code")
    if question.code in RESERVED_CODES:
        yield Problem("code.reserved", "code")
    yield from _check_texts(
        "", ("text", question.text, True), ("help", question.help, False), ("why", question.why, False)
    )
    kind = QUESTION_TYPES.get(question.type)
    if kind is None:
        yield Problem("question.unknown_type", "type")
        return
    yield from _check_choices(question, kind)
    yield from _check_settings(question, kind)
    yield from _check_offers(question, kind)
    yield from kind.check_question(question)


def _check_choices(question: Question, kind: QuestionType) -> Iterator[Problem]:
    if question.choices and not kind.minimum_choices:
        yield Problem("question.choices_not_used", "choices")
    if len(question.offered_choices) < kind.minimum_choices:
        yield Problem("question.too_few_choices", "choices", {"minimum": kind.minimum_choices})
    yield from _check_listed("choices", question.choices)
    if question.rows and not kind.minimum_rows:
        yield Problem("question.rows_not_used", "rows")
    if sum(not row.retired for row in question.rows) < kind.minimum_rows:
        yield Problem("question.too_few_rows", "rows", {"minimum": kind.minimum_rows})
    yield from _check_listed("rows", question.rows)


def _check_listed(name: str, listed: Sequence[Choice]) -> Iterator[Problem]:
    """Report what is wrong with the codes and labels of the choices, or of the rows."""
    places = [f"{name}[{at}]" for at in range(len(listed))]
    yield from _check_unique((each.code for each in listed), places)
    for place, each in zip(places, listed, strict=True):
        yield from _check_code(each.code, f"{place}.code")
        if each.code in _RESERVED_CHOICES:
            yield Problem("code.reserved", f"{place}.code")
        yield from _check_texts(f"{place}.", ("label", each.label, True))


def _check_settings(question: Question, kind: QuestionType) -> Iterator[Problem]:
    for name, value in question.settings:
        place = f"settings.{name}"
        if name not in kind.settings:
            yield Problem("setting.unknown", place)
        elif type(value) is not kind.settings[name]:
            yield Problem("setting.wrong_type", place)
        else:
            yield from _check_texts("", (place, _localised(value), False))


def _localised(value: Setting) -> Localised:
    return value if isinstance(value, Localised) else Localised()


def _check_offers(question: Question, kind: QuestionType) -> Iterator[Problem]:
    places = [f"offers[{at}]" for at in range(len(question.offers))]
    yield from _check_unique(question.offers, places)
    for place, code in zip(places, question.offers, strict=True):
        if code not in kind.specials:
            yield Problem("question.special_not_possible", place)


def _check_code(code: str, place: str) -> Iterator[Problem]:
    if not CODE.fullmatch(code):
        yield Problem("code.bad_format", place)


def _check_unique(codes: Iterable[str], places: Iterable[str]) -> Iterator[Problem]:
    """Report every place after the first where a code comes again."""
    seen: Counter[str] = Counter()
    for code, place in zip(codes, places, strict=True):
        seen[code] += 1
        if seen[code] > 1:
            yield Problem("code.duplicate", place)


def _check_texts(prefix: str, *texts: tuple[str, Localised, bool]) -> Iterator[Problem]:
    """Report the missing languages of each (name, text, is required); an optional text may be absent."""
    for name, text, is_required in texts:
        if text or is_required:
            for language in text.missing():
                yield Problem("translation.missing", f"{prefix}{name}", {"language": language})
