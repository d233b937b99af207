"""What a participant may do with a receipt: correct a text, withdraw one, withdraw everything.

These operations erase the text from every row. The bytes that the database leaves behind in its files are
erased by `storage.scrub_storage`, to be called once the unit of work is committed;
`storage.withdraw_and_scrub` does both.

The labels and terms of candidate themes stay as they are: whoever saves a run may only put there phrases that at
least two people used, which the record cannot check, for it does not know how phrases were counted.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.coding import forget_notes
from consult.record.concern import forget_concerns
from consult.record.contribution import (
    Contribution,
    ContributionRevision,
    add_revision,
    lock_contribution,
)
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.response import Response, ResponseAnswer, get_response
from consult.record.survey import SurveyVersion, read_definition
from consult.record.theme import QuoteSnapshot
from surveys.question_types import get_type


def correct_contribution(session: Session, keyring: Keyring, receipt: str, contribution_id: str, text: str) -> int:
    """Replace a text from now on, as its author; return the revision's number.

    Runs keep the revision that they read. Quotes of the earlier text are emptied: its author took it back.
    Raises `receipt.unknown`, `response.withdrawn`, `contribution.missing`, `contribution.withdrawn`,
    `response.refused` (the problems of the text), `text.empty`.
    """
    response = get_response(session, keyring, receipt, lock=True)
    contribution = lock_contribution(session, contribution_id, response.id)
    value = _check_text(session, response, contribution, text)
    number = add_revision(session, contribution, value["text"])
    session.execute(
        sa.update(ResponseAnswer)
        .where(
            ResponseAnswer.response_id == response.id,
            ResponseAnswer.question_code == contribution.question_code,
        )
        .values(value=value)
        .execution_options(synchronize_session="fetch")
    )
    empty_quotes(session, Contribution.id == contribution.id)
    forget_notes(session, Contribution.id == contribution.id)
    return number


def withdraw_contribution(session: Session, keyring: Keyring, receipt: str, contribution_id: str) -> None:
    """Erase one text wherever it is; raises as `correct_contribution` does."""
    response = get_response(session, keyring, receipt, lock=True)
    contribution = lock_contribution(session, contribution_id, response.id)
    session.execute(
        sa.delete(ResponseAnswer).where(
            ResponseAnswer.response_id == response.id,
            ResponseAnswer.question_code == contribution.question_code,
        )
    )
    erase_texts(session, Contribution.id == contribution.id)


def withdraw_response(session: Session, keyring: Keyring, receipt: str) -> None:
    """Erase every answer and every text of a response; raises `receipt.unknown`, `response.withdrawn`.

    What stays: that one response was given on that day, by that channel, in that group and language, so that
    published counts still add up and a late retry of the submission brings nothing back.
    """
    response = get_response(session, keyring, receipt, lock=True)
    mine = Contribution.response_id == response.id
    # Locked in the order of the keys, as a run that saves its quotes locks them: any other is a deadlock.
    session.execute(sa.select(Contribution.id).where(mine).order_by(Contribution.id).with_for_update()).all()
    session.execute(sa.delete(ResponseAnswer).where(ResponseAnswer.response_id == response.id))
    erase_texts(session, mine)
    session.execute(
        sa.update(Response)
        .where(Response.id == response.id)
        .values(is_withdrawn=True, respondent=None, order_seed=None)
        .execution_options(synchronize_session="fetch")
    )


def _check_text(session: Session, response: Response, contribution: Contribution, text: str) -> dict[str, Any]:
    """Return the stored answer that a corrected text makes, by the checks of the version it answered."""
    survey = read_definition(session.get_one(SurveyVersion, response.version_id)).survey
    question = survey.find_question(contribution.question_code)
    if question is None:
        raise RecordError("question.unknown")
    checked = get_type(question).check(question, {"text": text})
    if checked.problems:
        raise RecordError.of("response.refused", checked.problems)
    if checked.value is None:
        raise RecordError("text.empty")
    return checked.value


def erase_texts(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Erase the texts of the contributions that answer to a condition.

    A condition, not a list of keys: both databases limit the parameters of a statement.
    """
    keys = sa.select(Contribution.id).where(which)
    session.execute(
        sa.delete(ContributionRevision)
        .where(ContributionRevision.contribution_id.in_(keys))
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        sa.update(Contribution).where(which).values(is_withdrawn=True).execution_options(synchronize_session="fetch")
    )
    forget_concerns(session, which)
    forget_notes(session, which)
    empty_quotes(session, which)


def empty_quotes(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Empty the quotes; who approved them and when stays, for it is a decision that was taken."""
    session.execute(
        sa.update(QuoteSnapshot)
        .where(QuoteSnapshot.contribution_id.in_(sa.select(Contribution.id).where(which)))
        .values(text=None)
        .execution_options(synchronize_session="fetch")
    )
