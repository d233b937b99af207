"""Which phrases read as names ("médecin de famille") and which as pieces of sentences ("médecin parle").

It is told without a dictionary, from the small words that stand around each word in the same answers: after "une" or
"the" stands a noun, after "je" or "they" a verb, after "très" or "is" neither. Where there are too few answers to tell,
a few endings and the words that answers are fullest of stand in.
"""

from collections import defaultdict
from itertools import pairwise

from analysis.words import Word, words_of


def _lists(french: str, english: str) -> dict[str, frozenset[str]]:
    return {"fr": frozenset(french.split()), "en": frozenset(english.split())}


# What stands before a noun, always or often; before a verb; before a quality; and after a verb.
_BEFORE_NOUN = _lists(
    french="""
le la les l un une des du au aux mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces
aucun aucune chaque plusieurs quelques
""",
    english="""
the a an my our your his her its their this these those no any some each every many few several another
""",
)
_BEFORE_NOUN_OFTEN = _lists(
    french="""
de d à a en sans par pour avec sur dans entre
""",
    english="""
of for in with without from by on at about more less between
""",
)
_BEFORE_VERB = _lists(
    french="""
je j tu il elle on ils elles nous vous ne n se s me m te qui ça peut peuvent faut doit doivent veut veux va vont pas
ai as avons avez ont avoir
""",
    english="""
i you he she it we they who to can could will would should shall may might must do does did don didn doesn not never
has have had cannot couldn
""",
)
_BEFORE_QUALITY = _lists(
    french="""
est sont était étaient être suis très trop plus moins si assez bien été
""",
    english="""
is are was were be been being am very too so quite more most really less
""",
)
_AFTER_VERB = _lists(
    french="""
le la les l un une mon ma mes son sa ses ce cet cette ces nos notre leur leurs nous vous
""",
    english="""
the a an my our their his her your it them me us you him this these those
""",
)
_VERB_ENDINGS = {"fr": ("er", "ir", "oir", "ndre", "ttre", "aire", "ez", "ait", "aient"), "en": ("ing", "ed")}
_NOUN_ENDINGS = {
    "fr": ("ier", "tion", "sion", "té", "tés", "ance", "ence", "isme", "eur", "eurs", "age", "ages", "ure", "tions"),
    "en": ("tion", "tions", "ment", "ments", "ity", "ance", "ence", "ness", "ers", "ship", "ism", "ies"),
}
_QUALITY_ENDINGS = {
    "fr": (
        "el",
        "els",
        "elle",
        "elles",
        "if",
        "ifs",
        "ive",
        "ives",
        "eux",
        "euse",
        "euses",
        "able",
        "ables",
        "ique",
        "iques",
    ),
    "en": ("al", "able", "ible", "ive", "ous", "ful", "less"),
}
_ADVERB_ENDINGS = {"fr": ("amment", "emment", "ellement", "ivement", "ablement", "iquement"), "en": ("ly",)}
# Words that qualify: they name nothing on their own, nor at the head of a phrase.
_QUALITIES = _lists(
    french="""
grand grande grands grandes petit petite petits petites bon bonne bons bonnes meilleur meilleure meilleurs
meilleures nouveau nouvelle nouveaux nouvelles long longue longs longues court courte difficile difficiles facile
faciles important importante importants importantes seul seule seuls seules dernier dernière derniers dernières
prochain prochaine cher chère chers chères plein pleine haut haute fort forte mauvais mauvaise vieux vieille
vieilles jeune propre clair claire simple simples possible impossible nécessaire différent différente différents
différentes nombreux nombreuses majeure rapide rapidement actuellement seulement simplement directement loin tard
tôt vite partout total totale complet complète général générale véritable particulier particulière essentiel
essentielle certain dur dure lent lente gratuit gratuite gratuits
""",
    english="""
big small large great good better best bad worse worst new old long short hard difficult easy important different
available possible impossible able unable full empty high low clear unclear simple late early far close actual real
true right wrong main major minor common certain particular general specific whole free expensive cheap current
young next last due like sufficient various similar necessary essential key several properly actually currently
directly especially simply else supposed
""",
)
# Verbs that answers are full of, in the forms that could pass for a noun.
_VERBS = _lists(
    french="""
attend attends attendu appelle appelé appelée parle parlé donne donner donné prend prends prendre pris sait savoir
trouve trouver trouvé pense penser crois aide aider garder garde laisse laisser reste rester arrive arriver marche
marcher change changer demander explique expliquer répond répondre rappelle rappelé perdre perdu reçu recevoir
essaie essayer finir fini ouvrir fermer payer paie utilisé utilisés utilise continuer permet permettre devient
devenir tient tenir connaît connaissent aime aimer souhaite occuper parti partis partie monte montent décide coupe
touchez touche pouvait rend écoute écouter fonctionne croire
""",
    english="""
know knows known think thinks want wants help helps work works try trying tried call called calling calls wait
waiting waited waits talk talks speak speaks show shows leave left told happen happens stop start started feel
believe hope wish live lives stay moved move cut pays pay keep bring run agree mean means follow understand explain
cause caused include including includes allow provide provides ensure answer answers lose lost send sent sit hear
heard read turn create using deserve tend consider identify
""",
)
# Nouns that say nothing on their own.
_VAGUE = _lists(
    french="""
partie parties façon façons manière côté fin début fois exemple cas sorte moment moments problème problèmes question
questions situation plupart niveau niveaux place point points nombre besoin besoins type types heure heures année
années personnes temps majorité raison raisons part sujet affaire idée cause vie km
""",
    english="""
part parts way ways kind kinds sort sorts example examples case cases problem problems issue issues lot number
numbers time times place places point points end side need needs hour hours person reason reasons type types level
levels majority amount fact matter idea ideas question questions half rest life order km
""",
)


