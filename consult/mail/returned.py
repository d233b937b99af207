"""A message that came back: which one it was, and whether it came back for good.

What mail servers send is a report with the message, or its headers, inside (RFC 3464); some quote it in plain text.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default

from consult.mail.letter import HEADER

MOST_BYTES = 2_000_000
_KEY = "([0-9a-f]{32})"
# Our own header first, then the name of the message, in headers and in quoted text.
_MARKS = (re.compile(rf"{HEADER}:\s*{_KEY}\b", re.IGNORECASE), re.compile(rf"<{_KEY}@"))
_RECIPIENT = re.compile(
    r"^(?:Final-Recipient|Original-Recipient|X-Failed-Recipients)\s*:\s*(?:rfc822\s*;)?\s*<?([^\s<>;]+@[^\s<>;,]+)",
    re.IGNORECASE | re.MULTILINE,
)
_ACTION = re.compile(r"^Action\s*:\s*(\w+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Returned:
    """What a message that came back tells; '' for what it does not. `is_delayed`: the server is still trying."""

    message_id: str
    email: str
    is_delayed: bool

    def __repr__(self) -> str:
        return "Returned(…)"


def read_returned(content: bytes) -> Returned:
    """Read a message as it came (.eml), or any text copied out of it; nothing in it can fail."""
    text = "\n".join(_texts(content[:MOST_BYTES]))
    found = next((match.group(1).lower() for mark in _MARKS if (match := mark.search(text))), "")
    recipient = _RECIPIENT.search(text)
    action = _ACTION.search(text)
    return Returned(
        found,
        recipient.group(1).lower() if recipient else "",
        is_delayed=action is not None and action.group(1).lower() in {"delayed", "delivered", "relayed", "expanded"},
    )


def _texts(content: bytes) -> list[str]:
    """Return the text of every part and its headers, the whole first: a copy may lack the structure of a message."""
    texts = [content.decode("utf-8", "replace")]
    try:
        for part in message_from_bytes(content, policy=default).walk():
            texts.append("\n".join(f"{name}: {value}" for name, value in part.items()))
            texts.append(_decode(part))
    except Exception:
        return texts  # what cannot be taken apart is read as it is
    return texts


def _decode(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
