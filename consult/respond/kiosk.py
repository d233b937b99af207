"""A tablet that many people use, one after the other: between two of them it forgets everything."""

from flask import abort, g, redirect, render_template, request, url_for

from consult.access import public
from consult.extensions import db
from consult.language_urls import hold_policy
from consult.record.consultation import Consultation, ConsultationState, find_consultation
from consult.record.database import begin
from consult.record.draft import delete_draft
from consult.respond.blueprint import blueprint
from consult.respond.device import KIOSK_SECONDS, begin_kiosk, end_kiosk, forget_person, held_link, kiosk_of
from consult.respond.pages import Page
from consult.respond.places import keyring

# How long the last page stays where nobody touches anything; a receipt on it is shown only on request.
_DONE_SECONDS = 45


@blueprint.context_processor
def tell_kiosk() -> dict[str, object]:
    """Tell pages whether this device is a kiosk, and after how many seconds of stillness it forgets."""
    kept = kiosk_of()
    if kept is None:
        return {"kiosk": None}
    is_last = request.endpoint == "respond.done"
    return {"kiosk": {"code": kept[0], "seconds": _DONE_SECONDS if is_last else KIOSK_SECONDS, "is_last": is_last}}


@blueprint.get("/c/<code:code>/kiosk")
@public
def kiosk(code: str) -> Page:
    """Say what the kiosk does, and start it or end it."""
    begin(db.session(), read_only=True)
    return render_template("respond/kiosk.html", consultation=_find(code), is_on=kiosk_of() is not None)


@blueprint.post("/c/<code:code>/kiosk")
@public
def change_kiosk(code: str) -> Page:
    """Start it, or end it."""
    begin(db.session(), read_only=True)
    _find(code)
    if request.form.get("do") == "end":
        end_kiosk()
        return redirect(url_for("respond.kiosk", code=code), 303)
    begin_kiosk(code, g.language)
    return redirect(url_for("respond.landing", code=code), 303)


@blueprint.post("/c/<code:code>/next")
@public
def next_person(code: str) -> Page:
    """Forget whoever was here and go to the first page.

    What they did not send is deleted: nobody could ever come back to it, but for who typed a code of their own.
    """
    kept = kiosk_of()
    if kept is None:
        return redirect(url_for("respond.landing", code=code), 303)
    held = held_link(kept[0])
    forget_person()
    if held is not None and not held.is_personal:
        begin(db.session())
        delete_draft(db.session(), keyring().open_link(held.token).draft_id)
        db.session.commit()
    return redirect(url_for("respond.landing", code=kept[0], language=kept[1]), 303)


def _find(code: str) -> Consultation:
    consultation = find_consultation(db.session(), code)
    if consultation is None or consultation.state is ConsultationState.DRAFT:
        abort(404)
    hold_policy(consultation)
    return consultation
