"""Who is invited: what to do next, the counts by group, and everybody with how far they were reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from consult.access import needs
from consult.extensions import db
from consult.invite.blueprint import blueprint
from consult.invite.mail_words import reach_words, trouble
from consult.languages import Formats, interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, ConsultationState, get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.job import Job, JobState, find_jobs
from consult.record.mail_rules import MailRules, get_rules, go_on_sending, stop_sending
from consult.record.mail_state import Reach, ReachedContact, Sending, count_by_group, decide, list_reached, read_sending
from consult.record.mailing import MessageState, find_remindable, find_uninvited, find_unnotified
from consult.record.sending import job_key
from consult.settings import Settings

_BY_PAGE = 25
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Wanted:
    """Which contacts the page shows."""

    group: str
    reach: str
    search: str
    page: int

    @property
    def is_all(self) -> bool:
        """Whether nothing was left out."""
        return not (self.group or self.reach or self.search)


@dataclass(frozen=True)
class Outbox:
    """How the sending stands: the numbers, the job, and why nothing leaves now, where that is so."""

    numbers: Sending
    job: Job | None
    rules: MailRules
    next_time: datetime | None
    trouble: str

    @property
    def is_active(self) -> bool:
        """Whether messages are leaving, or will within moments."""
        is_free = not (self.rules.is_stopped or self.next_time or self.trouble)
        is_fresh = self.numbers.waiting > self.numbers.repeated or (self.job is not None and self.job.is_active)
        return self.numbers.waiting > 0 and is_free and is_fresh

    @property
    def share(self) -> float:
        """How much of what was queued has left (0 to 1)."""
        return self.job.progress if self.job is not None and self.job.state is JobState.RUNNING else 0.0


@dataclass(frozen=True)
class Steps:
    """What can be done next: so many people to invite, to remind, to tell about the results."""

    invite: int
    remind: int
    notify: int


@blueprint.get("/<code:code>/invitations")
@needs(Role.FACILITATOR)
def people(code: str) -> str:
    """Show everybody."""
    session = db.session()
    begin(session, read_only=True)
    consultation = get_consultation(session, code)
    reached = list_reached(session, consultation)
    groups = list_groups(session, consultation)
    wanted = _read_wanted()
    chosen = _choose(reached, wanted, {group.code: group.id for group in groups})
    pages = max(1, -(-len(chosen) // _BY_PAGE))
    page = min(wanted.page, pages)
    return render_template(
        "invite/people.html",
        consultation=consultation,
        groups=groups,
        names={group.id: group for group in groups},
        counts=count_by_group(reached),
        people=len(reached),
        shown=chosen[(page - 1) * _BY_PAGE : page * _BY_PAGE],
        found=len(chosen),
        page=page,
        pages=pages,
        wanted=wanted,
        reaches=reach_words(interface_words(g.language)),
        troubles={Reach.BOUNCED, Reach.REFUSED, Reach.UNCERTAIN},
        outbox=read_outbox(session, consultation),
        steps=find_steps(session, consultation),
        has_mail=settings().mail_url is not None,
    )


@blueprint.get("/<code:code>/invitations/progress")
@needs(Role.FACILITATOR)
def sending_progress(code: str) -> str:
    """Show how far the sending is, for the page that watches it."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    return render_template(
        "invite/_sending.html", consultation=consultation, outbox=read_outbox(db.session(), consultation)
    )


@blueprint.post("/<code:code>/invitations/sending")
@needs(Role.FACILITATOR)
def change_sending(code: str) -> Response:
    """Stop what waits, or let it leave again."""
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    match request.form.get("do"):
        case "stop":
            stop_sending(db.session(), consultation)
        case "go_on":
            go_on_sending(db.session(), consultation)
        case _:
            abort(400)
    db.session.commit()
    return _back(code)


@blueprint.post("/<code:code>/invitations/decide")
@needs(Role.FACILITATOR)
def decide_messages(code: str) -> Response:
    """Decide about messages that perhaps left, or were refused: all of them, or those of one person."""
    state = request.form.get("state", "")
    if state not in {each.value for each in MessageState}:
        abort(400)
    try:
        begin(db.session())
        consultation = get_consultation(db.session(), code)
        verdict, key = request.form.get("do", ""), request.form.get("contact", "")
        count = decide(db.session(), consultation, verdict, date.today(), state=MessageState(state), key=key)
        db.session.commit()
    except RecordError as error:
        if error.code != "mail.no_such_choice":
            raise
        abort(400)
    number = Formats(g.language).number(count)
    if verdict == "again":
        flash(ngettext("%(number)s message waits again.", "%(number)s messages wait again.", count, number=number))
    else:
        flash(_("Noted: taken as sent."))
    return _back(code)


def read_outbox(session: Session, consultation: Consultation) -> Outbox:
    """Return how the sending stands."""
    numbers, rules = read_sending(session, consultation), get_rules(session, consultation)
    job = find_jobs(session, [job_key(consultation.id)]).get(job_key(consultation.id))
    is_failed = numbers.waiting > 0 and job is not None and job.state is JobState.FAILED
    return Outbox(
        numbers,
        job,
        rules,
        rules.next_time(datetime.now().astimezone()) if numbers.waiting else None,
        trouble(job.error_code, interface_words(g.language)) if is_failed and job is not None else "",
    )


def find_steps(session: Session, consultation: Consultation) -> Steps:
    """Return what can be done next."""
    today = date.today()
    is_closed = consultation.state is ConsultationState.CLOSED
    is_open = consultation.state is ConsultationState.OPEN and not (
        consultation.closes_on is not None and consultation.closes_on < today
    )
    return Steps(
        invite=len(find_uninvited(session, consultation)) if not is_closed else 0,
        remind=sum(map(len, find_remindable(session, consultation, today).values())) if is_open else 0,
        notify=len(find_unnotified(session, consultation)) if is_closed else 0,
    )


def settings() -> Settings:
    """Return the installation's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def _read_wanted() -> Wanted:
    page = request.args.get("page", "1")
    reach = request.args.get("reach", "")
    return Wanted(
        request.args.get("group", ""),
        reach if reach in {each.value for each in Reach} else "",
        request.args.get("q", "").strip()[:_LONGEST_SEARCH],
        max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def _choose(reached: Sequence[ReachedContact], wanted: Wanted, groups: dict[str, int]) -> list[ReachedContact]:
    search = wanted.search.casefold()
    return [
        each
        for each in reached
        if (not wanted.group or each.contact.group_id == groups.get(wanted.group))
        and (not wanted.reach or each.reach == wanted.reach)
        and (not search or search in f"{each.contact.name} {each.contact.email} {each.contact.region}".casefold())
    ]


def _back(code: str) -> Response:
    return redirect(url_for("invite.people", code=code), 303)  # type: ignore[return-value]
