"""What a consultation says of itself, as the inputs of a form and back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from consult.record.consultation import Anonymity, LanguagePolicy, NewGroup
from consult.record.description import Description
from surveys.answers import CODE
from surveys.cleaning import clean_text
from surveys.edit import code_from
from surveys.localised import LANGUAGES, Localised

LONGEST = {"title": 200, "mandate": 4000, "promise": 4000, "contact": 500}
SPARE_GROUPS = 2
MOST_GROUPS = 40
MOST_PEOPLE = 1_000_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
# An address of ours begins with it, or would be taken for one.
_NEVER_CODES = frozenset({"new"})
Typed = dict[str, str]

# The groups that most consultations of a health network hear, to be changed at will.
USUAL_GROUPS = (
    NewGroup("citizen", Localised("Citizens", "Citoyennes et citoyens")),
    NewGroup("patient", Localised("Patients", "Patientes et patients")),
    NewGroup("caregiver", Localised("Caregivers", "Personnes proches aidantes")),
    NewGroup("clinician", Localised("Clinicians", "Cliniciennes et cliniciens")),
    NewGroup("researcher", Localised("Researchers", "Chercheuses et chercheurs")),
    NewGroup("manager", Localised("Managers", "Gestionnaires")),
    NewGroup("decision_maker", Localised("Decision-makers", "Décideuses et décideurs")),
)


@dataclass
class Form:
    """What was typed; `errors` are codes by the name of the input."""

    typed: Typed
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> int:
        """How many rows of groups the form has."""
        written = self.typed.get("groups.count", "")
        return min(int(written), MOST_GROUPS) if written.isdecimal() and len(written) < 5 else SPARE_GROUPS

    def text(self, name: str) -> Localised:
        """Return a text in two languages."""
        return Localised(**{each: self._line(f"{name}.{each}", LONGEST.get(name, 200)) for each in LANGUAGES})

    def _line(self, name: str, longest: int) -> str:
        text = clean_text(self.typed.get(name, ""))
        if len(text) > longest:
            self.errors[name] = "text.too_long"
        return text

    def day(self, name: str) -> date | None:
        """Return a day, or None where nothing was typed."""
        written = self.typed.get(name, "").strip()
        try:
            day = date.fromisoformat(written) if written else None
        except ValueError:
            day = None
        if written and (day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR):
            self.errors[name] = "day.unreadable"
            return None
        return day

    def days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day; code consultation.bad_dates where they are the wrong way round."""
        first, last = self.day("opens_on"), self.day("closes_on")
        if first is not None and last is not None and last < first:
            self.errors["closes_on"] = "consultation.bad_dates"
        return first, last


def fill(description: Description) -> Typed:
    """Return what stands in each input."""
    typed: Typed = {"contact": description.contact, "seen": description.digest}
    for name in ("title", "mandate", "promise"):
        text: Localised = getattr(description, name)
        typed |= {f"{name}.{each}": text.get(each) for each in LANGUAGES}
    typed |= {"anonymity": description.anonymity.value, "language_policy": description.language_policy.value}
    typed |= {"group_question": description.group_question or "", "quote_question": description.quote_question or ""}
    return typed | fill_groups(description.groups)


def fill_groups(groups: Iterable[NewGroup]) -> Typed:
    """Return the inputs of groups, and room for more."""
    listed = tuple(groups)
    typed: Typed = {"groups.count": str(len(listed) + SPARE_GROUPS)}
    for at, group in enumerate(listed):
        typed |= {f"groups.{at}.code": group.code, f"groups.{at}.target": str(group.target or "")}
        typed |= {f"groups.{at}.{each}": group.name.get(each) for each in LANGUAGES}
    return typed


def forget_usual_codes(form: Form) -> None:
    """Take its code from a usual group that was given another name: the code would say the old one in every export."""
    usual = {group.code: group.name for group in USUAL_GROUPS}
    for at in range(form.groups):
        code = form.typed.get(f"groups.{at}.code", "")
        name = form.text(f"groups.{at}")
        if code in usual and name != usual[code]:
            form.typed[f"groups.{at}.code"] = ""


def read(form: Form, questions: Mapping[str, str] | None = None) -> Description:
    """Return the description that was typed; what is wrong is noted in the form.

    `questions` are those that may give the group or the consent to be quoted, with their types, by code. Codes:
    title.missing, contact.missing, text.too_long, number.not_whole, choice.unknown.
    """
    title = form.text("title")
    if not title:
        form.errors["title.en"] = "title.missing"
    contact = clean_text(form.typed.get("contact", ""))
    if not contact:
        form.errors["contact"] = "contact.missing"
    elif len(contact) > LONGEST["contact"]:
        form.errors["contact"] = "text.too_long"
    known = questions or {}
    return Description(
        title=title,
        mandate=form.text("mandate"),
        promise=form.text("promise"),
        contact=contact,
        anonymity=Anonymity(_one_of(form, "anonymity", list(Anonymity))),
        language_policy=LanguagePolicy(_one_of(form, "language_policy", list(LanguagePolicy))),
        group_question=_question(form, "group_question", "single_choice", known),
        quote_question=_question(form, "quote_question", "consent", known),
        groups=_read_groups(form),
    )


def _one_of(form: Form, name: str, known: list[str]) -> str:
    given = form.typed.get(name, "")
    if given not in known:
        form.errors[name] = "choice.unknown"
        return known[0]
    return given


def _question(form: Form, name: str, kind: str, known: Mapping[str, str]) -> str | None:
    given = form.typed.get(name, "")
    return given if known.get(given) == kind else None


def _read_groups(form: Form) -> tuple[NewGroup, ...]:
    """Return the groups that have a name."""
    groups: list[NewGroup] = []
    for at in range(form.groups):
        name = form.text(f"groups.{at}")
        if not name:
            continue
        code, taken = form.typed.get(f"groups.{at}.code", ""), {each.code for each in groups}
        if not CODE.fullmatch(code) or code in taken:
            code = code_from(name, "group", taken)
        written = form.typed.get(f"groups.{at}.target", "").strip()
        target = int(written) if written.isdecimal() and len(written) < 8 else 0
        if written and not (written.isdecimal() and 0 <= target <= MOST_PEOPLE):
            form.errors[f"groups.{at}.target"] = "number.not_whole"
        groups.append(NewGroup(code, name, target))
    return tuple(groups)


def short_name(form: Form, title: Localised, taken: Collection[str]) -> str:
    """Return the consultation's code: as it was typed, or made from its title.

    Codes: edit.bad_code, consultation.exists.
    """
    written = form.typed.get("code", "").strip()
    if not written:
        return code_from(title, "consultation", {*taken, *_NEVER_CODES})
    if not CODE.fullmatch(written) or written in _NEVER_CODES:
        form.errors["code"] = "edit.bad_code"
    elif written in taken:
        form.errors["code"] = "consultation.exists"
    return written
