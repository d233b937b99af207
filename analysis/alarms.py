"""What in a text somebody should look at soon: danger to a person, or a complaint. In French and in English.

Forms of words, not meanings: a danger told in other words passes, and a figure of speech may be taken for one. Where
the two pull apart a danger is rather flagged once too often: a person reads what is flagged and says that it is none.
What only names the subject ("la prévention du suicide", "suicide prevention") is not flagged: a consultation about
health speaks of it all the time. So most forms have somebody in them: "je", "my brother", "il me".
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Alarm(StrEnum):
    """To whom it matters: somebody may be in danger, or somebody complains."""

    DANGER = "danger"
    COMPLAINT = "complaint"


class Reason(StrEnum):
    """What the words speak of."""

    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    THREAT = "threat"
    CHILD = "child"
    ABUSE = "abuse"
    COMPLAINT = "complaint"
    LAWSUIT = "lawsuit"
    FAULT = "fault"

    @property
    def alarm(self) -> Alarm:
        """Which of the two it is."""
        return Alarm.COMPLAINT if self in (Reason.COMPLAINT, Reason.LAWSUIT, Reason.FAULT) else Alarm.DANGER


@dataclass(frozen=True)
class Alarming:
    """Words that are flagged: ``text[start:end]``, and what for."""

    reason: Reason
    start: int
    end: int


# In forms, <name> stands for one of these; the text that they meet is folded (see `_fold`).
_WORDS = {
    "proche": r"(?:mari|conjointe?|ex|chum|blonde|copine?|partenaire|pere|mere|frere|soeur|sœur|fils|fille|oncle|tante"
    r"|cousine?|neveu|niece|voisine?|amie?|collegue|enfants?|grand-?(?:pere|mere)|patiente?|residente?|cliente?)",
    "kin": r"(?:husband|wife|spouse|ex|boyfriend|girlfriend|partner|father|dad|mother|mom|mum|brother|sister|son|aunt"
    r"|daughter|child|kids?|children|neighbou?r|friend|colleague|uncle|cousin|nephew|niece|grand(?:father|mother)"
    r"|patient|resident|client)",
    "enfant": r"(?:enfants?|bebes?|fils|filles?|garcons?|mineure?s?|ados?|adolescente?s?|petite?s?)",
    "child": r"(?:child|children|kids?|bab(?:y|ies)|sons?|daughters?|boys?|girls?|minors?|toddlers?|teen(?:ager)?s?)",
    "frappe": r"(?:frappe|bat|battai|tape|etrangle|viole|agresse|brutalise)(?:e|s|t|it|ait|nt|ent|aient)?",
    "maltraite": r"(?:maltrait|battu|neglig|abus|agress|viol|frapp|malmen|rudoy|humili)(?:e|i)?e?s?",
    "beats": r"(?:hits?|beats?|beaten|punche[sd]|slaps?|slapped|chok(?:es|ed)|rap(?:es|ed)|assaults?|assaulted|kicks?)",
    "abuses": r"(?:abus|molest|neglect|mistreat)(?:es|ed|s|ing)",
    "mon": r"(?:mon|ma|mes|son|sa|ses|notre|nos|leurs?|un|une|l'|cet|cette)",
    "my": r"(?:my|his|her|their|our|an?|the|this|that)",
    "few": r"(?:[\w']+ ){0,2}",
}
_SUICIDE = (
    r"(?:me|m'|se|s') ?(?:suicider|suiciderai\w*|enlever la vie|pendre|ouvrir les veines)",
    r"(?:s'est|s'etait|se sont|me suis|m'etais) (?:suicide|enleve la vie|pendu)\w*",
    r"(?:en finir avec (?:la|ma|sa) vie|mettre fin a (?:mes|ses|leurs) jours|(?:veux|voudrais|voulais) en finir)",
    r"(?:envie de mourir|(?:veux|voudrais|voulais|veut|voulait|souhaite) mourir)",
    r"plus (?:envie|le gout|la force|aucune raison|de raison) de vivre",
    r"(?:mes|ses|leurs|des|d'|ai des) ?(?:idees|pensees) (?:suicidaires|de suicide)",
    r"(?:je|il|elle|on) (?:<few>)?(?:pens|song)(?:e|ais|ait) (?:souvent |encore |parfois )?(?:au suicide|a me tuer)",
    r"(?:je suis|j'etais|est|etait) (?:tres |devenue? )?suicidaire",
    r"(?:tentatives? de suicide|tent(?:e|er|ait) de (?:me|se) (?:tuer|suicider))",
    r"suicide de (?:mon|ma|mes|son|sa|notre)",
    r"(?:kill(?:ed|ing)?|hang(?:ed|ing)?) (?:myself|himself|herself|themselves)",
    r"(?:end|ended|ending|take|took|taking) (?:my|his|her|their) own li(?:fe|ves)|end(?:ing)? (?:my life|it all)",
    r"better off dead|no(?:thing)? (?:reason )?(?:left )?to live(?: for)?",
    r"(?:i|he|she|they) (?:<few>)?(?:want|wants|wanted|wish|wishes) to die",
    r"(?:don't|do not|didn't|did not) want to live(?: anymore| any more| like this)?",
    r"(?:i|i'm|i am|he|she|they|<my> <kin>) (?:<few>)?suicidal",
    r"(?:my|his|her|having|have|had|has) (?:own )?suicidal (?:thoughts|ideas|ideation)",
    r"(?:i|he|she) (?:<few>)?(?:think|thinks|thinking|thought)(?: often| sometimes)? (?:of|about) (?:my )?suicide",
    r"(?:commits?|committed|attempted|tried) suicide|(?:my|his|her) suicide|suicide attempts?",
    r"(?:lost|died|losing) (?:[\w']+ ){0,3}(?:to|by) suicide",
)
_SELF_HARM = (
    r"(?:me|se) (?:fais|faire|fait|faisais) (?:du )?mal (?:a (?:moi|lui|elle)-meme|volontairement|expres)",
    r"(?:envie|peur|besoin) de me faire (?:du )?mal",
    r"(?:je me (?:coupe|mutile|scarifie)|je m'automutile|(?:il|elle|<proche>) s'automutile|se (?:mutile|scarifie))",
    r"(?:hurt|hurts|hurting|harm|harms|harmed|cut|cuts|cutting) (?:myself|himself|herself|themselves)",
    r"(?:i|he|she|they) self-harm(?:s|ed)?",
)
_VIOLENCE = (
    r"(?:il|elle|ils|elles|qui|<mon> <proche>) (?:m'|me |nous )(?:a |ont )?<frappe>",
    r"(?:<mon> <proche>) (?:m'|me |l'|la |le )(?:a |ont )?<frappe>",
    r"(?:j'ai|elle a|il a) ete (?:violee?|battue?|agressee?|frappee?|etranglee?|poignardee?)",
    r"(?:je me suis fait|elle s'est fait|il s'est fait|<mon> <proche> s'est fait) (?:violer|battre|agresser|frapper)",
    r"(?:violee?|battue?|frappee?|agressee?) par (?:mon|ma|mes|son|sa)",
    r"(?:je suis|j'ai ete|j'etais|est|a ete) victime (?:de |d')(?:violence|une agression|agressions?)",
    r"(?:je|j'ai|il|elle|a) (?:subis?|vi[st]|vecu) (?:de |d'|des )?(?:la |une )?(?:violence|agressions? sexuelle)",
    r"peur (?:de (?:mon|ma) (?:mari|conjointe?|ex|chum|pere|mere|fils)|pour ma vie|qu'il (?:me|la|le) tue)",
    r"<mon> <proche> (?:est|etait|devient) (?:tres |si )?violente?",
    r"(?:he|she|they|who|<my> <kin>) (?:<few>)?<beats> (?:me|us|her|him|my|the (?:baby|child|kids))",
    r"(?:i|she|he|we) (?:was|were|got|am being|is being|had been|have been) (?:raped|beaten|assaulted|stabbed|choked)",
    r"(?:afraid|scared|terrified) of my <kin>|(?:fear|afraid|scared) for my life",
    r"<my> <kin> (?:is|was|gets|became) (?:very |so )?(?:violent|abusive)",
    r"(?:i am|i'm|i was|she is|he is) (?:a )?(?:victim of )(?:domestic |sexual )?(?:violence|abuse|assault)",
)
_THREAT = (
    r"(?:je vais|on va|je veux|je voudrais) (?:le|la|les|te|vous|tous les) (?:tuer|frapper|descendre|poignarder)",
    r"menac(?:e|es|ee|ait|aient|er|ent) de (?:me|m'|le|la|les|nous|l') ?(?:tuer|frapper|bruler|battre)",
    r"(?:me|m'a|nous|l'a) ?menac\w+|menaces? de mort",
    r"(?:i will|i'll|i'm going to|i am going to|i want to|i could) (?:kill|shoot|stab|hurt) "
    r"(?:him|her|them|you|someone|somebody|everyone|that|those)",
    r"threaten(?:s|ed|ing)? (?:to (?:kill|hurt|shoot|harm|beat)|me\b|my\b|to (?:kill|hurt) )|death threats?",
)
_CHILD = (
    r"(?:frappe|bat|maltraite|neglige|abuse|agresse|touche|viole)(?:nt|e|ait|aient)? (?:de |d'|sexuellement )?"
    r"<mon> ?(?:petite? )?<enfant>",
    r"<enfant> (?:<few>)?(?:est|sont|etait|etaient|a ete|ont ete|se fait|se font) (?:<few>)?<maltraite>",
    r"(?:abusee?|agressee?|violee?) (?:quand j'etais|dans mon enfance|enfant)",
    r"(?:he|she|they|who|father|mother|parents?|uncle|teacher|coach|stepfather|stepmother|neighbou?rs?|man|woman) "
    r"(?:<few>)?(?:<abuses>|<beats>|hitting|beating) <my> (?:own )?(?:little |young )?<child>",
    r"<my> (?:little |young )?<child> (?:<few>)?(?:is|was|were|are|been|being|gets?|got) (?:<few>)?"
    r"(?:<abuses>|beaten|hit)",
    r"abused (?:sexually )?(?:as|when i was) a (?:child|kid|boy|girl)",
)
_ABUSE = (
    r"(?:<mon> <proche>|resident?e?s?|ainee?s?|j'ai|je|on l'a|on m'a) (?:<few>)?(?:ete |est |sont |suis |etait )"
    r"(?:<few>)?(?:(?:maltrait|malmen|neglig|rudoy|humili|abandonn)ee?s?|attachee?s? (?:au|a <mon>) (?:lit|chaise))",
    r"laissee?s? (?:<few>)?(?:dans (?:ses|leurs|mes|son) (?:propres? )?(?:excrements|selles|urine))",
    r"laiss(?:e|ee|ent|es|ait)? (?:<few>)?(?:[\w']+ )?sans (?:manger|eau|boire)",
    r"(?:<my> <kin>|residents?|i) (?:<few>)?(?:was|were|is|are|been|being|got) (?:<few>)?"
    r"(?:abused|mistreated|neglected|humiliated|tied (?:up|down)|restrained)",
    r"left (?:\w+ ){0,3}in (?:his|her|their|my) own (?:urine|feces|faeces|waste)|left without (?:food|water)",
)
_COMPLAINT = (
    r"(?:je|j'\w+|nous) (?:[\w']+ ){0,5}(?:port|depos|formul|fai)\w{1,4} (?:une |ma |notre )?plainte",
    r"(?:ma|notre|cette|sa) plainte|plainte (?:contre|officielle|formelle)",
    r"je (?:me plains|(?:veux|voulais|tiens a|desire|souhaite) me plaindre)",
    r"(?:filed?|files|filing|lodged?|lodging|made|make|making|submit(?:ted)?) (?:a|my|our|another|several|two|an) "
    r"(?:formal |official )?complaints?",
    r"(?:my|our) (?:formal |official )?complaints?|complaint against",
    r"i (?:complained|am complaining|(?:want|wish|would like) to complain)",
)
_LAWSUIT = (
    r"(?:vais|allons|veux|voudrais|pense|compte) (?:vous |les |le |l'|la )?poursuivre (?:en justice|l'hopital|vous)",
    r"(?:mon|notre) avocate?|poursuites? (?:judiciaires?|en justice|contre)",
    r"(?:i|we)(?:'ll| will| am going to| are going to| might| want to| may)? sue|(?:my|our) (?:lawyer|attorney)",
    r"(?:suing|tak(?:e|ing) legal action)",
)
_FAULT = (
    r"(?:erreurs? (?:medicale|de medicament|de medication|de diagnostic)s?|faute (?:professionnelle|medicale))"
    r"(?= [^.!?]*\b(?:je|j'|m'a|m'ont|mon|ma|notre)\b)",
    r"(?:mon|ma|mes|j'ai|nous avons|on m'a) [^.!?]{0,60}"
    r"(?:erreur medicale|mauvais (?:medicament|diagnostic)|mal diagnostique|mauvaise dose)",
    r"(?:medical error|malpractice|medication error)(?= [^.!?]*\b(?:i|me|my|us|our)\b)",
    r"(?:my|i|we|our) [^.!?]{0,60}(?:medical error|malpractice|wrong (?:medication|medicine|dose|diagnosis|pills))",
    r"(?:i|my \w+|she|he) (?:was|were|got) misdiagnosed",
    r"refus(?:e|ait|ent|aient|er) de (?:me |m'|nous |mon |ma )(?:soigner|traiter|recevoir|examiner|voir|aider)",
    r"(?:refused|refuses) to (?:treat|see|examine|help|admit) (?:me|us|my|him|her)",
)
# What comes just before or after and makes the words mean something else.
_NOT_AFTER = re.compile(r"(?:prevention (?:du|de) |prevent |reduce |contre le |ligne |lutte contre (?:le )?)$")
_NOT_BEFORE = re.compile(r" ?(?:prevention|hotline|line|rates?|statistics|process|procedure|form|desk|office)\b")


def _compile(forms: tuple[str, ...]) -> re.Pattern[str]:
    whole = "|".join(forms)
    for name, words in _WORDS.items():
        whole = whole.replace(f"<{name}>", words)
    return re.compile(rf"(?<!\w)(?:{whole})(?!\w)")


# In this order: where two forms overlap, the first says what it is.
_FORMS = (
    (Reason.SUICIDE, _compile(_SUICIDE)),
    (Reason.SELF_HARM, _compile(_SELF_HARM)),
    (Reason.CHILD, _compile(_CHILD)),
    (Reason.THREAT, _compile(_THREAT)),
    (Reason.VIOLENCE, _compile(_VIOLENCE)),
    (Reason.ABUSE, _compile(_ABUSE)),
    (Reason.LAWSUIT, _compile(_LAWSUIT)),
    (Reason.FAULT, _compile(_FAULT)),
    (Reason.COMPLAINT, _compile(_COMPLAINT)),
)


def find_alarms(text: str) -> tuple[Alarming, ...]:
    """Return the words of a text that somebody should look at, in its order; none where there is no such form."""
    folded = _fold(text)
    found: list[Alarming] = []
    for reason, form in _FORMS:
        for match in form.finditer(folded):
            start, end = match.span()
            if _NOT_AFTER.search(folded, max(0, start - 30), start) or _NOT_BEFORE.match(folded, end):
                continue
            if all(end <= each.start or each.end <= start for each in found):
                found.append(Alarming(reason, start, end))
    return tuple(sorted(found, key=lambda each: each.start))


def _fold(text: str) -> str:
    """Return a text as the forms have it, sign for sign: small letters, no accents, straight apostrophes, one line."""
    return "".join(_FOLDED.get(sign) or _fold_sign(sign) for sign in text)


def _fold_sign(sign: str) -> str:
    if sign.isspace():
        return " "
    small = sign.lower()
    base = unicodedata.normalize("NFD", small)[0]
    return base if len(small) == 1 else sign


_FOLDED = {"’": "'", "‘": "'", "ʼ": "'", "‑": "-", "–": "-"}
