"""The sample's themes and rankings in the demonstration's own database, made as in any other: by jobs."""

from datetime import UTC, datetime

from consult.jobs import Watch
from consult.record.consultation import get_consultation
from consult.record.database import create_record_engine, unit_of_work
from consult.record.ranking import request_rankings
from consult.record.run_request import list_open_questions, request_runs
from consult.settings import Settings
from consult.worker import Worker


def find_sample_themes(settings: Settings, code: str, watch: Watch) -> int:
    """Find the themes of each open question that has none yet, and rank; return of how many themes were asked for."""
    engine = create_record_engine(settings.database_url)
    try:
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, code)
            missing = [one.code for one in list_open_questions(session, consultation) if one.run is None]
            now = datetime.now(UTC)
            asked = [request_runs(session, consultation, each, None, now) for each in missing]
            request_rankings(session, now)
        worker = Worker(engine)
        while worker.run_next(watch):
            pass
        return sum(map(len, asked))
    finally:
        engine.dispose()
