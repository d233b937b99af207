"""Why a theme's answers are together, how sure that is, and which themes of two languages may be one: in sentences.

They say what the program did and measured, in words as well as in numbers, and nothing about what people meant. Terms
stand between quotation marks, so that no word before them has to agree with them or be elided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from consult.languages import LANGUAGES, Formats
from consult.messages import Words

# Cosines between answers and the centre of their theme, and shares of a theme that come back, from which each is said
# in words. The last of each is what `analysis.report` flags.
_VERY_ALIKE, _ALIKE = 0.7, 0.45
_COMES_BACK_WELL, _COMES_BACK = 0.8, 0.6
# The first term is above the others from so many times the next one's weight.
_ABOVE_ALL = 1.5
_TERMS, _TERMS_OF_OTHER_LANGUAGE = 4, 2


@dataclass(frozen=True)
class Reasons:
    """What is known of why a theme is one.

    Attributes
    ----------
    terms
        By language, the words that set it apart, the first ones most.
    weights
        By language, how much each does; empty where that was not kept.
    cohesion
        Mean cosine of its ideas to its centre; None where that was not kept.
    by_words
        Whether the engine compared words only.
    """

    terms: Mapping[str, Sequence[str]]
    weights: Mapping[str, Sequence[float]]
    cohesion: float | None
    by_words: bool


@dataclass(frozen=True)
class Writer:
    """The language of the page with its words and its way of writing numbers."""

    language: str
    words: Words
    formats: Formats

    @property
    def other(self) -> str:
        """The other language."""
        return next(language for language in LANGUAGES if language != self.language)


def why_together(reasons: Reasons, writer: Writer) -> Markup:
    """Return why the program put a theme's answers together, with the words that set it apart."""
    sentences = [_alike(reasons, writer)] if reasons.cohesion is not None else []
    for language, most in ((writer.language, _TERMS), (writer.other, _TERMS_OF_OTHER_LANGUAGE)):
        if terms := list(reasons.terms.get(language, ()))[:most]:
            is_first = language == writer.language or not reasons.terms.get(writer.language)
            weights = list(reasons.weights.get(language, ()))
            sentences.append(_set_apart(terms, weights, language, is_first, writer))
    return Markup(" ").join(sentences)


def how_it_comes_back(stability: float, writer: Writer) -> str:
    """Return how well a theme comes back; "" where it may be an accident, which is said as a warning instead."""
    _ = writer.words.gettext
    if stability < _COMES_BACK:
        return ""
    share = {"share": writer.formats.percent(stability)}
    if stability >= _COMES_BACK_WELL:
        return (
            _("It holds well: when the program leaves out one answer in five, %(share)s of it stays together.") % share
        )
    return _("It holds: when the program leaves out one answer in five, %(share)s of it stays together.") % share


def how_weak(people: int, firm: int, writer: Writer) -> str:
    """Return how many of a theme's people are only weakly attached; "" where none are."""
    _, ngettext = writer.words.gettext, writer.words.ngettext
    weak = people - firm
    if weak <= 0:
        return ""
    if firm == 0:
        return _("All its people are only weakly attached: they stand nearly as close to another theme, or to none.")
    numbers = {"weak": writer.formats.number(weak), "people": writer.formats.number(people)}
    return (
        ngettext(
            "%(weak)s of its %(people)s people is only weakly attached: nearly as close to another theme, or to none.",
            "%(weak)s of its %(people)s people are only weakly attached: nearly as close to another theme, or to none.",
            weak,
        )
        % numbers
    )


def shared_words(pairs: Sequence[tuple[str, str]], writer: Writer) -> Markup:
    """Return the words that a French and an English theme share, "" without any; each pair is (French, English)."""
    if not pairs:
        return Markup()
    said = [
        _quoted(fr, "fr", writer)
        if fr == en
        else Markup("{} / {}").format(_quoted(fr, "fr", writer), _quoted(en, "en", writer))
        for fr, en in pairs
    ]
    sentence = writer.words.ngettext("Both use a like word: %(words)s.", "Both use like words: %(words)s.", len(said))
    return _filled(sentence, words=Markup(", ").join(said))


def _alike(reasons: Reasons, writer: Writer) -> Markup:
    _ = writer.words.gettext
    cohesion = reasons.cohesion or 0.0
    if reasons.by_words:
        sentences = (
            _("The program put these answers together because they use many of the same words (%(alike)s out of 1)."),
            _("The program put these answers together because they use some of the same words (%(alike)s out of 1)."),
            _("The program put these answers together although they share few words (%(alike)s out of 1)."),
        )
    else:
        sentences = (
            _("The program put these answers together because it reads them as very close (%(alike)s out of 1)."),
            _("The program put these answers together because it reads them as fairly close (%(alike)s out of 1)."),
            _("The program put these answers together although it reads them as not very close (%(alike)s out of 1)."),
        )
    degree = 0 if cohesion >= _VERY_ALIKE else 1 if cohesion >= _ALIKE else 2
    return _filled(sentences[degree], alike=writer.formats.number(cohesion, 2))


def _set_apart(terms: Sequence[str], weights: Sequence[float], language: str, is_first: bool, writer: Writer) -> Markup:
    _, ngettext = writer.words.gettext, writer.words.ngettext
    quoted = [_quoted(term, language, writer) for term in terms]
    if not is_first:
        in_language = {
            "fr": ngettext("In French, this word: %(words)s.", "In French, these words: %(words)s.", len(terms)),
            "en": ngettext("In English, this word: %(words)s.", "In English, these words: %(words)s.", len(terms)),
        }
        return _filled(in_language[language], words=_listed(quoted, writer))
    stands_out = len(terms) > 1 and len(weights) > 1 and weights[0] >= _ABOVE_ALL * weights[1]
    if stands_out:
        sentence = _("What they say more than other themes do: above all %(first)s, then %(words)s.")
        return _filled(sentence, first=quoted[0], words=_listed(quoted[1:], writer))
    return _filled(_("What they say more than other themes do: %(words)s."), words=_listed(quoted, writer))


def _quoted(term: str, language: str, writer: Writer) -> Markup:
    """Return a term between the quotation marks of the page, marked where it is in the other language."""
    said = escape(term)
    if language != writer.language:
        said = Markup('<span lang="{}-CA">{}</span>').format(language, said)
    return Markup("«\u00a0{}\u00a0»").format(said) if writer.language == "fr" else Markup("“{}”").format(said)


def _listed(said: Sequence[Markup], writer: Writer) -> Markup:
    if len(said) < 2:
        return Markup("").join(said)
    return _filled(writer.words.gettext("%(words)s and %(last)s"), words=Markup(", ").join(said[:-1]), last=said[-1])


def _filled(sentence: str, **values: Markup | str) -> Markup:
    """Return one of our own sentences with values in it, these escaped."""
    return Markup(sentence) % values  # noqa: S704 - a sentence of the catalogue
