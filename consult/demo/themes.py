"""The sample's themes and rankings in the demonstration's own database, made as in any other: by jobs."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from analysis.personal import find_personal
from consult.demo.installation import EMAIL
from consult.jobs import Watch
from consult.record.account import find_account
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import create_record_engine, unit_of_work
from consult.record.findings import find_newest_runs
from consult.record.job import JobState
from consult.record.quote import QuoteState, approve, list_queue
from consult.record.ranking import request_rankings
from consult.record.run_request import OpenQuestion, list_open_questions, request_runs
from consult.record.theme import RunState
from consult.settings import Settings
from consult.worker import Worker


def find_sample_themes(settings: Settings, code: str, watch: Watch) -> int:
    """Find the themes of each open question that has none yet, and rank; return of how many themes were asked for."""
    engine = create_record_engine(settings.database_url)
    try:
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, code)
            missing = [one.code for one in list_open_questions(session, consultation) if _is_missing(one)]
            now = datetime.now(UTC)
            asked = [request_runs(session, consultation, each, None, now) for each in missing]
            request_rankings(session, now)
        worker = Worker(engine)
        while worker.run_next(watch):
            pass
        with unit_of_work(engine) as session:
            if missing:
                _approve_some(session, get_consultation(session, code))
        return sum(map(len, asked))
    finally:
        engine.dispose()


def _is_missing(question: OpenQuestion) -> bool:
    """Tell whether something was said that nobody has analysed; what failed once would only fail again."""
    has_failed = question.job is not None and question.job.state is JobState.FAILED
    return question.run is None and question.contributions > 0 and not has_failed


def _approve_some(session: Session, consultation: Consultation) -> None:
    """Approve a quote of each theme, as the demonstration's facilitator: the committee then reads somebody's words."""
    facilitator = find_account(session, EMAIL)
    if facilitator is None:
        return
    for run in find_newest_runs(session, consultation, RunState.DONE).values():
        heard: set[int] = set()
        for quote in list_queue(session, run).quotes:
            if quote.theme not in heard and quote.state is QuoteState.PROPOSED and not find_personal(quote.original):
                approve(session, run, quote.id, quote.original, facilitator.id, datetime.now(UTC))
                heard.add(quote.theme)
