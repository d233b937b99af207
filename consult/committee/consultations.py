"""The consultations of a committee member, and what there is to read in one."""

from dataclasses import dataclass

from flask import render_template
from flask_login import current_user

from analysis.audience import Audience
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.findings import ShownFindings, show_findings
from consult.disclosure import Rule, rule_for
from consult.extensions import db
from consult.record.account import Role, list_consultations_of
from consult.record.board_reading import may_read
from consult.record.consultation import ConsultationState, get_consultation
from consult.record.database import begin
from consult.record.findings import RunSummary
from consult.record.ranking import is_shown_to_committee, list_ranking_questions
from consult.record.run_request import OpenQuestion, list_open_questions
from consult.record.shown_run import find_shown_runs
from consult.record.stored_ballots import list_unsigned
from consult.record.theme import Run, list_themes
from consult.theme_tables import GROUP, LANGUAGE
from surveys.localised import Localised


@dataclass(frozen=True)
class Readable:
    """A question that there is, or will be, something to read about."""

    code: str
    text: Localised
    is_ready: bool
    found: ShownFindings | None = None


@blueprint.get("/")
@needs(Role.COMMITTEE)
def consultations() -> str:
    """List them, newest first."""
    begin(db.session(), read_only=True)
    mine = list_consultations_of(db.session(), current_user.id, Role.COMMITTEE)
    return render_template("committee/consultations.html", listed=mine)


@blueprint.get("/<code:code>/")
@needs(Role.COMMITTEE)
def overview(code: str) -> str:
    """Say what there is to read: the mandate, the rankings, the themes of each open question."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    is_shown = is_shown_to_committee(consultation)
    rankings = list_ranking_questions(db.session(), consultation)
    runs = find_shown_runs(db.session(), consultation) if is_shown else {}
    written = list_open_questions(db.session(), consultation)
    rule = rule_for(db.session(), consultation, Audience.COMMITTEE)
    return render_template(
        "committee/overview.html",
        consultation=consultation,
        is_shown=is_shown,
        may_code=is_shown and may_read(db.session(), consultation, current_user.id),
        unsigned=len(list_unsigned(db.session(), consultation)),
        is_locked=consultation.state is not ConsultationState.DRAFT,
        rankings=[Readable(code, asked.question.text, is_shown) for code, asked in rankings.items()],
        open_questions=[_read(each, runs.get(each.code), rule) for each in written],
    )


def _read(question: OpenQuestion, run: Run | None, rule: Rule) -> Readable:
    """Say what there is to read of an open question: what was found, as far as it may be shown."""
    text = question.text or Localised(question.code, question.code)
    if run is None:
        return Readable(question.code, text, is_ready=False)
    headings: dict[str, tuple[str, dict[str, str]]] = {LANGUAGE: ("", {}), GROUP: ("", {})}
    found = show_findings(list_themes(db.session(), run), RunSummary.of(run), {}, headings, rule)
    return Readable(question.code, text, is_ready=True, found=found)
