"""Which language an answer is written in: French, English, or neither.

py3langid (Lui & Baldwin 2012, "langid.py: An off-the-shelf language identification tool") decides between the two.
Asked about all its languages it takes "no comment" for Italian, so the wider question is put only to answers in which
few words are the small words of French or English, and its reply counts only when it is sure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from analysis.words import function_word_share

FRENCH = "fr"
ENGLISH = "en"
LANGUAGES = (ENGLISH, FRENCH)
OTHER = "other"

_NAMES = {
    FRENCH: {"fr", "fra", "fre", "french", "français", "francais", "française", "francaise", "f"},
    ENGLISH: {"en", "eng", "english", "anglais", "anglaise", "e", "a"},
}
_CLOSE_TO_FRENCH_OR_ENGLISH = {"fr", "en", "oc", "wa", "pcm", "sco", "ht", "frp", "nrm", "pcd"}
_SURE_OF_OTHER = 0.6
_SURE_OF_ONE = 0.7
_LETTERS_TO_JUDGE = 12
_ENOUGH_SMALL_WORDS = 0.34


@cache
def _identifier(*languages: str) -> LanguageIdentifier:
    if not languages:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    restricted = copy(_identifier())  # it takes most of a second to load
    restricted.set_languages(list(languages))
    return restricted


def read_language(value: str) -> str | None:
    """Return "fr", "en", "other", or None where a cell of a language column is empty.

    Takes what tools write: ``fr``, ``FR-CA``, ``fr_CA.UTF-8``, ``French``, ``français``, ``Anglais``.
    """
    name = value.strip().casefold()
    if not name:
        return None
    for language, names in _NAMES.items():
        if name in names or name.replace("_", "-").split("-")[0] in names:
            return language
    return OTHER


def detect_languages(texts: Sequence[str]) -> list[str]:
    """Return the language of each text: "fr", "en" or "other".

    A text that could be either ("Transport", "811") takes the language that most of the others are in.
    """
    known = {text: _detect(text) for text in dict.fromkeys(texts)}
    usual = _most_usual(known[text] for text in texts)
    return [known[text] or usual for text in texts]


def _most_usual(languages: Iterable[str | None]) -> str:
    counts = Counter(language for language in languages if language in LANGUAGES)
    return max(LANGUAGES, key=lambda language: (counts[language], language))


def _detect(text: str) -> str | None:
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return None
    latin = sum(c < "ɐ" for c in letters)
    if latin < len(letters) / 2:
        return OTHER
    if len(letters) >= _LETTERS_TO_JUDGE and function_word_share(text) < _ENOUGH_SMALL_WORDS:
        name, sure = _identifier().rank(text)[0]
        if name not in _CLOSE_TO_FRENCH_OR_ENGLISH and sure >= _SURE_OF_OTHER:
            return OTHER
    name, sure = _identifier(*LANGUAGES).classify(text)
    return str(name) if sure >= _SURE_OF_ONE else None
