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
CODE_SIGNS = 10  # 50 bits: for what is typed, and never holds a contact
RECEIPT_GROUP = 4
MINIMUM_SECRET = 16
_SIGNATURE = 20  # hexadecimal digits, 80 bits


@dataclass(frozen=True)
class LinkKeys:
    """What one link gives: each is an HMAC of the token under a label of its own."""

    draft_id: str
    submission_key: str
    receipt: str
    receipt_hash: str

    def __repr__(self) -> str:
        return "LinkKeys(…)"  # together they say what no stored column may say


@dataclass(frozen=True)
class DiscussionKeys:
    """What the same link gives in the discussions, under labels of their own: nothing joins them to a response."""

    participant_id: str
    receipt: str
    receipt_hash: str

    def __repr__(self) -> str:
        return "DiscussionKeys(…)"


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
        self._unsubscribe = self._derive("unsubscribe")
        self._typed_code = self._derive("typed code")
        self._slip = self._derive("session slip")
        self._slip_digest = self._derive("session slip digest")
        self._discussion = self._derive("discussion participant")
        self._discussion_receipt = self._derive("discussion receipt")
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

    def open_discussion(self, token: str) -> DiscussionKeys:
        """Return the participant's key in the discussions, and their receipt there."""
        token = normalise_code(token)
        receipt = _readable(hmac.digest(self._discussion_receipt, token.encode(), "sha256"))
        return DiscussionKeys(
            participant_id=_sign(self._discussion, token)[:32],
            receipt=receipt,
            receipt_hash=self.hash_receipt(receipt),
        )

    def hash_receipt(self, receipt: str) -> str:
        """Return what a response stores in place of its receipt, however the person typed it."""
        return _sign(self._receipt_digest, normalise_code(receipt))

    def slip_code(self, seed: str) -> str:
        """Return the code of a session's slip: printed again at will, stored nowhere."""
        return _readable(hmac.digest(self._slip, seed.encode(), "sha256"))

    def hash_slip(self, code: str) -> str:
        """Return what a session stores in place of its slip's code, however a person typed it."""
        return _sign(self._slip_digest, normalise_code(code))

    def import_key(self, source: str) -> str:
        """Return the submission key of one row of a file, so that importing it twice stores it once."""
        return _sign(self._import, source)

    def unsubscribe_key(self, person: str) -> str:
        """Return what stands in the address by which somebody asks for no more messages: their key, signed."""
        return person + _sign(self._unsubscribe, person)[:_SIGNATURE]

    def read_unsubscribe_key(self, key: str) -> str | None:
        """Return whose address it is; None for one that was not made here."""
        person = key[:-_SIGNATURE]
        return person if hmac.compare_digest(self.unsubscribe_key(person).encode(), key.encode()) else None

    def typed_codes(self, seed: str, count: int) -> list[str]:
        """Return short codes, the same for the same seed: whoever asks twice, as by a double click, gets one list.

        The seed is random, shown to who asks for codes, and kept nowhere.
        """
        digests = (hmac.digest(self._typed_code, f"{seed}/{number}".encode(), "sha256") for number in range(count))
        return [_signs(digest, CODE_SIGNS).lower() for digest in digests]

    def _derive(self, label: str) -> bytes:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"consult/{label}/1".encode())
        return kdf.derive(self._secret)


def new_token() -> str:
    """Return a fresh secret for a participant's link."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_SIGNS)).lower()


def write_code(token: str) -> str:
    """Return a short code as it is printed: in capitals, in two groups of five."""
    code = normalise_code(token)
    return f"{code[: CODE_SIGNS // 2]}-{code[CODE_SIGNS // 2 :]}"


def normalise_code(text: str) -> str:
    """Return a token or a receipt as typed, without the spaces, the hyphens and the case."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _sign(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), sha256).hexdigest()


def _readable(digest: bytes) -> str:
    """Return the digest's first 80 bits as four groups of four signs."""
    signs = _signs(digest, RECEIPT_SIGNS)
    return "-".join(signs[start : start + RECEIPT_GROUP] for start in range(0, RECEIPT_SIGNS, RECEIPT_GROUP))


def _signs(digest: bytes, count: int) -> str:
    number = int.from_bytes(digest[: -(-count * 5 // 8)])
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(count))
