"""What others think: for participants once they have reacted, for facilitators with every number, and as CSV."""

from flask import Response as HttpResponse
from flask import g, redirect, render_template, url_for
from flask_babel import gettext as _

from analysis.audience import Audience
from analysis.opinion_groups import LEAST_PEOPLE, LEAST_REACTIONS, LEAST_STATEMENTS, OpinionGroups, find_opinion_groups
from consult.access import needs, public
from consult.disclosure import fewest_between, rule_for
from consult.discuss.blueprint import blueprint
from consult.discuss.findings import Findings, read_findings
from consult.discuss.places import find_here, find_open_prompt
from consult.discuss.reacting import shows_results
from consult.exports.csv_text import csv_bytes
from consult.extensions import db
from consult.languages import Formats
from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.discussion import Prompt, get_prompt
from consult.record.discussion_results import list_reactions
from consult.record.reaction import measure_progress
from consult.record.statement import list_replies
from consult.record.statement_translation import approved_translations
from consult.respond.pages import Page

_MOST_SHOWN = 3


@blueprint.get("/d/<code:code>/<code:prompt>/results")
@public
def shared_results(code: str, prompt: str) -> Page:
    """Show a participant what others think, without numbers that could point at anybody."""
    begin(db.session(), read_only=True)
    place, participant = find_here(db.session(), code)
    found = find_open_prompt(db.session(), place.consultation, prompt)
    if not shows_results(found, measure_progress(db.session(), found, participant)):
        return redirect(url_for("discuss.prompt", code=code, prompt=prompt), 303)
    rule = rule_for(db.session(), place.consultation, Audience.PUBLIC)
    findings = read_findings(db.session(), place.consultation, found, rule)
    keys = [each.statement.id for each in findings.statements]
    return render_template(
        "discuss/shared_results.html",
        consultation=place.consultation,
        prompt=found,
        findings=findings,
        least=rule.least,
        fewest=fewest_between(db.session(), place.consultation),
        replies=list_replies(db.session(), keys),
        translations=approved_translations(db.session(), keys),
    )


@blueprint.get("/manage/<code:code>/discussions/<code:prompt>/results")
@needs(Role.FACILITATOR)
def results(code: str, prompt: str) -> Page:
    """Show what a discussion came to: what joins the groups, what divides them, then every statement."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    found = get_prompt(db.session(), consultation, prompt)
    findings = read_findings(db.session(), consultation, found)
    keys = [each.statement.id for each in findings.statements]
    opinions, typical = _opinions(found, findings)
    return render_template(
        "discuss/results.html",
        consultation=consultation,
        prompt=found,
        findings=findings,
        opinions=opinions,
        typical=typical,
        no_opinions=_reason_without(opinions) if opinions.reason else "",
        texts={each.statement.id: each.statement for each in findings.statements},
        translations=approved_translations(db.session(), keys),
    )


@blueprint.get("/manage/<code:code>/discussions/<code:prompt>/results.csv")
@needs(Role.FACILITATOR)
def results_csv(code: str, prompt: str) -> HttpResponse:
    """Give the statements and their numbers: one row for each statement and group, and for everybody."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    found = get_prompt(db.session(), consultation, prompt)
    findings = read_findings(db.session(), consultation, found)
    header = ("statement", "text", "language", "group", "agree", "disagree", "pass", "people", "share_agree")
    rows = []
    for number, each in enumerate(findings.statements, start=1):
        for line in each.lines:
            group = "*" if line.is_total else line.group.code if line.group else ""
            share = round(line.share, 4) if line.people else ""
            numbers = (line.agree, line.disagree, line.passed, line.people, share)
            rows.append((number, each.statement.text, each.statement.language, group, *numbers))
    for number, statement in enumerate(findings.waiting, start=len(findings.statements) + 1):
        rows.append((number, statement.text, statement.language, "*", 0, 0, 0, 0, ""))
    table = csv_bytes(header, rows, delimiter=";" if g.language == "fr" else ",")
    headers = {"Content-Disposition": f'attachment; filename="{code}-{prompt}.csv"'}
    return HttpResponse(table, headers=headers, content_type="text/csv; charset=utf-8")


def _opinions(found: Prompt, findings: Findings) -> tuple[OpinionGroups, list[list[tuple[str, str, str]]]]:
    """Return the opinion groups, and for each the statements on which it stands furthest from the others."""
    judged = [each.statement for each in findings.statements]
    table = list_reactions(db.session(), found, judged)
    opinions = find_opinion_groups(table)
    formats = Formats(g.language)
    typical = []
    for members in opinions.members:
        inside = set(members)
        differences = []
        for column, statement in enumerate(judged):
            here = _share([table[row][column] for row in members])
            there = _share([row[column] for at, row in enumerate(table) if at not in inside])
            differences.append((abs(here - there), statement, here, there))
        differences.sort(key=lambda each: (-each[0], each[1].id))
        typical.append(
            [
                (statement.id, formats.percent(here), formats.percent(there))
                for _difference, statement, here, there in differences[:_MOST_SHOWN]
            ]
        )
    return opinions, typical


def _share(stands: list[int]) -> float:
    seen = [stand for stand in stands if stand != 2]
    return (sum(stand == 1 for stand in seen) + 0.5) / (len(seen) + 1)


def _reason_without(opinions: OpinionGroups) -> str:
    """Return why there are no opinion groups, as a sentence."""
    least = {"people": str(LEAST_PEOPLE), "reactions": str(LEAST_REACTIONS), "statements": str(LEAST_STATEMENTS)}
    sentences: dict[str, str] = {
        "people": _("There are opinion groups only from %(people)s participants upward: in fewer, a group is chance."),
        "reactions": _("Fewer than %(people)s people have reacted to %(reactions)s statements or more."),
        "statements": _("There are fewer than %(statements)s statements that people reacted to."),
        "alike": _("People do not fall into groups: their reactions vary without forming camps."),
    }
    return sentences[opinions.reason] % least
