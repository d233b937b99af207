"""What a report says: numbers that everybody may read, texts of the team in both languages, keys of quotes.

Plain frozen values that `consult.report.snapshot` writes as JSON and reads back. A number is None where it is hidden.
"""

from dataclasses import dataclass

from surveys.localised import NOTHING, Localised

ANSWER = "answer:"
"""Before the code of a question in the column of its tally; no column of another kind begins so."""


@dataclass(frozen=True)
class Exercise:
    """The consultation itself; days are ISO dates, "" where none was set."""

    code: str
    title: Localised
    mandate: Localised
    promise: Localised
    anonymity: str
    language_policy: str
    opens_on: str
    closes_on: str
    is_fictional: bool


@dataclass(frozen=True)
class Counted:
    """How many people of one kind; `band` is a word of `analysis.bands` where that is hidden, `target` 0: none."""

    code: str
    label: Localised
    people: int | None
    band: str = ""
    target: int = 0


@dataclass(frozen=True)
class Tally:
    """People by one thing about them: "group", "language", "channel", or the code of a question with its text."""

    column: str
    title: Localised
    lines: tuple[Counted, ...]
    least: int


@dataclass(frozen=True)
class Way:
    """One way of taking part: "survey", "discussion" or "session"; ways are never added up."""

    kind: str
    people: int | None
    tallies: tuple[Tally, ...]

    def find(self, column: str) -> Tally | None:
        """Return its people by one thing about them."""
        return next((tally for tally in self.tallies if tally.column == column), None)


@dataclass(frozen=True)
class Quoted:
    """A quote by its key, with the code of its author's group where that may be said."""

    key: str
    group: str = ""


@dataclass(frozen=True)
class Measured:
    """What two people who coded a sample found of the machine's placing in a theme; 95 % intervals."""

    items: int
    precision: float
    precision_low: float
    precision_high: float
    recall: float
    recall_low: float
    recall_high: float


@dataclass(frozen=True)
class ThemeFound:
    """A theme.

    Attributes
    ----------
    under, above
        The name and the code of the theme above it.
    is_firm
        Whether nothing says that it may be a coincidence.
    mostly
        The language that nearly all its people speak, "" otherwise or where that may not be said.
    is_alone
        Whether nothing near it stands in the other language, so that being raised almost only in one is a finding.
    twin
        The name of the near-equal theme in the other language.
    is_language_split
        Whether people said that it is a theme of its own by its language only.
    trust
        What was measured of it; None where that was not, or rests on too little.
    """

    code: str
    labels: Localised
    people: int | None
    share: float | None
    description: Localised = NOTHING
    under: Localised = NOTHING
    is_firm: bool = True
    mostly: str = ""
    trust: Measured | None = None
    quotes: tuple[Quoted, ...] = ()
    above: str = ""
    is_alone: bool = False
    twin: Localised = NOTHING
    is_language_split: bool = False


@dataclass(frozen=True)
class TogetherSet:
    """Groups that were put together, and what they are called then."""

    groups: tuple[str, ...]
    labels: tuple[Localised, ...]
    name: Localised


@dataclass(frozen=True)
class CrossTable:
    """People by theme (the last row: everybody) and by "group" or "language" (the last column: all people).

    `bands` has a word for each hidden number, "" elsewhere; `merged` names what is behind the heading of the others,
    `joined` what people put together under a heading of its own.
    """

    column: str
    headings: tuple[Localised, ...]
    rows: tuple[tuple[int | None, ...], ...]
    bands: tuple[tuple[str, ...], ...]
    merged: tuple[Localised, ...]
    hidden_share: float
    joined: tuple[TogetherSet, ...] = ()


@dataclass(frozen=True)
class QuestionFound:
    """What was found in the answers to one question.

    Attributes
    ----------
    is_decided
        Whether people accepted the themes; otherwise they are what the machine proposed.
    has_counts
        Whether people were counted; not on the board across all questions.
    left_out
        How many themes have too few people to be shown.
    behind
        The groups under each column of the table by group, by code, whether that table is printed or not.
    others
        Which of these columns is that of the others, -1 where there is none.
    """

    code: str
    text: Localised
    is_decided: bool
    has_counts: bool
    people: int | None
    themes: tuple[ThemeFound, ...]
    left_out: int
    tables: tuple[CrossTable, ...]
    is_by_language: bool = False
    keeps_tables_back: bool = False
    behind: tuple[tuple[str, ...], ...] = ()
    others: int = -1


@dataclass(frozen=True)
class Placed:
    """Where a choice stands: its place, the places it takes nine times in ten, its tier, its chance of the top."""

    code: str
    label: Localised
    rank: int
    is_tied: bool
    lowest: int
    highest: int
    in_top: float
    tier: int


