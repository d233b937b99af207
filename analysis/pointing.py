"""What somebody should look at before a text is shown: what surely points at a person, names, what happened to few.

Narrower than `analysis.personal.find_personal`, which marks every capital inside a sentence for a person who reads one
quote: here it is decided which of many texts a person is led to, and towns, hospitals and programmes have capitals too.
"""

import re
from collections.abc import Iterator

from analysis.personal import Found, Kind, find_personal

_PIECE = 2_000
# First names that many people have in Québec and in Ontario: with another capital behind, they are somebody's.
_FIRST_NAMES = frozenset(
    """
    adam alain albert alex alexandre alexis alice aline amélie andré andrée andrew angela anita anna anne annie
    anthony antoine ashley barbara béatrice benjamin benoît bernard brian bruno camille carl carmen carol carole
    caroline catherine cécile chantal charles charlotte chloé christian christine christopher claire claude
    claudette colette cynthia daniel daniela danielle david deborah denis denise diane dominique donald donna
    dorothy édouard élise élisabeth elizabeth emily emma éric étienne ève félix fernand francine francis françois
    françoise frédéric gabriel gabrielle gaétan geneviève george georges gérard germain ghislaine gilles ginette
    gisèle guillaume guy guylaine heather hélène henri hugo huguette isabelle jack jacob jacqueline jacques james
    jane janet jason jean jeanne jeannine jeff jennifer jérôme jessica joanne jocelyne john johanne jonathan
    joseph josée joshua judith julia julie julien karen karine kathleen kevin kim laura laurence laurent léa léo
    liam liette lina linda line lise lisa lorraine louis louise luc lucas lucie lyne madeleine manon marc marcel
    margaret maria marie mario marion mark martin martine mary mathieu matthew maude maurice maxime mélanie
    michael michel michèle micheline mike monica monique nancy natalie nathalie nicholas nicolas nicole noah
    normand odette olivier olivia pamela pascal patricia patrick paul pauline peter philippe pierre pierrette
    rachel raymond rebecca réjean rené renée richard robert roger roland rosalie ruth ryan samuel sandra sarah
    sean sébastien serge sharon simon sophie stéphane stéphanie stephen steve steven susan suzanne sylvain sylvie
    tania thérèse thomas timothy valérie véronique victor vincent virginie william xavier yan yolande yves yvon
    yvonne zoé
    """.split()  # noqa: SIM905 - a list of words reads as words
)
# Places that bear people's names.
_PLACE = re.compile(
    r"\b(?:h[oô]pital|centre|center|hospital|institut|institute|clinique|clinic|rue|street|avenue|boulevard|boul\.|école"
    r"|school|université|university|fondation|foundation|résidence|pavillon|chsld|clsc|cégep|parc|park|saint|sainte|st|ste)"
    r"[\s-]+(?:d[eu] |of )?$",
    re.IGNORECASE,
)
# "Je m'appelle Ana", "my name is Li": a name, whatever it is.
_SAYS_NAME = re.compile(
    r"\b(?i:je m[’']appelle|je me nomme|mon nom est|my name is|signé|signed)\s*:?\s+((?:[A-ZÀ-Ý][\w’'\-]+\s?){1,3})"
)
_MONTHS = (
    r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)"
)
_RARE = tuple(
    re.compile(rf"\b(?:{form})\b", re.IGNORECASE)
    for form in (
        # who is the only one
        r"(?:je suis|j[’']étais) (?:le seul|la seule|l[’']unique)(?: \w+){1,3}",
        r"(?:le seul|la seule) (?:médecin|infirmi(?:er|ère)|pharmacien(?:ne)?|patiente?|famille|cas)(?: \w+){0,2}",
        r"I(?: am|[’']m| was) the only(?: \w+){1,3}",
        r"the only (?:doctor|physician|nurse|pharmacist|patient|family|case)(?: \w+){0,2}",
        r"the first (?:\w+ )?(?:case|patient) (?:in|to)|le premier cas|la première patiente (?:au|à|en)",
        # the very old; several births at once
        r"(?:9\d|1[01]\d)(?: |-)?(?:ans|years?[ -]old|yrs?[ -]old)",
        r"(?:triplés?|triplées|quadruplées|quadruplés|triplets|quadruplets)",
        # illnesses and losses that are seldom
        r"maladie (?:rare|orpheline)|(?:rare|orphan) (?:disease|disorder)",
        r"(?:greffe|transplantation) (?:du|de|des) (?:cœur|coeur|poumons?|visage|foie)",
        r"(?:heart|lung|face|liver) transplant",
        r"(?:amputée?s?|amputation|amputated|amputee)",
        # what was in the news, or before a judge
        r"passé aux nouvelles|fait la une|(?:été|était) dans les journaux",
        r"(?:was|were|been) (?:all over|in|on) the news",
        r"coroner",
        # the day on which something happened
        rf"(?:1er|\d{{1,2}}) {_MONTHS} (?:19|20)\d\d|{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d",
    )
)


def find_pointing(text: str) -> tuple[Found, ...]:
    """Return what points at a person, in the order of the text: sure forms, names of people, what happened to few."""
    return tuple(
        Found(each.kind, start + each.start, start + each.end)
        for start, piece in _cut(text)
        for each in _find_in_piece(piece)
    )


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """Yield a long text in pieces that end between words: looking for names takes time that grows with the square."""
    start = 0
    while start < len(text):
        end = start + _PIECE
        space = text.rfind(" ", start + _PIECE // 2, end) if end < len(text) else -1
        end = space + 1 if space > 0 else min(end, len(text))
        yield start, text[start:end]
        start = end


def _find_in_piece(text: str) -> list[Found]:
    found: list[Found] = []
    for each in find_personal(text):
        if each.kind is not Kind.MAYBE_NAME:
            found.append(each)
        elif (start := _begin_name(text, each)) is not None:
            found.append(Found(Kind.NAME, start, each.end))
    for match in _SAYS_NAME.finditer(text):
        _add(found, Found(Kind.NAME, match.start(1), match.start(1) + len(match.group(1).rstrip())))
    for form in _RARE:
        for match in form.finditer(text):
            _add(found, Found(Kind.RARE, match.start(), match.end()))
    return sorted(found, key=lambda each: each.start)


def _begin_name(text: str, found: Found) -> int | None:
    """Return where in words with capitals somebody's first name stands before another; None where none does.

    The words before it may begin the sentence ("Appelez Anne Roy") or say that it is a place ("Hôpital Anne-Roy").
    """
    words = list(re.finditer(r"[^\s-]+", text[found.start : found.end]))
    for word in words[:-1]:
        start = found.start + word.start()
        if word.group().lower() in _FIRST_NAMES and not _PLACE.search(text[max(0, start - 30) : start]):
            return start
    return None


def _add(found: list[Found], new: Found) -> None:
    if all(new.end <= each.start or each.end <= new.start for each in found):
        found.append(new)
