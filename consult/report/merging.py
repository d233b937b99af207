"""Which groups a report puts together, by the choice that stands and by what was published before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from analysis.merging import Earlier, parts_of
from analysis.stored_counts import ShownCounts, StoredTheme
from consult.disclosure import GROUP, Rule, protect_themes
from consult.record.consultation import Consultation, list_groups
from consult.record.group_merging import GroupMerging, Merge, find_merging, list_once_published
from consult.report.contents import Contents, GroupsTogether, QuestionFound, TogetherSet
from consult.report.snapshot import read_contents
from surveys.localised import LANGUAGES, Localised

MOST_NAMES = 3

Sets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Merging:
    """What goes together in a report.

    Attributes
    ----------
    together
        What the report says of it.
    earlier
        By question, what was published before, the oldest first.
    published
        The sets of groups that a report was published with.
    columns
        By report that was published, and by question, the groups under each column.
    """

    together: GroupsTogether = field(default_factory=GroupsTogether)
    earlier: Mapping[str, tuple[Earlier, ...]] = field(default_factory=dict)
    published: tuple[TogetherSet, ...] = ()
    columns: Mapping[str, Mapping[str, Sets]] = field(default_factory=dict)

    @property
    def sets(self) -> tuple[TogetherSet, ...]:
        """All groups that people put together, by this choice or in a report that was published before."""
        return (*self.together.sets, *self.together.kept)

    def protect(
        self,
        question_code: str,
        themes: Sequence[StoredTheme],
        everybody: StoredTheme,
        columns: Sequence[str],
        rule: Rule,
    ) -> ShownCounts:
        """Decide what everybody may read of a question's themes."""
        return protect_themes(
            themes,
            everybody,
            columns,
            rule,
            is_merged=self.together.merge == Merge.AUTOMATIC,
            together=[each.groups for each in self.sets],
            earlier=self.earlier.get(question_code, ()),
        )

    def tell(self, questions: Sequence[QuestionFound]) -> GroupsTogether:
        """Return what a report says of it; reports with the same groups together need no mention beside it."""
        mine = {each.code: each.behind for each in questions if each.behind}
        differing = [
            public_id
            for public_id in self.together.within
            if any(set(mine.get(code, behind)) != set(behind) for code, behind in self.columns[public_id].items())
        ]
        return replace(self.together, within=tuple(differing))

    def name(self, heading: str, names: Mapping[str, Localised]) -> Localised:
        """Return what is over a column of groups that go together: the name they were given, or their own."""
        parts = frozenset(parts_of(heading))
        for each in self.sets:
            if each.name and parts <= set(each.groups):
                return each.name
        return join_names([name for code, name in names.items() if code in parts])


def read_merging(session: Session, consultation: Consultation) -> Merging:
    """Return what goes together as things are."""
    names = {group.code: group.name for group in list_groups(session, consultation)}
    published = [(each.public_id, read_contents(each.contents)) for each in list_once_published(session, consultation)]
    made = _describe(find_merging(session, consultation), names)
    together = tuple({each.groups: each for _id, contents in published for each in contents.together.sets}.values())
    own = [each.groups for each in made.sets]
    kept = tuple(each for each in together if each.groups not in own)
    return Merging(
        replace(made, kept=kept, within=tuple(public_id for public_id, _contents in published)),
        _list_earlier([contents for _id, contents in published]),
        together,
        {key: {each.code: each.behind for each in contents.questions if each.behind} for key, contents in published},
    )


def describe_sets(choice: GroupMerging, names: Mapping[str, Localised]) -> tuple[TogetherSet, ...]:
    """Return the groups that a choice puts together, with what they are called."""
    return tuple(
        TogetherSet(each.groups, tuple(names.get(code, Localised(code, code)) for code in each.groups), each.name)
        for each in choice.sets
    )


def _describe(choice: GroupMerging | None, names: Mapping[str, Localised]) -> GroupsTogether:
    """Return a choice as a report says it; without any, small groups go together by rule."""
    if choice is None:
        return GroupsTogether()
    return GroupsTogether(choice.merge.value, choice.id, describe_sets(choice, names), choice.reason)


def join_names(names: Sequence[Localised]) -> Localised:
    """Return names as one: “Caregivers + Managers”; how many they are where they are more than three."""
    if len(names) > MOST_NAMES:
        return Localised(f"{len(names)} groups together", f"{len(names)} milieux ensemble")
    return Localised(**{code: " + ".join(each.shown(code)[1] for each in names) for code in LANGUAGES})


def _list_earlier(published: Sequence[Contents]) -> dict[str, tuple[Earlier, ...]]:
    found: dict[str, tuple[Earlier, ...]] = {}
    for contents in published:
        for question in contents.questions:
            others = question.behind[question.others] if question.others >= 0 else ()
            earlier = Earlier(
                contents.least, {GROUP: question.behind} if question.behind else {}, {GROUP: others} if others else {}
            )
            if earlier not in found.get(question.code, ()):
                found[question.code] = (*found.get(question.code, ()), earlier)
    return found
