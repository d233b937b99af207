"""Make the rankings of a consultation's ballots, once, and keep them."""

from datetime import UTC, datetime

from analysis.settings import Settings
from analysis.stored_rankings import make_ranking
from consult.jobs import Work
from consult.record.consultation import Consultation, ConsultationState
from consult.record.database import unit_of_work
from consult.record.ranking import read_ranked, save_rankings


def make_rankings(work: Work) -> None:
    """Read the ballots, rank them, save all questions at once; no transaction is open meanwhile."""
    consultation_id = int(work.arguments["consultation"])
    work.tell("read", 0.0)
    with unit_of_work(work.engine, read_only=True) as session:
        consultation = session.get_one(Consultation, consultation_id)
        is_final = consultation.state is ConsultationState.CLOSED
        ranked = read_ranked(session, consultation)
    results = {}
    for done, (code, one) in enumerate(ranked.items()):
        work.tell("rank", 0.1 + 0.9 * done / len(ranked))
        results[code] = make_ranking(list(one.answers), list(one.candidates), Settings().seed)
    now = datetime.now(UTC)
    with unit_of_work(work.engine) as session:
        work.finish(session)
        save_rankings(session, consultation_id, results, is_final=is_final, now=now)
