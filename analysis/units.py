"""An answer becomes the ideas it holds: where each begins and ends in the text as it is stored.

Rather too few cuts than bad ones. A list is cut at its items, and what is written in sentences at their ends. A long
sentence is cut before "mais", "et", "but", "and", "also" only where both sides could stand alone: each has words
enough and a verb, and a subject follows the cut. What is very short stays with its neighbour.

Boundaries are found by rules, as in pySBD (Sadvilkar & Neumann 2020, "PySBD: Pragmatic Sentence Boundary
Disambiguation"), because people who answer on a telephone write no capitals and few full stops, and lists without any;
a model trained on newspapers needs both.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_FEWEST_WORDS = 3
_CLAUSE_WORDS = 6
_WRAPPED_AT = 50
# How far around a place one looks: a pasted book must not be read again at each of its full stops.
_NEARBY = 300

# A dot after these ends no sentence, unless a capital follows those that can also stand at the end of one.
_TITLES = """
m mm mme mmes mlle dr dre drs pr pre prof me mgr mr mrs ms st ste sts messrs rev rév sgt lt col gen hon p pp ex cf vs
env no nos n° tel tél fig art vol ch chap éd ed av boul rte app apt bur cie ltd ltée réf ref dept dépt approx min max
temp hosp méd med resp adj doc
"""
_MAY_END = "etc inc jr sr ltée ltd cie al h a.m p.m am pm c.-à-d i.e e.g p.ex"
_NEVER_END = frozenset(_TITLES.split())
_ENDS_BEFORE_A_CAPITAL = frozenset(_MAY_END.split())

_CLOSING = "\"'’”»)\\]"
_OPENING = "\"'‘“«(\\["
# A run of spaces or of marks is only read from its beginning, never again from each place inside it.
_SENTENCE_END = re.compile(rf"(?P<mark>(?<![.!?…])[.!?…]+|[。！？])(?:[{_CLOSING}]|\s+»)*(?=\s)")
_BEFORE_DOT = re.compile(r"[^\s(«“\"'’]+$")
_MARKER = re.compile(r"(?<![^\s;,.:!?])\(?(?P<rank>\d{1,2}|[a-hA-H])(?:[.)]|\s?[°º.)\-]\)?)(?=\s+\S)")
_BULLET_LINE = re.compile(r"[ \t]*(?:[-–—*•·‣▪◦●○■□✓✔➢➤►→>+o]|--)(?=\s+\S)|[ \t]*[-–—*•·‣▪◦●✓✔➤►→](?=\w)")
_BULLET = re.compile(r"(?:(?<!\s)\s+)?[•‣▪◦●■➢➤►]\s*")
_DASH_LIST = re.compile(r"(?<!\s)\s+[-–—/]\s+")
_SEMICOLON = re.compile(r"(?:(?<!\s)\s+)?;(?:\s+|$)")
_NEW_LINE = re.compile(r"(?:(?<![ \t])[ \t]+)?(?:\r\n|\r|\n|\u2028|\u2029|\x0b|\x0c)\s*")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")

# A pronoun that stands for something said before the cut ("it", "they", "elle") begins no idea of its own.
_SUBJECT = {
    "fr": r"(?:j['’]|je|tu|on|nous|vous|il\s+(?:n['’])?(?:y|en|faut|faudrait|faudra|manque|est|serait)|"
    r"(?:la|le|les|l['’]|ma|mon|mes|nos|notre|leur|leurs|cette|ces|certains|certaines|plusieurs)\s*\w+(?:\s\w+){0,3}?"
    r"\s(?:est|sont|a|ont|était|étaient|peut|peuvent|doit|doivent|devrait|devraient|manque|manquent|n['’]))",
    "en": r"(?:i|we|you|there|"
    r"(?:the|my|our|their|his|her|some|many|most|people|patients|staff)\s*\w*(?:\s\w+){0,3}?"
    r"\s(?:is|are|was|were|has|have|had|can|could|should|must|will|would|need|needs|do|does|don['’]t|doesn['’]t))",
}
_JOINT = {
    "fr": r"(?:mais(?:\saussi)?|et(?:\s(?:aussi|puis|ensuite|en\splus|de\splus))?|puis|aussi|de\splus|en\splus|"
    r"par\scontre|cependant|toutefois|pourtant|en\srevanche|par\sailleurs|ensuite)",
    "en": r"(?:but(?:\salso)?|and(?:\s(?:also|then|yet))?|also|however|yet|plus|moreover|furthermore|besides|"
    r"on\sthe\sother\shand|in\saddition|additionally)",
}
# A clause that depends on the one before: "and it is why", "and that", "mais que".
_CLAUSE = {
    language: re.compile(
        rf"(?:,\s*|(?<!\s)\s+)(?={_JOINT[language]}(?:\s*,)?\s+{_SUBJECT[language]}(?!\w))", re.IGNORECASE
    )
    for language in _JOINT
}
_FRENCH_VERBS = """
est sont était étaient sera serait suis sommes êtes a ai as avons avez ont avait avaient aura faut faudrait manque
manquent peut peuvent pouvons pourrait doit doivent devons devrait devraient fait font faire va vont veut veulent veux
voudrais faudra reste restent prend prennent coûte coûtent attend attendre attends attendent attendu trouve trouvent
pense crois aime aimerais sait savent sais donne donnent mérite méritent semble devient deviennent marche fonctionne
fonctionnent vient viennent arrive arrivent existe existent
"""
_ENGLISH_VERBS = """
is are was were be been being am has have had do does did can could should must will would shall may might need needs
needed want wants get gets got take takes took make makes made wait waits waited waiting feel feels felt think know
knows see sees go goes went come comes came give gives gave help helps work works find finds found lack lacks cost
costs hurt hurts ruin ruins keep keeps seem seems become becomes live lives deserve deserves it's that's there's
they're we're i'm i've don't doesn't can't won't isn't aren't
"""
_VERB = {
    language: re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, verbs), key=len, reverse=True))})(?!\w)")
    for language, verbs in (("fr", _FRENCH_VERBS.split()), ("en", _ENGLISH_VERBS.split()))
}
_ELIDED_VERB = re.compile(r"(?<!\w)(?:[cnjlmst]|qu)'(?:est|était|a|ai|ont|avait|aurait|y a|en)(?!\w)")


class Unit(NamedTuple):
    """An idea: ``text[start:end]`` of the text it was found in, offsets being Unicode code points."""

    start: int
    end: int


def split_into_units(text: str, language: str) -> tuple[Unit, ...]:
    """Cut a text into the ideas it holds.

    Parameters
    ----------
    text
        An answer as it is stored: nothing is made even before, so that the offsets hold.
    language
        "fr" or "en"; in any other language only lists and sentences are cut.

    Returns
    -------
    The units in order, not overlapping, neither beginning nor ending in white space. Outside them stand only white
    space, punctuation and the signs and numbers that mark the items of a list. A text that holds no word, or only one
    idea, is one unit; one that is blank has none.
    """
    if not text.strip():
        return ()
    found: list[Unit] = []
    for item in _items(text):
        sentences = _joined(text, _sentences(text, item))
        found += [clause for sentence in sentences for clause in _clauses(text, sentence, language)]
    units = [unit for unit in (_trimmed(text, unit) for unit in found) if unit.start < unit.end]
    with_words = [unit for unit in units if _WORD.search(text, unit.start, unit.end)]
    start = len(text) - len(text.lstrip())
    return tuple(with_words) or (Unit(start, len(text.rstrip())),)


def _items(text: str) -> Iterator[Unit]:
    """Yield the items of lists, without what marks them; a text that is no list is one item."""
    for line in _lines(text):
        for listed in _cut(text, line, _ranks(text, line)):
            for bullet in _cut(text, listed, [match.span() for match in _BULLET.finditer(text, *listed)]):
                for part in _cut(text, bullet, _semicolons(text, bullet)):
                    yield from _cut(text, part, _dashes(text, part))


def _lines(text: str) -> Iterator[Unit]:
    start = 0
    for match in _NEW_LINE.finditer(text):
        if _goes_on(text, start, match):
            continue
        yield _without_bullet(text, Unit(start, match.start()))
        start = match.end()
    yield _without_bullet(text, Unit(start, len(text)))


def _goes_on(text: str, start: int, line_end: re.Match[str]) -> bool:
    """Tell whether a line is only broken, and no item of a list: it ends nothing, and the next begins nothing.

    It is long, as where a letter was pasted, or began with a capital, which the items of a list would then all do.
    """
    before = text[max(start, line_end.start() - _NEARBY) : line_end.start()]
    after = text[line_end.end() : line_end.end() + _NEARBY]
    is_blank_line = len(re.findall(r"\r\n|\r|\n", line_end.group())) > 1
    if is_blank_line or _BULLET_LINE.match(after) or _MARKER.match(after):
        return False
    if not before.strip() or before[-1] in ".!?…:;" or not after[:1].islower():
        return False
    last_line = re.split(r"[\r\n]", before)[-1]
    return len(last_line) >= _WRAPPED_AT or text[start : start + _NEARBY].lstrip()[:1].isupper()


def _without_bullet(text: str, line: Unit) -> Unit:
    bullet = _BULLET_LINE.match(text, line.start, line.end)
    return Unit(bullet.end(), line.end) if bullet else line


def _ranks(text: str, line: Unit) -> list[tuple[int, int]]:
    """Find the numbers or letters of an enumeration: 1, 2, 3… or a, b, c… in this order, the first alone is none."""
    cuts: list[tuple[int, int]] = []
    markers = list(_MARKER.finditer(text, *line))
    for first in ("1", "a"):
        wanted = first
        found = []
        for match in markers:
            if match["rank"].casefold() == wanted:
                found.append(match.span())
                wanted = str(int(wanted) + 1) if first == "1" else chr(ord(wanted) + 1)
        if len(found) > 1:
            cuts += found
    if not cuts and markers and markers[0].start() == line.start and not text[line.start].isalpha():
        cuts = [markers[0].span()]  # one numbered line of several
    return sorted(cuts)


def _semicolons(text: str, part: Unit) -> list[tuple[int, int]]:
    return [match.span() for match in _SEMICOLON.finditer(text, *part)]


def _dashes(text: str, part: Unit) -> list[tuple[int, int]]:
    """Find the dashes between items, where there are several: one alone, or two around a remark, make no list."""
    cuts = [match.span() for match in _DASH_LIST.finditer(text, *part)]
    if len(cuts) < 2 or _SENTENCE_END.search(text, *part) or text[part.start : part.end].rstrip()[-1:] in ".!?…":
        return []
    sizes = [_words(text, Unit(*piece)) for piece in _pieces(part, cuts)]
    return cuts if max(sizes) <= 2 * _CLAUSE_WORDS else []


def _sentences(text: str, item: Unit) -> Iterator[Unit]:
    start = item.start
    for match in _SENTENCE_END.finditer(text, item.start, item.end):
        if _ends_a_sentence(text, item.start, match):
            yield Unit(start, match.end())
            start = match.end()
    yield Unit(start, item.end)


def _ends_a_sentence(text: str, start: int, end: re.Match[str]) -> bool:
    after = text[end.end() : end.end() + _NEARBY].lstrip().lstrip("\"'‘“«([ \u00a0\u202f")[:1]
    if not after:
        return False
    if end["mark"] != ".":
        # "… mais" goes on; "! les places" does not
        return after.isupper() or after.isdigit() or not {"…", ".."} & {end["mark"][-1:], end["mark"][-2:]}
    word = _BEFORE_DOT.search(text, max(start, end.start() - _NEARBY), end.start())
    written = word.group().casefold() if word else ""
    if written in _ENDS_BEFORE_A_CAPITAL:
        return after.isupper()
    is_initial = len(written) == 1 and written.isalpha() and written not in "àyaôoi"
    return not (written in _NEVER_END or is_initial or re.fullmatch(r"(?:\w\.)+\w", written))


def _joined(text: str, sentences: Iterable[Unit]) -> list[Unit]:
    """Put very short sentences together with what follows, the last with what stands before."""
    joined: list[Unit] = []
    words = 0  # of the last one
    for sentence in sentences:
        if joined and words < _FEWEST_WORDS:
            joined[-1] = Unit(joined[-1].start, sentence.end)
            words += _words(text, sentence)
        else:
            joined.append(sentence)
            words = _words(text, sentence)
    if len(joined) > 1 and words < _FEWEST_WORDS:
        last = joined.pop()
        joined[-1] = Unit(joined[-1].start, last.end)
    return joined


def _clauses(text: str, sentence: Unit, language: str) -> Iterator[Unit]:
    """Cut a long sentence before a conjunction and a subject, where both sides could stand alone."""
    joint = _CLAUSE.get(language)
    if joint is None or _words(text, sentence) < 2 * _CLAUSE_WORDS:
        yield sentence
        return
    start = read_to = sentence.start
    left = _Held()
    for match in joint.finditer(text, *sentence):
        # a place where it may be cut stands between words, so that what two pieces hold can be added up
        left = left.and_then(_held(text, Unit(read_to, match.start()), language))
        read_to = match.start()
        right = Unit(match.end(), min(sentence.end, match.end() + _NEARBY))
        if left.stands_alone and _held(text, right, language).stands_alone:
            yield Unit(start, match.start())
            start = read_to = match.end()
            left = _Held()
    yield Unit(start, sentence.end)


class _Held(NamedTuple):
    """What a part of a sentence holds that tells whether it could stand alone."""

    words: int = 0
    has_verb: bool = False
    open_brackets: int = 0
    open_quotes: int = 0

    def and_then(self, other: "_Held") -> "_Held":
        return _Held(
            self.words + other.words,
            self.has_verb or other.has_verb,
            self.open_brackets + other.open_brackets,
            self.open_quotes + other.open_quotes,
        )

    @property
    def stands_alone(self) -> bool:
        return self.has_verb and self.words >= _CLAUSE_WORDS and not self.open_brackets and not self.open_quotes


def _held(text: str, part: Unit, language: str) -> _Held:
    written = text[part.start : part.end].casefold().replace("’", "'")
    has_verb = _VERB[language].search(written) or (language == "fr" and _ELIDED_VERB.search(written))
    return _Held(
        _words(text, part),
        bool(has_verb),
        written.count("(") - written.count(")"),
        written.count("«") - written.count("»"),
    )


def _cut(text: str, whole: Unit, cuts: list[tuple[int, int]]) -> Iterator[Unit]:
    """Yield what is left between the cuts, where it holds anything."""
    for start, end in _pieces(whole, cuts):
        if text[start:end].strip():
            yield Unit(start, end)


def _pieces(whole: Unit, cuts: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    edges = [whole.start, *(offset for cut in cuts for offset in cut), whole.end]
    return ((edges[i], edges[i + 1]) for i in range(0, len(edges), 2))


def _words(text: str, part: Unit) -> int:
    return sum(1 for _ in _WORD.finditer(text, *part))


def _trimmed(text: str, unit: Unit) -> Unit:
    start, end = unit
    while start < end and (text[start].isspace() or text[start] in ";,•"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ";,•"):
        end -= 1
    return Unit(start, end)
