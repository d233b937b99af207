"""A second entry of some forms, drawn at random and typed blind: it tells how often two entries of a form differ.

Of a second entry only the questions in which it differs are kept, never its answers: what people wrote stays in one
place, from where they can withdraw it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from consult.record.errors import RecordError
from consult.record.form_entry import receipt_of
from consult.record.keys import Keyring
from consult.record.response import get_answers, get_response
from consult.record.submission import left_blank_on_paper
from consult.record.survey import SurveyVersion, read_definition
from consult.record.typed_form import EntryBatch, TypedForm, check_open, get_form, list_forms
from surveys.answers import check_answers
from surveys.question_types import get_type

SHARE, LEAST = 10, 5  # one form in ten, at least five


@dataclass(frozen=True)
class Difference:
    """A question that two entries of a form answer differently: the stored values (None: blank) and the marks."""

    question: str
    first: Any
    second: Any
    first_marks: tuple[str, ...]
    second_marks: tuple[str, ...]


def sample_size(forms: int) -> int:
    """Return how many forms of a batch are entered twice: a tenth of them, at least five, all where there are fewer."""
    return min(forms, max(LEAST, -(-forms // SHARE)))


def draw_sample(session: Session, batch: EntryBatch) -> list[TypedForm]:
    """Choose at random the forms of a batch to enter twice, and return them all; as the batch grows, so does it.

    Forms that hold answers given online too are not drawn: they are not on paper. Raises `batch.closed`.
    """
    check_open(batch)
    forms = [form for form in list_forms(session, batch) if not form.is_joined]
    lacking = sample_size(len(forms)) - sum(form.is_sampled for form in forms)
    others = [form for form in forms if not form.is_sampled]
    for form in secrets.SystemRandom().sample(others, max(lacking, 0)):
        form.is_sampled = True
    session.flush()
    return [form for form in forms if form.is_sampled]


def find_waiting(
    session: Session, batch: EntryBatch, account_id: int | None, today: date
) -> tuple[list[TypedForm], list[TypedForm]]:
    """Return the drawn forms that wait for a second entry: those that this person may type in today, and the others.

    Whoever typed a form in does not type it again on the same day: what they remember is no second reading.
    """
    waiting = [form for form in list_forms(session, batch) if form.is_sampled and form.differs is None]
    mine = [form for form in waiting if may_compare(form, account_id, today)]
    return mine, [form for form in waiting if form not in mine]


def may_compare(form: TypedForm, account_id: int | None, today: date) -> bool:
    """Tell whether a person may type a form in for the second time today."""
    return form.account_id != account_id or form.typed_on < today


def compare_form(
    session: Session,
    keyring: Keyring,
    batch: EntryBatch,
    key: str,
    raw: Mapping[str, Any],
    marks: Mapping[str, list[str]],
    *,
    account_id: int | None,
    today: date,
) -> list[Difference]:
    """Compare a second entry with the first, note in which questions they differ, and return the differences.

    Capitals and spaces make no difference. Comparing again replaces nothing: the first comparison was the blind one.
    Raises `batch.closed`, `form.missing`, `second.not_drawn`, `second.too_soon`, `response.refused` with the place of
    each problem, and `response.withdrawn`, after which the form is no longer drawn.
    """
    check_open(batch)
    form = get_form(session, batch, key)
    if not form.is_sampled:
        raise RecordError("second.not_drawn")
    if not may_compare(form, account_id, today):
        raise RecordError("second.too_soon")
    survey = left_blank_on_paper(read_definition(session.get_one(SurveyVersion, batch.version_id)).survey)
    second, problems = check_answers(survey, raw, final=True)
    if problems:
        raise RecordError.of("response.refused", problems)
    first = get_answers(session, get_response(session, keyring, receipt_of(keyring, form)))
    found = [
        Difference(code, first.get(code), second.get(code), tuple(form.marks.get(code, ())), tuple(marks.get(code, ())))
        for code in (question.code for question in survey.questions if get_type(question).takes_answer)
        if _plain(first.get(code)) != _plain(second.get(code))
        or sorted(form.marks.get(code, ())) != sorted(marks.get(code, ()))
    ]
    if form.differs is None:
        form.differs = [each.question for each in found]
        form.is_settled = not found
    session.flush()
    return found


def forget_sampled(session: Session, batch: EntryBatch, key: str) -> None:
    """Draw a form no longer, as one whose person withdrew; another may be drawn in its place."""
    get_form(session, batch, key).is_sampled = False
    session.flush()


def settle_form(session: Session, batch: EntryBatch, key: str) -> None:
    """Note that somebody looked at the paper and put right what was wrong; raises `batch.closed`, `form.missing`."""
    check_open(batch)
    get_form(session, batch, key).is_settled = True
    session.flush()


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a stored value without what typing alone decides: capitals, and how many spaces."""
    if isinstance(value, str):
        return " ".join(value.split()).casefold()
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
