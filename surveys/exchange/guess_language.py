"""Whether the words of a questionnaire without a language are French or English."""

import re
from collections import Counter

_WORD = re.compile(r"[a-zàâçéèêëîïôœùû]+")
_FRENCH = frozenset(
    (
        "le",
        "la",
        "les",
        "des",
        "du",
        "et",
        "est",
        "une",
        "vous",
        "votre",
        "vos",
        "dans",
        "pour",
        "que",
        "qui",
        "avec",
        "sur",
        "pas",
        "quel",
        "quelle",
        "oui",
    )
)
_ENGLISH = frozenset(
    (
        "the",
        "of",
        "and",
        "is",
        "are",
        "you",
        "your",
        "in",
        "for",
        "that",
        "with",
        "on",
        "not",
        "what",
        "which",
        "how",
        "do",
        "yes",
        "please",
        "to",
    )
)
_SAMPLE = 20_000


def guess_language(text: str) -> str:
    """Return "fr" or "en", whichever has more of its small words in the text; "en" where neither has."""
    words = Counter(_WORD.findall(text[:_SAMPLE].lower()))
    french = sum(words[word] for word in _FRENCH)
    return "fr" if french > sum(words[word] for word in _ENGLISH) else "en"
