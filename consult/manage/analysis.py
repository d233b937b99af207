"""The analysis: finding the themes of each open question, watched while it runs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.extensions import db
from consult.job_messages import failure, step
from consult.languages import Formats, interface_words
from consult.manage.blueprint import blueprint
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin, read_clock
from consult.record.errors import RecordError
from consult.record.job import JobState, find_last_beat
from consult.record.run_request import (
    TOGETHER,
    OpenQuestion,
    cancel_request,
    find_together,
    list_open_questions,
    request_joining,
    request_runs,
)

# A worker looks once a second; one that has a job is heard of every five seconds.
_WAITS_TOO_LONG = timedelta(minutes=1)
_HEARD_OF = timedelta(seconds=30)


class Progress(StrEnum):
    """How the search for the themes of a question stands."""

    NOTHING = "nothing"
    READY = "ready"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Search:
    """An open question on the page: its state, and what is said of it."""

    question: OpenQuestion
    state: Progress
    words: str
    share: float
    is_stuck: bool

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in {Progress.QUEUED, Progress.RUNNING}

    @property
    def last_day(self) -> date | None:
        """The day of the newest results."""
        run = self.question.run
        return run.finished_at.astimezone().date() if run is not None and run.finished_at is not None else None

    @property
    def time_today(self) -> str:
        """The time at which the newest results came, "" before today: what has just ended differs from what had."""
        run = self.question.run
        if run is None or run.finished_at is None or self.last_day != datetime.now(UTC).astimezone().date():
            return ""
        return Formats(g.language).time(run.finished_at)


@blueprint.get("/<code:code>/analysis")
@needs(Role.FACILITATOR)
def analysis(code: str) -> str:
    """Show each open question, what runs, and what was found."""
    consultation, searches = _look(code)
    return render_template(
        "manage/analysis.html",
        consultation=consultation,
        searches=searches,
        is_any_active=any(search.is_active for search in searches),
        waiting=sum(
            1
            for search in searches
            if search.question.contributions and not search.is_active and search.question.code != TOGETHER
        ),
        together=TOGETHER,
    )


@blueprint.get("/<code:code>/analysis/progress")
@needs(Role.FACILITATOR)
def analysis_progress(code: str) -> Response:
    """Say how far everything is, for the page that watches."""
    searches = _look(code)[1]
    return jsonify(
        [
            {
                "question": search.question.code,
                "state": search.state,
                "words": search.words,
                "share": round(search.share, 3),
                "stuck": search.is_stuck,
            }
            for search in searches
        ]
    )


@blueprint.post("/<code:code>/analysis")
@needs(Role.FACILITATOR)
def start_analysis(code: str) -> Response:
    """Ask for the themes of one question, or of all of them."""
    question = request.form.get("question") or None
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    try:
        made = request_runs(db.session(), consultation, question, current_user.id, datetime.now(UTC))
    except RecordError as error:
        if error.code != "question.unknown":
            raise
        abort(400)
    db.session.commit()
    if made:
        flash(
            ngettext(
                "Themes are being found. You can leave this page: it goes on.",
                "Themes are being found for %(num)s questions. You can leave this page: it goes on.",
                len(made),
            )
        )
    else:
        flash(_("Nothing was changed: that analysis was asked for already."))
    return _back(code, question)


@blueprint.route("/<code:code>/analysis/join", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def join_analysis(code: str) -> Response:
    """Ask for the answers that came since the newest analysis to be placed in its themes."""
    if request.method == "GET":  # the other language of an address that only receives
        return _back(code, None)
    question = request.form.get("question") or abort(400)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    try:
        job = request_joining(db.session(), consultation, question, current_user.id, datetime.now(UTC))
    except RecordError as error:
        if error.code not in {"question.unknown", "job.bad_argument"}:
            raise
        abort(400)
    db.session.commit()
    if job:
        flash(_("The new answers are being placed. You can leave this page: it goes on."))
    else:
        flash(_("Nothing was changed: that analysis was asked for already."))
    return _back(code, question)


@blueprint.route("/<code:code>/analysis/cancel", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def cancel_analysis(code: str) -> Response:
    """Cancel an analysis that waits or runs."""
    if request.method == "GET":  # the other language of an address that only receives
        return _back(code, None)
    question = request.form.get("question") or abort(400)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    is_cancelled = cancel_request(db.session(), consultation, question, current_user.id, datetime.now(UTC))
    db.session.commit()
    if is_cancelled:
        flash(_("The analysis was cancelled. Earlier themes are still there."))
    else:
        flash(_("Nothing was changed: that analysis had ended."))
    return _back(code, question)


def _look(code: str) -> tuple[Consultation, list[Search]]:
    session = db.session()
    begin(session, read_only=True)
    now = read_clock(session)  # workers tell the time by the database
    consultation = get_consultation(session, code)
    questions = list_open_questions(session, consultation)
    if together := find_together(session, consultation):
        questions = [*questions, together]
    beat = find_last_beat(session)
    is_heard_of = beat is not None and now - beat < _HEARD_OF
    return consultation, [_describe(question, now, is_heard_of) for question in questions]


def _describe(question: OpenQuestion, now: datetime, is_heard_of: bool) -> Search:
    """Put in words how the search of a question stands."""
    words, job = interface_words(g.language), question.job
    if job is None:
        state = Progress.DONE if question.run else Progress.READY if question.contributions else Progress.NOTHING
        return Search(question, state, "", 0.0, False)
    state = Progress(job.state.value)
    said = ""
    if state is Progress.QUEUED:
        said = _("Waiting for its turn")
    elif state is Progress.RUNNING:
        said = _("%(step)s, %(share)s", step=step(job.step, words), share=Formats(g.language).percent(job.progress))
    elif state is Progress.FAILED:
        said = failure(job.error_code, words)
    moved = job.heartbeat_at or job.queued_at
    is_stuck = job.is_active and not is_heard_of and now - moved > _WAITS_TOO_LONG
    return Search(question, state, said, job.progress if job.state is JobState.RUNNING else 0.0, is_stuck)


def _back(code: str, question: str | None) -> Response:
    return redirect(url_for("manage.analysis", code=code, _anchor=question and f"question-{question}"), 303)
