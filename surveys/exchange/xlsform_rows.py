"""Questions of ours as rows of an XLSForm: each type in the nearest form that the format has.

A type that the format lacks becomes a group: a table of single choices (matrix), whole numbers that must come to the
total (points), a first, a second… choice (a ranking of some only), a best and a worst of each set, one choice of each
pair. What belongs to a question is called ``question__part``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from surveys.definition import Choice, Question
from surveys.exchange.choice_lists import end_label
from surveys.exchange.expressions import rewrite
from surveys.exchange.imported import Words
from surveys.exchange.piped_references import plain_references
from surveys.exchange.xlsform_constraints import write_constraint
from surveys.exchange.xlsform_questions import INSTEAD
from surveys.localised import LANGUAGES, NOTHING, Localised
from surveys.question_type import BEST, NO, NO_PREFERENCE, OTHER, WORST, YES
from surveys.question_types import best_worst, pairwise

FormRow: TypeAlias = dict[str, str | Localised]
TEXT_LIMIT = 30_000  # a cell holds 32,767 characters
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # a cell takes _x0041_ for the letter A
_UNPRINTABLE = "\x7f\ufffe\uffff"
# names that ODK keeps for itself, whatever their capitals
_RESERVED = frozenset({"meta", "instanceid", "instancename", "data", "root"})
_GIVEN, _NOT_GIVEN = "OK", ""  # what a ticked acknowledge holds


@dataclass
class Names:
    """The name in the form of each question and of its parts, all different, and which question each stands for."""

    taken: set[str] = field(default_factory=lambda: set(_RESERVED))
    by_reference: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)  # by question code

    def give(self, wanted: str, question: str = "", reference: str = "") -> str:
        """Return a free name like the wanted one; `reference` is what conditions call it."""
        name = wanted
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        if question:
            self.parts.setdefault(question, []).append(name)
        if reference:
            self.by_reference[reference] = name
        return name


@dataclass
class FormRows:
    """The rows of the survey sheet and of the choices sheet, as they are made."""

    words: Words
    names: Names
    consents: frozenset[str]
    survey: list[FormRow] = field(default_factory=list)
    choices: list[FormRow] = field(default_factory=list)

    def text(self, text: Localised, otherwise: str = "") -> Localised:
        """Return a text as other tools take it: both languages filled, no control characters, plain references."""
        said = (plain_references(_printable(text.get(each)), self.names.by_reference.get) for each in LANGUAGES)
        cleaned = Localised(*(each.strip() for each in said))
        return Localised(*(cleaned.shown(language)[1] or otherwise for language in LANGUAGES))

    def condition(self, condition: str, itself: str = "") -> str:
        """Return a condition with the form's names, '' where the form cannot say it; `itself` becomes ``.``."""
        said = {code: {"1": _GIVEN, "0": _NOT_GIVEN} for code in self.consents}
        written = rewrite(condition, self.names.by_reference.get, said) if condition else ""
        name = self.names.by_reference.get(itself, "")
        return (written or "").replace(f"${{{name}}}", ".") if name else written or ""

    def word(self, code: str) -> Localised:
        """Return the platform's word for “other”, a special value, yes or no."""
        return Localised(*(self.words.get(language, {}).get(code, code) for language in LANGUAGES))

    def add_list(self, name: str, choices: Sequence[tuple[str, Localised]]) -> None:
        """Add a list of choices, as (name, label)."""
        for code, label in choices:
            self.choices.append({"list_name": name, "name": code, "label": self.text(label, code)})

    def row(self, kind: str, name: str, label: Localised, **cells: str | Localised) -> FormRow:
        """Add a row and return it; empty cells are left out."""
        added: FormRow = {"type": kind, "name": name, "label": self.text(label, name)}
        added |= {column: cell for column, cell in cells.items() if cell}
        self.survey.append(added)
        return added


def add_question(rows: FormRows, question: Question) -> None:
    """Add the rows of a question; a draft's list without a choice is written as a note, for a form refuses it."""
    is_bare = question.type in _LISTED and not (
        _choices(rows, question) and (question.rows or question.type != "matrix")
    )
    _WRITERS["text_block" if is_bare else question.type](rows, question)


def name_question(names: Names, question: Question) -> None:
    """Give the question and the parts to which conditions may refer their names."""
    code = question.code
    refers = question.type not in _GROUPS and not _is_top(question) and question.type != "text_block"
    name = names.give(code, code, code if refers else "")
    parts: list[str] = []
    if question.type == "matrix":
        parts = [row.code for row in question.rows if not row.retired]
    elif question.type == "points":
        parts = [choice.code for choice in question.offered_choices]
    elif question.flag("has_other"):
        parts = [OTHER]
    for part in parts:
        names.give(f"{name}{INSTEAD}{part}", code, f"{code}.{part}")


