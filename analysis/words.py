"""The words of a French or an English text: elisions cut, small words told apart, inflections joined by stems.

Stems are Snowball's (Porter 2001), made of the word without its accents, because people on a phone write "medecin" for
"médecin" and both must count as one word. Names shown to people are always the written forms, never the stems.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
# Addresses of pages and of people, and "@name": they lead somewhere and say nothing.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*|\S+@\S+|(?<!\w)@\w+", re.IGNORECASE)
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)['’](?=\w)", re.IGNORECASE)
_CONTRACTION = re.compile(r"(?:['’](?:s|re|ve|ll|d|m)|n['’]t)$", re.IGNORECASE)

# The small words of each language: articles, pronouns, prepositions, auxiliaries, and the verbs and adverbs that
# carry no subject in an answer to "what is hardest?", numbers, days and years. Content words such as
# "system" or "care" are never in them.
_SMALL_FRENCH = """
a à afin ai aie aient ailleurs ainsi ait alors après as assez au aucun aucune aujourd'hui auprès auquel aura aurait
auront aussi autant autour autre autres aux auxquels avaient avais avait avant avec avez avions avoir avons ayant
beaucoup bien bon c ça car ce ceci cela celle celles celui cependant certain certaine certaines certains ces cet cette
ceux chaque chez ci combien comme comment d dans de dedans dehors déjà depuis des dès desquels dessous dessus devait
devant devoir devons devrait devraient doit doivent donc dont du duquel durant e elle elles en encore enfin ensuite
entre envers environ es est et étaient étais était étant été être eu eux faire fais faisait fait faite faites fasse
faut faudra faudrait font fois g hors ici il ils j jamais je jusque l la là laquelle le lequel les lesquelles lesquels
leur leurs lors lorsque lui m ma maintenant mais malgré me même mêmes mes mettre mien mieux moi moins mon n ne ni non
nos notre nôtre nous on ont ou où oui par parce parfois parmi pas pendant personne peu peut peut-être peuvent peux
plus plusieurs plutôt pour pourquoi pourra pourrait pourraient pouvoir presque près puis puisque qu quand quant que
quel quelle quelles quelque quelques quels qui quoi quoique rendu rien s sa sans sauf se selon sera serait seraient
seront ses si sien sinon soi soient soit sommes son sont sous souvent suis sur surtout t ta tant tel telle telles tels
tes toi ton toujours tous tout toute toutes très trop tu un une va vais vas vers veut veulent veux voici voilà voir
vont vos votre vous vraiment vu y vraie vrai svp merci là-bas quelqu'un chacun chacune etc ok deux trois quatre cinq
six sept huit neuf dix onze douze quinze vingt trente quarante cinquante cent mille premier première deuxième dit dire
disent dis aller venir vient viennent mets met passe passer pis ben faque genre truc trucs chose choses monde gens
monsieur madame jai cest ya sil nai navons ans an mois semaine semaines jour jours hier demain aujourd'hui temps-ci
icitte tsé pcq bcp tjrs
"""
_SMALL_ENGLISH = """
a about above after again against ago all almost already also although always am an and another any anybody anyone
anything are aren around as at away back be became because become been before being below between both but by can
cannot could couldn did didn do does doesn doing don done down during each either else enough etc even ever every
everybody everyone everything few for from further get gets getting give given go goes going gone got had hadn has
hasn have haven having he her here hers herself him himself his how however i if in instead into is isn it its itself
just keep let like lot lots made make makes making many may maybe me might mine more most much must my myself need
needs neither never no nobody none nor not nothing now of off often ok on once one ones only onto or other others our
ours ourselves out over own per perhaps put quite rather really same see seem seems shall she should shouldn since so
some somebody someone something sometimes somewhere still such sure take than that the their theirs them themselves
then there these they thing things this those though through thus to together too toward towards under until unless up
upon us use used very want was wasn way we well were weren what whatever when whenever where whether which while who
whole whom whose why will with within without won would wouldn yes yet you your yours yourself please thanks thank im
ive dont cant doesnt isnt thats theres wasnt didnt id its youre theyre two three four five six seven eight nine ten
eleven twelve fifteen twenty thirty forty fifty hundred thousand first second third say says said saying tell tells
told ask asks asked come comes coming came put puts look looks looking find finding found thing stuff guy people
person shes hes whats lets youll theyll hasnt havent arent couldnt wouldnt shouldnt werent youve weve theyve
year years month months week weeks day days today tomorrow yesterday
"""
SMALL_WORDS = {
    "fr": frozenset(_SMALL_FRENCH.split()),
    "en": frozenset(_SMALL_ENGLISH.split()),
}


class Word(NamedTuple):
    """One word of a text as written, with its stem; ``start`` and ``end`` are offsets into the text."""

    written: str
    stem: str
    start: int
    end: int
    is_small: bool


def words_of(text: str, language: str) -> list[Word]:
    """Return the words of a text in order, small words included and marked."""
    return [_word(text, start, end, language) for start, end in _spans(text)]


def stems_of(text: str, language: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order: no small word, no number, no single letter."""
    return [word.stem for word in words_of(text, language) if not word.is_small]


def function_word_share(text: str) -> float:
    """Return the share of words that are small words of French or of English, between 0 and 1; 0 for no words."""
    written = [text[start:end].casefold() for start, end in _spans(text)]
    small = sum(word in SMALL_WORDS["fr"] or word in SMALL_WORDS["en"] for word in written)
    return small / len(written) if written else 0.0


def without_accents(text: str) -> str:
    """Return the text with its accents removed and œ, æ written out."""
    if text.isascii():
        return text
    spelled = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    return "".join(c for c in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(c))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each word, elided articles and English contractions cut off, addresses left out."""
    if "@" in text or "://" in text or "www." in text.casefold():
        text = _ADDRESS.sub(lambda found: " " * len(found[0]), text)
    for match in _WORD.finditer(text):
        start, end = match.span()
        while cut := _ELISION.match(text, start, end):
            start = cut.end()
        if cut := _CONTRACTION.search(text, start, end):
            end = cut.start() if cut.end() == end else end
        if start < end:
            yield start, end


def _word(text: str, start: int, end: int, language: str) -> Word:
    written = text[start:end]
    stem, is_small = _read(written.casefold().replace("’", "'"), language)
    return Word(written, stem, start, end, is_small)


@lru_cache(maxsize=200_000)
def _read(word: str, language: str) -> tuple[str, bool]:
    """Return the stem of a lower-case word and whether it is a small one. A cache, because vocabularies are small."""
    plain = without_accents(word)
    is_small = word in SMALL_WORDS[language] or plain in _plain_small(language) or len(plain) < 2 or _is_number(plain)
    return _stemmer(language).stemWord(plain), is_small


def _is_number(plain: str) -> bool:
    """Tell numbers from the telephone lines everybody calls by their number."""
    return plain.isdigit() and plain not in {"811", "911"}


@cache
def _plain_small(language: str) -> frozenset[str]:
    """Small words as written without accents, save those that would swallow a word of meaning ("cote", "pres")."""
    return frozenset(plain for word in SMALL_WORDS[language] if len(plain := without_accents(word)) > 2)


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer({"fr": "french", "en": "english"}[language])
