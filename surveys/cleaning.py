"""A person's text as it is stored: their words, without what no person types."""

import re
import unicodedata

# Control characters except tab and line feed, directional overrides that disguise text, lone surrogates (no
# file or database holds them), byte order marks and noncharacters (no workbook holds them).
_NEVER_TYPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\r\u2028\u2029\x85\x0b\x0c]")


def clean_text(text: str) -> str:
    """Return the text composed (NFC), with line feeds only, trimmed, without unprintable characters."""
    text = _NEVER_TYPED.sub("", _LINE_BREAK.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


def storable_text(text: str) -> str:
    """Return the text as it was typed, without the signs that no database keeps (NUL, halves of surrogate pairs)."""
    return _NOT_STORABLE.sub("", text)