def _base(rows: FormRows, question: Question) -> dict[str, str | Localised]:
    names = {choice.code: choice.code for choice in question.offered_choices} | {each: each for each in question.offers}
    return {
        "hint": rows.text(question.help) if question.help else NOTHING,
        "guidance_hint": rows.text(question.why) if question.why else NOTHING,
        "relevant": rows.condition(question.show_if),
        "required": "yes" if question.required else "",
        "constraint": write_constraint(question, names),
    }


def _name(rows: FormRows, question: Question) -> str:
    return rows.names.parts[question.code][0]


def _simple(kind: str, **more: str) -> Callable[[FormRows, Question], None]:
    def write(rows: FormRows, question: Question) -> None:
        rows.row(kind, _name(rows, question), question.text, **_base(rows, question), **more)

    return write


def _number(rows: FormRows, question: Question) -> None:
    kind = "decimal" if question.number("decimals", 0) > 0 else "integer"
    _simple(kind)(rows, question)


def _choices(rows: FormRows, question: Question) -> list[tuple[str, Localised]]:
    """Return the list of a question: its choices, “other”, then what stands for not answering."""
    listed = [(choice.code, choice.label) for choice in question.offered_choices]
    if question.type == "ranking":  # what stands for not answering would be ranked
        return listed
    if question.flag("has_other"):
        listed.append((OTHER, question.label("other_label") or rows.word(OTHER)))
    return listed + [(offer, rows.word(offer)) for offer in question.offers]


def _select(kind: str) -> Callable[[FormRows, Question], None]:
    def write(rows: FormRows, question: Question) -> None:
        name = _name(rows, question)
        rows.add_list(name, _choices(rows, question))
        order = "randomize=true" if question.random_order else ""
        rows.row(f"{kind} {name}", name, question.text, **_base(rows, question), parameters=order)
        if question.flag("has_other"):
            wanted = f"selected(${{{name}}}, '{OTHER}')" if kind == "select_multiple" else f"${{{name}}} = '{OTHER}'"
            label = question.label("other_label") or rows.word(OTHER)
            rows.row("text", rows.names.by_reference[f"{question.code}.{OTHER}"], label, relevant=wanted)

    return write


def _yes_no(rows: FormRows, question: Question) -> None:
    name = _name(rows, question)
    rows.add_list(name, [(code, rows.word(code)) for code in (YES, NO, *question.offers)])
    rows.row(f"select_one {name}", name, question.text, **_base(rows, question))


def _scale(rows: FormRows, question: Question) -> None:
    """Write a list of points whose ends have their words: a `range` carries neither words nor special values."""
    name, points = _name(rows, question), max(3, min(question.number("points", 5), 11))
    labels = {str(point): Localised(str(point), str(point)) for point in range(1, points + 1)}
    for point, end in ((1, "low"), (points, "high")):
        if question.label(end):
            labels[str(point)] = end_label(point, question.label(end))
    rows.add_list(name, [*labels.items(), *((offer, rows.word(offer)) for offer in question.offers)])
    look = "" if question.offers else "likert"
    rows.row(f"select_one {name}", name, question.text, **_base(rows, question), appearance=look)


def _is_top(question: Question) -> bool:
    return question.type == "ranking" and 0 < question.number("maximum", 0) < len(question.offered_choices)


def _ranking(rows: FormRows, question: Question) -> None:
    if not _is_top(question):
        _select("rank")(rows, question)
        return
    name = _open(rows, question)
    rows.add_list(name, [(choice.code, choice.label) for choice in question.offered_choices])
    before: list[str] = []
    for rank in range(1, question.number("maximum", 0) + 1):
        own = rows.names.give(f"{name}{INSTEAD}{rank}", question.code)
        different = " and ".join(f". != ${{{each}}}" for each in before)
        required = "yes" if question.required and rank <= question.number("minimum", 1) else ""
        look = "randomize=true" if question.random_order else ""
        label = Localised(f"{rank}.", f"{rank}.")
        rows.row(f"select_one {name}", own, label, constraint=different, required=required, parameters=look)
        before.append(own)
    rows.survey.append({"type": "end_group"})


def _open(rows: FormRows, question: Question, **cells: str) -> str:
    """Begin the group of a question and return its name."""
    base = {column: cell for column, cell in _base(rows, question).items() if column not in {"required", "constraint"}}
    name = _name(rows, question)
    rows.row("begin_group", name, question.text, **base, **cells)
    return name


