"""The audit, for administrators: who did what, and when. No participant appears in it, nor a word of theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Response as HttpResponse
from flask import g, render_template, request
from flask_babel import gettext
from flask_login import current_user

from consult.access import needs
from consult.accounts.audit_words import action_names, thing_names
from consult.accounts.routes import blueprint
from consult.exports.csv_text import csv_bytes
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role, get_account
from consult.record.audit import record_action
from consult.record.audit_search import (
    AuditSearch,
    Found,
    count_audit,
    list_actions,
    list_actors,
    search_audit,
    walk_audit,
)
from consult.record.database import begin

_ON_A_PAGE = 50
_MOST_PAGES = 10_000


@dataclass(frozen=True)
class _Asked:
    """What the form asks for, as it was typed, and the search that it makes."""

    first: str
    last: str
    person: str
    action: str
    search: AuditSearch
    wrong: frozenset[str]

    @property
    def query(self) -> dict[str, str]:
        """What an address carries of it."""
        typed = {"from": self.first, "to": self.last, "person": self.person, "action": self.action}
        return {name: value for name, value in typed.items() if value}


@blueprint.get("/audit")
@needs(Role.ADMINISTRATOR)
def audit() -> str | tuple[str, int]:
    """Show a page of entries, the newest first."""
    session = db.session()
    begin(session, read_only=True)
    asked = _read_asked()
    page = min(max(request.args.get("page", 1, type=int), 1), _MOST_PAGES)
    count = 0 if asked.wrong else count_audit(session, asked.search)
    words = interface_words(g.language)
    shown = [] if asked.wrong else search_audit(session, asked.search, limit=_ON_A_PAGE, offset=_ON_A_PAGE * (page - 1))
    names = action_names(words)
    html = render_template(
        "accounts/audit.html",
        asked=asked,
        entries=shown,
        count=count,
        page=page,
        pages=-(-count // _ON_A_PAGE),
        actions=sorted(((code, names.get(code, code)) for code in list_actions(session)), key=lambda pair: pair[1]),
        actors=list_actors(session),
        names=names,
        things=thing_names(words),
    )
    return (html, 422) if asked.wrong else html


@blueprint.get("/audit.csv")
@needs(Role.ADMINISTRATOR)
def audit_csv() -> HttpResponse:
    """Download what the search finds, every entry of it; that it was taken is the newest entry of the audit."""
    session = db.session()
    begin(session, read_only=True)
    asked = _read_asked()
    header = (
        gettext("time"),
        gettext("person"),
        gettext("action"),
        gettext("what was done"),
        gettext("consultation"),
        gettext("thing"),
        gettext("reason"),
    )
    found = iter(()) if asked.wrong else walk_audit(session, asked.search)
    content = csv_bytes(header, _rows(found), delimiter=";" if g.language == "fr" else ",")
    session.rollback()  # ends the reading
    begin(session)
    record_action(
        session, current_user.id, "audit.exported", get_account(session, current_user.id), now=datetime.now(UTC)
    )
    session.commit()
    headers = {"Content-Disposition": f'attachment; filename="consult-audit-{date.today().isoformat()}.csv"'}
    return HttpResponse(content, headers=headers, content_type="text/csv; charset=utf-8")


def _rows(found: Iterator[Found]) -> Iterator[tuple[str, ...]]:
    names = action_names(interface_words(g.language))
    for each in found:
        entry = each.entry
        yield (
            entry.at.astimezone().isoformat(timespec="seconds"),
            each.name or "",
            entry.action,
            names.get(entry.action, entry.action),
            each.consultation or "",
            f"{entry.object_type}:{entry.object_id}",
            entry.reason,
        )


def _read_asked() -> _Asked:
    typed = {name: request.args.get(name, "").strip()[:64] for name in ("from", "to", "person", "action")}
    days = {name: _read_day(typed[name]) for name in ("from", "to")}
    wrong = frozenset(name for name, day in days.items() if typed[name] and day is None)
    last = days["to"]
    search = AuditSearch(
        since=_midnight(days["from"]),
        until=_midnight(last + timedelta(days=1)) if last is not None else None,
        account_id=int(typed["person"]) if typed["person"].isascii() and typed["person"].isdigit() else None,
        action=typed["action"] or None,
    )
    return _Asked(typed["from"], typed["to"], typed["person"], typed["action"], search, wrong)


def _read_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(9000, 1, 1) else None


def _midnight(day: date | None) -> datetime | None:
    """Return when a day begins where the server is."""
    return datetime(day.year, day.month, day.day).astimezone() if day is not None else None
