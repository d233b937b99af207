"""No more messages: a page with a button, and what a mail program sends for its reader (RFC 8058).

Opening the page changes nothing, for mail scanners open addresses. The mail program's request comes from nobody's
browser and has no token of a form: knowing the signed address is enough, and all that it can do is to end messages.
"""

from flask import Blueprint, current_app, render_template
from sqlalchemy.orm import Session

from consult.access import public
from consult.extensions import csrf, db
from consult.limits import code_limit
from consult.record.consultation import Consultation
from consult.record.contact import Contact, unsubscribe
from consult.record.database import begin
from consult.record.results_notice import ResultsNotice, drop_notice

blueprint = Blueprint("no_mail", __name__, url_prefix="/<language:language>")
_LONGEST = 64


@blueprint.get("/no-mail/<key>")
@code_limit
@public
def ask(key: str) -> tuple[str, int]:
    """Show the button."""
    begin(db.session(), read_only=True)
    consultation, _, is_done = _find(db.session(), key)
    return _show(consultation, is_done=is_done)


@blueprint.post("/no-mail/<key>")
@code_limit
@public
def stop(key: str) -> tuple[str, int]:
    """End the messages; the same page however often it is asked."""
    begin(db.session())
    consultation, person, is_known = _find(db.session(), key)
    if isinstance(person, Contact):
        unsubscribe(db.session(), person)
    elif person is not None:
        drop_notice(db.session(), person)
    db.session.commit()
    return _show(consultation, is_done=person is not None or is_known)


csrf.exempt(stop)


def _find(session: Session, key: str) -> tuple[Consultation | None, Contact | ResultsNotice | None, bool]:
    """Return whose address it is; nobody's where it was not made here or they were removed since."""
    person = current_app.extensions["keyring"].read_unsubscribe_key(key[:_LONGEST])
    found = session.get(Contact, person) or session.get(ResultsNotice, person) if person else None
    if found is None:
        return None, None, person is not None
    consultation = session.get_one(Consultation, found.consultation_id)
    return consultation, found, isinstance(found, Contact) and found.is_unsubscribed


def _show(consultation: Consultation | None, *, is_done: bool) -> tuple[str, int]:
    status = 200 if is_done or consultation is not None else 404
    return render_template("invite/no_mail.html", about=consultation, is_done=is_done), status
