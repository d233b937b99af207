"""What a decision stands on, as the committee may read it: people who raised a theme, places in a ranking, trust.

Facilitators see the same protected numbers here as members do: what is decided together is read together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from analysis.audience import Audience
from analysis.ranking import GroupRankings, Ranking
from analysis.stored_rankings import read_ranking
from analysis.trust import Trust
from consult.committee.board_lines import Material, shown_lines
from consult.committee.second_round_evidence import FirstRound, SecondRound, find_first_round, list_second_places
from consult.disclosure import rule_for
from consult.record.board_counts import read_kept_counts
from consult.record.consultation import Consultation, list_groups
from consult.record.decision import SubjectKey
from consult.record.decision_acts import SubjectList
from consult.record.ranking import find_ranking
from consult.record.theme_board import ACROSS, find_board, list_board_themes
from consult.record.workshop_results import WorkshopPlace, list_places
from consult.theme_tables import GROUP
from consult.theme_trust import find_trust
from surveys.localised import Localised

_MOST_GROUPS = 4


@dataclass(frozen=True)
class Place:
    """Where something stands in a ranking: its place of how many, its tier, and how often among the first `top`."""

    rank: int
    of: int
    tier: int
    in_top: float
    top: int


@dataclass(frozen=True)
class Evidence:
    """What is known of a theme or an option.

    Attributes
    ----------
    people
        How many raised it; None where that is hidden or was not counted.
    groups
        People by the name of their group, the most first, those that may be shown.
    place, equal_place
        In the ranking of everybody, and of groups with an equal voice.
    group_places
        Its place in the ranking of each group that is shown, by the group's name.
    trust
        What was measured of the machine's placing.
    workshops
        Where it stood in the last votes of workshops.
    first_round
        The theme that an option of a second round is.
    second_rounds
        Where a theme stood when people put themes in order.
    """

    people: int | None = None
    groups: tuple[tuple[Localised, int], ...] = ()
    place: Place | None = None
    equal_place: Place | None = None
    group_places: tuple[tuple[Localised, int], ...] = ()
    trust: Trust | None = None
    workshops: tuple[WorkshopPlace, ...] = ()
    first_round: FirstRound | None = None
    second_rounds: tuple[SecondRound, ...] = ()


def find_evidence(
    session: Session, consultation: Consultation, listed: Sequence[SubjectList]
) -> dict[SubjectKey, Evidence]:
    """Return what is known of everything that is listed."""
    names = {group.code: group.name for group in list_groups(session, consultation)}
    found: dict[SubjectKey, Evidence] = {}
    places = list_places(session, consultation)
    for each in listed:
        if each.is_ranking:
            found |= _rank(session, consultation, each, names)
        else:
            found |= _count(session, consultation, each, names)
    for key, stood in places.items():
        found[key] = replace(found.get(key, Evidence()), workshops=tuple(stood))
    return found


def _count(
    session: Session, consultation: Consultation, listed: SubjectList, names: Mapping[str, Localised]
) -> dict[SubjectKey, Evidence]:
    board = find_board(session, consultation, listed.question_code)
    if board is None:
        return {}
    themes = list_board_themes(session, board)
    least = rule_for(session, consultation, Audience.COMMITTEE).least
    # beside the boards of each question, numbers of all together would tell of a few people by what differs
    has_counts = board.question_code != ACROSS
    lines = shown_lines(
        Material(themes, {}, (), {}), read_kept_counts(session, board), least, has_counts=has_counts, may_read=True
    )
    trust = find_trust(session, board)
    stood = list_second_places(session, [theme.id for theme in themes])
    found = {}
    for line in lines:
        spread = (line.spread or {}).get(GROUP, ())
        groups = [(names[code], count) for code, count in spread if code in names and count is not None]
        groups.sort(key=lambda pair: (-pair[1], pair[0].fr))
        found[SubjectKey(line.theme.id)] = Evidence(
            people=line.people,
            groups=tuple(groups[:_MOST_GROUPS]),
            trust=trust.get(line.theme.code),
            second_rounds=tuple(stood.get(line.theme.id, ())),
        )
    return found


def _rank(
    session: Session, consultation: Consultation, listed: SubjectList, names: Mapping[str, Localised]
) -> dict[SubjectKey, Evidence]:
    stored = find_ranking(session, consultation, listed.question_code)
    ranked = read_ranking(stored.result) if stored else None
    if ranked is None:
        return {}
    everybody = _places(ranked.everybody)
    equal = _places(ranked.equal_voice) if ranked.equal_voice else {}
    by_group = _group_places(ranked, names)
    themes = find_first_round(session, consultation, listed.question_code)
    return {
        subject.key: Evidence(
            place=everybody.get(subject.key.option_code),
            equal_place=equal.get(subject.key.option_code),
            group_places=tuple(by_group.get(subject.key.option_code, ())),
            first_round=themes.get(subject.key.option_code),
        )
        for subject in listed.subjects
    }


def _places(ranking: Ranking) -> dict[str, Place]:
    of = len(ranking.standings)
    return {
        standing.candidate: Place(standing.rank, of, number, standing.in_top, ranking.top)
        for number, tier in enumerate(ranking.tiers, start=1)
        for standing in tier.standings
    }


def _group_places(ranked: GroupRankings, names: Mapping[str, Localised]) -> dict[str, list[tuple[Localised, int]]]:
    found: dict[str, list[tuple[Localised, int]]] = {}
    for code, name in names.items():
        if code in ranked.groups:
            for standing in ranked.groups[code].standings:
                found.setdefault(standing.candidate, []).append((name, standing.rank))
    return found
