"""A LimeSurvey questionnaire, as its two file formats hold it: groups of questions, with their texts by language."""

from dataclasses import dataclass, field

from surveys.localised import LANGUAGES, NOTHING, Localised


@dataclass
class Item:
    """A subquestion or an answer."""

    code: str
    text: Localised = NOTHING
    scale: str = "0"
    relevance: str = ""


@dataclass
class Asked:
    """A question; `kind` is LimeSurvey's letter, `attributes` its settings, by name and language ('' for all)."""

    code: str
    kind: str
    text: Localised = NOTHING
    help: Localised = NOTHING
    mandatory: str = ""
    other: bool = False
    relevance: str = ""
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    subquestions: list[Item] = field(default_factory=list)
    answers: list[Item] = field(default_factory=list)

    def attribute(self, name: str) -> str:
        """Return a setting that has no language, '' where it says nothing."""
        return self.attributes.get((name, ""), "").strip()

    def texts(self, name: str) -> Localised:
        """Return a setting that has a text in each language."""
        return Localised(*(self.attributes.get((name, language), "").strip() for language in LANGUAGES))


@dataclass
class Group:
    """Questions on one page."""

    name: Localised = NOTHING
    description: Localised = NOTHING
    relevance: str = ""
    questions: list[Asked] = field(default_factory=list)


@dataclass
class Structure:
    """The whole questionnaire."""

    title: Localised = NOTHING
    introduction: Localised = NOTHING
    groups: list[Group] = field(default_factory=list)
