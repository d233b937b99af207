"""Where the sound of a word decides the word before it: « de » or « d’ », "a" or "an".

The rule goes by letters, as writers do: French elides before a vowel and before a mute h. The h that is aspirated is
known by a list of common words, which is no dictionary: an author who needs another form writes the sentence so that
none is needed. Digits, "onze" and "oui" never take the elided form.
"""

import unicodedata
from typing import Final

_VOWELS: Final = frozenset("aeiou")
_OPENING: Final = "«»“”\"'’‘([ \t\n\u00a0\u202f"
# Beginnings of French words whose h is aspirated, without accents.
_ASPIRATED: Final = (
    "hache", "hachis", "haie", "haine", "hair", "haisse", "haiti", "hall", "halo", "halte", "hamac", "hameau",
    "hamster", "hanche", "handicap", "hangar", "hanneton", "hante", "happe", "harcel", "hardi", "harem", "hareng",
    "hargne", "haricot", "harnais", "harpe", "hasard", "hate", "hauss", "haut", "havre", "hennir", "heriss", "hernie",
    "heron", "heros", "hertz", "hetre", "heurt", "hibou", "hideu", "hierarch", "hippie", "hiss",
    "hobby", "hochet", "hockey", "holdup", "holland", "homard", "hongr", "honte", "hoquet", "hors", "hotte",
    "houblon", "houe", "houille", "houle", "housse", "houx", "hublot", "huche", "huee", "huit", "hululement", "hurl",
    "huron", "hutte", "hyene",
)  # fmt: skip
# Words that begin with these letters and are elided all the same.
_MUTE: Final = ("hallucin", "halog", "heroin", "heroiq", "heroism", "huitre")
_NEVER: Final = ("onze", "onzi", "oui", "ouistiti", "ululement", "uhlan")
_FRENCH_Y: Final = ("yeux", "yeuse", "yonne", "york", "yvelines", "yves", "yvette", "yvon")
_ENGLISH_MUTE: Final = ("heir", "honest", "honor", "honour", "hour")
_ENGLISH_NEVER: Final = ("eu", "one", "once", "uni", "use", "usu", "util", "ubiq")


def takes_second_form(word: str, language: str) -> bool:
    """Tell whether a text calls for the form that stands before a vowel, such as « d’ » or "an"."""
    plain = _plain(word)
    if not plain:
        return False
    return _in_french(plain) if language == "fr" else _in_english(plain)


def _plain(word: str) -> str:
    """Return the beginning of a text in small letters, without accents and opening marks."""
    folded = unicodedata.normalize("NFKD", word.lstrip(_OPENING)[:24].casefold())
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return plain.replace("œ", "oe").replace("æ", "ae")


def _in_french(plain: str) -> bool:
    if plain.startswith(_NEVER):
        return False
    if plain[0] == "h":
        return plain.startswith(_MUTE) or not plain.startswith(_ASPIRATED)
    if plain[0] == "y":
        return plain.startswith(_FRENCH_Y)
    return plain[0] in _VOWELS


def _in_english(plain: str) -> bool:
    if plain.startswith(_ENGLISH_NEVER):
        return False
    return plain[0] in _VOWELS or plain.startswith(_ENGLISH_MUTE)
