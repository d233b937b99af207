"""Where a consultation stands today: its state, and what its dates make of it."""

from datetime import date
from enum import StrEnum

from consult.record.consultation import Consultation, ConsultationState


class Standing(StrEnum):
    """What participants meet today."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    OVER = "over"
    PAUSED = "paused"
    CLOSED = "closed"


def find_standing(consultation: Consultation, today: date) -> Standing:
    """Return where a consultation stands: an open one may wait for its first day, or be past its last."""
    if consultation.state is not ConsultationState.OPEN:
        return Standing(consultation.state.value)
    if consultation.is_accepting(today):
        return Standing.OPEN
    is_early = consultation.opens_on is not None and today < consultation.opens_on
    return Standing.SCHEDULED if is_early else Standing.OVER
