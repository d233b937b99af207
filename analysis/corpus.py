"""Rows of text become contributions: normalised, language known, and what says nothing set aside with its reason."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from analysis.errors import AnalysisError
from analysis.languages import LANGUAGES, OTHER, detect_languages, read_language
from analysis.units import Unit, split_into_units
from analysis.words import without_accents


class SetAside(StrEnum):
    """Why a row is in no theme. The row stays in every table, with this reason."""

    EMPTY = "empty"
    NO_WORDS = "no_words"
    SAYS_NOTHING = "says_nothing"
    OTHER_LANGUAGE = "other_language"
    REPEATED = "repeated"
    NO_SHARED_WORDS = "no_shared_words"
    FEW_IN_LANGUAGE = "few_in_language"
    FITS_NONE = "fits_none"


# What people type when they have nothing to say, as written without accents, case or punctuation.
_NOTHING_TO_SAY = """
rien | rien a dire | rien a ajouter | rien a signaler | rien merci | rien a signaler merci | non merci
rien d autre | rien de plus | rien de special | rien pour le moment | rien pour l instant | aucun | aucune
aucun commentaire | aucune idee | aucune opinion | pas de commentaire | pas de commentaires
sans commentaire | sans opinion | pas d opinion | je ne sais pas | je sais pas | sais pas | ne sais pas
ne sait pas | jsp | je ne sais pas quoi dire | ras | n a | na | s o | so | sans objet | non applicable
ne s applique pas | voir plus haut | voir ci dessus | voir ma reponse precedente | voir reponse precedente | voir 1
comme plus haut | comme ci dessus | meme reponse | meme reponse que plus haut | meme commentaire | deja dit
deja repondu | deja mentionne | tel que mentionne | idem que plus haut | idem plus haut | idem | idem idem | id
meme chose | meme chose que plus haut | pareil | oui | non | ok | bonjour | merci | merci beaucoup | un gros merci
merci a vous | merci bien | bonne journee | nothing | nothing to add
nothing thanks | no thanks | nothing to report | nothing to say | nothing really | nothing else | none
no comment | no comments | no opinion | no idea | not applicable | don t know | dont know | i don t know
i dont know | idk | not sure | same | same as above | see above | yes | no | nil | nope | n a for me
no answer | x | xx | xxx | test | see previous | see previous answer | see my previous answer | see answer above
same answer | same answer as above | same comment | same thing | same here | as above | as mentioned above | as stated
as stated above | as i said | ditto | already answered | already said | already mentioned | hello | thank you
thank you very much | thanks | many thanks | thanks a lot | have a good day
"""
_NOTHING = frozenset(re.split(r" \| |\n", _NOTHING_TO_SAY.strip()))
# The same in more words ("je n'ai rien d'autre à ajouter pour le moment", "no further comments, thank you").
_NOTHING_MORE = re.compile(
    r"(?:(?:je n ai|j ai|il n y a|i have|i ve got|i don t have|there is) )?"
    r"(?:rien|aucune?|pas d|pas de|sans|nothing|none|no|any|anything)"
    r"(?: (?:d autres?|de plus|de special|autres?|more|further|else|other|additional))?"
    r"(?: (?:a ajouter|a dire|a signaler|to add|to say|to report|idees?|opinions?|commentaires?|suggestions?"
    r"|ideas?|comments?))?"
    r"(?: (?:pour le moment|pour l instant|at this time|for now|at the moment))?"
    r"(?: (?:merci|merci beaucoup|thanks|thank you))?"
)
# Nothing but a way to another answer ("idem que ci-dessus", "see my answer to question 1").
_ELSEWHERE = re.compile(
    r"(?:idem|meme (?:chose|reponse|commentaire)|pareil|voir|cf|comme (?:mentionne|dit|indique)|deja (?:dit|repondu)"
    r"|same(?: thing| answer| comment| response)?|see|refer to)"
    r"(?: (?:que|qu|as|a|au|en|ci|de|to|in|the|la|le|l|ma|mes|mon|my|question|q|reponses?|answers?|responses?"
    r"|commentaires?|comments?|precedente?s?|previous|prior|plus haut|haut|dessus|above|before|earlier|\d{1,2}))*"
)
_YES = frozenset({"1", "1.0", "yes", "y", "oui", "o", "true", "vrai", "x"})
_NO = frozenset({"", "0", "0.0", "no", "n", "non", "false", "faux"})
_SPACES = re.compile(r"\s+")
_VISIBLE = {"Cf": "", "Cc": " ", "Cs": " ", "Co": " ", "Cn": " "}
_NOT_WORD = re.compile(r"[^\w]+|_")


@dataclass(frozen=True)
class Corpus:
    """All the rows that came in, in input order, and what is known of each.

    Attributes
    ----------
    rows
        One row for each input row, index 0 to n - 1. ``id``, ``text`` (normalised) and ``folded`` (the same as
        :func:`fold` makes it) are strings; ``person`` says whose it is; ``language`` is "fr", "en" or
        "other"; ``set_aside`` is "" or a :class:`SetAside`; ``can_be_quoted`` is whether its author agreed to be
        quoted.
    groups
        One column for each grouping that was asked for ("" where unknown), same index.
    units
        One row for each idea of the rows that are not set aside, in order: ``row``; ``unit``, its number in the row
        from 0; ``starts_at`` and ``ends_at``, offsets into the text as it came in; ``text`` (normalised) and
        ``folded``, the same as :func:`fold` makes it; ``set_aside``, "" or a :class:`SetAside`. A row has at least one
        idea that is not set aside.
    detected
        Whether the languages were worked out here rather than given.
    consent_known
        Whether it was said who agreed to be quoted; otherwise everybody is taken to have.
    """

    rows: pd.DataFrame
    groups: pd.DataFrame
    units: pd.DataFrame
    detected: bool
    consent_known: bool = False

    @property
    def kept(self) -> pd.DataFrame:
        """The rows that go into themes."""
        return self.rows[self.rows["set_aside"] == ""]

    @property
    def ideas(self) -> pd.DataFrame:
        """The ideas that go into themes, numbered from 0, with what is known of the answers they are part of."""
        kept = self.units[self.units["set_aside"] == ""].reset_index(drop=True)
        known = self.rows[["id", "person", "language", "can_be_quoted", "text"]].rename(columns={"text": "answer"})
        return kept.drop(columns="set_aside").join(known.iloc[kept["row"]].reset_index(drop=True))

    @property
    def ideas_set_aside(self) -> "pd.Series[str]":
        """Why ideas were set aside in rows that were not: one reason for each such idea."""
        whole = (self.rows["set_aside"] != "").to_numpy()[self.units["row"]]
        return self.units["set_aside"][(self.units["set_aside"] != "") & ~whole]


def build_corpus(
    texts: Sequence[str],
    *,
    ids: Sequence[str] | None = None,
    languages: Sequence[str] | str | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    quotable: Sequence[str] | None = None,
    whole: bool = False,
) -> Corpus:
    """Make a corpus of rows of text.

    Parameters
    ----------
    texts
        One answer a row; blank where there is none.
    ids
        Whose answer it is: rows that share an identifier are one person. Without it, each row is a person.
    languages
        Cells of a language column, or "fr" or "en" for all rows; cells that are blank, or all without it, are detected.
    groups
        Columns to count by, such as ``{"group": [...]}``.
    quotable
        Cells that say who agreed to be quoted: 1, yes, oui, true, vrai, x; anything else is a no.
    whole
        Leave every answer whole, however many ideas it holds.

    Raises
    ------
    AnalysisError
        ``answers.none`` when no row holds text, ``answers.other_language`` when none is in French or English,
        ``answers.nobody_quotable`` when the column that says who may be quoted holds neither yes nor no.
    """
    frame = pd.DataFrame({"text": [normalise(text) for text in texts]}, dtype="str")
    number = pd.Series(range(1, len(frame) + 1)).astype("str")
    frame["id"] = number if ids is None else pd.Series([str(i).strip() for i in ids], dtype="str")
    # a blank identifier is nobody's: such rows are people of their own, not one person called ""
    # (a space in front, because identifiers have none there and somebody's may be "row 1")
    frame["person"] = frame["id"].where(frame["id"] != "", " row " + number)
    frame["language"] = _languages(frame["text"].tolist(), languages)
    frame["folded"] = pd.Series([fold(text) for text in frame["text"]], dtype="str")
    frame["set_aside"], units = _ideas(texts, frame, whole)
    if (frame["set_aside"] == SetAside.EMPTY).all():
        raise AnalysisError("answers.none", rows=len(frame))
    if not frame["language"][frame["set_aside"] != SetAside.EMPTY].isin(LANGUAGES).any():
        raise AnalysisError("answers.other_language", rows=len(frame))
    frame["can_be_quoted"] = _consents(quotable, len(frame))
    columns = {name: [str(v).strip() for v in values] for name, values in (groups or {}).items()}
    groups_frame = pd.DataFrame(columns, index=frame.index, dtype="str")
    return Corpus(frame, groups_frame, units, languages is None, quotable is not None)


def normalise(text: str) -> str:
    """Return the text in Unicode's composed form, without control characters, runs of white space made one space."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():  # nothing but letters, signs and plain spaces
        return _SPACES.sub(" ", composed).strip()
    # soft hyphens and joiners stand inside words and vanish; other control characters stand between them
    visible = "".join(_VISIBLE.get(unicodedata.category(c), c) if not c.isspace() else c for c in composed)
    return _SPACES.sub(" ", visible).strip()


