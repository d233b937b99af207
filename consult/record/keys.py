"""The secret in a participant's link, and what is derived from it.

A link carries 130 random bits. From them, under keys derived (HKDF) from the installation's secret, come:

- the token's digest, stored with the invitation, by which the link finds it again;
- the draft's key, the submission key and the receipt: three HMACs with three labels. No stored column joins
  two of them, nor any of them with the invitation; the receipt itself is stored only as a further HMAC.

Whoever holds the database and not the installation's secret can compute none of these. Whoever holds both,
and a copy of the database from before an invitation was used, can decrypt its token and follow it: backups
made while a consultation is open deserve the care of a list of who said what.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from consult.record.errors import RecordError

# 32 signs that nobody confuses on paper or on the telephone: no 0, O, 1, I.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TOKEN_SIGNS = 26  # 130 bits
RECEIPT_SIGNS = 16  # 80 bits
RECEIPT_GROUP = 4
MINIMUM_SECRET = 16


@dataclass(frozen=True)
class LinkKeys:
    """What one link gives: each is an HMAC of the token under a label of its own."""

    draft_id: str
    submission_key: str
    receipt: str
    receipt_hash: str

    def __repr__(self) -> str:
        return "LinkKeys(…)"  # together they say what no stored column may say


class Keyring:
    """The keys of one installation, all derived from its secret."""

    def __init__(self, installation_secret: str) -> None:
        if len(installation_secret) < MINIMUM_SECRET:
            raise RecordError("keys.weak_secret", minimum=MINIMUM_SECRET)
        self._secret = installation_secret.encode()
        self._token = self._derive("invitation token digest")
        self._draft = self._derive("draft key")
        self._submission = self._derive("submission key")
        self._receipt = self._derive("receipt")
        self._receipt_digest = self._derive("receipt digest")
        self._import = self._derive("import key")
        self._cipher = Fernet(urlsafe_b64encode(self._derive("invitation token encryption")))

    def hash_token(self, token: str) -> str:
        """Return what an invitation stores in place of its token."""
        return _sign(self._token, normalise_code(token))

    def encrypt_token(self, token: str) -> str:
        """Return the token, readable only with the installation's secret."""
        # Fernet writes the time in clear: zero, for no row may carry a clock finer than a day.
        return self._cipher.encrypt_at_time(token.encode(), 0).decode()

    def decrypt_token(self, encrypted: str) -> str:
        """Return the token; raises `keys.other_secret` when the installation's secret has changed."""
        try:
            return self._cipher.decrypt(encrypted.encode()).decode()
        except InvalidToken:
            raise RecordError("keys.other_secret") from None

    def open_link(self, token: str) -> LinkKeys:
        """Return the draft's key, the submission key and the receipt of a link."""
        token = normalise_code(token)
        receipt = _readable(hmac.digest(self._receipt, token.encode(), "sha256"))
        return LinkKeys(
            draft_id=_sign(self._draft, token)[:32],
            submission_key=_sign(self._submission, token),
            receipt=receipt,
            receipt_hash=self.hash_receipt(receipt),
        )

    def hash_receipt(self, receipt: str) -> str:
        """Return what a response stores in place of its receipt, however the person typed it."""
        return _sign(self._receipt_digest, normalise_code(receipt))

    def import_key(self, source: str) -> str:
        """Return the submission key of one row of a file, so that importing it twice stores it once."""
        return _sign(self._import, source)

    def _derive(self, label: str) -> bytes:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"consult/{label}/1".encode())
        return kdf.derive(self._secret)


def new_token() -> str:
    """Return a fresh secret for a participant's link."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_SIGNS)).lower()


def normalise_code(text: str) -> str:
    """Return a token or a receipt as typed, without the spaces, the hyphens and the case."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _sign(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), sha256).hexdigest()


def _readable(digest: bytes) -> str:
    """Return the digest's first 80 bits as four groups of four signs."""
    number = int.from_bytes(digest[: RECEIPT_SIGNS * 5 // 8])
    signs = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(RECEIPT_SIGNS))
    return "-".join(signs[start : start + RECEIPT_GROUP] for start in range(0, RECEIPT_SIGNS, RECEIPT_GROUP))
