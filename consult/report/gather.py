"""From the record to what a report says: the public's thresholds, the decisions, the method, the questionnaire."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from sqlalchemy.orm import Session

from analysis.audience import Audience
from consult.disclosure import GROUP, Rule, has_sensitive_groups, rule_of, thresholds_of
from consult.record.consultation import Consultation, list_groups
from consult.record.decision import Decision, read_circumstances
from consult.record.decision_acts import SubjectList, list_standing, list_subjects
from consult.record.decision_dissent import list_dissents
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.ranking import is_shown_to_committee
from consult.record.report import ReportSnapshot, list_snapshots, save_snapshot
from consult.record.run_request import list_open_questions
from consult.record.shown_run import find_shown_runs
from consult.record.survey import list_surveys, list_versions, read_definition
from consult.record.theme import Run
from consult.report.contents import (
    AskedQuestion,
    AskedSection,
    Contents,
    Counted,
    DecisionMade,
    Exercise,
    RunMade,
    Way,
)
from consult.report.gather_answers import gather_answers
from consult.report.gather_people import gather_ways, keep_earlier
from consult.report.gather_rankings import gather_rankings
from consult.report.gather_themes import TOGETHER, gather_themes
from consult.report.merging import read_merging
from consult.report.snapshot import code_of, read_contents, to_plain
from consult.settings import Settings
from surveys.definition import Question
from surveys.localised import NOTHING, Localised


def make_snapshot(session: Session, consultation: Consultation, settings: Settings, by: By) -> ReportSnapshot:
    """Make a report of what there is now and keep it; the one that there is where it says the same.

    Raises
    ------
    RecordError
        `report.not_yet` while answers may come in.
    """
    if not is_shown_to_committee(consultation):
        raise RecordError("report.not_yet")
    # the committee has read those that were not published too
    before = list_snapshots(session, consultation) if not consultation.is_fictional else []
    earlier = [read_contents(each.contents).ways for each in before]
    contents = gather(session, consultation, settings, earlier)
    return save_snapshot(session, consultation, code_of(contents), to_plain(contents), by)


def gather(
    session: Session, consultation: Consultation, settings: Settings, earlier: Sequence[tuple[Way, ...]] = ()
) -> Contents:
    """Return what a report says; `earlier` is who took part as each earlier report said it, the newest first."""
    is_sensitive = has_sensitive_groups(session, consultation)
    rule = rule_of(settings, Audience.PUBLIC, is_sensitive=is_sensitive)
    ways = keep_earlier(_ways(session, consultation, rule, settings), earlier)
    merging = read_merging(session, consultation)
    questions = gather_themes(session, consultation, rule, merging)
    return Contents(
        version=version("consult"),
        least=rule.least,
        least_sensitive=thresholds_of(settings).least(Audience.PUBLIC, is_sensitive=True),
        exercise=_exercise(consultation),
        groups=_groups(session, consultation, ways),
        ways=ways,
        questions=questions,
        rankings=gather_rankings(session, consultation, rule, settings),
        decisions=_decisions(session, consultation),
        undecided=_undecided(session, consultation),
        runs=_runs(session, consultation),
        survey=_asked(session, consultation),
        together=merging.tell(questions),
    )


def _ways(session: Session, consultation: Consultation, rule: Rule, settings: Settings) -> tuple[Way, ...]:
    """Return the ways of taking part; that of the survey also by the answers for which targets were set."""
    return tuple(
        replace(way, tallies=(*way.tallies, *gather_answers(session, consultation, way.people, settings)))
        if way.kind == "survey" and way.people is not None
        else way
        for way in gather_ways(session, consultation, rule)
    )


def _exercise(consultation: Consultation) -> Exercise:
    return Exercise(
        code=consultation.code,
        title=consultation.title,
        mandate=consultation.mandate,
        promise=consultation.promise,
        anonymity=consultation.anonymity.value,
        language_policy=consultation.language_policy.value,
        opens_on=consultation.opens_on.isoformat() if consultation.opens_on else "",
        closes_on=consultation.closes_on.isoformat() if consultation.closes_on else "",
        is_fictional=consultation.is_fictional,
    )


def _groups(session: Session, consultation: Consultation, ways: tuple[Way, ...]) -> tuple[Counted, ...]:
    """Return each group with its people in the survey, as they may be shown, and how many were hoped for."""
    survey = next((way.find(GROUP) for way in ways if way.kind == "survey"), None)
    lines = {line.code: line for line in survey.lines} if survey else {}
    return tuple(
        lines.get(group.code) or Counted(group.code, group.name, None, "", group.target)
        for group in list_groups(session, consultation)
    )


def _decisions(session: Session, consultation: Consultation) -> tuple[DecisionMade, ...]:
    standing = list_standing(session, consultation)
    names = {
        subject.key: _list_name(listed)
        for listed in list_subjects(session, consultation)
        for subject in listed.subjects
    }
    held = read_circumstances(session, [each.id for each in standing.values()])
    dissents = list_dissents(session, [each.id for each in standing.values()])
    found = []
    for key, decision in standing.items():
        said = tuple(each.text for each in dissents.get(decision.id, ()))
        found.append(_decision(decision, names.get(key, NOTHING), len(held[decision.id].kept_out), said))
    return tuple(found)


def _decision(decision: Decision, list_name: Localised, kept_out: int, dissents: tuple[Localised, ...]) -> DecisionMade:
    return DecisionMade(
        list_name=list_name,
        subject=decision.subject,
        outcome=decision.outcome.value,
        whereto=decision.whereto,
        reason=decision.reason,
        day=decision.decided_on.isoformat(),
        kept_out=kept_out,
        dissents=dissents,
        question_code=decision.question_code if decision.option_code else "",
        option_code=decision.option_code or "",
    )


def _list_name(listed: SubjectList) -> Localised:
    return listed.name or TOGETHER


def _undecided(session: Session, consultation: Consultation) -> tuple[Localised, ...]:
    """Return the names of the accepted themes and of the options on which nothing is decided yet."""
    standing = list_standing(session, consultation)
    return tuple(
        subject.name
        for listed in list_subjects(session, consultation)
        for subject in listed.subjects
        if subject.key not in standing
    )


def _runs(session: Session, consultation: Consultation) -> tuple[RunMade, ...]:
    texts = {each.code: each.text for each in list_open_questions(session, consultation)}
    runs = find_shown_runs(session, consultation)
    return tuple(_run(run, texts.get(code or "", NOTHING)) for code, run in runs.items())


def _run(run: Run, text: Localised) -> RunMade:
    return RunMade(
        text=text,
        number=run.id,
        engine=run.engine,
        seed=run.seed,
        settings=_pairs(run.settings),
        versions=_pairs(run.versions),
        digest=run.input_digest,
    )


def _pairs(values: Mapping[str, Any]) -> str:
    """Write settings as one line: names in their order, values as JSON."""
    return ", ".join(f"{name}: {json.dumps(values[name], ensure_ascii=False)}" for name in sorted(values))


def _asked(session: Session, consultation: Consultation) -> tuple[AskedSection, ...]:
    """Return every survey as it was published last."""
    found = []
    for survey in list_surveys(session, consultation):
        for published in list_versions(session, survey)[-1:]:
            asked = read_definition(published).survey
            found += [
                AskedSection(asked.title, published.number, section.title, tuple(map(_question, section.questions)))
                for section in asked.sections
            ]
    return tuple(found)


def _question(question: Question) -> AskedQuestion:
    offered = (*question.rows, *question.offered_choices)
    return AskedQuestion(question.text, question.type, tuple(choice.label for choice in offered))
