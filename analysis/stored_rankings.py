"""Rankings as plain values and back: what a run of them keeps, and what a page reads later. Numpy and no more."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.ballots import AnyBallot, Kind, profile_of, read_ballots
from analysis.criteria_scores import CriteriaScore, read_scores, score_by_criteria, write_scores
from analysis.disclosure import LEAST_PEOPLE
from analysis.errors import AnalysisError
from analysis.methods import BORDA, methods_for
from analysis.open_tables import LEAST_PUBLIC, open_margins
from analysis.ranking import (
    RESAMPLES,
    TOP,
    Caution,
    GroupRankings,
    Ranking,
    SmallGroup,
    Standing,
    Tier,
    rank_by_methods,
    rank_groups,
)
from analysis.score_disclosure import Views, shows_exact_scores
from analysis.settings import DEFAULT_SEED

Values = Mapping[str, Any]
_TOO_FEW = "ranking.too_few_ballots"
_OTHERS, _PUBLIC, _DIGEST, _SALT, _CRITERIA = "methods", "public", "digest", "salt", "criteria"


@dataclass(frozen=True)
class Signed:
    """How ballots are to be read, as it was signed before opening, and what may be shown of it.

    Attributes
    ----------
    method
        The one whose order is the ranking; others that read the same ballots stand beside it.
    top
        How many of the first are the priorities.
    criteria
        What each criterion is worth, where candidates were scored against criteria.
    small
        What was decided of groups that turn out to be small.
    least_people, least_public
        The smallest count of people that the committee, and everybody, may be shown.
    salt
        What the digest of the ballots begins with, so that nobody finds them by trying.
    """

    method: str = BORDA
    top: int = TOP
    criteria: Mapping[str, float] = field(default_factory=dict)
    small: Mapping[str, SmallGroup] = field(default_factory=dict)
    seed: int = DEFAULT_SEED
    resamples: int = RESAMPLES
    least_people: int = LEAST_PEOPLE
    least_public: int = LEAST_PUBLIC
    salt: str = ""


def make_rankings(
    kind: Kind, ballots: Sequence[AnyBallot], candidates: Sequence[str], signed: Signed
) -> dict[str, Any]:
    """Rank ballots by the signed method and by the others that read them, as plain values for JSON.

    Returns
    -------
    dict
        ``{}`` where too few people ranked; otherwise what :func:`read_ranking` and :func:`read_methods` read, with the
        tables that everybody may have (`analysis.open_tables`) and the digest of the ballots.

    Raises
    ------
    AnalysisError
        As :func:`analysis.ranking.rank_by_methods` does, but for too few ballots.
    """
    methods = (signed.method, *(name for name in methods_for(kind) if name != signed.method))
    try:
        found = rank_by_methods(
            ballots,
            candidates,
            signed.seed,
            signed.resamples,
            methods,
            least_people=signed.least_people,
            top=signed.top,
            criteria=dict(signed.criteria) or None,
            small=signed.small,
            groups_by=methods[:1],
        )
    except AnalysisError as error:
        if error.code == _TOO_FEW:
            return {}
        raise
    profile = profile_of(ballots, candidates, tuple(signed.criteria))
    usual = found.get(BORDA, found[signed.method])
    is_open = _may_be_open(found[signed.method], usual.everybody, signed.least_people)
    return {
        **store_ranking(found[signed.method]),
        _OTHERS: {name: store_ranking(found[name]) for name in methods[1:]},
        _PUBLIC: open_margins(profile, candidates, signed.least_public) if is_open else None,
        _CRITERIA: write_scores(score_by_criteria(profile, candidates, signed.criteria)),
        _DIGEST: digest_ballots(ballots, signed.salt),
        _SALT: signed.salt,
    }


def _may_be_open(found: GroupRankings, usual: Ranking, least: int) -> bool:
    """Tell whether Borda's scores of everybody, which margins give exactly, tell too little of a hidden first choice.

    `found` is what the committee is shown, `usual` everybody's order by Borda's count, of rankings.
    """
    codes = sorted(standing.candidate for standing in found.everybody.standings)
    rankings = [*found.groups.values(), found.everybody]
    *first, total = [_numbers(each, codes, "first_choices") for each in rankings]
    if np.isnan([*first, total]).all():
        return True  # none is counted
    printed = [_numbers(each, codes, "score", is_shown=each.shows_scores) for each in rankings[:-1]]
    whole = _numbers(usual, codes, "score")
    people = [each.ballots for each in rankings[:-1]]
    others = found.everybody.ballots - sum(people)
    if others:
        first.append(total - np.sum(first, axis=0))  # known where all groups are
        printed.append(np.full(len(codes), np.nan))
        people.append(others)
    views = Views(
        np.array([*first, total]),
        np.array([*printed, whole]),
        np.array([*people, found.everybody.ballots], dtype=float),
    )
    return shows_exact_scores(views, least)


def _numbers(ranking: Ranking, codes: Sequence[str], name: str, *, is_shown: bool = True) -> NDArray[np.float64]:
    """Return a number of each candidate, NaN where it is not shown."""
    found = {each.candidate: getattr(each, name) for each in ranking.standings}
    return np.array([np.nan if found[code] is None or not is_shown else found[code] for code in codes])


def read_open_margins(stored: Values) -> dict[str, Any] | None:
    """Return the margins that everybody may have, as `analysis.open_tables` made them; None where there are none."""
    margins: dict[str, Any] | None = stored.get(_PUBLIC)
    return margins


def read_criteria(stored: Values) -> dict[str, CriteriaScore]:
    """Return the scores by criteria, by candidate; none of other ballots, or made before these were kept."""
    return read_scores(stored.get(_CRITERIA, ()))


def read_digest(stored: Values) -> tuple[str, str]:
    """Return the digest of the ballots and its salt; "" where a ranking was made before these were kept."""
    return stored.get(_DIGEST, ""), stored.get(_SALT, "")


def read_methods(stored: Values) -> dict[str, GroupRankings]:
    """Return the rankings by each method, the signed one first; empty where too few people ranked."""
    signed = read_ranking(stored)
    if signed is None:
        return {}
    others = {name: read_ranking(each) for name, each in stored.get(_OTHERS, {}).items()}
    return {signed.everybody.method: signed} | {name: each for name, each in others.items() if each is not None}


def write_ballots(ballots: Iterable[AnyBallot]) -> str:
    """Return ballots as one JSON text, in an order that does not depend on who answered first.

    A list of ``[cells, group, channel]``; cells are ``[[codes], number]`` as :class:`analysis.ballots.Marks` has them.
    """
    rows = sorted([[*map(list, each.cells)], each.group, each.channel] for each in ballots)
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def digest_ballots(ballots: Iterable[AnyBallot], salt: str) -> str:
    """Return the SHA-256 of the salt and of what :func:`write_ballots` writes: 64 hexadecimal digits.

    It tells later that ballots are those of a ranking. Without the salt nobody can try ballots against it.
    """
    return hashlib.sha256((salt + write_ballots(ballots)).encode()).hexdigest()


def are_the_ballots(stored: Values, ballots: Iterable[AnyBallot]) -> bool:
    """Tell whether ballots are those that a ranking was made of; False where that was not kept."""
    return bool(stored.get(_DIGEST)) and stored[_DIGEST] == digest_ballots(ballots, stored[_SALT])


def make_ranking(answers: list[tuple[Any, str]], candidates: list[str], seed: int) -> dict[str, Any]:
    """Rank stored rankings by Borda's count, for everybody and for each group, as plain values for JSON.

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
    """Return the rankings by the signed method, also of what earlier versions made; None where too few ranked."""
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
