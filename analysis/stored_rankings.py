"""Rankings as plain values and back: what a run of them keeps, and what a page reads later. Numpy and no more."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis.ballots import read_ballots
from analysis.errors import AnalysisError
from analysis.ranking import TOP, Caution, GroupRankings, Ranking, Standing, Tier, rank_groups

Values = Mapping[str, Any]
_TOO_FEW = "ranking.too_few_ballots"


def make_ranking(answers: list[tuple[Any, str]], candidates: list[str], seed: int) -> dict[str, Any]:
    """Rank what people answered, for everybody and for each group, as plain values for JSON.

    Parameters
    ----------
    answers
        Stored answers to a ranking question, each with the code of the person's group, "" where it has none.
    candidates
        Codes of everything that could be ranked.

    Returns
    -------
    dict
        ``{}`` where too few people ranked; otherwise what :func:`read_ranking` reads.

    Raises
    ------
    AnalysisError
        As :func:`analysis.ranking.rank_groups` does, but for too few ballots.
    """
    try:
        return store_ranking(rank_groups(read_ballots(answers), candidates, seed))
    except AnalysisError as error:
        if error.code == _TOO_FEW:
            return {}
        raise


def store_ranking(found: GroupRankings) -> dict[str, Any]:
    """Return rankings by any method as plain values for JSON, which :func:`read_ranking` reads."""
    return {
        "everybody": asdict(found.everybody),
        "groups": {group: asdict(ranking) for group, ranking in found.groups.items()},
        "equal_voice": None if found.equal_voice is None else asdict(found.equal_voice),
        "cautions": [asdict(caution) for caution in found.cautions],
        "voices": list(found.voices),
    }


def read_ranking(stored: Values) -> GroupRankings | None:
    """Return the rankings that :func:`make_ranking` made; None where too few people ranked."""
    if not stored:
        return None
    equal = stored["equal_voice"]
    return GroupRankings(
        everybody=_ranking(stored["everybody"]),
        groups={group: _ranking(each) for group, each in stored["groups"].items()},
        equal_voice=None if equal is None else _ranking(equal),
        # rankings that were stored before these were said have none, and then every group shown has a voice
        cautions=tuple(Caution(**caution) for caution in stored.get("cautions", ())),
        voices=tuple(stored.get("voices", stored["groups"])),
    )


def _ranking(stored: Values) -> Ranking:
    tiers = [
        Tier(tuple(Standing(**standing) for standing in tier["standings"]), tier["is_chain"])
        for tier in stored["tiers"]
    ]
    above = tuple(tuple(row) for row in stored["above"])
    return Ranking(
        tuple(tiers),
        above,
        **{name: stored[name] for name in ("ballots", "method", "seed", "resamples")},
        # one that was stored before this was decided shows none
        shows_scores=stored.get("shows_scores", False),
        top=stored.get("top", TOP),
    )
