"""A question as the inputs of a form, and back: drawn from what its type declares, so that a new type needs nothing.

`fill` gives what stands in each input by its name; `read` makes the question of what was typed. What `fill` gives
reads back as the same question, but for choices that are retired, which stand last.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.answers import CODE
from surveys.cleaning import clean_text
from surveys.condition_parts import compose, describe
from surveys.definition import Choice, Question, Setting
from surveys.edit import code_from, shift_choice, takes_rows
from surveys.localised import LANGUAGES, Localised
from surveys.problems import SurveyError
from surveys.question_type import OTHER, QuestionType, SpecialValue
from surveys.question_types import QUESTION_TYPES

LONGEST_TEXT, LONGEST_LABEL, LONGEST_CONDITION = 4000, 400, 2000
MOST_ROWS = 1000
SPARE_ROWS = 3
_NEVER_CODES = frozenset({OTHER, *SpecialValue})
_WHOLE = re.compile(r"[+-]?\d{1,9}")
# What a choice of the list of conditions stands for beside a condition itself.
ALWAYS, AS_WRITTEN = "", "text"
Typed = dict[str, str]


@dataclass
class Read:
    """A question that was read; `errors` are codes by the name of the input that each is about."""

    question: Question
    errors: dict[str, str] = field(default_factory=dict)


def lists_of(kind: QuestionType) -> tuple[str, ...]:
    """Return which lists a question of a type has: "rows", "choices"."""
    return (*(("rows",) if takes_rows(kind) else ()), *(("choices",) if kind.minimum_choices else ()))


def fill(question: Question, earlier: Sequence[Question] = ()) -> Typed:
    """Return what stands in each input; `earlier` are the questions that its condition may name."""
    typed = {"code": question.code, "standard": question.standard}
    for name in ("text", "help", "why"):
        typed |= _fill_text(name, getattr(question, name))
    for name in ("required", "sensitive", "random_order"):
        typed[name] = "1" if getattr(question, name) else ""
    typed |= {f"offers.{code}": "1" for code in question.offers}
    for name, value in question.settings:
        if isinstance(value, Localised):
            typed |= _fill_text(f"settings.{name}", value)
        else:
            typed[f"settings.{name}"] = ("1" if value else "") if isinstance(value, bool) else str(value)
    kind = QUESTION_TYPES.get(question.type)
    for name in lists_of(kind) if kind else ():
        typed |= _fill_list(name, getattr(question, name), earlier)
    return typed | fill_condition(question.show_if, earlier)


def fill_condition(condition: str, earlier: Sequence[Question], of: str = "") -> Typed:
    """Return the inputs of a condition: chosen from the list where it is a simple one, and as text.

    `of` is the name of the row that it is about, with a dot at its end, where it is not about the whole.
    """
    return {f"{of}{name}": value for name, value in _fill_condition(condition, earlier).items()}


def _fill_condition(condition: str, earlier: Sequence[Question]) -> Typed:
    typed = {"show_if": condition, "show_if.seen": condition, "show.option": AS_WRITTEN if condition else ALWAYS}
    described = describe(condition) if condition else None
    if described is None or len(described.clauses) != 1:
        return typed
    (clause,) = described.clauses
    chosen = f"{clause.question}={clause.value}"
    if clause.part or chosen not in {value for _, options in condition_options(earlier) for value, _ in options}:
        return typed
    if clause.operator in ("is", "includes"):
        return typed | {"show.option": chosen}
    if clause.operator in ("is_not", "excludes"):
        return typed | {"show.option": chosen, "show.negated": "1"}
    return typed


def condition_options(earlier: Iterable[Question]) -> list[tuple[Question, list[tuple[str, Localised]]]]:
    """Return what a simple condition may ask: each earlier question with its answers, as (value, label).

    The label of yes and no is empty: the page has the words.
    """
    listed = []
    for question in earlier:
        if question.type in ("single_choice", "several_choices"):
            answers = [(f"{question.code}={each.code}", each.label) for each in question.offered_choices]
        elif question.type == "yes_no":
            answers = [(f"{question.code}={answer}", Localised()) for answer in ("yes", "no")]
        else:
            continue
        listed.append((question, answers))
    return listed


def _fill_text(name: str, text: Localised) -> Typed:
    return {f"{name}.{language}": text.get(language) for language in LANGUAGES}


def _fill_list(name: str, choices: Iterable[Choice], earlier: Sequence[Question]) -> Typed:
    live = [choice for choice in choices if not choice.retired]
    typed = {f"{name}.count": str(len(live) + SPARE_ROWS)}
    for at, choice in enumerate(live):
        row = f"{name}.{at}"
        typed |= {f"{row}.code": choice.code} | fill_condition(choice.show_if, earlier, f"{row}.")
        typed |= _fill_text(row, choice.label) | {f"{row}.exclusive": "1" if choice.exclusive else ""}
    return typed


def count_rows(typed: Mapping[str, str], name: str) -> int:
    """Return how many rows of a list the form has."""
    written = typed.get(f"{name}.count", "")
    return min(int(written), MOST_ROWS) if written.isdecimal() and len(written) < 5 else SPARE_ROWS


def read(typed: Mapping[str, str], before: Question, earlier: Sequence[Question] = ()) -> Read:
    """Return the question that was typed over another one, with what is wrong.

    Codes: text.too_long, number.not_whole, and those that `surveys.edit` raises for a code.
    """
    kind = QUESTION_TYPES[before.type]
    errors: dict[str, str] = {}
    settings = {name: _read_setting(typed, f"settings.{name}", kind.settings[name], errors) for name in kind.settings}
    lists = {name: _read_list(typed, name, getattr(before, name), errors, earlier) for name in lists_of(kind)}
    code = typed.get("code", before.code).strip()
    if not CODE.fullmatch(code):
        errors["code"] = "edit.bad_code"
    question = Question(
        code=code if "code" not in errors else before.code,
        type=before.type,
        text=_read_text(typed, "text", errors),
        help=_read_text(typed, "help", errors),
        why=_read_text(typed, "why", errors),
        required=typed.get("required") == "1",
        offers=tuple(each for each in _offers(before, kind) if typed.get(f"offers.{each}") == "1"),
        settings=tuple((name, value) for name, value in sorted(settings.items()) if value is not None),
        choices=lists.get("choices", ()),
        rows=lists.get("rows", ()),
        standard=_clean(typed, "standard", LONGEST_LABEL, errors),
        show_if=read_condition(typed, errors, earlier),
        sensitive=typed.get("sensitive") == "1",
        random_order=typed.get("random_order") == "1",
    )
    return Read(question, errors)


def _offers(before: Question, kind: QuestionType) -> tuple[str, ...]:
    """Return the special values that may be offered, those that are in their order first."""
    possible = [str(each) for each in SpecialValue if each in kind.specials]
    return tuple(dict.fromkeys((*(each for each in before.offers if each in possible), *possible)))


def read_condition(typed: Mapping[str, str], errors: dict[str, str], earlier: Sequence[Question], of: str = "") -> str:
    """Return the condition: the text where somebody changed it, else what was chosen from the list."""
    written = _clean(typed, f"{of}show_if", LONGEST_CONDITION, errors)
    option = typed.get(f"{of}show.option", AS_WRITTEN)
    if written != typed.get(f"{of}show_if.seen", written).strip() or option == AS_WRITTEN:
        return written
    if option == ALWAYS:
        return ""
    code, _, answer = option.partition("=")
    several = any(each.code == code and each.type == "several_choices" for each in earlier)
    operators = ("includes", "excludes") if several else ("is", "is_not")
    try:
        return compose(code, operators[typed.get(f"{of}show.negated") == "1"], answer)
    except SurveyError:
        return written


def _clean(typed: Mapping[str, str], name: str, longest: int, errors: dict[str, str]) -> str:
    text = clean_text(typed.get(name, ""))
    if len(text) > longest:
        errors[name] = "text.too_long"
    return text


def _read_text(typed: Mapping[str, str], name: str, errors: dict[str, str], longest: int = LONGEST_TEXT) -> Localised:
    return Localised(**{each: _clean(typed, f"{name}.{each}", longest, errors) for each in LANGUAGES})


def _read_setting(typed: Mapping[str, str], name: str, kind: type, errors: dict[str, str]) -> Setting | None:
    """Return a setting, or None where it says nothing."""
    if kind is Localised:
        return _read_text(typed, name, errors, LONGEST_LABEL) or None
    written = _clean(typed, name, LONGEST_LABEL, errors)
    if kind is bool:
        return True if written == "1" else None
    if kind is str or not written:
        return written or None
    if not _WHOLE.fullmatch(written):
        errors[name] = "number.not_whole"
        return None
    return int(written)


def _read_list(
    typed: Mapping[str, str],
    name: str,
    before: tuple[Choice, ...],
    errors: dict[str, str],
    earlier: Sequence[Question],
) -> tuple[Choice, ...]:
    """Return the rows that say something, then what was retired before, and what the form does not hold at all.

    A row whose words were emptied is taken away; one that the form never had (there may be more than `MOST_ROWS` in a
    file) was not before anybody's eyes.
    """
    count = count_rows(typed, name)
    held = {typed.get(f"{name}.{at}.code", "") for at in range(count)}
    others = [choice for choice in before if choice.retired or choice.code not in held]
    taken = {choice.code for choice in before} | _NEVER_CODES
    seen: set[str] = set()
    rows = []
    for at in range(count):
        place = f"{name}.{at}"
        label = _read_text(typed, place, errors, LONGEST_LABEL)
        if not label:
            continue
        code = typed.get(f"{place}.code", "")
        if not CODE.fullmatch(code) or code in seen:
            code = code_from(label, name[:-1], taken | seen)
        seen.add(code)
        exclusive = typed.get(f"{place}.exclusive") == "1"
        rows.append(Choice(code, label, exclusive, False, read_condition(typed, errors, earlier, f"{place}.")))
    return (*rows, *(choice for choice in others if choice.code not in seen))


def add_pasted(question: Question, name: str, pasted: str, language: str) -> Question:
    """Return the question with one more row for each line: “English | French”, or the language of the page alone."""
    listed: tuple[Choice, ...] = getattr(question, name)
    for line in clean_text(pasted).splitlines()[: MOST_ROWS - len(listed)]:
        first, _, second = (part.strip()[:LONGEST_LABEL] for part in line.partition("|"))
        label = Localised(first, second) if second or language == "en" else Localised(fr=first)
        if label:
            code = code_from(label, name[:-1], {choice.code for choice in listed} | _NEVER_CODES)
            listed = (*listed, Choice(code, label))
    return _put(question, name, listed)


def act_on_row(question: Question, act: str, name: str, code: str) -> Question:
    """Return the question with one row moved "up" or "down", or removed ("remove")."""
    listed: tuple[Choice, ...] = getattr(question, name)
    at = next((at for at, choice in enumerate(listed) if choice.code == code), None)
    if at is None:
        return question
    if act == "remove":
        return _put(question, name, (*listed[:at], *listed[at + 1 :]))
    return _put(question, name, shift_choice(listed, at, -1 if act == "up" else 1))


def _put(question: Question, name: str, listed: tuple[Choice, ...]) -> Question:
    return replace(question, rows=listed) if name == "rows" else replace(question, choices=listed)
