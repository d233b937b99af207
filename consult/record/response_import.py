"""Responses from a file: first a plan, which says what would happen, then the plan is stored whole or not at all.

While a plan is stored nobody can answer, on SQLite. So all that takes time is done before, by `prepare_import`;
`store_import` only looks again at what may have changed since, and inserts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.bulk import ReadyRows, insert_ready, make_ready
from consult.record.consultation import Anonymity, Consultation, group_ids
from consult.record.contribution import (
    Channel,
    Contribution,
    ContributionRevision,
    ImportReport,
    NewContribution,
    contribution_rows,
)
from consult.record.database import check_language, random_key
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.response import Response, ResponseAnswer, answer_rows
from consult.record.submission import decide_group, what_was_said
from consult.record.survey import Survey, SurveyVersion, get_version_consultation, read_definition
from surveys.answers import check_answers
from surveys.definition import Survey as Definition
from surveys.problems import Problem

_OUR_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class ImportedResponse:
    """One row of a file of responses, already read: `place` is how the file names it ("line 12").

    With a `reference` (the row's own name in the file) importing the file again stores nothing twice; a response
    of this survey is known by its key too, so that neither does an export of it. `version` is the number of the
    survey's version that the row answers; where there is none of that number, or none is given, it is the one that
    the import is told. `respondent` is kept in an identified consultation only.
    """

    place: str
    raw: Mapping[str, Any]
    language: str
    submitted_on: date
    group: str | None = None
    reference: str | None = None
    version: int | None = None
    respondent: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot be imported: the row's place in the file, and a problem whose place is a question or ''."""

    place: str
    problem: Problem


@dataclass(frozen=True)
class CheckedRow:
    """A row that can be stored, with its valid answers."""

    stored: Mapping[str, Any]
    values: Mapping[str, Any]
    survey: Definition


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do: `fresh` rows are new, `repeated` ones are here already and would stay as they are."""

    consultation_id: int
    survey_id: int
    rows: int
    fresh: tuple[CheckedRow, ...]
    repeated: int
    refused: tuple[Refusal, ...]


@dataclass(frozen=True)
class PreparedImport:
    """A plan with the rows of each table, as the database takes them."""

    plan: ImportPlan
    tables: tuple[ReadyRows, ...]
    contributions: int


@dataclass(frozen=True)
class _Known:
    """The responses that are here: the submission keys and the keys of this survey's, the keys of all others."""

    submissions: frozenset[str]
    here: frozenset[str]
    elsewhere: frozenset[str]

    def has(self, row: Mapping[str, Any]) -> bool:
        return row["submission_key"] in self.submissions or row["id"] in self.here


def plan_import(
    session: Session, keyring: Keyring, version: SurveyVersion, rows: Sequence[ImportedResponse]
) -> ImportPlan:
    """Check rows as everybody's answers are checked, and say what importing them would do; nothing is written.

    A row is refused for its answers (codes answer.…), `group.unknown`, `language.unknown`,
    `import.same_reference` (another row of the file has this name, and other answers) and `import.elsewhere` (it is
    the export of another consultation's or survey's response).
    """
    consultation = get_version_consultation(session, version)
    groups = group_ids(session, consultation)
    versions = _read_versions(session, version)
    known = _known_responses(session, version.survey_id)
    refused: list[Refusal] = []
    ready: dict[str, CheckedRow] = {}
    repeated = 0
    for row in rows:
        chosen, survey = versions.get(row.version or version.number, versions[version.number])
        values, problems = check_answers(survey, row.raw, final=True)
        here = [*problems, *_refuse_row(row, groups, known)]
        if not here:
            stored = _stored_row(keyring, consultation, version.survey_id, chosen, row, groups, values)
            checked = CheckedRow(stored, values, survey)
            first = ready.setdefault(stored["submission_key"], checked)
            here = [] if first.values == values else [Problem("import.same_reference")]
            repeated += not here and (first is not checked or known.has(stored))
        refused += [Refusal(row.place, problem) for problem in here]
    fresh = tuple(each for each in ready.values() if not known.has(each.stored))
    return ImportPlan(consultation.id, version.survey_id, len(rows), fresh, repeated, tuple(refused))


def prepare_import(session: Session, plan: ImportPlan) -> PreparedImport:
    """Make the rows of a plan ready for the session's database, outside of any transaction."""
    said: list[NewContribution] = []
    for each in plan.fresh:
        said += what_was_said(each.survey, each.stored, each.values)
    contributions, revisions = contribution_rows(plan.consultation_id, said)
    tables = (
        make_ready(session, Response, [each.stored for each in plan.fresh]),
        make_ready(
            session,
            ResponseAnswer,
            answer_rows((each.stored["id"], *answer) for each in plan.fresh for answer in each.values.items()),
        ),
        make_ready(session, Contribution, contributions),
        make_ready(session, ContributionRevision, revisions),
    )
    return PreparedImport(plan, tables, len(said))


def store_import(session: Session, prepared: PreparedImport) -> ImportReport:
    """Store what was planned and is still not here; raises `import.refused` with every refused place.

    The places are written as ``line 12: question``, and '' for a row that was refused only now.
    """
    plan = prepared.plan
    if plan.refused:
        raise RecordError.of("import.refused", [_as_problem(refusal) for refusal in plan.refused])
    # Two imports of one file at once: the second waits, and finds everything here.
    session.execute(sa.select(Survey.id).where(Survey.id == plan.survey_id).with_for_update())
    known = _known_responses(session, plan.survey_id)
    if any(each.stored["id"] in known.elsewhere for each in plan.fresh):
        raise RecordError.of("import.refused", [Problem("import.elsewhere")])
    fresh = tuple(each for each in plan.fresh if not known.has(each.stored))
    if len(fresh) < len(plan.fresh):
        prepared = prepare_import(session, replace(plan, fresh=fresh))
    for ready in prepared.tables:
        insert_ready(session, ready)
    empty = sum(1 for each in fresh if not each.values)
    return ImportReport(plan.rows, len(fresh), prepared.contributions, plan.rows - len(fresh), empty)


def import_responses(
    session: Session, keyring: Keyring, version: SurveyVersion, rows: Sequence[ImportedResponse]
) -> ImportReport:
    """Plan and store at once, all or nothing; raises `import.refused` as `store_import` does."""
    return store_import(session, prepare_import(session, plan_import(session, keyring, version, rows)))


def _as_problem(refusal: Refusal) -> Problem:
    problem = refusal.problem
    place = f"{refusal.place}: {problem.place}" if problem.place else refusal.place
    return Problem(problem.code, place, problem.values)


def _read_versions(session: Session, version: SurveyVersion) -> dict[int, tuple[int, Definition]]:
    """Return the key and the definition of each version of the survey, by number."""
    query = sa.select(SurveyVersion).where(SurveyVersion.survey_id == version.survey_id)
    return {each.number: (each.id, read_definition(each).survey) for each in session.scalars(query)}


def _known_responses(session: Session, survey_id: int) -> _Known:
    """Return the responses of this survey, whatever the version, and the keys of the others."""
    query = sa.select(Response.id, Response.submission_key, SurveyVersion.survey_id == survey_id).join(
        SurveyVersion, Response.version_id == SurveyVersion.id
    )
    submissions: set[str] = set()
    here: set[str] = set()
    elsewhere: set[str] = set()
    for key, submission, is_here in session.execute(query):
        if is_here:
            submissions.add(submission)
        (here if is_here else elsewhere).add(key)
    return _Known(frozenset(submissions), frozenset(here), frozenset(elsewhere))


def _refuse_row(row: ImportedResponse, groups: Mapping[str, int], known: _Known) -> list[Problem]:
    refused = []
    if row.group is not None and row.group not in groups:
        refused.append(Problem("group.unknown"))
    try:
        check_language(row.language)
    except RecordError as error:
        refused.append(Problem(error.code))
    if row.reference in known.elsewhere:
        refused.append(Problem("import.elsewhere"))
    return refused


def _stored_row(
    keyring: Keyring,
    consultation: Consultation,
    survey_id: int,
    version_id: int,
    row: ImportedResponse,
    groups: Mapping[str, int],
    values: Mapping[str, Any],
) -> dict[str, Any]:
    given = groups.get(row.group) if row.group else None
    source = random_key() if row.reference is None else f"{survey_id}:{row.reference}"
    # A key of ours is kept: a file that comes back to where it was exported is then known there.
    is_ours = row.reference is not None and _OUR_KEY.fullmatch(row.reference)
    identified = consultation.anonymity is Anonymity.IDENTIFIED
    return {
        "id": row.reference if is_ours else random_key(),
        "consultation_id": consultation.id,
        "version_id": version_id,
        "group_id": decide_group(consultation, groups, values, given),
        "language": row.language,
        "channel": Channel.IMPORT,
        "submitted_on": row.submitted_on,
        "submission_key": keyring.import_key(source),
        "receipt_hash": None,
        "respondent": row.respondent if identified else None,
        "is_withdrawn": False,
    }
