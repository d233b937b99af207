"""What a participant's device holds, in its signed session cookie: the link it answers with, and a receipt.

The server keeps neither. Whoever comes back later is asked whether it is them before an answer is shown: a phone is
lent, a tablet is shared.
"""

import time
from dataclasses import dataclass
from typing import Any

from flask import session

RECENT_SECONDS = 30 * 60
# A page of corrections that was left open still saves: who sends it has it before their eyes.
OPEN_PAGE_SECONDS = 12 * 3600
_FRESH_SECONDS = 60
# On a tablet that many people use, somebody who was still for so long has gone.
KIOSK_SECONDS = 90
_LINKS, _RECEIPT, _TICKED, _KIOSK = "links", "receipt", "ticked", "kiosk"
_MOST_LINKS = 4  # a cookie has 4,096 bytes


@dataclass(frozen=True)
class Held:
    """A link that the device holds; `is_recent` while the person at the keys is surely the same."""

    token: str
    is_recent: bool
    is_personal: bool


def held_link(code: str) -> Held | None:
    """Return the link that the device holds for a consultation."""
    kept = session.get(_LINKS, {}).get(code)
    recent = 2 * KIOSK_SECONDS if kiosk_of() else RECENT_SECONDS
    return Held(kept[0], _now() - kept[1] < recent, bool(kept[2])) if kept else None


def hold_link(code: str, token: str, *, is_recent: bool = True, is_personal: bool | None = None) -> None:
    """Hold a link for a consultation, as of now; the oldest goes when there are many.

    Not `is_recent`: whoever began with this link is asked whether it is them before anything is shown. What is not
    said of `is_personal` stays as it was.
    """
    kept = session.get(_LINKS, {}).get(code)
    if is_personal is None:
        is_personal = bool(kept and kept[0] == token and kept[2])
    if is_recent and kept and kept[0] == token and _now() - kept[1] < _FRESH_SECONDS:
        return  # a cookie that is not sent cannot arrive late and bring back what was forgotten since
    others = {each: kept for each, kept in session.get(_LINKS, {}).items() if each != code}
    newest = sorted(others.items(), key=lambda item: item[1][1])[-(_MOST_LINKS - 1) :]
    session[_LINKS] = dict(newest) | {code: [token, _now() if is_recent else 0, is_personal]}
    session.permanent = True


def drop_link(code: str) -> None:
    """Forget the link: somebody else has the device now."""
    session[_LINKS] = {each: kept for each, kept in session.get(_LINKS, {}).items() if each != code}


def held_receipt(seconds: float = RECENT_SECONDS) -> str | None:
    """Return the receipt that was given on this device within the last half hour, or as long as is said."""
    kept: Any = session.get(_RECEIPT)
    if not kept or _now() - kept[1] >= seconds:
        return None
    return str(kept[0])


def hold_receipt(receipt: str) -> None:
    """Hold a receipt, as of now."""
    kept = session.get(_RECEIPT)
    if not kept or kept[0] != receipt or _now() - kept[1] >= _FRESH_SECONDS:
        session[_RECEIPT] = [receipt, _now()]


def drop_receipt() -> None:
    """Forget the receipt."""
    session.pop(_RECEIPT, None)


def keep_ticks(codes: list[str]) -> None:
    """Keep which boxes of the first page were ticked while its language changes."""
    session[_TICKED] = codes


def take_ticks() -> list[str]:
    """Return those boxes, once."""
    return list(session.pop(_TICKED, []))


def begin_kiosk(code: str, language: str) -> None:
    """Make the device a kiosk for a consultation: it forgets everything, who is signed in too."""
    session.clear()
    session[_KIOSK] = [code, language]
    session.permanent = True


def kiosk_of() -> tuple[str, str] | None:
    """Return the consultation for which the device is a kiosk, and the language of its first page."""
    kept = session.get(_KIOSK)
    return (str(kept[0]), str(kept[1])) if kept else None


def forget_person() -> None:
    """Forget everything but that the device is a kiosk."""
    kept = session.get(_KIOSK)
    session.clear()
    if kept:
        session[_KIOSK] = kept
        session.permanent = True


def end_kiosk() -> None:
    """Make the device an ordinary one again, which holds nothing."""
    session.clear()


def _now() -> int:
    return int(time.time())
