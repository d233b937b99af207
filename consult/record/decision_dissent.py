"""Dissent: a member who does not agree with a decision says so, in their own words, and it is printed beside it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation
from consult.record.database import Base, LocalisedText, UtcDateTime
from consult.record.decision import Decision, read_circumstances
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from surveys.localised import LANGUAGES, Localised

LONGEST = 3_000


class Dissent(Base):
    """What a member wrote against a decision; rows are added, the last one of each member stands."""

    __tablename__ = "decision_dissents"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    # Nothing where the member takes it back.
    text: Mapped[Localised] = mapped_column(LocalisedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def write_dissent(
    session: Session, consultation: Consultation, decision_id: int, text: Localised, account_id: int, by: By
) -> None:
    """Keep a member's dissent, changed or taken back with an empty text; sent twice it is kept once.

    Raises `decision.missing`, `text.too_long`, `decision.conflict` for who was kept out of the decision.
    """
    decision = session.get(Decision, decision_id)
    if decision is None or decision.consultation_id != consultation.id:
        raise RecordError("decision.missing")
    if account_id in read_circumstances(session, [decision_id])[decision_id].kept_out:
        raise RecordError("decision.conflict")
    if any(len(text.get(each)) > LONGEST for each in LANGUAGES):
        raise RecordError("text.too_long", limit=LONGEST)
    mine = [
        each for each in list_dissents(session, [decision_id]).get(decision_id, ()) if each.account_id == account_id
    ]
    if (mine[0].text if mine else Localised()) == text:
        return
    session.add(Dissent(decision_id=decision_id, account_id=account_id, text=text, at=by.now))
    session.flush()


def list_dissents(session: Session, decision_ids: Collection[int]) -> dict[int, list[Dissent]]:
    """Return the dissents that stand, by the key of the decision."""
    query = sa.select(Dissent).where(Dissent.decision_id.in_(decision_ids)).order_by(Dissent.id)
    last = {(each.decision_id, each.account_id): each for each in session.scalars(query)}
    found: dict[int, list[Dissent]] = {}
    for each in sorted(last.values(), key=lambda each: each.id):
        if each.text:
            found.setdefault(each.decision_id, []).append(each)
    return found
