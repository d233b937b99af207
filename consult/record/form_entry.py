"""Typing forms in: one form makes one response, with the code on it or with a fresh link, and can be put right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, group_ids
from consult.record.correction import correct_answers
from consult.record.draft import AnswerChange, draft_answers, find_draft, open_draft, save_answers
from consult.record.errors import RecordError
from consult.record.keys import Keyring, LinkKeys, new_token, normalise_code
from consult.record.response import is_submitted
from consult.record.submission import Submission, submit_response
from consult.record.survey import SurveyVersion
from consult.record.typed_code import find_code
from consult.record.typed_form import EntryBatch, TypedForm, check_open, get_batch, get_form
from consult.record.withdrawal import withdraw_response

MOST_NUMBER = 999_999


@dataclass(frozen=True)
class FormEntry:
    """A form as it was typed in.

    `key` was made with the empty page, so that saving it twice saves it once. `marks` are what could not be read
    (`typed_form.ILLEGIBLE`, `TWO_TICKED`) by question. `code` is the short code on the form, '' where there is none;
    `joins_draft` says that what was begun online with it is to be sent too.
    """

    key: str
    number: int
    raw: Mapping[str, Any]
    language: str
    marks: Mapping[str, list[str]] = field(default_factory=dict)
    code: str = ""
    group: str | None = None
    account_id: int | None = None
    joins_draft: bool = False


@dataclass(frozen=True)
class _Begun:
    """The link of a form, and what was begun online with it."""

    token: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    is_joined: bool = False


def save_form(
    session: Session, keyring: Keyring, consultation: Consultation, batch_number: int, entry: FormEntry, today: date
) -> TypedForm:
    """Store a form as a response of the day on which it arrived; the same form again is found, not stored twice.

    Of what was begun online with its code, nothing is lost: an answer given online stays, paper fills the others.
    Raises `batch.missing`, `batch.closed`, `form.number`, `form.number_taken`, `code.unknown`, `code.answered` (its
    person sent answers online, or the form was typed in before), `code.begun` (they began online; say `joins_draft`),
    `group.unknown`, and what `submit_response` raises.
    """
    batch = get_batch(session, consultation, batch_number, lock=True)
    if (stored := session.get(TypedForm, entry.key)) is not None and stored.batch_id == batch.id:
        return stored
    check_open(batch)
    _check_number(session, batch, entry.number)
    begun = _begin(session, keyring, consultation, entry)
    groups = group_ids(session, consultation)
    if entry.group is not None and entry.group not in groups:
        raise RecordError("group.unknown")
    submission = Submission(
        token=begun.token,
        version=session.get_one(SurveyVersion, batch.version_id),
        raw={**entry.raw, **begun.answers},
        language=entry.language,
        channel=batch.channel,
        group_id=groups[entry.group] if entry.group is not None else batch.group_id,
        languages=begun.languages,
        order_seed=begun.seed,
    )
    submit_response(session, keyring, submission, batch.received_on)
    form = TypedForm(
        id=entry.key,
        batch_id=batch.id,
        number=entry.number,
        account_id=entry.account_id,
        typed_on=today,
        token_encrypted=keyring.encrypt_token(begun.token),
        marks={code: list(marks) for code, marks in entry.marks.items()},
        is_joined=begun.is_joined,
        is_sampled=False,
        differs=None,
        is_settled=False,
    )
    session.add(form)
    session.flush()
    return form


def leave_for_online(
    session: Session,
    keyring: Keyring,
    consultation: Consultation,
    version: SurveyVersion,
    entry: FormEntry,
    today: date,
    *,
    page: int,
) -> None:
    """Put what a form says into the draft of its code: its person goes on online, from the `page` with this index.

    What they answered online meanwhile stays. Raises `code.unknown`, `code.answered`, and what `open_draft` and
    `save_answers` raise: `consultation.not_accepting`, `answer.too_long`…
    """
    invitation = find_code(session, keyring, consultation, entry.code)
    keys = keyring.open_link(entry.code)
    if invitation.is_used or is_submitted(session, keys):
        raise RecordError("code.answered")
    groups = group_ids(session, consultation)
    group = groups.get(entry.group or "", invitation.group_id)
    draft = open_draft(session, keys, version, language=entry.language, today=today, group_id=group)
    changes = [AnswerChange(code, value, 1) for code, value in entry.raw.items()]
    save_answers(session, keys, changes, today=today, page=max(page, draft.page), draft=draft)


def correct_form(
    session: Session,
    keyring: Keyring,
    batch: EntryBatch,
    key: str,
    raw: Mapping[str, Any],
    marks: Mapping[str, list[str]],
    today: date,
) -> list[str]:
    """Replace the answers of a form to these questions; return the codes of those that changed.

    Raises `batch.closed`, `form.missing`, and what `correct_answers` raises.
    """
    check_open(batch)
    form = get_form(session, batch, key)
    changed = correct_answers(session, keyring, receipt_of(keyring, form), raw, today, is_typed_in=True)
    kept = {code: found for code, found in form.marks.items() if code not in raw}
    form.marks = kept | {code: list(found) for code, found in marks.items() if code in raw}
    session.flush()
    return changed


def remove_form(session: Session, keyring: Keyring, batch: EntryBatch, key: str) -> None:
    """Take a form out again, as one that was typed in by mistake: its answers are erased.

    The code on it, if any, stays used. Raises `batch.closed`, `form.missing`. Once it is committed,
    `storage.scrub_storage` removes the bytes.
    """
    check_open(batch)
    form = get_form(session, batch, key)
    try:
        withdraw_response(session, keyring, receipt_of(keyring, form))
    except RecordError as error:
        if error.code != "response.withdrawn":  # its person was first
            raise
    session.delete(form)
    session.flush()


def next_number(session: Session, batch: EntryBatch) -> int:
    """Return the number that the next form of a batch may have."""
    return (session.scalar(sa.select(sa.func.max(TypedForm.number)).where(TypedForm.batch_id == batch.id)) or 0) + 1


def receipt_of(keyring: Keyring, form: TypedForm) -> str:
    """Return the receipt of a form of an open batch, for its person's slip."""
    return keys_of(keyring, form).receipt


