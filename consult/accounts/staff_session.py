"""How long a person stays signed in: twelve hours at most, two without a request.

The cookie itself lives for weeks, for participants' links; so the moments are kept in it and checked here. The
rest of the cookie, a participant's link above all, is never touched.
"""

from time import time

from flask import Flask, g, session
from flask_login import user_logged_in, user_logged_out

LONGEST = 12 * 3600
LONGEST_IDLE = 2 * 3600
# How old the kept moment may be: not every request needs a new cookie.
_GRAIN = 60

_SINCE, _SEEN = "staff_since", "staff_seen"
# What Flask-Login, Flask-Security and we keep about a person.
_STAFF_KEYS = ("_user_id", "_id", "_fresh", "_remember", "_remember_seconds", "fs_cc", "fs_paa", "fs_gexp")
_CSRF = "csrf_token"


def watch_sessions(app: Flask) -> None:
    """Begin and end the session of staff when people sign in and out."""
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)


def is_staff_session() -> bool:
    """Tell whether somebody seems to have signed in here, without asking the database."""
    return "_user_id" in session


def is_over() -> bool:
    """Tell whether the person was away or here for too long, and forget them if so; else remember the moment."""
    now = time()
    since, seen = session.get(_SINCE, 0), session.get(_SEEN, 0)
    if now - since >= LONGEST or now - seen >= LONGEST_IDLE:
        forget()
        return True
    if now - seen >= _GRAIN:
        session[_SEEN] = int(now)
    return False


def forget() -> None:
    """Take everything about staff out of the session."""
    for key in (*_STAFF_KEYS, _SINCE, _SEEN):
        session.pop(key, None)


def _begin(app: Flask, **_: object) -> None:
    session[_SINCE] = session[_SEEN] = int(time())
    # A token that was known before signing in is worth nothing after it.
    session.pop(_CSRF, None)
    g.pop(_CSRF, None)


def _end(app: Flask, **_: object) -> None:
    forget()
