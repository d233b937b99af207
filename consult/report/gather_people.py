"""Who took part, as everybody may read it: each way of taking part by itself, its tables protected together."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from analysis.bands import Band
from analysis.protection import OTHER_VALUES
from analysis.stored_counts import ShownCounts, StoredTheme
from consult.disclosure import GROUP, LANGUAGE, Rule, protect_themes
from consult.record.consultation import Consultation, list_groups
from consult.record.contribution import SURVEY_CHANNELS, Channel
from consult.record.participation import count_by_group, count_by_language
from consult.report.contents import ANSWER, Counted, Tally, Way
from surveys.localised import Localised

WAYS = {
    "survey": SURVEY_CHANNELS,
    "discussion": (Channel.DISCUSSION,),
    "session": (Channel.FOCUS_GROUP, Channel.INTERVIEW),
}
# Two reports with fewer people than this between them would tell of those people.
FEWEST_CHANGES = 5
UNKNOWN = Localised("Not given", "Non précisé")
OTHERS = Localised("Others", "Autres")
LANGUAGE_NAMES = {"fr": Localised("French", "Français"), "en": Localised("English", "Anglais")}
_TITLES = {GROUP: Localised("Group", "Milieu"), LANGUAGE: Localised("Language", "Langue")}


def gather_ways(session: Session, consultation: Consultation, rule: Rule) -> tuple[Way, ...]:
    """Return the ways in which somebody was heard; people are never added up over them."""
    names = {group.code: group.name for group in list_groups(session, consultation)}
    codes = {group.id: group.code for group in list_groups(session, consultation)}
    targets = {group.code: group.target for group in list_groups(session, consultation)}
    by_group = {codes.get(key or 0, ""): heard for key, heard in count_by_group(session, consultation).items()}
    by_language = count_by_language(session, consultation)
    ways = []
    for kind, channels in WAYS.items():
        groups = {code: sum(heard.get(each, 0) for each in channels) for code, heard in by_group.items()}
        languages = {code: sum(heard.get(each, 0) for each in channels) for code, heard in by_language.items()}
        people = sum(groups.values())
        if people:
            everybody = StoredTheme(people, {GROUP: groups, LANGUAGE: languages})
            shown = protect_themes([everybody], everybody, (LANGUAGE, GROUP), rule)
            tallies = [
                tell_tally(
                    GROUP, _TITLES[GROUP], names | {"": UNKNOWN}, shown, rule.least, targets if kind == "survey" else {}
                ),
                tell_tally(LANGUAGE, _TITLES[LANGUAGE], LANGUAGE_NAMES, shown, rule.least, {}),
            ]
            ways.append(Way(kind, shown.everybody, tuple(each for each in tallies if each is not None)))
    return tuple(ways)


def tell_tally(
    column: str,
    title: Localised,
    names: Mapping[str, Localised],
    shown: ShownCounts,
    least: int,
    targets: Mapping[str, int],
) -> Tally | None:
    """Return people by one thing: a line for each name.

    One of few people is hidden among the others. One of nobody is told where everybody else's number is, as who adds up
    knows it anyway: a group of which nobody was heard is what a reader must see.
    """
    table = shown.tables.get(column)
    if table is None:
        return None
    counts, bands = table.counts[-1], table.bands[-1]
    at = {value: place for place, value in enumerate(table.values)}
    absent = None if OTHER_VALUES in at or None in counts else 0
    lines = [
        Counted(
            code,
            name,
            counts[at[code]] if code in at else absent,
            _word(bands[at[code]]) if code in at else "",
            targets.get(code, 0),
        )
        for code, name in names.items()
        if code in at or (code and not (absent == 0 and column == LANGUAGE))
    ]
    if OTHER_VALUES in at:
        others = at[OTHER_VALUES]
        lines.append(Counted("others", OTHERS, counts[others], _word(bands[others])))
    return Tally(column, title, tuple(lines), least)


def _word(band: Band | None) -> str:
    return "" if band is None else str(band.value)


def keep_earlier(now: tuple[Way, ...], earlier: Sequence[tuple[Way, ...]]) -> tuple[Way, ...]:
    """Return the newest numbers that were read already, but where these differ enough from those of every report.

    A few withdrawals between two reports would tell what those who withdrew are.

    Parameters
    ----------
    earlier
        Of each report that was made, the newest first.
    """
    return earlier[0] if any(_would_tell(now, ways) for ways in earlier) else now


def _would_tell(now: tuple[Way, ...], earlier: tuple[Way, ...]) -> bool:
    """Tell whether a number differs by fewer than five people, or is hidden in one of both and not in the other."""
    old, new = _numbers(earlier), _numbers(now)
    # a question of which only one report has a table tells nothing but how many people there are, which both have
    both = {key[:2] for key in old} & {key[:2] for key in new}
    old, new = (
        {key: each[key] for key in each if key[:2] in both or not key[1].startswith(ANSWER)} for each in (old, new)
    )
    if old.keys() != new.keys():
        return True
    pairs = [(old[key], new[key]) for key in old]
    if any((one is None) != (other is None) for one, other in pairs):
        return True
    return any(0 < abs(one - other) < FEWEST_CHANGES for one, other in pairs if one is not None and other is not None)


def _numbers(ways: tuple[Way, ...]) -> dict[tuple[str, str, str], int | None]:
    found: dict[tuple[str, str, str], int | None] = {}
    for way in ways:
        found[way.kind, "", ""] = way.people
        for tally in way.tallies:
            found |= {(way.kind, tally.column, line.code): line.people for line in tally.lines}
    return found
