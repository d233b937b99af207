"""Asking for the themes of an open question: one job for each question, never two that wait or run at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.audit import record_action
from consult.record.consultation import Consultation
from consult.record.contribution import Contribution
from consult.record.discussion import walk_prompts
from consult.record.errors import RecordError
from consult.record.findings import find_newest_runs
from consult.record.job import Job, cancel_job, enqueue_once, find_jobs, is_argument
from consult.record.run import end_unfinished_run, fail_unfinished_runs
from consult.record.session_guide import walk_guide_questions
from consult.record.submission import OPEN_TYPES
from consult.record.survey import list_all_versions, read_definition
from consult.record.theme import Run, RunState
from surveys.localised import NOTHING, Localised

FIND_THEMES = "find_themes"
# Stands for all open questions together where a question's code would stand: no code can hold a hyphen.
TOGETHER = "all-together"
REQUESTED, CANCELLED, JOINING = "analysis.requested", "analysis.cancelled", "analysis.joining"
_FEWEST_TOGETHER = 2


@dataclass(frozen=True)
class OpenQuestion:
    """An open question, how much was said, and what the analysis made of it.

    `run` is the newest run that ended well, `job` the newest request; `new` counts what came (or, below
    zero, went) since that run read them.
    """

    code: str
    text: Localised
    contributions: int
    run: Run | None
    job: Job | None

    @property
    def new(self) -> int:
        """How many contributions came since the newest run."""
        read = (self.run.summary or {}).get("rows", self.contributions) if self.run else self.contributions
        return self.contributions - int(read)


def list_open_questions(session: Session, consultation: Consultation) -> list[OpenQuestion]:
    """Return the open questions: those asked today in their order, then others in which something was said."""
    said = _count_contributions(session, consultation)
    texts = _read_texts(session, consultation, said)
    jobs = find_jobs(session, [_key(consultation.id, code) for code in texts])
    runs = find_newest_runs(session, consultation, RunState.DONE)
    return [
        OpenQuestion(code, text, said.get(code, 0), runs.get(code), jobs.get(_key(consultation.id, code)))
        for code, text in texts.items()
    ]


def find_question_text(session: Session, consultation: Consultation, question_code: str) -> Localised:
    """Return what a question of any version asks, the newest first; NOTHING where none is called so."""
    asked = _walk_questions(session, consultation)
    return next((text for _, code, text in asked if code == question_code), NOTHING)


def read_question_texts(session: Session, consultation: Consultation) -> dict[str, Localised]:
    """Return what every question of every version asks, by its code, whether or not anything was said in it."""
    texts: dict[str, Localised] = {}
    for _, code, text in _walk_questions(session, consultation):
        texts.setdefault(code, text)
    return texts


def find_together(session: Session, consultation: Consultation) -> OpenQuestion | None:
    """Return all open questions as if they were one; None where something was said in fewer than two."""
    said = _count_contributions(session, consultation)
    key = _key(consultation.id, TOGETHER)
    run = find_newest_runs(session, consultation, RunState.DONE).get(None)
    if len(said) < _FEWEST_TOGETHER and run is None:
        return None
    return OpenQuestion(TOGETHER, NOTHING, sum(said.values()), run, find_jobs(session, [key]).get(key))


def request_runs(
    session: Session, consultation: Consultation, question_code: str | None, account_id: int | None, now: datetime
) -> list[Job]:
    """Ask for the themes of a question, or of each in which something was said; return the jobs that were made.

    `TOGETHER` asks for one run of all of them. What waits or runs already is left alone. Raises `question.unknown`.
    """
    said = _count_contributions(session, consultation)
    if question_code is not None and question_code not in said and not (question_code == TOGETHER and said):
        raise RecordError("question.unknown")
    made = []
    for code in sorted(said) if question_code is None else [question_code]:
        arguments: dict[str, int | float | str] = {"consultation": consultation.id, "question": code}
        job = enqueue_once(session, FIND_THEMES, arguments, _key(consultation.id, code), now, again=True)
        if job is not None:
            record_action(session, account_id, REQUESTED, job, now=now)
            made.append(job)
    return made


def request_joining(
    session: Session, consultation: Consultation, question_code: str, account_id: int | None, now: datetime
) -> Job | None:
    """Ask for a question's new answers to be placed in the themes of its newest run; None where a job is there already.

    Raises `question.unknown` where no run of it ended well.
    """
    run = find_newest_runs(session, consultation, RunState.DONE).get(code_of_run(question_code))
    if run is None:
        raise RecordError("question.unknown")
    arguments: dict[str, int | float | str] = {
        "consultation": consultation.id,
        "question": question_code,
        "join": run.id,
    }
    job = enqueue_once(session, FIND_THEMES, arguments, _key(consultation.id, question_code), now, again=True)
    if job is not None:
        record_action(session, account_id, JOINING, job, now=now)
    return job


def code_of_run(question_code: str) -> str | None:
    """Return what a run calls a question that a job names: nothing, for all of them together."""
    return None if question_code == TOGETHER else question_code


def cancel_request(
    session: Session, consultation: Consultation, question_code: str, account_id: int | None, now: datetime
) -> bool:
    """Cancel what waits or runs for a question, and end its run; False when there was nothing to cancel."""
    if not is_argument(question_code):
        return False
    key = _key(consultation.id, question_code)
    job = find_jobs(session, [key]).get(key)
    if job is None or not cancel_job(session, job.id, now):
        return False
    fail_unfinished_runs(session, consultation.id, code_of_run(question_code), "job.cancelled", now)
    record_action(session, account_id, CANCELLED, job, now=now)
    return True


def fail_lost_runs(session: Session, now: datetime) -> int:
    """End the runs that no job works on any more, because it failed when its workers were lost; return how many.

    They end with the reason that their job failed for.
    """
    # The runs first, by their keys: one that a job begins between the two questions is not among them.
    query = sa.select(Run).where(Run.state == RunState.RUNNING).order_by(Run.id)
    unfinished = list(session.scalars(query))
    jobs = find_jobs(session, {_key(run.consultation_id, run.question_code or TOGETHER) for run in unfinished})
    lost = 0
    for run in unfinished:
        job = jobs.get(_key(run.consultation_id, run.question_code or TOGETHER))
        if job is None or not job.is_active:
            code = job.error_code if job is not None and job.error_code else "run.interrupted"
            lost += end_unfinished_run(session, run.id, code, now)
    return lost


def _key(consultation_id: int, question_code: str) -> str:
    return f"{FIND_THEMES}:{consultation_id}:{question_code}"


def _count_contributions(session: Session, consultation: Consultation) -> dict[str, int]:
    query = (
        sa.select(Contribution.question_code, sa.func.count())
        .where(Contribution.consultation_id == consultation.id, Contribution.is_withdrawn.is_(False))
        .group_by(Contribution.question_code)
    )
    return dict(session.execute(query).all())


def _read_texts(session: Session, consultation: Consultation, said: dict[str, int]) -> dict[str, Localised]:
    """Return what each open question asks; a question that is asked no more stays while there are answers to it."""
    texts: dict[str, Localised] = {}
    for is_asked, code, text in _walk_questions(session, consultation):
        if is_asked or code in said:
            texts.setdefault(code, text)
    return texts | {code: NOTHING for code in sorted(said) if code not in texts}


def _walk_questions(session: Session, consultation: Consultation) -> Iterator[tuple[bool, str, Localised]]:
    """Yield the open questions of every version, newest first, and whether they are asked today."""
    for versions in list_all_versions(session, consultation):
        for age, version in enumerate(reversed(versions)):
            for question in read_definition(version).survey.questions:
                if question.type in OPEN_TYPES:
                    yield age == 0, question.code, question.text
    yield from walk_guide_questions(session, consultation)
    yield from walk_prompts(session, consultation)
