"""The code of a session's slip that this device was given, in its signed session cookie; the server keeps none.

With it goes a secret of the browser's own, by which whoever remarks on a statement can change the remark.
"""

import time
from hashlib import sha256

from flask import session

from consult.record.database import random_key
from consult.respond.device import RECENT_SECONDS

_SLIP = "slip"


def hold_slip(code: str) -> None:
    """Hold a slip's code, as of now."""
    kept = session.get(_SLIP)
    secret = kept[2] if kept and kept[0] == code else random_key()
    session[_SLIP] = [code, int(time.time()), secret]


def held_slip() -> str | None:
    """Return the code that was given on this device within the last half hour."""
    kept = session.get(_SLIP)
    if not kept or time.time() - kept[1] >= RECENT_SECONDS:
        return None
    return str(kept[0])


def remark_key(about: str) -> str:
    """Return the key of this browser's remark about something: its second remark takes the place of the first."""
    return sha256(f"{session[_SLIP][2]}/{about}".encode()).hexdigest()[:32]


def drop_slip() -> None:
    """Forget the slip."""
    session.pop(_SLIP, None)