def _matrix(rows: FormRows, question: Question) -> None:
    name = _open(rows, question, appearance="table-list")
    listed = [(choice.code, choice.label) for choice in question.offered_choices]
    rows.add_list(name, listed + [(offer, rows.word(offer)) for offer in question.offers])
    for row in question.rows:
        if not row.retired:
            own = rows.names.by_reference[f"{question.code}.{row.code}"]
            required = "yes" if question.required else ""
            condition = rows.condition(row.show_if)
            rows.row(f"select_one {name}", own, row.label, required=required, relevant=condition)
    rows.survey.append({"type": "end_group"})


def _points(rows: FormRows, question: Question) -> None:
    _open(rows, question)
    total = question.number("total", 100)
    names = [rows.names.by_reference[f"{question.code}.{choice.code}"] for choice in question.offered_choices]
    for at, (name, choice) in enumerate(zip(names, question.offered_choices, strict=True)):
        constraint, message = f". >= 0 and . <= {total}", NOTHING
        if at == len(names) - 1:
            others = "".join(f"coalesce(${{{each}}}, 0) + " for each in names[:-1])
            constraint, message = f". >= 0 and {others}. = {total}", Localised(f"= {total}", f"= {total}")
        required = "yes" if question.required else ""
        rows.row("integer", name, choice.label, required=required, constraint=constraint, constraint_message=message)
    rows.survey.append({"type": "end_group"})


def _best_worst(rows: FormRows, question: Question) -> None:
    """Two single choices for each set."""
    name = _open(rows, question)
    choices = {choice.code: choice for choice in question.offered_choices}
    for number, codes in enumerate(best_worst.QUESTION_TYPE.design(question), start=1):
        _add_set(rows, question, f"{name}{INSTEAD}set{number}", [choices[code] for code in codes], number)
    rows.survey.append({"type": "end_group"})


def _add_set(rows: FormRows, question: Question, wanted: str, shown: Sequence[Choice], number: int) -> None:
    best = rows.names.give(f"{wanted}_{BEST}", question.code)
    worst = rows.names.give(f"{wanted}_{WORST}", question.code)
    rows.add_list(best, [(choice.code, choice.label) for choice in shown])
    required = "yes" if question.required else ""
    for name, end, constraint in ((best, BEST, ""), (worst, WORST, f". != ${{{best}}}")):
        word = question.label(end) or rows.word(end)
        label = Localised(*(f"{number}. {word.get(language)}" for language in LANGUAGES))
        rows.row(f"select_one {best}", name, label, required=required, constraint=constraint)


def _pairwise(rows: FormRows, question: Question) -> None:
    name = _open(rows, question)
    labels = {choice.code: choice.label for choice in question.offered_choices}
    neither = [] if question.flag("forced") else [(NO_PREFERENCE, rows.word(NO_PREFERENCE))]
    offers = [(offer, rows.word(offer)) for offer in question.offers]
    for number, (left, right) in enumerate(pairwise.QUESTION_TYPE.design(question).values(), start=1):
        own = rows.names.give(f"{name}{INSTEAD}{number}", question.code)
        rows.add_list(own, [(left, labels[left]), *neither, (right, labels[right]), *offers])
        required = "yes" if question.required else ""
        rows.row(f"select_one {own}", own, Localised(f"{number}.", f"{number}."), required=required)
    rows.survey.append({"type": "end_group"})


def _printable(text: str) -> str:
    """Return a text without what a cell cannot hold as it stands."""
    text = _LIKE_AN_ESCAPE.sub("_ ", text)
    return "".join(each for each in text[:TEXT_LIMIT] if each in "\n\t" or (each >= " " and each not in _UNPRINTABLE))


_LISTED = frozenset({"single_choice", "several_choices", "ranking", "matrix"})
_GROUPS = frozenset({"matrix", "points", "best_worst", "pairwise"})
_WRITERS: Mapping[str, Callable[[FormRows, Question], None]] = {
    "short_text": _simple("text"),
    "long_text": _simple("text", appearance="multiline"),
    "number": _number,
    "date": _simple("date"),
    "text_block": _simple("note"),
    "consent": _simple("acknowledge"),
    "yes_no": _yes_no,
    "single_choice": _select("select_one"),
    "several_choices": _select("select_multiple"),
    "scale": _scale,
    "ranking": _ranking,
    "matrix": _matrix,
    "points": _points,
    "best_worst": _best_worst,
    "pairwise": _pairwise,
}
WRITTEN = frozenset(_WRITERS)