class Surroundings:
    """What stands around each word: how often what goes with a noun, with a verb, or with a quality."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.noun: dict[str, float] = defaultdict(float)
        self.verb: dict[str, float] = defaultdict(float)
        self.quality: dict[str, float] = defaultdict(float)

    def add(self, text: str, words: list[Word]) -> None:
        """Count what stands before and after each word of a text."""
        for i, word in enumerate(words):
            if not word.is_small:
                before = _before(text, words, i)
                after = _after(text, words, i)
                self._count(_plain(word.written), before, after)
                # a quality stands beside its noun: before it in English, after it in French
                beside = i + 1 if self.language == "en" else i - 1
                if 0 <= beside < len(words) and not words[beside].is_small:
                    left, right = sorted((i, beside))
                    self.quality[_plain(word.written)] += 0.25 * is_joined(text, words[left], words[right])

    def _count(self, word: str, before: str, after: str) -> None:
        self.noun[word] += (before in _BEFORE_NOUN[self.language]) + 0.4 * (before in _BEFORE_NOUN_OFTEN[self.language])
        self.verb[word] += (before in _BEFORE_VERB[self.language]) + 0.5 * (after in _AFTER_VERB[self.language])
        self.quality[word] += before in _BEFORE_QUALITY[self.language]

    def shares(self, written: str) -> tuple[float, float]:
        """Return how surely a word is a noun and how surely it is a verb, each 0 to 1."""
        word = _plain(written)
        if word.endswith(_ADVERB_ENDINGS[self.language]) and self.noun[word] < 1:
            return 0.05, 0.7
        if word in _QUALITIES[self.language]:
            return 0.1, 0.0
        if word in _VERBS[self.language]:
            return 0.1, 0.6
        noun, verb, unknown = 0.7, 0.0, 0.4
        if word.endswith(_NOUN_ENDINGS[self.language]):
            noun += 1.0
        elif word.endswith(_VERB_ENDINGS[self.language]):
            verb += 1.0
        elif word.endswith(_QUALITY_ENDINGS[self.language]):
            unknown += 1.0
        noun, verb = noun + self.noun[word], verb + self.verb[word]
        whole = noun + verb + unknown + self.quality[word]
        return noun / whole, verb / whole

    def reads_well(self, text: str) -> float:
        """Tell how surely a phrase is the name of something, 0 to 1."""
        words = words_of(text, self.language)
        heavy = [word for word in words if not word.is_small]
        if len(heavy) == 1:
            return self.shares(heavy[0].written)[0] * (0.25 if self._is_vague(heavy[0]) else 1.0)
        nouns, verbs = zip(*(self.shares(word.written) for word in heavy), strict=True)
        if self.language == "fr":
            # the noun comes first, unless a short quality does: "médecin de famille", "longues heures"
            first = 0.9 * nouns[1] if _plain(heavy[0].written) in _QUALITIES["fr"] else nouns[0]
            first *= 0.8 if self._is_vague(heavy[0]) else 1.0
            return float(first * min(1.0 - verb for verb in verbs[1:]))
        # the noun comes last, before "of", "in" or "for": "family doctor", "lack of knowledge"
        heads = [a for a, b in pairwise(words) if not a.is_small and b.is_small] + [words[-1]]
        quality = min(self.shares(head.written)[0] for head in heads)
        quality *= 0.8 if any(self._is_vague(head) for head in heads) else 1.0
        return float(quality * min(1.0 - verb for verb in verbs[:-1]))

    def _is_vague(self, word: Word) -> bool:
        return _plain(word.written) in _VAGUE[self.language]


def _plain(word: str) -> str:
    return word.casefold().replace("'", "’")


def _before(text: str, words: list[Word], i: int) -> str:
    start = words[i].start
    if start and text[start - 1] in "'’":
        cut = start - 1
        while cut and text[cut - 1].isalpha():
            cut -= 1
        return text[cut : start - 1].casefold()
    if i and not text[words[i - 1].end : start].strip():
        return words[i - 1].written.casefold()
    return ""


def _after(text: str, words: list[Word], i: int) -> str:
    if i + 1 == len(words):
        return ""
    between = text[words[i].end : words[i + 1].start]
    return between.strip(" '’").casefold() or words[i + 1].written.casefold() if len(between) <= 4 else ""


def is_joined(text: str, left: Word, right: Word) -> bool:
    """Tell whether only a space, or an elided article, stands between two words: a comma ends a phrase."""
    between = text[left.end : right.start]
    return not any(c in between for c in '.,;:!?()[]«»"/@–—…\n&+') and len(between) <= 4
