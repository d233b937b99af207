"""Answers piped into texts (``${role}``, ``${role|your role}``, ``{de |d’}${role}``) when codes change or go."""

import re
from collections.abc import Callable

from surveys.localised import Localised

_REFERENCE = re.compile(r"\$\{\s*([^{}|\s]{1,200})\s*(\|[^{}]*)?\}")
_ELISION = re.compile(r"\{([^{}|]*)\|[^{}|]*\}(?=\$\{)")
_BRACES = re.compile(r"\$?\{[A-Za-z(!][^{}\n]{0,500}\}")
_MISSING = "…"


def rename_references(text: Localised, find: Callable[[str], str | None]) -> tuple[Localised, bool]:
    """Return a text with other references, and whether all were found; what was not reads as its alternative or “…”."""
    lost: list[str] = []

    def new(found: re.Match[str]) -> str:
        code = find(found[1])
        if code is not None:
            return f"${{{code}{found[2] or ''}}}"
        lost.append(found[1])
        return (found[2] or "")[1:] or _MISSING

    return Localised(_REFERENCE.sub(new, text.en), _REFERENCE.sub(new, text.fr)), not lost


def plain_references(text: str, find: Callable[[str], str | None]) -> str:
    """Return a text as other tools read it: ``${code}`` without alternative or elision, and no other “${”."""
    text = _ELISION.sub(lambda found: found[1], text)
    kept: list[str] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        code = find(found[1])
        kept += [_safe(text[end : found.start()]), f"${{{code}}}" if code else (found[2] or "")[1:] or _MISSING]
        end = found.end()
    return "".join(kept) + _safe(text[end:])


def _safe(text: str) -> str:
    return text.replace("${", "$ {")


def strip_expressions(text: Localised) -> tuple[Localised, bool]:
    """Return a text without what other tools put in braces (``{Q1.shown}``, ``${q://QID1/…}``), which reads “…”."""
    plain = Localised(*(_BRACES.sub(_MISSING, each) for each in (text.en, text.fr)))
    return plain, plain != text
