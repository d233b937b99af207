"""The phrases of many texts in one language: who wrote them, how people write them, and which read as names.

A phrase is one to three words that carry meaning with the articles and prepositions between them, as people wrote it;
"temps d'attente" and "temps attente" are one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.personal import points_at_a_person
from analysis.phrase_shapes import Surroundings, is_joined
from analysis.words import Word, without_accents, words_of

LONGEST = 3
_MOST_WORDS = 6
_LONGEST_ACRONYM = 5
_ACRONYM_SHARE = 0.25
_FEWEST_PEOPLE = 2
_FEWEST_FOR_A_NAME = 5

Key = tuple[str, ...]
"""The stems of a phrase without its small words: "temps d'attente" and "temps attente" are one."""

# Small words that may stand inside a phrase that names something.
_FRENCH_LINKS = "de du des d l la le les à au aux en et sur pour par sans avec entre dans un une"
_ENGLISH_LINKS = "of for in to the and with without on at a an"
# Articles stand in a phrase only after another small word: "access to the clinic", not "proportional the system".
_ARTICLES = {"fr": frozenset(("l", "la", "le", "les", "un", "une")), "en": frozenset(("the", "a", "an"))}
_LINKS = {"fr": frozenset(_FRENCH_LINKS.split()), "en": frozenset(_ENGLISH_LINKS.split())}


@dataclass(frozen=True)
class Phrase:
    """A phrase of one group.

    Attributes
    ----------
    key
        Its stems.
    text
        As most of the group write it.
    texts, weight
        Which of the group's texts hold it; the sum of the weights of these.
    people
        How many of the group's people wrote it: at least one; at least two did in all groups together.
    elsewhere
        How many texts of other groups hold it.
    reads_well
        0 to 1: how surely it is the name of something and not a piece of a sentence.
    """

    key: Key
    text: str
    texts: frozenset[int]
    people: int
    weight: float
    elsewhere: int
    reads_well: float

    @property
    def answers(self) -> int:
        """How many of the group's texts hold it."""
        return len(self.texts)


class Vocabulary:
    """Every phrase of one language: in how many texts of each group, and how people write it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts = 0
        self.whole: dict[int, float] = defaultdict(float)
        self._everywhere: Counter[Key] = Counter()
        self._inside: dict[int, dict[Key, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._weights: dict[int, dict[Key, float]] = defaultdict(lambda: defaultdict(float))
        self._people: dict[tuple[int, Key], set[int]] = defaultdict(set)
        self._authors: dict[Key, set[int]] = defaultdict(set)
        self._written: dict[tuple[int, Key], Counter[str]] = defaultdict(Counter)
        self._forms: dict[str, Counter[str]] = defaultdict(Counter)
        self._around = Surroundings(language)

    def add(self, text: str, group: int, weight: float, person: int) -> None:
        """Count each phrase of a text once; ``weight`` is how much the text says of its group."""
        self.texts += 1
        self.whole[group] += weight
        words = words_of(text, self.language)
        self._around.add(text, words)
        if not text.isupper():
            for word in words:
                if not _begins_a_sentence(text, word.start) or word.written.isupper():
                    form = word.written.replace("'", "’")
                    self._forms[form.casefold()][form] += 1
        said: dict[Key, str] = {}
        for inside in _phrases(text, words, self.language):
            key = tuple(word.stem for word in inside if not word.is_small)
            said.setdefault(key, text[inside[0].start : inside[-1].end])
        for key, written in said.items():
            self._everywhere[key] += 1
            self._inside[group][key].add(self.texts)
            self._weights[group][key] += weight
            self._written[group, key][written] += 1
            self._people[group, key].add(person)
            self._authors[key].add(person)

    def phrases(self, group: int) -> list[Phrase]:
        """Return the phrases of a group that several people wrote, here or elsewhere; none could identify anybody."""
        found = []
        for key, texts in self._inside[group].items():
            if len(self._authors[key]) < _FEWEST_PEOPLE:
                continue
            text = self._spelling(group, key)
            inside = len(self._people[group, key])
            if self._may_be_shown(text, inside):
                weight, elsewhere = self._weights[group][key], self._everywhere[key] - len(texts)
                reads_well = self._around.reads_well(text)
                found.append(Phrase(key, text, frozenset(texts), inside, weight, elsewhere, reads_well))
        return found

    def _may_be_shown(self, text: str, people: int) -> bool:
        """Tell whether a phrase is no address, nor a proper name that few people wrote."""
        written = [word.written for word in words_of(text, self.language)]
        is_name = any(word[:1].isupper() and not word.isupper() for word in written)
        return (people >= _FEWEST_FOR_A_NAME or not is_name) and not points_at_a_person(text)

    def _spelling(self, group: int, key: Key) -> str:
        """Return a group's commonest way of writing a phrase, without the capitals of a sentence's start."""
        ways: Counter[str] = Counter()
        for written, count in self._written[group, key].items():
            ways[written.casefold().replace("'", "’")] += count
        best = max(ways, key=lambda way: (ways[way], way != without_accents(way), way))
        for word in reversed(words_of(best, self.language)):
            best = best[: word.start] + self._with_capitals(word.written) + best[word.end :]
        return best

    def _with_capitals(self, word: str) -> str:
        """Write CLSC and English as people do in the middle of a sentence."""
        forms = self._forms.get(word)
        if not forms:
            return word
        capitals = sum(count for form, count in forms.items() if form.isupper())
        # "Roy", which somebody also shouts, is a name and no acronym
        as_names = sum(count for form, count in forms.items() if form[:1].isupper() and not form.isupper())
        if 2 <= len(word) <= _LONGEST_ACRONYM and capitals >= max(_ACRONYM_SHARE * forms.total(), as_names):
            return word.upper()
        usual = max(forms, key=lambda form: (forms[form], form))
        return usual if usual[:1].isupper() and not usual.isupper() else word


def _begins_a_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \"'’“«\u00a0-–•(")
    return not before or before[-1] in ".!?…:\n"


def _phrases(text: str, words: list[Word], language: str) -> Iterator[list[Word]]:
    for i, first in enumerate(words):
        if first.is_small:
            continue
        heavy = 0
        for j in range(i, min(i + _MOST_WORDS, len(words))):
            if j > i and not is_joined(text, words[j - 1], words[j]):
                break
            if words[j].is_small:
                link = words[j].written.casefold()
                if link not in _LINKS[language] or (link in _ARTICLES[language] and not words[j - 1].is_small):
                    break
                continue
            heavy += 1
            if heavy > LONGEST:
                break
            yield words[i : j + 1]
