"""The slip of a session: a code in both languages, on a page and as a PDF to print and cut.

The code can be shown again at will: it comes from the session's seed by way of the installation's secret, and is
stored nowhere. A lost or spread slip is replaced: the earlier code then opens nothing.
"""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import typst
from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from consult.access import needs
from consult.extensions import db
from consult.languages import LANGUAGES, Formats, interface_words
from consult.listen.blueprint import blueprint
from consult.listen.places import Place, find_place, keyring, not_found_as_404
from consult.listen.words import kind_names
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.session import renew_slip, slip_code
from consult.resources import resource

_TEMPLATE = ("listen", "slip.typ")
_PATHS = {"fr": "seance", "en": "session"}


@blueprint.get("/manage/<code:code>/sessions/<int:session_id>/slip")
@needs(Role.FACILITATOR)
@not_found_as_404
def print_slip(code: str, session_id: int) -> str:
    """Show the slip."""
    begin(db.session(), read_only=True)
    place = find_place(code, session_id)
    return render_template(
        "listen/slip_print.html",
        place=place,
        consultation=place.consultation,
        slip=slip_code(keyring(), place.listening),
        addresses=_addresses(),
        kinds=kind_names(),
    )


@blueprint.get("/manage/<code:code>/sessions/<int:session_id>/slip.pdf")
@needs(Role.FACILITATOR)
@not_found_as_404
def slip_pdf(code: str, session_id: int) -> Response:
    """Give a sheet of four slips, in both languages."""
    begin(db.session(), read_only=True)
    place = find_place(code, session_id)
    data = _data(place)
    db.session.commit()  # ends the reading: nothing stays open while the page is set
    response = Response(_typeset(data), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{code}-session-{session_id}-slip.pdf")
    return response


@blueprint.post("/manage/<code:code>/sessions/<int:session_id>/slip")
@needs(Role.FACILITATOR)
@not_found_as_404
def replace_slip(code: str, session_id: int) -> Answer:
    """Make another code; the earlier one opens nothing any more."""
    begin(db.session())
    listening = renew_slip(db.session(), keyring(), get_consultation(db.session(), code), session_id)
    record_action(db.session(), current_user.id, "session.slip_renewed", listening, now=datetime.now(UTC))
    db.session.commit()
    flash(_("The slip has another code. The earlier one opens nothing any more."))
    return redirect(url_for("listen.print_slip", code=code, session_id=session_id), 303)


def _addresses() -> dict[str, str]:
    """Return the address to type in each language, without its beginning that browsers add."""
    home = {each: url_for("home.index", language=each, _external=True).rpartition("://")[2] for each in LANGUAGES}
    return {each: f"{address.rstrip('/')}/{_PATHS[each]}" for each, address in home.items()}


def _data(place: Place) -> dict[str, object]:
    addresses, listening = _addresses(), place.listening
    parts = []
    for language in ("fr", "en"):
        _ = interface_words(language).gettext
        kind = {"focus_group": _("Focus group"), "interview": _("Interview")}[listening.kind]
        day = Formats(language).day(listening.held_on)
        parts.append(
            {
                "language": language,
                "title": place.consultation.title.shown(language)[1],
                "about": _("%(kind)s, %(day)s") % {"kind": kind, "day": day},
                "what": _(
                    "Read our notes of what was said, and tell us what is not right, until the consultation closes."
                ),
                "where": addresses[language],
                "code": _("Your code:"),
            }
        )
    return {"slip": slip_code(keyring(), listening), "parts": parts, "languages": list(LANGUAGES)}


def _typeset(data: dict[str, object]) -> bytes:
    try:
        return _compile(data, pdf_standards=["ua-1"])
    except typst.TypstError:  # a letter that no font here has, such as an emoji: the rest stays accessible
        return _compile(data)


def _compile(data: dict[str, object], **how: Any) -> bytes:  # noqa: ANN401 - the typesetter’s own
    folder = resource("templates") / _TEMPLATE[0]
    made = typst.compile(
        str(folder / _TEMPLATE[1]),
        root=str(folder),
        sys_inputs={"data": json.dumps(data)},
        timestamp=datetime.combine(date.today(), time(12), UTC),
        format="pdf",
        **how,
    )
    return made if isinstance(made, bytes) else b"".join(made)