def fold(text: str) -> str:
    """Return what two ways of writing the same short answer share: no case, accent or punctuation."""
    return " ".join(_NOT_WORD.sub(" ", without_accents(text).casefold()).split())


def _languages(texts: list[str], given: Sequence[str] | str | None) -> list[str]:
    if isinstance(given, str):
        return [given] * len(texts)
    cells = [None] * len(texts) if given is None else [read_language(str(cell)) for cell in given]
    if None not in cells:
        return [str(cell) for cell in cells]
    detected = detect_languages(texts)
    return [cell or found for cell, found in zip(cells, detected, strict=True)]


def _consents(quotable: Sequence[str] | None, rows: int) -> list[bool]:
    if quotable is None:
        return [True] * rows
    cells = [str(cell).strip().casefold() for cell in quotable]
    if not _YES.intersection(cells) and not _NO.issuperset(cells):
        # neither a yes nor only noes: the wrong column, not a room full of people who refused
        raise AnalysisError("answers.nobody_quotable", rows=rows)
    return [cell in _YES for cell in cells]


def _ideas(texts: Sequence[str], frame: pd.DataFrame, whole: bool) -> tuple[list[str], pd.DataFrame]:
    """Return why each row is set aside, "" where it is not, and the ideas of those that are not."""
    said: set[tuple[str, str]] = set()
    reasons: list[str] = []
    found: list[tuple[int, int, int, int, str, str, str]] = []
    cells = zip(texts, frame["text"], frame["folded"], frame["language"], frame["person"], strict=True)
    for row, (stored, text, folded, language, person) in enumerate(cells):
        reason = _reason(text, folded, language) or _again(said, person, folded)
        ideas = [] if reason else _ideas_of(stored, text, language, person, said, whole)
        if ideas and all(idea[-1] for idea in ideas):
            reason, ideas = ideas[0][-1], []
        reasons.append(str(reason))
        found += [(row, number, *idea) for number, idea in enumerate(ideas)]
    numbers, words = ["row", "unit", "starts_at", "ends_at"], ["text", "folded", "set_aside"]
    units = pd.DataFrame(found, columns=[*numbers, *words])
    return reasons, units.astype(dict.fromkeys(numbers, "int64") | dict.fromkeys(words, "str"))


