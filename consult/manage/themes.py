"""What the analysis found, for the facilitator: true counts, the words behind them, how two runs differ.

Nothing here is protected as what leaves these pages is: see `consult/committee/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult import job_messages, messages
from consult.access import needs
from consult.extensions import db
from consult.languages import Formats, interface_words
from consult.manage.blueprint import blueprint
from consult.manage.channels import name_channels
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.findings import (
    RunSummary,
    count_overlap,
    find_newest_runs,
    find_run,
    find_theme,
    read_campaign,
    read_theme,
)
from consult.record.job import JobState
from consult.record.quote import ProposedWords, QuoteQueue, list_queue
from consult.record.ranking import is_shown_to_committee
from consult.record.run import list_runs
from consult.record.run_joining import read_joined_counts
from consult.record.run_request import TOGETHER, OpenQuestion, code_of_run, find_together, list_open_questions
from consult.record.shown_run import find_shown_runs, show_run
from consult.record.theme import CandidateTheme, Run, RunState, list_themes
from consult.theme_reasons import Writer
from consult.theme_tables import (
    CHANNEL,
    GROUP,
    LANGUAGE,
    QUESTION,
    ThemeTable,
    group_names,
    language_names,
    line_of,
    tell,
    true_table,
    without_totals,
)
from surveys.localised import LANGUAGES, Localised

PAGE_SIZE = 50
_LONGEST_WORD = 100
# More than any theme has; the databases cannot count to any number that an address can hold.
_MOST_PAGES = 1_000_000
_MOST = 0.5
_ENGINES = frozenset({"hybrid", "sentence", "tfidf"})


@dataclass(frozen=True)
class AnalysedQuestion:
    """An open question and what is known of it.

    `done` is the newest run that ended well; `why` says why the last one failed, "" where it did not or was cancelled.
    """

    text: Localised
    contributions: int
    new: int
    done: Run | None
    summary: RunSummary
    themes: int
    is_running: bool
    is_cancelled: bool
    why: str


@dataclass(frozen=True)
class Spread:
    """Where the contributions of a theme are in another run: by theme there, the last count being those in none."""

    theme: CandidateTheme
    counts: tuple[int, ...]
    best: CandidateTheme | None
    share: float

    @property
    def total(self) -> int:
        """How many contributions the theme has."""
        return sum(self.counts)

    @property
    def is_kept(self) -> bool:
        """Tell whether most of the theme is in one theme of the other run."""
        return self.share > _MOST


@dataclass(frozen=True)
class Overlap:
    """How the themes of one run spread over those of another, in contributions."""

    rows: tuple[Spread, ...]
    columns: tuple[CandidateTheme, ...]


@blueprint.get("/<code:code>/themes")
@needs(Role.FACILITATOR)
def themes(code: str) -> str:
    """List the open questions with what was found."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    newest = find_newest_runs(db.session(), consultation)
    questions = list_open_questions(db.session(), consultation)
    if (together := find_together(db.session(), consultation)) and together.run:
        questions = [*questions, together]
    listed = [_describe(question, newest.get(code_of_run(question.code))) for question in questions]
    return render_template("manage/themes.html", consultation=consultation, listed=listed)


@blueprint.get("/<code:code>/themes/<int:run_id>")
@needs(Role.FACILITATOR)
def run_themes(code: str, run_id: int) -> str:
    """Show a run: the finding, the chart, the table, theme by theme, what was set aside, how it was made."""
    begin(db.session(), read_only=True)
    session, words = db.session(), interface_words(g.language)
    consultation = get_consultation(session, code)
    run = find_run(session, consultation, run_id)
    summary, found = RunSummary.of(run), list_themes(session, run)
    lines, writer = [line_of(theme, summary.people) for theme in found], Writer(g.language, words, Formats(g.language))
    queue = list_queue(session, run)
    shown = find_shown_runs(session, consultation).get(run.question_code)
    others = [each for each in list_runs(session, consultation, run.question_code) if _can_be_compared(run, each)]
    asked = open_questions(consultation)
    return render_template(
        "manage/themes_run.html",
        consultation=consultation,
        run=run,
        question=_question(asked, run.question_code),
        summary=summary,
        lines=lines,
        told=[tell(line, run.engine, writer) for line in lines],
        campaigns=[(campaign, read_campaign(session, campaign)) for campaign in summary.campaigns],
        tables=_tables(consultation, found, summary, asked),
        joined=read_joined_counts(session, run),
        queue=queue,
        quotes=_by_theme(queue),
        others=others,
        is_shown_now=shown is not None and shown.id == run.id,
        shown=shown,
        # beside the themes of each question, those of all together would tell of a few people by what differs
        can_be_shown=is_shown_to_committee(consultation) and run.question_code is not None,
        is_together=run.question_code is None,
        engine=messages.engine(run.engine, words) if run.engine in _ENGINES else run.engine,
        ground=messages.ground(summary.ground, words) if summary.ground else "",
        reason=lambda reason: messages.set_aside_reason(reason, words),
        why=job_messages.failure(run.error_code, words),
    )


