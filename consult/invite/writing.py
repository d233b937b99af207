"""Writing to people: the ready-made words or one's own, seen as they will arrive, tried on oneself, then sent."""

from datetime import UTC, date, datetime
from typing import TypeAlias

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consult.access import needs
from consult.extensions import db
from consult.invite.blueprint import blueprint
from consult.invite.mail_words import kind_titles, refused_sentence, trouble
from consult.invite.people import find_steps, settings
from consult.languages import Formats, interface_words
from consult.mail.addresses import consultation_link, unsubscribe_link
from consult.mail.letter import Asking, Letter, compose, describe, ready_text, write_body, write_plain
from consult.mail.post import MailAwayError, MailDoubtError, MailRefusedError, Post
from consult.mail_server import read_mail_url
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin, random_key, read_clock
from consult.record.errors import RecordError
from consult.record.mail_rules import get_rules
from consult.record.mail_state import find_last_texts
from consult.record.mailing import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MailKind,
    MailText,
    NewMailing,
    on_one_line,
    queue_invitations,
    queue_reminders,
    queue_results,
)
from consult.record.sending import request_sending
from consult.record_messages import refusal

Answer: TypeAlias = Response | tuple[str, int]
# A page waits no longer than this for a mail server.
_SECONDS = 8.0


@blueprint.get("/<code:code>/invitations/write/<kind>")
@needs(Role.FACILITATOR)
def write(code: str, kind: str) -> Answer:
    """Show the words, ready to be changed."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    wanted = _read_kind(kind)
    return _show(consultation, wanted, _first_texts(db.session(), consultation, wanted))


@blueprint.post("/<code:code>/invitations/write/<kind>")
@needs(Role.FACILITATOR)
def send(code: str, kind: str) -> Answer:
    """Show how it will arrive, send it to oneself, or have it sent."""
    wanted = _read_kind(kind)
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    texts = _read_texts(consultation)
    try:
        _new_mailing(texts).check(consultation)
    except RecordError as error:
        return _show(consultation, wanted, texts, error=error)
    db.session.commit()
    match request.form.get("do"):
        case "look":
            return _show_again(code, wanted, texts)
        case "try":
            return _try_out(code, wanted, texts)
        case "send":
            return _have_sent(code, wanted, texts)
    return abort(400)


def _have_sent(code: str, kind: MailKind, texts: dict[str, MailText]) -> Answer:
    if not settings().mail_url:
        abort(400)
    try:
        begin(db.session())
        consultation = get_consultation(db.session(), code)
        count = _queue(db.session(), consultation, kind, _new_mailing(texts))
        if count:
            request_sending_now(db.session(), consultation)
            action = f"mail.{kind.value}"
            record_action(db.session(), current_user.id, action, consultation, now=datetime.now(UTC))
        db.session.commit()
    except RecordError as error:
        db.session.rollback()
        begin(db.session(), read_only=True)
        return _show(get_consultation(db.session(), code), kind, texts, error=error)
    number = Formats(g.language).number(count)
    if count:
        flash(ngettext("%(number)s message will be sent.", "%(number)s messages will be sent.", count, number=number))
    else:
        flash(_("Nobody was left to write to: nothing was sent a second time."))
    return redirect(url_for("invite.people", code=code), 303)


def request_sending_now(session: Session, consultation: Consultation) -> None:
    """Ask the worker at once, where messages may leave now; otherwise it asks itself when the hour comes."""
    now = datetime.now().astimezone()
    rules = get_rules(session, consultation)
    if rules.allows(now) and not rules.is_stopped and (
        consultation.is_accepting(now.date()) or consultation.state == "closed"
    ):  # fmt: skip
        request_sending(session, consultation, read_clock(session))


def _queue(session: Session, consultation: Consultation, kind: MailKind, mailing: NewMailing) -> int:
    if kind is MailKind.INVITATION:
        return queue_invitations(session, current_app.extensions["keyring"], consultation, mailing)
    if kind is MailKind.REMINDER:
        return queue_reminders(session, consultation, mailing)
    return queue_results(session, consultation, mailing)


def _try_out(code: str, kind: MailKind, texts: dict[str, MailText]) -> Answer:
    """Send to oneself, in each language, at once; no transaction is open meanwhile."""
    url = settings().mail_url
    if not url:
        abort(400)
    server, words, problem = read_mail_url(url), interface_words(g.language), ""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    asking = {language: describe(consultation, language) for language in texts}
    email, name = current_user.email, current_user.name
    db.session.commit()
    try:
        with Post(server, seconds=_SECONDS) as post:
            for language, text in texts.items():
                letter = _example(code, kind, language, text)
                key = random_key()
                post.send(compose(letter, asking[language], server, to=email, name=name, message_id=key), email)
    except MailAwayError as away:
        problem = trouble(away.code, words)
    except MailDoubtError:
        problem = trouble("mail.unreachable", words)
    except MailRefusedError:
        problem = refused_sentence(words)
    said = "" if problem else _("The test was sent to %(email)s.", email=email)
    return _show_again(code, kind, texts, problem=problem, said=said)


def _show_again(code: str, kind: MailKind, texts: dict[str, MailText], *, problem: str = "", said: str = "") -> Answer:
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    return _show(consultation, kind, texts, is_shown=True, problem=problem, said=said)


def _show(
    consultation: Consultation,
    kind: MailKind,
    texts: dict[str, MailText],
    *,
    error: RecordError | None = None,
    is_shown: bool = False,
    problem: str = "",
    said: str = "",
) -> Answer:
    place = ""
    if error is not None:
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise error
        field = {"mail.bad_subject": "subject", "mail.bad_text": "text"}.get(error.code)
        problem, place = sentence, f"{field}-{error.values.get('language')}" if field else ""
    steps = find_steps(db.session(), consultation)
    counts = {MailKind.INVITATION: steps.invite, MailKind.REMINDER: steps.remind, MailKind.RESULTS: steps.notify}
    asking = {language: describe(consultation, language) for language in texts}
    page = render_template(
        "invite/write.html",
        consultation=consultation,
        kind=kind,
        title=kind_titles(interface_words(g.language))[kind],
        texts=texts,
        problem=problem,
        place=place,
        told=said,
        count=counts[kind],
        previews=_previews(consultation.code, kind, texts, asking) if is_shown else {},
        has_mail=settings().mail_url is not None,
        longest={"subject": LONGEST_SUBJECT, "text": LONGEST_TEXT},
        rules=get_rules(db.session(), consultation),
    )
    return page, 422 if problem and not is_shown else 200


def _previews(
    code: str, kind: MailKind, texts: dict[str, MailText], asking: dict[str, Asking]
) -> dict[str, tuple[Markup, str]]:
    """Return each message as HTML and as plain text, with an address that leads nowhere personal."""
    letters = {language: _example(code, kind, language, text) for language, text in texts.items()}
    return {
        language: (Markup(write_body(letter, asking[language])), write_plain(letter, asking[language]))  # noqa: S704 - escaped by its own template
        for language, letter in letters.items()
    }


def _example(code: str, kind: MailKind, language: str, text: MailText) -> Letter:
    """Return a message with the consultation's own address in place of a personal link."""
    return Letter(
        kind=kind,
        language=language,
        subject=on_one_line(text.subject),
        text=text.text,
        link=consultation_link(_address(), language, code),
        unsubscribe=unsubscribe_link(_address(), language, "example"),
    )


def _new_mailing(texts: dict[str, MailText]) -> NewMailing:
    return NewMailing(texts, _address(), current_user.id, date.today())


def _address() -> str:
    return settings().public_url or request.url_root.rstrip("/")


def _first_texts(session: Session, consultation: Consultation, kind: MailKind) -> dict[str, MailText]:
    """Return the words of the last such mailing, or the ready-made ones."""
    last = find_last_texts(session, consultation, kind)
    return {
        language: MailText(**last[language]) if language in last else ready_text(kind, consultation, language)
        for language in _languages(consultation)
    }


def _read_texts(consultation: Consultation) -> dict[str, MailText]:
    return {
        language: MailText(
            request.form.get(f"subject-{language}", ""),
            request.form.get(f"text-{language}", "").replace("\r\n", "\n"),
        )
        for language in _languages(consultation)
    }


def _languages(consultation: Consultation) -> list[str]:
    """Return the languages to write in, that of the page first."""
    return sorted(consultation.required_languages(), key=lambda language: language != g.language)


def _read_kind(kind: str) -> MailKind:
    return MailKind(kind) if kind in {each.value for each in MailKind} else abort(404)