def _ideas_of(
    stored: str, text: str, language: str, person: str, said: set[tuple[str, str]], whole: bool
) -> list[tuple[int, int, str, str, str]]:
    """Return the ideas of an answer: where each stands in the stored text, its words, and why it is set aside."""
    places = (Unit(0, len(stored)),) if whole else split_into_units(stored, language)
    if len(places) == 1:
        (place,) = places
        words = text if whole else normalise(stored[place.start : place.end])
        return [(*place, words, fold(words), "")]
    ideas = []
    for place in places:
        words = normalise(stored[place.start : place.end])
        folded = fold(words)
        reason = _reason(words, folded, language) or _again(said, person, folded)
        ideas.append((*place, words, folded, str(reason)))
    return ideas


def _again(said: set[tuple[str, str]], person: str, folded: str) -> str:
    """Tell whether a person has said it before, and remember that they said it."""
    if (person, folded) in said:
        return SetAside.REPEATED
    said.add((person, folded))
    return ""


def _reason(text: str, folded: str, language: str) -> str:
    if not text:
        return SetAside.EMPTY
    if language == OTHER:
        return SetAside.OTHER_LANGUAGE
    if not any(c.isalpha() for c in folded):
        # "811" and "911" are words to the people who answer; "?" and "-" are not
        return "" if folded in {"811", "911"} else SetAside.NO_WORDS
    says_nothing = folded in _NOTHING or _NOTHING_MORE.fullmatch(folded) or _ELSEWHERE.fullmatch(folded)
    return SetAside.SAYS_NOTHING if says_nothing else ""
