"""Which encoding a text file was written in, among those that Excel writes."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surveys.problems import SurveyError

_CHUNK = 1 << 20
_ENOUGH_EVIDENCE = 20_000  # accented characters looked at before deciding between the two old encodings
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNDEFINED_IN_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LOWER = frozenset("àâæçéèêëîïôœùûüÿ")
_UPPER = frozenset("ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ")
_SIGNS = frozenset("«»“”‘’…–—•°€\u00a0")


@dataclass(frozen=True)
class Encoding:
    """How a file is written: a `name` for people, and the codec that opens it without its byte order mark."""

    name: str
    codec: str


def detect_encoding(path: Path) -> Encoding:
    """Return the encoding of a text file; the whole file is read once, in pieces.

    A byte order mark decides; else UTF-8 if every byte agrees; else Windows-1252 or Mac Roman, whichever
    gives the more plausible French letters.
    Raises `SurveyError` with file.binary or file.unreadable (reason "encoding").
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _BOMS:
        if start.startswith(mark):
            encoding = Encoding(name, "utf-16" if name.startswith("utf-16") else name)
            if _find_undecodable(path, encoding.codec) is not None:
                raise SurveyError.of("file.unreadable", path.name, reason="encoding")
            return encoding
    broken_line = _find_undecodable(path, "utf-8")
    if broken_line is None:
        return Encoding("utf-8", "utf-8")
    return _tell_old_encodings(path, broken_line)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _find_undecodable(path: Path, codec: str) -> int | None:
    """Return the first line that the codec cannot decode, or None; raises file.binary at a NUL character."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    try:
        for chunk in _chunks(path):
            text = decoder.decode(chunk)
            if "\0" in text:
                raise SurveyError.of("file.binary", path.name)
            line += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        readable = error.object[: error.start]
        return line + readable.count(b"\n")
    return None


def _tell_old_encodings(path: Path, broken_line: int) -> Encoding:
    windows = mac = looked_at = 0
    as_utf8 = 0
    windows_possible = True
    for chunk in _chunks(path):
        if b"\0" in chunk:
            raise SurveyError.of("file.binary", path.name)
        windows_possible = windows_possible and not _UNDEFINED_IN_WINDOWS.search(chunk)
        if looked_at < _ENOUGH_EVIDENCE:
            as_utf8 += sum(len(match.group()) for match in _UTF8_CHARACTER.finditer(chunk))
            looked_at += len(_HIGH_BYTE.findall(chunk))
            windows += _plausibility(chunk.decode("cp1252", "replace"))
            mac += _plausibility(chunk.decode("mac_roman"))
    if as_utf8 > 0.9 * looked_at:  # UTF-8 with a few damaged bytes: another reading would spoil every accent
        raise SurveyError.of("file.unreadable", path.name, line=broken_line, reason="encoding")
    if windows_possible and windows >= mac:
        return Encoding("windows-1252", "cp1252")
    if mac > 0:
        return Encoding("mac-roman", "mac_roman")
    raise SurveyError.of("file.unreadable", path.name, line=broken_line, reason="encoding")


def _plausibility(text: str) -> int:
    """Return how much the characters outside ASCII look like French or English prose; higher is likelier."""
    score = 0
    for match in re.finditer(r"[^\x00-\x7f]", text):
        at = match.start()
        score += _weigh(text[at - 1 : at], match.group(), text[at + 1 : at + 2])
    return score


def _weigh(before: str, character: str, after: str) -> int:
    if character in _LOWER:
        return 2
    if character in _UPPER:
        if before.islower():
            return -2  # "cafÉ": an accented capital after a small letter is a wrong reading
        return 1 if before.isalpha() or after.isalpha() or character == "À" else -1
    if character == "’":
        return 1 if before.isalpha() else 0
    if character in _SIGNS:
        return -1 if after.isalpha() and (before.isalpha() or character == "…") else 1
    return -2
