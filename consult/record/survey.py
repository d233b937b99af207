"""Surveys and their published versions, which never change."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from consult.record.consultation import Consultation
from consult.record.database import Base, CodeText, DigestText
from consult.record.errors import RecordError
from surveys import definition as surveys_definition
from surveys.completeness import check_survey
from surveys.definition_reader import load_survey
from surveys.problems import Problem

_READ: dict[str, "ReadDefinition"] = {}
_MOST_READ = 64
_Listed: TypeAlias = tuple[str, str, str]  # the code of a question, "choices" or "rows", the code in that list


class Survey(Base):
    """A survey of a consultation: its working text, and the versions that were published from it."""

    __tablename__ = "surveys"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    code: Mapped[str] = mapped_column(CodeText)
    # Canonical JSON of what the facilitator is writing.
    working_definition: Mapped[str] = mapped_column(sa.Text)
    # Which state of its history the working text is: see survey_edit.
    position: Mapped[int] = mapped_column(default=0, server_default="0")


class SurveyVersion(Base):
    """What was asked, word for word, from a day on. The database itself refuses to change or delete it."""

    __tablename__ = "survey_versions"
    __table_args__ = (sa.UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"))
    number: Mapped[int]
    # Long, and read once by each process: see `read_definition`.
    definition: Mapped[str] = mapped_column(sa.Text, deferred=True)
    digest: Mapped[str] = mapped_column(DigestText)
    published_on: Mapped[date]


@dataclass(frozen=True)
class ReadDefinition:
    """A definition with what the record looks up in it."""

    survey: surveys_definition.Survey
    question_codes: frozenset[str]


def create_survey(session: Session, consultation: Consultation, working: surveys_definition.Survey) -> Survey:
    """Create a survey under the code of its definition; raises `survey.exists`."""
    if find_survey(session, consultation, working.code) is not None:
        raise RecordError("survey.exists", code=working.code)
    survey = Survey(
        consultation_id=consultation.id,
        code=working.code,
        working_definition=surveys_definition.dump_survey(working),
    )
    session.add(survey)
    session.flush()
    return survey


def save_working_definition(session: Session, survey: Survey, working: surveys_definition.Survey) -> None:
    """Keep what the facilitator has written, complete or not; raises `survey.code_fixed`."""
    if working.code != survey.code:
        raise RecordError("survey.code_fixed", code=survey.code)
    survey.working_definition = surveys_definition.dump_survey(working)
    session.flush()


def find_survey(session: Session, consultation: Consultation, code: str) -> Survey | None:
    """Return the consultation's survey with this code, if any."""
    query = sa.select(Survey).where(Survey.consultation_id == consultation.id, Survey.code == code)
    return session.scalars(query).one_or_none()


def get_survey(session: Session, consultation: Consultation, code: str) -> Survey:
    """Return the consultation's survey with this code; raises `survey.missing`."""
    survey = find_survey(session, consultation, code)
    if survey is None:
        raise RecordError("survey.missing", code=code)
    return survey


def list_surveys(session: Session, consultation: Consultation) -> list[Survey]:
    """Return the consultation's surveys, oldest first."""
    query = sa.select(Survey).where(Survey.consultation_id == consultation.id).order_by(Survey.id)
    return list(session.scalars(query))


def publish_version(session: Session, survey: Survey, today: date) -> SurveyVersion:
    """Publish the working definition as the survey's next version; the same text again is the same version.

    Raises `survey.incomplete` (the problems of `surveys.completeness`) and `survey.contradicts` (a question
    whose type changed, a choice or a row that was retired and came back), each with its places.
    """
    # Two publications at once must not take the same number.
    session.execute(sa.select(Survey.id).where(Survey.id == survey.id).with_for_update())
    versions = list_versions(session, survey)
    digest = hashlib.sha256(survey.working_definition.encode()).hexdigest()
    if versions and versions[-1].digest == digest:
        return versions[-1]
    working = load_survey(survey.working_definition)
    if gaps := find_gaps(session, survey, working):
        raise RecordError.of("survey.incomplete", gaps)
    if contradictions := find_contradictions([read_definition(each).survey for each in versions], working):
        raise RecordError.of("survey.contradicts", contradictions)
    version = SurveyVersion(
        survey_id=survey.id,
        number=len(versions) + 1,
        definition=survey.working_definition,
        digest=digest,
        published_on=today,
    )
    session.add(version)
    session.flush()
    return version


def list_versions(session: Session, survey: Survey) -> list[SurveyVersion]:
    """Return the published versions, first to last."""
    query = sa.select(SurveyVersion).where(SurveyVersion.survey_id == survey.id)
    return list(session.scalars(query.order_by(SurveyVersion.number)))


