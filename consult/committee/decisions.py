"""The decision table: each theme and option with what is known of it, what became of it and why; and deciding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.decisions_evidence import Evidence, find_evidence
from consult.committee.decisions_words import decided_names, explain_problem, explain_refusal, outcome_names
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Account, Role, find_membership, list_members
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.decision import Circumstances, Decision, Outcome, SubjectKey, list_history, read_circumstances
from consult.record.decision_acts import (
    NEEDS_WHERETO,
    NewDecision,
    Subject,
    decide,
    find_subject,
    list_gaps,
    list_standing,
    list_subjects,
)
from consult.record.decision_conflict import Conflict, declare_conflict, end_conflict, list_conflicts, list_kept_out
from consult.record.decision_dissent import Dissent, list_dissents, write_dissent
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.meeting import Meeting, list_meetings
from consult.record.ranking import is_shown_to_committee
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES, Localised
from surveys.problems import Problem

Page = str | Response | tuple[str, int]
_BOTH = needs(Role.FACILITATOR, Role.COMMITTEE)
_SHOWN = ("all", "open", "decided")


@dataclass(frozen=True)
class Row:
    """A theme or an option in the table."""

    subject: Subject
    evidence: Evidence
    decision: Decision | None
    kept_out: tuple[str, ...] = ()
    dissents: int = 0


@dataclass(frozen=True)
class Part:
    """The rows of one question."""

    name: Localised
    is_ranking: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Form:
    """What stands in the form of a decision, and what is wrong with it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """A decision with who wrote it down, its meeting, its dissents and who was kept out."""

    decision: Decision
    by: str
    meeting: Meeting | None
    dissents: tuple[tuple[Dissent, str], ...]
    kept_out: tuple[str, ...]


@blueprint.get("/<code:code>/decisions")
@_BOTH
def decisions(code: str) -> str:
    """Show what there is to decide on, with what is known and what was decided."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    shown = request.args.get("show", "all")
    if not is_shown_to_committee(consultation):
        return _render("committee/decisions.html", consultation, is_shown=False, parts=[], total=0)
    listed = list_subjects(session, consultation)
    standing = list_standing(session, consultation)
    parts = _list_parts(session, consultation, standing)
    keys = [subject.key for each in listed for subject in each.subjects]
    return _render(
        "committee/decisions.html",
        consultation,
        is_shown=True,
        parts=[each for each in (_keep(part, shown) for part in parts) if each.rows],
        show=shown if shown in _SHOWN else "all",
        total=len(keys),
        decided=sum(key in standing for key in keys),
        gone=[each for key, each in standing.items() if key not in keys],
        gaps=list_gaps(list(standing.values()), consultation.required_languages()),
        meetings=list_meetings(session, consultation),
        fates=decided_names(interface_words(g.language)),
    )


@blueprint.get("/<code:code>/decisions/<subject>")
@_BOTH
def decision(code: str, subject: str) -> str:
    """Show what is known of one theme or option, its decisions, and the form to decide."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    return _show(db.session(), consultation, SubjectKey.read(subject), Form())


@blueprint.post("/<code:code>/decisions/<subject>")
@_BOTH
def make_decision(code: str, subject: str) -> Page:
    """Write down a decision."""
    begin(db.session())
    session, key = db.session(), SubjectKey.read(subject)
    consultation = get_consultation(session, code)
    typed = request.form.to_dict()
    try:
        decide(session, consultation, key, _read(typed), _by(), seen=_number(typed.get("seen", "")))
        session.commit()
    except RecordError as error:
        return _refused(session, code, key, Form(typed, *_explain(error)))
    flash(_("The decision is written down."))
    return redirect(url_for("committee.decisions", code=code) + f"#{_anchor(key)}", 303)


@blueprint.route("/<code:code>/decisions/<subject>/conflict", methods=["GET", "POST"])
@_BOTH
def declare_interest(code: str, subject: str) -> Page:
    """Write down a conflict of interest: a member's own, or by the facilitator as it was said."""
    if request.method == "GET":
        return redirect(url_for("committee.decision", code=code, subject=subject), 303)
    begin(db.session())
    session, key = db.session(), SubjectKey.read(subject)
    consultation = get_consultation(session, code)
    typed = request.form.to_dict()
    account_id = _number(typed.get("member", "")) if _is_facilitator(code) else current_user.id
    try:
        find_subject(session, consultation, key)
        declare_conflict(session, consultation, key, account_id, clean_text(typed.get("interest", "")), _by())
        session.commit()
    except RecordError as error:
        return _refused(session, code, key, Form(typed, *_explain(error)))
    flash(_("The conflict of interest is written down: its member takes no part in this decision."))
    return redirect(url_for("committee.decision", code=code, subject=subject), 303)