def keys_of(keyring: Keyring, form: TypedForm) -> LinkKeys:
    """Return the keys of the response that a form of an open batch made."""
    return keyring.open_link(keyring.decrypt_token(form.token_encrypted))


def _check_number(session: Session, batch: EntryBatch, number: int) -> None:
    if not 1 <= number <= MOST_NUMBER:
        raise RecordError("form.number", maximum=MOST_NUMBER)
    query = sa.select(TypedForm.id).where(TypedForm.batch_id == batch.id, TypedForm.number == number)
    if session.execute(query).first() is not None:
        raise RecordError("form.number_taken", number=number, next=next_number(session, batch))


def _begin(session: Session, keyring: Keyring, consultation: Consultation, entry: FormEntry) -> _Begun:
    """Return the link of a form: a fresh one, or that of its code with what was begun online."""
    if not normalise_code(entry.code):
        return _Begun(new_token())
    invitation = find_code(session, keyring, consultation, entry.code)
    keys = keyring.open_link(entry.code)
    draft = find_draft(session, keys, lock=True)
    # after the draft is locked: answers that were being sent meanwhile are seen
    if invitation.is_used or is_submitted(session, keys):
        raise RecordError("code.answered")
    token = normalise_code(entry.code).lower()
    if draft is None:
        return _Begun(token)
    answers = {code: answer for code, answer in draft_answers(session, keys).items() if _says_something(answer.value)}
    if answers and not entry.joins_draft:
        raise RecordError("code.begun", count=len(answers))
    languages = {code: language for code, answer in answers.items() if (language := answer.language)}
    values = {code: answer.value for code, answer in answers.items()}
    return _Begun(token, values, languages, draft.order_seed, is_joined=bool(answers))


def _says_something(value: object) -> bool:
    cells = value.get("cells") if isinstance(value, dict) else None
    return any(cells.values()) if isinstance(cells, dict) else bool(value)