@blueprint.route("/<code:code>/themes/<int:run_id>/show", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def show_themes(code: str, run_id: int) -> Response:
    """Let the committee read a run."""
    back = redirect(url_for("manage.run_themes", code=code, run_id=run_id), 303)
    if request.method == "GET":  # the other language of an address that only receives
        return back
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    try:
        run = find_run(db.session(), consultation, run_id)
        show_run(db.session(), consultation, run, current_user.id, datetime.now(UTC))
    except RecordError as refusal:
        db.session.rollback()
        if refusal.code not in {"run.too_alike", "run.together", "run.unfinished", "consultation.not_closed"}:
            raise
        flash(_why_not_shown(refusal.code))
        return back
    db.session.commit()
    flash(_("The committee now reads this analysis, with the quotes that are approved."))
    return back


@blueprint.get("/<code:code>/themes/<int:run_id>/<int:number>")
@needs(Role.FACILITATOR)
def theme_words(code: str, run_id: int, number: int) -> str:
    """Show the words behind a theme, page by page; those that hold a word, if one is looked for."""
    begin(db.session(), read_only=True)
    session, words = db.session(), interface_words(g.language)
    consultation = get_consultation(session, code)
    run = find_run(session, consultation, run_id)
    theme, summary = find_theme(session, run, number), RunSummary.of(run)
    line = line_of(theme, summary.people)
    page = min(max(1, request.args.get("page", 1, type=int)), _MOST_PAGES)
    word = request.args.get("word", "")[:_LONGEST_WORD]
    read = read_theme(session, run, theme, page=page, size=PAGE_SIZE, word=word)
    pages = max(1, -(-read.total // PAGE_SIZE))
    if page > pages:
        abort(404)
    return render_template(
        "manage/themes_words.html",
        consultation=consultation,
        run=run,
        question=_question(open_questions(consultation), run.question_code),
        line=line,
        told=tell(line, run.engine, Writer(g.language, words, Formats(g.language))),
        contributions=theme.counts.get("contributions", 0),
        read=read,
        page=page,
        pages=pages,
        first=(page - 1) * PAGE_SIZE + 1,
        word=word.strip(),
        groups=group_names(list_groups(session, consultation), g.language, words),
        languages=language_names(words),
        channels={str(channel): name for channel, name in name_channels(g.language).items()},
    )


@blueprint.get("/<code:code>/themes/<int:run_id>/compare/<int:other_id>")
@needs(Role.FACILITATOR)
def compare_runs(code: str, run_id: int, other_id: int) -> str:
    """Show which themes of another run hold the contributions of this one."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    run, other = find_run(session, consultation, run_id), find_run(session, consultation, other_id)
    if run.question_code != other.question_code or run.id == other.id:
        abort(404)
    return render_template(
        "manage/themes_compare.html",
        consultation=consultation,
        run=run,
        other=other,
        question=_question(open_questions(consultation), run.question_code),
        overlap=_overlap(run, other),
    )


def _why_not_shown(code: str) -> str:
    if code == "run.too_alike":
        return str(
            _(
                "Nothing was changed. The committee has read another analysis of this question, and fewer than five"
                " answers differ between the two: side by side they would tell what those people wrote. Show this one"
                " when at least five differ."
            )
        )
    if code == "run.together":
        return str(_("Nothing was changed: the committee reads the themes of each question, not of all together."))
    if code == "consultation.not_closed":
        return str(_("Nothing was changed: the committee reads themes once the consultation is closed."))
    return str(_("Nothing was changed: this analysis is not finished."))


def _describe(question: OpenQuestion, newest: Run | None) -> AnalysedQuestion:
    """Say where a question is: a job may wait before it has a run, and a run may have failed."""
    words = interface_words(g.language)
    is_waiting = question.job is not None and question.job.state in (JobState.QUEUED, JobState.RUNNING)
    is_running = is_waiting or (newest is not None and newest.state is RunState.RUNNING)
    has_failed = newest is not None and newest.state is RunState.FAILED
    is_cancelled = newest is not None and newest.error_code == "job.cancelled"
    summary = RunSummary.of(question.run) if question.run else RunSummary()
    return AnalysedQuestion(
        text=_name(question),
        contributions=question.contributions,
        new=question.new if question.run else 0,
        done=question.run,
        summary=summary,
        themes=summary.themes,
        is_running=is_running,
        is_cancelled=is_cancelled,
        why=job_messages.failure(newest.error_code, words) if newest and has_failed and not is_cancelled else "",
    )


def _name(question: OpenQuestion) -> Localised:
    """Return what a question asks, or its code; of all together, that they are."""
    if question.code == TOGETHER:
        said = {one: interface_words(one).gettext("All open questions together") for one in LANGUAGES}
        return Localised(**said)
    return question.text or Localised(question.code, question.code)


def open_questions(consultation: Consultation) -> dict[str | None, Localised]:
    """Return what each open question asks, by code, also those that are asked no more but were answered."""
    return {question.code: question.text for question in list_open_questions(db.session(), consultation)}


def _question(texts: dict[str | None, Localised], code: str | None) -> Localised:
    """Return what was asked; nothing for all questions together."""
    return texts.get(code) or Localised(en=code or "", fr=code or "")


def _tables(
    consultation: Consultation,
    found: list[CandidateTheme],
    summary: RunSummary,
    asked: Mapping[str | None, Localised],
) -> list[ThemeTable]:
    words = interface_words(g.language)
    _ = words.gettext
    groups = group_names(list_groups(db.session(), consultation), g.language, words)
    channels = {str(channel): name for channel, name in name_channels(g.language).items()}
    questions = {str(code): text.shown(g.language)[1] or str(code) for code, text in asked.items()}
    tables = [
        # a theme of one language by construction is not one that few of the other raise
        *(
            []
            if summary.is_by_language
            else [true_table(found, summary, LANGUAGE, language_names(words), _("Language of the answer"))]
        ),
        true_table(found, summary, GROUP, groups, _("Group")),
        # who answers on the web and on paper is two people here: channels are never added up
        without_totals(true_table(found, summary, CHANNEL, channels, _("How it was said"))),
        true_table(found, summary, QUESTION, questions, _("Question")),
    ]
    return [table for table in tables if len(table.headings) > 1]


def _by_theme(queue: QuoteQueue) -> dict[int, list[ProposedWords]]:
    quotes: dict[int, list[ProposedWords]] = {}
    for quote in queue.quotes:
        quotes.setdefault(quote.theme, []).append(quote)
    return quotes


def _can_be_compared(run: Run, other: Run) -> bool:
    """Tell whether both are done and of the same question; `list_runs` lists every question where none is named."""
    return other.id != run.id and other.state is RunState.DONE and other.question_code == run.question_code


def _overlap(run: Run, other: Run) -> Overlap:
    counts = count_overlap(db.session(), run, other)
    columns = list_themes(db.session(), other)
    rows = []
    for theme in list_themes(db.session(), run):
        cells = [counts.get((theme.number, column.number), 0) for column in columns]
        aside = counts.get((theme.number, None), 0)
        most = max(cells, default=0)
        best = columns[cells.index(most)] if most else None
        rows.append(Spread(theme, (*cells, aside), best, most / (sum(cells) + aside) if most else 0.0))
    return Overlap(tuple(rows), tuple(columns))
