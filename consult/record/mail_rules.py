"""When messages may leave: quiet hours, Sundays, days between two messages; whether somebody stopped the sending."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation
from consult.record.database import Base
from consult.record.errors import RecordError

QUIET_FROM, QUIET_TO, REMINDER_DAYS = 20, 8, 5
MOST_DAYS = 60
# So many times in a row without a connection, or with everything refused, and somebody has to look.
MOST_FAILURES = 20
_SUNDAY = 7
_HOURS_OF_A_WEEK = 7 * 24


class MailRules(Base):
    """What a consultation's facilitators decided about its messages; without a row, the defaults."""

    __tablename__ = "mail_rules"

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultations.id"), primary_key=True, autoincrement=False
    )
    # Hours of the server's clock; the same twice: no quiet hours.
    quiet_from: Mapped[int]
    quiet_to: Mapped[int]
    rests_on_sunday: Mapped[bool]
    reminder_days: Mapped[int]
    is_stopped: Mapped[bool]
    # Rounds in a row that could send nothing.
    failures: Mapped[int]

    def allows(self, moment: datetime) -> bool:
        """Tell whether messages may leave at a local time."""
        if self.rests_on_sunday and moment.isoweekday() == _SUNDAY:
            return False
        hour, begin, end = moment.hour, self.quiet_from, self.quiet_to
        if begin <= end:
            return not begin <= hour < end
        return not (hour >= begin or hour < end)

    def next_time(self, moment: datetime) -> datetime | None:
        """Return the hour, from a local time on, at which messages may leave; None where that is now."""
        if self.allows(moment):
            return None
        hour = moment.replace(minute=0, second=0, microsecond=0)
        following = (hour + timedelta(hours=ahead) for ahead in range(1, _HOURS_OF_A_WEEK))
        return next((each for each in following if self.allows(each)), None)


def get_rules(session: Session, consultation: Consultation) -> MailRules:
    """Return what was decided, or the defaults, which are not stored."""
    stored = session.get(MailRules, consultation.id)
    return stored or MailRules(
        consultation_id=consultation.id,
        quiet_from=QUIET_FROM,
        quiet_to=QUIET_TO,
        rests_on_sunday=True,
        reminder_days=REMINDER_DAYS,
        is_stopped=False,
        failures=0,
    )


def set_rules(
    session: Session,
    consultation: Consultation,
    *,
    quiet_from: int,
    quiet_to: int,
    rests_on_sunday: bool,
    reminder_days: int,
) -> MailRules:
    """Decide; raises `mail.bad_hours`, `mail.bad_days`."""
    if not (0 <= quiet_from < 24 and 0 <= quiet_to < 24):
        raise RecordError("mail.bad_hours")
    if not 1 <= reminder_days <= MOST_DAYS:
        raise RecordError("mail.bad_days", most=MOST_DAYS)
    rules = _own_rules(session, consultation)
    rules.quiet_from, rules.quiet_to = quiet_from, quiet_to
    rules.rests_on_sunday, rules.reminder_days = rests_on_sunday, reminder_days
    session.flush()
    return rules


def stop_sending(session: Session, consultation: Consultation) -> None:
    """Let nothing leave until somebody says so; what waits goes on waiting."""
    _own_rules(session, consultation).is_stopped = True
    session.flush()


def go_on_sending(session: Session, consultation: Consultation) -> None:
    """Let messages leave again, and forget the rounds that failed."""
    rules = _own_rules(session, consultation)
    rules.is_stopped, rules.failures = False, 0
    session.flush()


def note_round(session: Session, consultation: Consultation, *, is_failed: bool) -> None:
    """Count the rounds in a row in which nothing could be sent; after too many the sending stops."""
    rules = _own_rules(session, consultation)
    rules.failures = rules.failures + 1 if is_failed else 0
    if rules.failures >= MOST_FAILURES:
        rules.is_stopped = True
    session.flush()


def _own_rules(session: Session, consultation: Consultation) -> MailRules:
    rules = get_rules(session, consultation)
    session.add(rules)
    return rules
