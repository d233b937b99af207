"""The themes of an open question, for the committee: the finding as a sentence, the chart, the table, the words."""

from flask import abort, g, render_template

from analysis.audience import Audience
from consult import messages
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.findings import show_findings
from consult.disclosure import rule_for
from consult.extensions import db
from consult.languages import Formats, interface_words
from consult.record.account import Role
from consult.record.consultation import get_consultation, list_groups
from consult.record.database import begin
from consult.record.findings import RunSummary
from consult.record.quote import list_approved
from consult.record.ranking import is_shown_to_committee
from consult.record.run_request import list_open_questions
from consult.record.shown_run import find_shown_runs, was_another_shown
from consult.record.theme import list_themes
from consult.theme_reasons import Writer
from consult.theme_tables import GROUP, LANGUAGE, group_names, language_names, tell


@blueprint.get("/<code:code>/themes/<question_code>")
@needs(Role.COMMITTEE)
def themes(code: str, question_code: str) -> str:
    """Show the analysis that a facilitator lets the committee read, as far as it may be shown."""
    begin(db.session(), read_only=True)
    session, words = db.session(), interface_words(g.language)
    _ = words.gettext
    consultation = get_consultation(session, code)
    texts = {each.code: each for each in list_open_questions(session, consultation)}
    question = texts.get(question_code) or abort(404)
    is_shown = is_shown_to_committee(consultation)
    run = find_shown_runs(session, consultation).get(question_code) if is_shown else None
    if run is None:
        return render_template(
            "committee/themes.html", consultation=consultation, question=question, run=None, is_shown=is_shown
        )
    summary = RunSummary.of(run)
    headings = {
        LANGUAGE: (_("Language of the answer"), language_names(words)),
        GROUP: (_("Group"), group_names(list_groups(session, consultation), g.language, words)),
    }
    rule = rule_for(session, consultation, Audience.COMMITTEE)
    second = run.shown_at is not None and was_another_shown(session, run)
    found = show_findings(
        list_themes(session, run), summary, list_approved(session, run), headings, rule, is_second=second
    )
    writer = Writer(g.language, words, Formats(g.language))
    return render_template(
        "committee/themes.html",
        consultation=consultation,
        question=question,
        run=run,
        is_shown=is_shown,
        summary=summary,
        found=found,
        told=[tell(line, run.engine, writer) for line in found.lines],
        engine=messages.engine(run.engine, words),
        ground=messages.ground(summary.ground, words) if summary.ground else "",
        reason=lambda reason: messages.set_aside_reason(reason, words),
        least=rule.least,
        group_name=dict(headings[GROUP][1]).get,
    )