def list_all_versions(session: Session, consultation: Consultation) -> list[list[SurveyVersion]]:
    """Return the published versions of each survey of a consultation, first to last, in one look at the tables."""
    query = (
        sa.select(SurveyVersion)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Survey.consultation_id == consultation.id)
        .order_by(SurveyVersion.survey_id, SurveyVersion.number)
    )
    versions = session.scalars(query)
    return [list(of_survey) for _, of_survey in groupby(versions, key=lambda version: version.survey_id)]


def find_current_version(session: Session, survey: Survey) -> SurveyVersion | None:
    """Return the version that is asked today, if one was published."""
    query = sa.select(SurveyVersion).where(SurveyVersion.survey_id == survey.id)
    return session.scalars(query.order_by(SurveyVersion.number.desc()).limit(1)).one_or_none()


def get_current_version(session: Session, survey: Survey) -> SurveyVersion:
    """Return the version that is asked today; raises `survey.unpublished`."""
    version = find_current_version(session, survey)
    if version is None:
        raise RecordError("survey.unpublished", code=survey.code)
    return version


def find_asked(session: Session, consultation_code: str) -> tuple[Consultation, SurveyVersion] | None:
    """Return a consultation with what it asks today: the newest version of its first published survey."""
    found = session.execute(_ASKED, {"code": consultation_code}).first()
    return None if found is None else (found[0], found[1])


def get_version_consultation(session: Session, version: SurveyVersion) -> Consultation:
    """Return the consultation that a version belongs to."""
    query = sa.select(Consultation).join(Survey).where(Survey.id == version.survey_id)
    return session.scalars(query).one()


def read_definition(version: SurveyVersion) -> ReadDefinition:
    """Return the version's definition; reading is remembered by its digest, since a version never changes."""
    read = _READ.get(version.digest)
    if read is None:
        survey = load_survey(version.definition)
        read = ReadDefinition(survey, frozenset(question.code for question in survey.questions))
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        _READ[version.digest] = read
    return read


def find_contradictions(
    published: Iterable[surveys_definition.Survey], working: surveys_definition.Survey
) -> list[Problem]:
    """Return where a new version would give another meaning to a code that answers already use.

    `question.type_changed`: a question code keeps its type for ever. `choice.reused`: a choice, or a
    row of a matrix, that was retired or left out does not come back, for it may come back as something else.
    """
    types: dict[str, str] = {}
    gone: set[_Listed] = set()
    seen: set[_Listed] = set()
    for version in published:
        live = {key for key, _place, choice in _listed(version) if not choice.retired}
        seen |= {key for key, _place, _choice in _listed(version)}
        gone |= seen - live
        types |= {question.code: question.type for question in version.questions}
    problems = []
    for place, question in working.walk():
        if types.get(question.code, question.type) != question.type:
            problems.append(Problem("question.type_changed", place))
    back = [place for key, place, choice in _listed(working) if not choice.retired and key in gone]
    return [*problems, *(Problem("choice.reused", place) for place in back)]


def find_gaps(session: Session, survey: Survey, working: surveys_definition.Survey) -> list[Problem]:
    """Return what is incomplete; a language that the consultation does not offer may be missing."""
    offered = session.get_one(Consultation, survey.consultation_id).required_languages()
    return [
        problem
        for problem in check_survey(working)
        if problem.code != "translation.missing" or problem.values["language"] in offered
    ]


def _listed(survey: surveys_definition.Survey) -> Iterator[tuple[_Listed, str, surveys_definition.Choice]]:
    """Yield the choices and the rows of all questions: what answers know each by, its place, and itself."""
    for place, question in survey.walk():
        for name, listed in (("choices", question.choices), ("rows", question.rows)):
            for number, choice in enumerate(listed):
                yield (question.code, name, choice.code), f"{place}.{name}[{number}]", choice


# Made once: every page of a participant begins with it, and to make a statement costs more than to run it.
_ASKED = (
    sa.select(Consultation, SurveyVersion)
    .join(Survey, Survey.consultation_id == Consultation.id)
    .join(SurveyVersion, SurveyVersion.survey_id == Survey.id)
    .where(Consultation.code == sa.bindparam("code"))
    .order_by(Survey.id, SurveyVersion.number.desc())
    .limit(1)
)


@event.listens_for(SurveyVersion, "before_update")
@event.listens_for(SurveyVersion, "before_delete")
def _keep_version(_mapper: Mapper[Any], _connection: Connection, _version: SurveyVersion) -> None:
    """Refuse what the database would refuse too: a published version is what people answered."""
    raise RecordError("version.permanent")
