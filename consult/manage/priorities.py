"""Priorities, for the facilitator: rules, rankings, ballots made of themes, open data, ballots for an auditor."""

import io
from datetime import UTC, date, datetime

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from analysis.ballots import Kind
from analysis.stored_ballots import Spoken, read_spoken
from analysis.stored_rankings import are_the_ballots, read_digest, read_methods, read_open_margins, write_ballots
from consult.access import needs
from consult.exports.open_data import OpenRanking, make_ballot_file, make_pack
from consult.extensions import db
from consult.languages import LANGUAGES, interface_words
from consult.manage.blueprint import blueprint
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Consultation, ConsultationState, get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.priority_rule import list_signed
from consult.record.ranking import (
    RankingQuestion,
    StoredRanking,
    find_ranking,
    is_shown_to_committee,
    list_ranking_questions,
)
from consult.record.run_request import list_open_questions
from consult.record.stored_ballots import REACTIONS, has_ballots, list_unsigned, read_said
from consult.record.theme_ballot import BALLOTS, NewBallot, begin_second_round, list_ballots_of
from consult.record.theme_board import ThemeBoard, list_board_themes, list_boards
from consult.record_messages import refusal
from surveys.cleaning import clean_text
from surveys.localised import Localised

LONGEST = 300
PACKED, HANDED_ON = "open_data.made", "ballots.handed_on"


@blueprint.get("/<code:code>/priorities")
@needs(Role.FACILITATOR)
def priorities(code: str) -> str:
    """Say what there is to do: sign rules, read rankings, make a ballot of themes, hand on open data."""
    begin(db.session(), read_only=True)
    return _show(get_consultation(db.session(), code))


