"""How often the same may be tried: against guessing, and never in the way of a room full of people.

A hospital, or a meeting where everybody opens their link at once, is one address: limits by address are wide.
Counts are kept in the memory of each process, or in Redis for several hosts (CONSULT_REDIS_URL).
"""

from hashlib import sha256

from flask import request, session
from flask_limiter.util import get_remote_address

from consult.extensions import limiter
from consult.record.account import normalise_email
from consult.record.errors import RecordError

# For the pages where a person types a receipt or opens a link: ``@code_limit`` below the route. Codes of 80 and
# 130 random bits are not guessed at this pace, nor at any other; this keeps the server free for people.
code_limit = limiter.limit("300 per minute", key_func=get_remote_address, scope="codes")

# For the page where a short code is typed. Only wrong codes count, so that a hospital, a school or a clinic behind one
# address types in as many right ones as it has people: of 300 who come within ten minutes, all may mistype once. A code
# has 50 random bits: where 500 are in use, ten years of guessing at this pace find one with a chance of 1 in 500,000.
typed_code_limit = limiter.limit(
    "40 per minute; 1000 per day",
    key_func=get_remote_address,
    scope="typed codes",
    methods=["POST"],
    deduct_when=lambda response: response.status_code == WRONG,
)
WRONG = 422

# For the form where staff sign in: by address of the network, wide, and by the account that is tried, narrow.
sign_in_limit_of_network = limiter.limit("60 per minute", key_func=get_remote_address, methods=["POST"])


def _tried_account() -> str:
    """Return whose account is tried, unreadable: it is kept for a minute, perhaps on another host.

    All that finds one account counts as one; what finds none counts as it was typed.
    """
    typed = request.form.get("email", "")
    try:
        tried = normalise_email(typed)
    except RecordError:
        tried = typed
    return sha256(tried.encode("utf-8", "replace")).hexdigest()


def _own_account() -> str:
    return sha256(str(session.get("_user_id")).encode()).hexdigest()


sign_in_limit_of_account = limiter.limit("10 per minute", key_func=_tried_account, methods=["POST"])
# For the form where a person gives the present password again.
password_limit = limiter.limit("10 per minute", key_func=_own_account, methods=["POST"])
