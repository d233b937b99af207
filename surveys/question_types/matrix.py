"""Several things asked about in the same words: rows, each with one of the same choices."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from wtforms import RadioField, SelectChoice

from surveys.choice_answer import check_choice
from surveys.definition import Choice, Question
from surveys.problems import Problem
from surveys.question_type import (
    Fields,
    QuestionType,
    RefusalError,
    Said,
    SpecialValue,
    Value,
    arrange,
    label_of,
    only_keys,
)


class Matrix(QuestionType):
    """``{"rows": {row: choice or special value}}``; rows left blank are absent.

    The same special value in every row is the whole question's. A question that is required is complete when every
    row that the person is shown has its answer.
    """

    code = "matrix"
    pace = (6, 14)  # a row
    specials = frozenset(SpecialValue)
    minimum_choices = 2
    minimum_rows = 1

    def seconds(self, question: Question) -> tuple[int, int]:
        """Return so many seconds for each row."""
        quick, slow = self.pace
        return quick * len(offered_rows(question)), slow * len(offered_rows(question))

    def arranged(self, question: Question, order: Sequence[str], left_out: Container[str] = ()) -> Question:
        """Return the question with its rows in an order of each person's own, and without those left out.

        The choices are a scale more often than not: they keep their order.
        """
        return replace(
            question, rows=arrange(question.rows, order, left_out), choices=arrange(question.choices, (), left_out)
        )

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse exclusive choices and rows: one choice in a row always stands alone."""
        for name, listed in (("choices", question.choices), ("rows", question.rows)):
            for at, each in enumerate(listed):
                if each.exclusive:
                    yield Problem("choice.exclusive_misused", f"{name}[{at}].exclusive")

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = only_keys(raw, "rows").get("rows")
        if not isinstance(given, dict):
            raise RefusalError("answer.malformed")
        rows = {row: cell for row, cell in given.items() if cell not in (None, "")}
        known = {each.code: each for each in question.rows}
        if any(row not in known for row in rows):
            raise RefusalError("answer.malformed")
        chosen = {code: self._check_row(question, row, rows[code]) for code, row in known.items() if code in rows}
        missing = [row.code for row in offered_rows(question) if row.code not in chosen]
        if not chosen:
            return None
        if missing and question.required and final:
            raise RefusalError("answer.row_missing", missing[0], row=missing[0])
        said = set(chosen.values())
        if len(said) == 1 and said <= self.specials and chosen.keys() >= _everywhere(question):
            return {"special": said.pop()}
        return {"rows": chosen}

    def _check_row(self, question: Question, row: Choice, cell: object) -> str:
        if row.retired:
            raise RefusalError("answer.retired_choice", choice=row.code)
        if isinstance(cell, str) and cell in self.specials:
            if cell not in question.offers:
                raise RefusalError("answer.not_offered", row.code)
            return str(cell)
        return check_choice(question, cell)

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return the rows."""
        return tuple(row.code for row in question.rows)

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return radio buttons for each row: the choices, then the special values."""
        labels = {choice.code: label_of(choice.label, language) for choice in question.offered_choices}
        labels |= {code: words[code] for code in question.offers}
        choices = [SelectChoice(code, label) for code, label in labels.items()]
        return {
            row.code: RadioField(label_of(row.label, language), choices=choices, validate_choice=False)
            for row in offered_rows(question)
        }

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return the choice, or the special value, of each row."""
        if "special" in value:
            return {row.code: value["special"] for row in offered_rows(question)}
        return dict(value["rows"])

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the cells of the rows."""
        return {"rows": dict(parts)}

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return the choices, retired ones too, and the special values."""
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        return labels | {code: words[code] for code in question.offers}

    def part_label(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> str:
        """Return what a row is about."""
        return next((label_of(row.label, language) for row in question.rows if row.code == part), part)

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        labels = self.cell_labels(question, "", language, words)
        rows = value["rows"].items()
        return [Said(f"{self.part_label(question, row, language, words)} – {labels[cell]}") for row, cell in rows]

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        counts = Counter(item for value in values for item in value["rows"].items())
        codes = [*(choice.code for choice in question.choices), *question.offers]
        return {f"{row.code}.{code}": counts[row.code, code] for row in question.rows for code in codes}


def _everywhere(question: Question) -> set[str]:
    """Return the rows that the whole question stands for: those of this version, hidden from somebody or not.

    A row that a condition hides is retired for that person (see routing.py): nothing was said about it.
    """
    return {row.code for row in question.rows if row.show_if or not row.retired}


def offered_rows(question: Question) -> tuple[Choice, ...]:
    """Return the rows that a person sees today."""
    return tuple(row for row in question.rows if not row.retired)


QUESTION_TYPE = Matrix()