@blueprint.route("/<code:code>/decisions/<subject>/conflict/<int:conflict_id>/end", methods=["GET", "POST"])
@_BOTH
def end_interest(code: str, subject: str, conflict_id: int) -> Page:
    """Note that a conflict of interest is over; a member's own, or any by the facilitator."""
    if request.method == "POST":
        begin(db.session())
        session = db.session()
        consultation = get_consultation(session, code)
        mine = {each.id for each in list_conflicts(session, consultation) if each.account_id == current_user.id}
        if conflict_id not in mine and not _is_facilitator(code):
            abort(403)
        end_conflict(session, consultation, conflict_id, _by())
        session.commit()
        flash(_("The conflict of interest is noted as over. That it was declared stays on record."))
    return redirect(url_for("committee.decision", code=code, subject=subject), 303)


@blueprint.route("/<code:code>/decisions/<subject>/dissent", methods=["GET", "POST"])
@needs(Role.COMMITTEE)
def dissent(code: str, subject: str) -> Page:
    """Keep a member's own dissent, or take it back."""
    if request.method == "GET":
        return redirect(url_for("committee.decision", code=code, subject=subject), 303)
    begin(db.session())
    session, key = db.session(), SubjectKey.read(subject)
    consultation = get_consultation(session, code)
    typed = request.form.to_dict()
    text = _both(typed, "dissent")
    try:
        write_dissent(session, consultation, _number(typed.get("decision", "")), text, current_user.id, _by())
        session.commit()
    except RecordError as error:
        return _refused(session, code, key, Form(typed, *_explain(error)))
    flash(_("Your dissent is kept, and printed beside the decision.") if text else _("You have no dissent here."))
    return redirect(url_for("committee.decision", code=code, subject=subject), 303)


def _show(session: Session, consultation: Consultation, key: SubjectKey, form: Form) -> str:
    if not is_shown_to_committee(consultation):
        abort(404)
    subject = _find(session, consultation, key)
    row = next((r for p in _list_parts(session, consultation, {}) for r in p.rows if r.subject.key == key), None)
    history = list_history(session, consultation, key)
    past = _tell(session, history)
    kept_out = list_kept_out(session, consultation, key)
    standing = past[0] if past else None
    mine = (
        next((each for each, _n in standing.dissents if each.account_id == current_user.id), None) if standing else None
    )
    names = interface_words(g.language)
    return _render(
        "committee/decision.html",
        consultation,
        subject=subject,
        key=key,
        evidence=row.evidence if row else Evidence(),
        is_option=key.theme_id is None,
        is_there=row is not None,
        standing=standing,
        past=past[1:],
        kept_out=kept_out,
        am_kept_out=any(account.id == current_user.id for account, _c in kept_out),
        members=[account for account, role in list_members(session, consultation) if role is Role.COMMITTEE],
        my_dissent=mine,
        meetings=list_meetings(session, consultation),
        outcomes=outcome_names(names),
        fates=decided_names(names),
        needs_whereto=NEEDS_WHERETO,
        typed=form.typed or _fill(standing),
        problem=form.problem,
        errors=form.errors,
        today=date.today(),
    )


def _find(session: Session, consultation: Consultation, key: SubjectKey) -> Localised:
    """Return what a subject is called; one that is gone since it was decided on, as it was called then."""
    try:
        return find_subject(session, consultation, key).name
    except RecordError:
        history = list_history(session, consultation, key)
        return history[0].subject if history else abort(404)


def _list_parts(session: Session, consultation: Consultation, standing: Mapping[SubjectKey, Decision]) -> list[Part]:
    listed = list_subjects(session, consultation)
    evidence = find_evidence(session, consultation, listed)
    dissents = list_dissents(session, [each.id for each in standing.values()])
    names = {account.id: account.name for account, _role in list_members(session, consultation)}
    out: dict[SubjectKey, list[str]] = {}
    for conflict in list_conflicts(session, consultation):
        out.setdefault(conflict.subject_key, []).append(_name(session, names, conflict))
    parts = []
    for each in listed:
        rows = []
        for subject in each.subjects:
            made = standing.get(subject.key)
            known = evidence.get(subject.key, Evidence())
            kept = tuple(out.get(subject.key, ()))
            rows.append(Row(subject, known, made, kept, len(dissents.get(made.id, ())) if made else 0))
        parts.append(Part(each.name, each.is_ranking, tuple(rows)))
    return parts


