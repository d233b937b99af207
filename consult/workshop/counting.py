"""Votes become a ranking with its doubt, or nothing where too few voted to show one."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.ballots import AnyBallot, read_ballots
from analysis.errors import AnalysisError
from analysis.methods import BORDA, POINTS
from analysis.ranking import FEWEST_BALLOTS, rank_groups
from analysis.stored_ballots import read_points
from analysis.stored_rankings import store_ranking
from consult.record.workshop import VoteMethod

Votes = Sequence[tuple[Mapping[str, Any], str]]
_KEYS = {VoteMethod.RANKING: "ranking", VoteMethod.POINTS: "points"}


def count_votes(votes: Votes, codes: Sequence[str], method: VoteMethod, seed: int, least: int) -> dict[str, Any]:
    """Return what is kept of a vote: the ranking, how many voted, and each option's place of how many.

    By Borda's count where people put options in order, by mean points where they gave out points. With fewer than ten
    votes there is no ranking: it would nearly be the votes themselves.

    Parameters
    ----------
    votes
        What each person voted, with the code of their group.
    codes
        The options that stand; votes for others, taken off since, count no more.
    """
    kept = [(_keep(vote, codes, method), group) for vote, group in votes]
    ballots: Sequence[AnyBallot] = read_ballots(kept) if method is VoteMethod.RANKING else read_points(kept)
    if len(ballots) < FEWEST_BALLOTS:
        return {"ranking": {}, "people": len(ballots), "places": {}}
    name = BORDA if method is VoteMethod.RANKING else POINTS
    try:
        found = rank_groups(ballots, codes, seed, method=name, least_people=least)
    except AnalysisError as error:
        if error.code != "ranking.too_few_ballots":
            raise
        return {"ranking": {}, "people": len(ballots), "places": {}}
    standings = found.everybody.standings
    places = {standing.candidate: [standing.rank, len(standings)] for standing in standings}
    return {"ranking": store_ranking(found), "people": len(ballots), "places": places}


def _keep(vote: Mapping[str, Any], codes: Sequence[str], method: VoteMethod) -> dict[str, Any] | None:
    """Return a vote without what is no option any more; None where nothing is left of it."""
    key = _KEYS[method]
    said = vote.get(key) or {}
    if method is VoteMethod.RANKING:
        ranking = [code for code in said if code in codes]
        return {key: ranking} if ranking else None
    points = {code: number for code, number in said.items() if code in codes}
    return {key: points} if points else None
