"""The words of a text that holds markup: tags go, what they enclose stays, scripts go whole.

The scanner goes through a text once, whatever it holds: unclosed tags and comments cost nothing more.
"""

import html
import re

from surveys.exchange.imported import TEXT_LIMIT

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})(?=[\s/>])[^<>]{0,5000}>")
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"script", "style", "iframe", "object", "template", "noscript"})
_SPACES = re.compile(r"[ \t\r\f\v]+")
_LINES = re.compile(r" ?\n ?(?:\n ?)*")


def has_markup(text: str) -> bool:
    """Return whether a text holds something that a browser would take for a tag or a comment."""
    return "<" in text and (bool(_TAG.search(text)) or "<!--" in text)


def strip_markup(text: str, *, entities: bool = True) -> str:
    """Return the words of a text without its tags, comments and scripts; `entities` (``&eacute;``) become letters."""
    if has_markup(text):
        text = _LINES.sub("\n", _SPACES.sub(" ", _without_tags(text[: 5 * TEXT_LIMIT])))
    if entities and "&" in text:
        text = html.unescape(text)
    storable = text.replace("\0", "").encode("utf-8", "ignore").decode()  # half a character cannot be stored
    return storable.strip()[:TEXT_LIMIT]


def _without_tags(text: str) -> str:
    kept: list[str] = []
    at, end = 0, len(text)
    comments_end = text.rfind("-->")
    while at < end:
        opening = text.find("<", at)
        if opening < 0:
            break
        kept.append(text[at:opening])
        at = _after_markup(text, opening, comments_end, kept)
    kept.append(text[at:])
    return "".join(kept)


def _after_markup(text: str, opening: int, comments_end: int, kept: list[str]) -> int:
    """Return where the text goes on after the sign “<”, having kept what stands for it."""
    if text.startswith("<!--", opening):
        return text.find("-->", opening) + 3 if comments_end > opening else len(text)
    tag = _TAG.match(text, opening)
    if tag is None:
        kept.append("<")
        return opening + 1
    name = tag[2].lower()
    kept.append("\n" if name in _BREAKS else "")
    if name in _SILENT and not tag[1]:
        closing = re.compile(f"</{name}", re.IGNORECASE).search(text, tag.end())
        return closing.start() if closing else len(text)
    return tag.end()
