"""The form by which groups are put together: what was chosen in it, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consult.messages import Words
from consult.record.errors import RecordError
from consult.record.group_merging import FEWEST_LEFT, GroupMerging, GroupSet, Merge, NewMerging
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES, NOTHING, Localised
from surveys.problems import Problem

OWN = "own"
"""Groups that the person puts together one by one, rather than as they are offered."""
SETS = ("1", "2")
_TOGETHER = "together:"


@dataclass(frozen=True)
class MergingForm:
    """What stands in the form, by the names of its inputs, and what is wrong with it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def read_form(typed: Mapping[str, str], groups: Sequence[str]) -> NewMerging:
    """Return what was chosen; raises `merging.refused` where nothing was."""
    way, reason = typed.get("way", ""), _both(typed, "reason")
    if way in (Merge.AUTOMATIC, Merge.APART):
        return NewMerging(Merge(way), (), reason)
    if way == OWN:
        sets = [tuple(code for code in groups if typed.get(f"set-{code}") == at) for at in SETS]
    elif way.startswith(_TOGETHER):
        sets = [tuple(each.split(",")) for each in way.removeprefix(_TOGETHER).split(";")]
    else:
        raise RecordError.of("merging.refused", [Problem("merging.nothing_chosen", "way-automatic")])
    names = [_both(typed, f"name-{at}") for at in SETS] if len(sets) <= len(SETS) else []
    named = [(each, names[at] if names else NOTHING) for at, each in enumerate(sets)]
    return NewMerging(Merge.TOGETHER, tuple(GroupSet(each, name) for each, name in named if each), reason)


def fill_form(choice: GroupMerging | None, offered: Sequence[str]) -> dict[str, str]:
    """Return what stands in the form at first: the choice that stands, by the values that are offered."""
    if choice is None:
        return {"way": Merge.AUTOMATIC.value, "seen": "0"}
    typed = {f"reason.{each}": choice.reason.get(each) for each in LANGUAGES} | {"seen": str(choice.id)}
    for at, chosen in zip(SETS, choice.sets, strict=False):
        typed |= {f"name-{at}.{each}": chosen.name.get(each) for each in LANGUAGES}
        typed |= {f"set-{code}": at for code in chosen.groups}
    way = choice.merge.value
    if choice.merge is Merge.TOGETHER:
        value = _TOGETHER + ";".join(",".join(each.groups) for each in choice.sets)
        way = value if value in offered else OWN
    return typed | {"way": way}


def explain_refusal(error: RecordError, words: Words) -> str | None:
    """Return the sentence for what was refused as a whole; None where this page has nothing to say about it."""
    _ = words.gettext
    return {
        "merging.not_yet": _("Nothing was chosen: this waits until the consultation is closed."),
        "merging.changed": _(
            "Nothing was changed: somebody else chose meanwhile. Their choice is below; yours is still in the form."
        ),
        "merging.published": _(
            "Nothing was taken back: a report was published with this choice. Another choice can take its place."
        ),
        "merging.missing": _("Nothing was taken back: this choice is not there."),
    }.get(error.code)


def explain_problems(problems: Sequence[Problem], language: str, words: Words) -> dict[str, str]:
    """Return the sentence for what is wrong with each field, by the name of its input; `language` is the page's."""
    _ = words.gettext
    sentences = {
        "merging.nothing_chosen": _("Choose one of the ways."),
        "merging.reason_missing": _("Write the reason, in French or in English; the report prints it."),
        "merging.too_few": _("Put at least two groups in each set."),
        "merging.nothing_left": _("Leave at least %(count)s columns: all groups together are no table by group.")
        % {"count": FEWEST_LEFT},
        "merging.name_missing": _("Give the name in both languages, or in none."),
    }
    found = {}
    for problem in problems:
        said = sentences.get(problem.code) or _("This is too long. Write at most %(limit)s characters.")
        found[_place(problem, language)] = said % dict(problem.values)
    return found


def _place(problem: Problem, language: str) -> str:
    """Return the input that a problem is shown at."""
    return {"reason": f"reason.{language}", "sets": f"way-{OWN}"}.get(problem.place, problem.place)


def _both(typed: Mapping[str, str], name: str) -> Localised:
    return Localised(**{each: clean_text(typed.get(f"{name}.{each}", "")) for each in LANGUAGES})
