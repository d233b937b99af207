"""What a report says of groups that are shown together, and why."""

from collections.abc import Iterator

from analysis.merging import MOST_HIDDEN
from consult.disclosure import GROUP
from consult.record.group_merging import Merge
from consult.report.contents import Contents, CrossTable, GroupsTogether, TogetherSet
from consult.report.merging import MOST_NAMES, join_names
from consult.report.sentences import Voice


def say_together(contents: Contents, voice: Voice) -> list[str]:
    """Return which groups the tables of themes show together; nothing where no table is by group."""
    if not any(len(question.behind) > 1 for question in contents.questions):
        return []
    return list(_say(contents.together, voice, _are_joined(contents)))


def say_reason(contents: Contents, voice: Voice) -> tuple[str, str]:
    """Return the reason for it, with the language that it is in; empty where none was given."""
    if not say_together(contents, voice):
        return voice.language, ""
    language, reason = contents.together.reason.shown(voice.language)
    return language, reason


def say_columns(table: CrossTable, voice: Voice) -> list[str]:
    """Return which groups are under a heading that does not name each of them."""
    said = voice.words.gettext("Shown together as %(name)s: %(groups)s.")
    return [
        said % {"name": voice.quote(voice.text(each.name)), "groups": voice.join([voice.text(x) for x in each.labels])}
        for each in table.joined
        if each.name != join_names(each.labels) or len(each.labels) > MOST_NAMES
    ]


def find_much_hidden(contents: Contents) -> float | None:
    """Return the share of hidden cells of the tables by group, where it is so large that groups go better together."""
    shares = [table.hidden_share for each in contents.questions for table in each.tables if table.column == GROUP]
    share = sum(shares) / len(shares) if shares else 0.0
    return share if share > MOST_HIDDEN else None


def say_set(each: TogetherSet, voice: Voice) -> str:
    """Return groups that go together as a list, with the name that they go under."""
    names = voice.join([voice.text(label) for label in each.labels])
    if not each.name:
        return names
    said = voice.words.gettext("%(groups)s, as %(name)s")
    return said % {"groups": names, "name": voice.quote(voice.text(each.name))}


def _are_joined(contents: Contents) -> bool:
    return any(len(column) > 1 for question in contents.questions for column in question.behind)


def _say(together: GroupsTogether, voice: Voice, are_joined: bool) -> Iterator[str]:
    _ = voice.words.gettext
    if together.merge == Merge.APART:
        yield _("The committee chose to show each group by itself, though more numbers are hidden so.")
        if are_joined and not together.kept:
            yield _("Groups of too few people to be shown are among the others all the same.")
    elif together.merge == Merge.AUTOMATIC and are_joined:
        yield _(
            "In the tables of themes, the smallest groups are put together where more than a third of the numbers would"
            " be hidden otherwise, and groups of too few people to be shown always."
        )
    for each in together.sets:
        yield _("These groups are shown together in the tables of themes: %(groups)s.") % {
            "groups": say_set(each, voice)
        }
    for each in together.kept:
        said = _("These groups were shown together in an earlier report, and stay so: %(groups)s.")
        yield said % {"groups": say_set(each, voice)}
