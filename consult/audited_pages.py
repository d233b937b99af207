"""The pages that read or export who somebody is: that they were opened is written to the audit, in one place.

What a view has to know to say it (which file, which state) it says itself. These are the others: a page of this list
that was shown leaves one line, and is not shown where the line cannot be written.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Flask, current_app, request
from flask_login import current_user

from consult.extensions import db
from consult.record.audit import record_reading
from consult.record.consultation import get_consultation
from consult.record.database import begin

# Method and endpoint, and what was done. Each has the code of a consultation in its address.
AUDITED = {
    ("GET", "invite.people"): "contacts.read",
    ("GET", "invite.person"): "contacts.read",
    ("GET", "invite.returned"): "contacts.read",
    ("POST", "invite.make_codes"): "codes.made",
    ("GET", "enter.form"): "forms.read",
    ("GET", "enter.settle"): "forms.read",
    ("GET", "discuss.results_csv"): "discussion.exported",
    ("GET", "committee.board_words"): "contributions.read",
    ("GET", "committee.split_board_theme"): "contributions.read",
    ("GET", "committee.code_one"): "contributions.coded",
    ("GET", "committee.difference"): "contributions.coded",
}


def audit_pages(app: Flask) -> None:
    """Have these pages leave a line in the audit; raises RuntimeError for one that is not there."""
    for endpoint in {endpoint for _, endpoint in AUDITED}:
        view = app.view_functions.get(endpoint)
        if view is None:
            raise RuntimeError(f"{endpoint}: audited, but no such view")
        app.view_functions[endpoint] = _audited(view, endpoint)


def _audited(view: Callable[..., Any], endpoint: str) -> Callable[..., Any]:
    @wraps(view)
    def shown(**values: Any) -> Any:  # noqa: ANN401 - whatever a view takes and answers
        answer = view(**values)
        action = AUDITED.get((request.method, endpoint))
        if action is not None and current_app.make_response(answer).status_code == 200:
            session = db.session()
            session.rollback()  # ends the reading
            begin(session)
            record_reading(
                session, current_user.id, action, get_consultation(session, values["code"]), now=datetime.now(UTC)
            )
            session.commit()
        return answer

    return shown