@dataclass(frozen=True)
class GroupTop:
    """What one group put among the first."""

    group: Localised
    first: tuple[Localised, ...]


@dataclass(frozen=True)
class GroupNote:
    """What has to be said of a small group: a code of `analysis.ranking.Caution`, or what the committee wrote."""

    code: str
    group: Localised
    words: Localised = NOTHING


@dataclass(frozen=True)
class RulePart:
    """One thing that a rule says, and what the rule before it said; "" for nothing.

    Attributes
    ----------
    kind
        "method", "top", "sure", "order" (which end of a scale is the highest: "first" or ""), "weight" or "small".
    name
        Of the criterion that has the weight, of the group of which it is decided.
    """

    kind: str
    value: str
    before: str = ""
    name: Localised = NOTHING


@dataclass(frozen=True)
class RuleChanged:
    """A rule that was signed when people could answer already; `parts` is what it says otherwise than before."""

    day: str
    reason: str
    method: str
    top: int
    method_before: str
    top_before: int
    parts: tuple[RulePart, ...] = ()


@dataclass(frozen=True)
class Scored:
    """The priority score and the agreement of a choice, in hundredths; None where hidden.

    `score_bound` and `agreement_bound` are "more" or "less" where the number is an end and no value.
    """

    code: str
    score: int | None
    score_bound: str
    agreement: int | None
    agreement_bound: str


@dataclass(frozen=True)
class FromTheme:
    """The theme that a choice of a second round is: where it was raised, and by how many, None where hidden."""

    code: str
    theme: Localised
    question: Localised
    consultation: Localised
    people: int | None


@dataclass(frozen=True)
class RankingFound:
    """How the choices of a question were ranked; without places where too few people ranked them.

    `first` and `equal_first` are the choices of the top, those tied with the last of it too.
    """

    code: str
    text: Localised
    kind: str
    people: int | None
    method: str
    top: int
    sure: float
    seed: int
    resamples: int
    digest: str
    signed_on: str
    everybody: tuple[Placed, ...] = ()
    equal_voice: tuple[Placed, ...] = ()
    voices: tuple[Localised, ...] = ()
    first: tuple[str, ...] = ()
    equal_first: tuple[str, ...] = ()
    groups: tuple[GroupTop, ...] = ()
    only_in_groups: tuple[GroupTop, ...] = ()
    notes: tuple[GroupNote, ...] = ()
    changes: tuple[RuleChanged, ...] = ()
    rule: tuple[RulePart, ...] = ()
    criteria: tuple[Scored, ...] = ()
    themes: tuple[FromTheme, ...] = ()


@dataclass(frozen=True)
class DecisionMade:
    """A decision that stands; `list_name` is the question it is about, dissents have no names here.

    `question_code` and `option_code` are of the choice that was decided on, "" for a theme.
    """

    list_name: Localised
    subject: Localised
    outcome: str
    whereto: Localised
    reason: Localised
    day: str
    kept_out: int
    dissents: tuple[Localised, ...]
    question_code: str = ""
    option_code: str = ""


@dataclass(frozen=True)
class RunMade:
    """An analysis of one question, so that it can be made again."""

    text: Localised
    number: int
    engine: str
    seed: int
    settings: str
    versions: str
    digest: str


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it was asked."""

    text: Localised
    type: str
    choices: tuple[Localised, ...]


@dataclass(frozen=True)
class AskedSection:
    """A section of a survey as it was published last."""

    survey: Localised
    version: int
    title: Localised
    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True)
class GroupsTogether:
    """Which groups are shown together in the tables of themes.

    Attributes
    ----------
    merge
        A member of `consult.record.group_merging.Merge`: by rule, none, or the `sets`.
    choice
        The key of the choice that stood; 0 where nobody chose.
    kept
        Groups that are together because a report was published with them so.
    within
        The public ids of the reports that everybody could read before, and with regard to which this one was made.
    """

    merge: str = "automatic"
    choice: int = 0
    sets: tuple[TogetherSet, ...] = ()
    reason: Localised = NOTHING
    kept: tuple[TogetherSet, ...] = ()
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contents:
    """All that a report says."""

    version: str
    least: int
    least_sensitive: int
    exercise: Exercise
    groups: tuple[Counted, ...]
    ways: tuple[Way, ...]
    questions: tuple[QuestionFound, ...]
    rankings: tuple[RankingFound, ...]
    decisions: tuple[DecisionMade, ...]
    undecided: tuple[Localised, ...]
    runs: tuple[RunMade, ...]
    survey: tuple[AskedSection, ...]
    together: GroupsTogether = GroupsTogether()

    @property
    def quote_keys(self) -> list[str]:
        """The keys of all quotes."""
        return [quote.key for question in self.questions for theme in question.themes for quote in theme.quotes]
