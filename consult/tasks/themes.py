"""Find the themes of an open question: pin what is read, call the analysis, save what it found at once."""

from dataclasses import asdict
from datetime import UTC, datetime
from time import perf_counter

import pandas as pd

from analysis.corpus import Corpus, build_corpus
from analysis.engines import load_engine
from analysis.errors import AnalysisError
from analysis.pipeline import Findings, list_versions
from analysis.pipeline import find_themes as run_pipeline
from analysis.settings import Settings
from consult.jobs import INTERRUPTED, Stopped, Work, is_away
from consult.record.consultation import Consultation
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.frames import run_contributions_frame
from consult.record.quote_decisions import take_over_decisions
from consult.record.run import fail_run, fail_unfinished_runs, get_run, list_quotable, save_run_results, start_run
from consult.record.theme import NewRun, RunResults
from consult.tasks.run_results import make_results

# Where each step begins and ends in the whole, by what steps take with a few thousand contributions.
_PLACES = {
    "read": (0.0, 0.02),
    "corpus": (0.02, 0.05),
    "vectors": (0.05, 0.55),
    "number": (0.55, 0.9),
    "clusters": (0.9, 0.95),
    "themes": (0.95, 1.0),
}
_UNEXPECTED = "run.unexpected"


def find_themes(work: Work) -> None:
    """Make a run of one question. A run that an earlier attempt left is ended; no transaction is open meanwhile."""
    settings = Settings(engine=load_engine().name)
    run_id = _start(work, settings)
    try:
        results = _search(work, run_id, settings)
        with unit_of_work(work.engine) as session:
            work.finish(session)
            take_over_decisions(session, save_run_results(session, run_id, results, datetime.now(UTC)))
    except Exception as error:
        _end(work, run_id, error)
        raise


def _start(work: Work, settings: Settings) -> int:
    consultation_id, question = int(work.arguments["consultation"]), str(work.arguments["question"])
    new = NewRun(
        settings.engine, settings.seed, question, asdict(settings), list_versions(load_engine(settings.engine))
    )
    now = datetime.now(UTC)
    with unit_of_work(work.engine) as session:
        work.prove(session)
        fail_unfinished_runs(session, consultation_id, question, "run.interrupted", now)
        consultation = session.get_one(Consultation, consultation_id)
        return start_run(session, consultation, new, now).id


def _search(work: Work, run_id: int, settings: Settings) -> RunResults:
    def tell(step: str, done: int, total: int) -> None:
        begins, ends = _PLACES[step]
        work.tell(step, begins + (ends - begins) * (done / total if total else 1.0))

    start = perf_counter()
    tell("read", 0, 1)
    frame, quotable = _read(work, run_id)
    tell("corpus", 0, 1)
    read = perf_counter()
    corpus = _make_corpus(frame, quotable)
    prepared = perf_counter()
    findings: Findings = run_pipeline(corpus, settings, tell)
    seconds = {"read": round(read - start, 3), "corpus": round(prepared - read, 3), **findings.seconds}
    return make_results(findings, frame, seconds)


def _read(work: Work, run_id: int) -> tuple[pd.DataFrame, set[str]]:
    with unit_of_work(work.engine, read_only=True) as session:
        run = get_run(session, run_id)
        return run_contributions_frame(session, run), list_quotable(session, run)


def _make_corpus(frame: pd.DataFrame, quotable: set[str]) -> Corpus:
    """Make the corpus, whose rows are the frame's in its order; who did not agree is not quoted."""
    return build_corpus(
        frame["text"].tolist(),
        ids=frame["person"].tolist(),
        languages=frame["language"].tolist(),
        groups={"group": frame["group"].fillna("").tolist()},
        quotable=["1" if key in quotable else "0" for key in frame["id"]],
    )


def _end(work: Work, run_id: int, error: Exception) -> None:
    """End the run without results; whoever cancelled it or took the job over has ended it already."""
    if isinstance(error, AnalysisError | RecordError):
        code = error.code
    else:
        is_interrupted = is_away(error) or (isinstance(error, Stopped) and error.code == INTERRUPTED)
        code = "run.interrupted" if is_interrupted else _UNEXPECTED
    try:
        with unit_of_work(work.engine) as session:
            fail_run(session, run_id, code, datetime.now(UTC))
    except RecordError as refused:
        if refused.code != "run.finished":
            raise