@blueprint.route("/<code:code>/priorities/open-data", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def open_data(code: str) -> Response:
    """Send the pack that everybody may have."""
    if request.method == "GET":
        return redirect(url_for("manage.priorities", code=code), 303)
    begin(db.session())
    session, today = db.session(), date.today()
    consultation = get_consultation(session, code)
    rankings = [
        opened
        for each, asked in list_ranking_questions(session, consultation).items()
        if (stored := find_ranking(session, consultation, each)) and (opened := _open(consultation, asked, stored))
    ]
    if not rankings or not is_shown_to_committee(consultation):
        abort(404)
    pack = make_pack(consultation.code, consultation.title, rankings, today)
    record_action(session, current_user.id, PACKED, consultation, now=datetime.now(UTC))
    session.commit()
    return _send(pack, f"{code}-open-data-{today.isoformat()}.zip")


@blueprint.route("/<code:code>/priorities/ballots", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def hand_on(code: str) -> Response | tuple[str, int]:
    """Send the ballots of a question, for an auditor whom the facilitator names, with the reason."""
    if request.method == "GET":
        return redirect(url_for("manage.priorities", code=code), 303)
    begin(db.session())
    session, today = db.session(), date.today()
    consultation = get_consultation(session, code)
    question_code = request.form.get("question", "")
    asked = list_ranking_questions(session, consultation).get(question_code) or abort(404)
    stored = find_ranking(session, consultation, question_code) or abort(404)
    auditor, reason = (clean_text(request.form.get(name, "")) for name in ("auditor", "reason"))
    if not (auditor and reason) or max(len(auditor), len(reason)) > LONGEST:
        problem = _("Write the name of the auditor and the reason, each of at most %(most)s characters.", most=LONGEST)
        return _show(consultation, problem, (auditor, reason)), 422
    spoken = (
        Spoken(each.value, each.group, each.channel, each.version) for each in read_said(session, consultation, asked)
    )
    candidates = list(asked.candidates)
    ballots = read_spoken(Kind(asked.kind), spoken, candidates, steps=asked.steps or None, designs=asked.designs)
    digest, salt = read_digest(stored.result)
    is_same = are_the_ballots(stored.result, ballots)
    content = make_ballot_file(write_ballots(ballots), salt, digest, today, is_same=is_same)
    why = f"{question_code}: {auditor}: {reason}"
    record_action(session, current_user.id, HANDED_ON, consultation, now=datetime.now(UTC), reason=why)
    session.commit()
    return _send(content, f"{code}-{question_code}-ballots.zip")


@blueprint.get("/<code:code>/priorities/second-round/<int:board_id>")
@needs(Role.FACILITATOR)
def second_round(code: str, board_id: int) -> str:
    """Show the accepted themes of a board, to be put in order by a second round."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    return _show_second_round(consultation, _find_board(consultation, board_id), _fill(consultation))


@blueprint.post("/<code:code>/priorities/second-round/<int:board_id>")
@needs(Role.FACILITATOR)
def begin_ballot(code: str, board_id: int) -> Response | tuple[str, int]:
    """Make the second round: a consultation in draft with a ballot of themes."""
    begin(db.session())
    session = db.session()
    consultation = get_consultation(session, code, lock=True)
    board = _find_board(consultation, board_id)
    typed = {name: clean_text(request.form.get(name, ""))[:LONGEST] for name in _fill(consultation)}
    new = _read_ballot(typed)
    try:
        following = begin_second_round(session, consultation, board, new, By(current_user.id, datetime.now(UTC)))
        session.commit()
    except RecordError as error:
        session.rollback()
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise
        begin(session, read_only=True)
        consultation = get_consultation(session, code)
        board = _find_board(consultation, board_id)
        return _show_second_round(consultation, board, typed, sentence, new.themes), 422
    flash(_("The second round is made, as a draft. Sign its rule, check its survey, then open it."), "message")
    return redirect(url_for("committee.rules", code=following.code), 303)


def _show(consultation: Consultation, problem: str = "", typed: tuple[str, str] = ("", "")) -> str:
    session = db.session()
    asked = list_ranking_questions(session, consultation)
    is_shown = is_shown_to_committee(consultation)
    stored = {code: find_ranking(session, consultation, code) if is_shown else None for code in asked}
    boards = list_boards(session, consultation)
    texts = {each.code: each.text for each in list_open_questions(session, consultation)}
    return render_template(
        "manage/priorities.html",
        consultation=consultation,
        asked=asked,
        ready=[code for code, ranking in stored.items() if ranking is not None and ranking.result],
        has_ballots=has_ballots(session, consultation),
        unsigned=list_unsigned(session, consultation),
        boards=[
            (
                board,
                texts.get(board.question_code),
                len(list_board_themes(session, board)),
                list_ballots_of(session, board),
            )
            for board in boards
        ],
        is_closed=consultation.state is ConsultationState.CLOSED,
        problem=problem,
        typed=typed,
    )


def _show_second_round(
    consultation: Consultation,
    board: ThemeBoard,
    typed: dict[str, str],
    problem: str = "",
    chosen: tuple[str, ...] | None = None,
) -> str:
    themes = list_board_themes(db.session(), board)
    return render_template(
        "manage/second_round.html",
        consultation=consultation,
        board=board,
        themes=themes,
        chosen={theme.code for theme in themes} if chosen is None else set(chosen),
        typed=typed,
        ballots=_name_ballots(),
        chosen_type=request.form.get("type", BALLOTS[0]),
        problem=problem,
    )


def _find_board(consultation: Consultation, board_id: int) -> ThemeBoard:
    boards = {board.id: board for board in list_boards(db.session(), consultation)}
    return boards.get(board_id) or abort(404)


def _name_ballots() -> dict[str, str]:
    return {
        "ranking": _("Put them in order"),
        "best_worst": _("Of a few at a time, say the most and the least important"),
        "points": _("Share out 100 points"),
    }


def _fill(consultation: Consultation) -> dict[str, str]:
    """Return the texts of the form as they are first shown, by name and language."""
    filled = {}
    for language in LANGUAGES:
        _ = interface_words(language).gettext
        title = consultation.title.get(language)
        filled[f"title_{language}"] = _("%(title)s: second round") % {"title": title} if title else ""
        filled[f"text_{language}"] = _("What should come first?")
    return filled


def _name_section(language: str) -> str:
    _ = interface_words(language).gettext
    return _("Your priorities")


def _read_ballot(typed: dict[str, str]) -> NewBallot:
    return NewBallot(
        type=request.form.get("type", ""),
        title=Localised(typed["title_en"], typed["title_fr"]),
        survey_title=Localised(typed["title_en"], typed["title_fr"]),
        section_title=Localised(**{language: _name_section(language) for language in LANGUAGES}),
        text=Localised(typed["text_en"], typed["text_fr"]),
        themes=tuple(request.form.getlist("theme")),
    )


def _open(consultation: Consultation, asked: RankingQuestion, stored: StoredRanking) -> OpenRanking | None:
    """Return a ranking as everybody may have it; None where there is none, or it is of a discussion's own words."""
    methods = read_methods(stored.result)
    if not methods or asked.kind == REACTIONS:
        return None
    changes = list_signed(db.session(), consultation, asked.question.code)
    rule = [
        {"method": each.rule.method, "top": each.rule.top, "sure": each.rule.sure, "weights": each.rule.weights,
         "small": each.rule.small, "signed_on": each.rule.at.date().isoformat(),
         "after_opening": each.rule.is_change, "reason": each.rule.reason}
        for each in changes
    ]  # fmt: skip
    return OpenRanking(
        asked.question.code,
        asked.question.text,
        asked.candidates,
        methods,
        read_open_margins(stored.result),
        read_digest(stored.result)[0],
        {"signed": rule},
    )


def _send(content: bytes, name: str) -> Response:
    return send_file(
        io.BytesIO(content), mimetype="application/zip", as_attachment=True, download_name=name, etag=False
    )
