"""Find the themes of an open question: pin what is read, call the analysis, save what it found at once."""

from dataclasses import asdict
from datetime import UTC, datetime
from time import perf_counter

import pandas as pd
from sqlalchemy.orm import Session

from analysis.corpus import Corpus, build_corpus
from analysis.engines import load_engine
from analysis.errors import AnalysisError
from analysis.joined import join_themes
from analysis.pipeline import find_themes as run_pipeline
from analysis.pipeline import list_versions
from analysis.settings import Settings
from analysis.tables import QUESTION
from consult.jobs import INTERRUPTED, Stopped, Work, is_away
from consult.record.consultation import Consultation
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.frames import run_contributions_frame
from consult.record.quote_decisions import take_over_decisions
from consult.record.run import fail_run, fail_unfinished_runs, get_run, list_quotable, save_run_results, start_run
from consult.record.run_joining import JoinedRun, read_joined_run
from consult.record.run_request import code_of_run
from consult.record.theme import NewRun, RunResults
from consult.tasks.joined_results import as_earlier, with_joined
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
# The argument that names the run whose themes new answers join.
_JOIN = "join"
_UNEXPECTED = "run.unexpected"


def find_themes(work: Work) -> None:
    """Make a run of one question or of all. A run that an earlier attempt left is ended; no transaction is open."""
    run_id, settings = _start(work)
    try:
        results = _search(work, run_id, settings)
        with unit_of_work(work.engine) as session:
            work.finish(session)
            take_over_decisions(session, save_run_results(session, run_id, results, datetime.now(UTC)))
    except Exception as error:
        _end(work, run_id, error)
        raise


def _start(work: Work) -> tuple[int, Settings]:
    consultation_id, question = int(work.arguments["consultation"]), code_of_run(str(work.arguments["question"]))
    now = datetime.now(UTC)
    with unit_of_work(work.engine) as session:
        work.prove(session)
        fail_unfinished_runs(session, consultation_id, question, "run.interrupted", now)
        consultation = session.get_one(Consultation, consultation_id)
        settings = _settings(session, work)
        engine = load_engine(settings.engine)
        new = NewRun(engine.name, settings.seed, question, asdict(settings), list_versions(engine))
        return start_run(session, consultation, new, now).id, settings


def _settings(session: Session, work: Work) -> Settings:
    """Return the settings of a new run; where it joins an earlier one, those of that one."""
    if _JOIN not in work.arguments:
        return Settings(engine=load_engine().name)
    earlier = get_run(session, int(work.arguments[_JOIN]))
    return Settings(engine=earlier.engine, seed=earlier.seed)


def _search(work: Work, run_id: int, settings: Settings) -> RunResults:
    def tell(step: str, done: int, total: int) -> None:
        begins, ends = _PLACES[step]
        work.tell(step, begins + (ends - begins) * (done / total if total else 1.0))

    start = perf_counter()
    tell("read", 0, 1)
    frame, quotable, earlier = _read(work, run_id)
    tell("corpus", 0, 1)
    read = perf_counter()
    corpus = _make_corpus(frame, quotable)
    prepared = perf_counter()
    if earlier:
        findings = join_themes(corpus, as_earlier(earlier, frame), settings, tell)
    else:
        findings = run_pipeline(corpus, settings, tell)
    seconds = {"read": round(read - start, 3), "corpus": round(prepared - read, 3), **findings.seconds}
    results = make_results(findings, frame, seconds)
    return with_joined(results, findings, frame, earlier, int(work.arguments[_JOIN])) if earlier else results


def _read(work: Work, run_id: int) -> tuple[pd.DataFrame, set[str], JoinedRun | None]:
    """Return what a run reads, who may be quoted, and the run that it joins; what that one read comes first."""
    with unit_of_work(work.engine, read_only=True) as session:
        run = get_run(session, run_id)
        frame, quotable = run_contributions_frame(session, run), list_quotable(session, run)
        if _JOIN not in work.arguments:
            return frame, quotable, None
        earlier = read_joined_run(session, run, get_run(session, int(work.arguments[_JOIN])))
    is_new = ~frame["id"].isin(earlier.keys)
    return frame.iloc[is_new.argsort(kind="stable")].reset_index(drop=True), quotable, earlier


def _make_corpus(frame: pd.DataFrame, quotable: set[str]) -> Corpus:
    """Make the corpus, whose rows are the frame's in its order; who did not agree is not quoted."""
    groups = {"group": frame["group"].fillna("").tolist()}
    if frame["question"].nunique() > 1:
        groups[QUESTION] = frame["question"].tolist()
    return build_corpus(
        frame["text"].tolist(),
        ids=frame["person"].tolist(),
        languages=frame["language"].tolist(),
        groups=groups,
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