def _name(session: Session, names: Mapping[int, str], conflict: Conflict) -> str:
    return names.get(conflict.account_id) or session.get_one(Account, conflict.account_id).name


def _keep(part: Part, shown: str) -> Part:
    rows = part.rows
    if shown == "open":
        rows = tuple(row for row in rows if row.decision is None)
    elif shown == "decided":
        rows = tuple(row for row in rows if row.decision is not None)
    return Part(part.name, part.is_ranking, rows)


def _tell(session: Session, history: list[Decision]) -> list[Past]:
    keys = [each.id for each in history]
    circumstances, dissents = read_circumstances(session, keys), list_dissents(session, keys)

    def name(account_id: int | None) -> str:
        account = session.get(Account, account_id) if account_id else None
        return account.name if account else ""

    told = []
    for each in history:
        how: Circumstances = circumstances[each.id]
        told.append(
            Past(
                each,
                name(each.account_id),
                session.get(Meeting, how.meeting_id) if how.meeting_id else None,
                tuple((one, name(one.account_id)) for one in dissents.get(each.id, ())),
                tuple(sorted(name(account) for account in how.kept_out)),
            )
        )
    return told


def _fill(standing: Past | None) -> dict[str, str]:
    """Return what stands in the form at first: the decision that stands."""
    if standing is None:
        return {}
    made = standing.decision
    typed = {f"{name}.{each}": text.get(each) for name, text in _texts(made).items() for each in LANGUAGES}
    meeting = str(standing.meeting.id) if standing.meeting else ""
    return typed | {"outcome": made.outcome.value, "meeting": meeting, "decided_on": made.decided_on.isoformat()}


def _texts(made: Decision) -> dict[str, Localised]:
    return {"reason": made.reason, "whereto": made.whereto}


def _read(typed: Mapping[str, str]) -> NewDecision:
    outcome, day = typed.get("outcome", ""), typed.get("decided_on", "").strip()
    if outcome not in set(Outcome):
        raise RecordError.of("decision.refused", [Problem("decision.outcome", "outcome")])
    meeting = _number(typed.get("meeting", "")) or None
    try:
        decided_on = date.fromisoformat(day) if day and meeting is None else None
    except ValueError:
        raise RecordError.of("decision.refused", [Problem("meeting.bad_day", "decided_on")]) from None
    return NewDecision(Outcome(outcome), _both(typed, "reason"), _both(typed, "whereto"), meeting, decided_on)


def _both(typed: Mapping[str, str], name: str) -> Localised:
    return Localised(**{each: clean_text(typed.get(f"{name}.{each}", "")) for each in LANGUAGES})


def _refused(session: Session, code: str, key: SubjectKey, form: Form) -> Page:
    """Draw the page again with what was typed, and why nothing was kept."""
    session.rollback()
    begin(session, read_only=True)
    return _show(session, get_consultation(session, code), key, form), 422


def _explain(error: RecordError) -> tuple[str, dict[str, str]]:
    words = interface_words(g.language)
    if error.code == "decision.refused":
        return "", {_input(each.place): explain_problem(each, words) for each in error.problems}
    sentence = explain_refusal(error, words)
    if error.code == "subject.missing":
        abort(404)
    if sentence is None:
        raise error
    return sentence, {}


def _input(place: str) -> str:
    """Return the input that a problem is about: the first of a pair, of the outcomes the first."""
    if place in {"reason", "whereto"}:
        return f"{place}.{g.language}"
    return f"outcome-{Outcome.KEPT}" if place == "outcome" else place


def _render(template: str, consultation: Consultation, **values: object) -> str:
    is_facilitator = _is_facilitator(consultation.code)
    return render_template(
        template,
        consultation=consultation,
        is_facilitator=is_facilitator,
        frame="manage/layout.html" if is_facilitator else "committee/layout.html",
        anchor=_anchor,
        **values,
    )


def _is_facilitator(code: str) -> bool:
    return find_membership(db.session(), current_user.id, code) is Role.FACILITATOR


def _anchor(key: SubjectKey) -> str:
    return "on-" + str(key).replace(":", "-")


def _by() -> By:
    return By(current_user.id, datetime.now(UTC))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
