"""Who votes, and how their ballots are read: by everybody together, by each group, with a voice for each group.

The draws depend on the seed, on who is drawn among (everybody, or the group by its name) and on nothing else: not on
the method, nor on other groups, nor on how many samples are made at once. So methods are compared on the same people,
and “what if” on the people of the ranking that it changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.ballots import Profile
from analysis.methods import Joining, Rule
from analysis.methods.jla import add_positions
from analysis.resampling import Reading, Scores, draw_from_all, draw_scores, draw_within

Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Electorate:
    """Everybody's ballots with their groups, and what is the same for all readings of them.

    Attributes
    ----------
    profile
        Equal ballots of different groups and channels kept apart.
    rules
        The methods to read them by, by name.
    """

    profile: Profile
    rules: Mapping[str, Rule]
    seed: int
    resamples: int

    def sizes(self) -> dict[str, int]:
        """Return how many people of each group voted, "" being those of no known group."""
        names = np.unique(self.profile.groups)
        return {str(name): int(self.profile.counts[self.profile.groups == name].sum()) for name in names}

    def everybody(self, weights: Weights | None = None) -> dict[str, Scores]:
        """Score all ballots by each method; `weights` as of a `Reading`."""
        draw = draw_from_all(self.profile, np.random.default_rng([self.seed]))
        return draw_scores(self.profile, self._readings(weights), self.resamples, draw)

    def group(self, name: str, weights: Weights | None = None) -> dict[str, Scores]:
        """Score the ballots of a group by each method; `weights` are of all ballots."""
        part, draw = self._part(name), draw_within([(self._part(name), self._rng(name))])
        return draw_scores(part, self._readings(self._of(name, weights)), self.resamples, draw)

    def equal_voice(
        self, scores: Mapping[str, Mapping[str, Scores]], voices: Mapping[str, float], weights: Weights | None = None
    ) -> dict[str, Scores]:
        """Join the groups, each weighing what its voice says, whatever its size.

        Parameters
        ----------
        scores
            By group, what :meth:`group` returned.
        voices
            By group, above 0; all the same for an equal voice.
        weights
            As given to :meth:`group`.
        """
        names = sorted(voices)
        by_ballots = {name: rule for name, rule in self.rules.items() if rule.joining is Joining.BALLOTS}
        joined = self._join_ballots(names, voices, weights, by_ballots) if by_ballots else {}
        for name, rule in self.rules.items():
            if name not in by_ballots:
                joined[name] = join_scores([scores[each][name] for each in names], [voices[n] for n in names], rule)
        return joined

    def _join_ballots(
        self, names: Sequence[str], voices: Mapping[str, float], weights: Weights | None, rules: Mapping[str, Rule]
    ) -> dict[str, Scores]:
        parts = [self._part(name) for name in names]
        kept = [np.ones(len(part.counts)) for part in parts]
        if weights is not None:
            kept = [weights[self.profile.groups == name] for name in names]
        together = Profile(
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.counts for part in parts]),
            self.profile.kind,
        )
        # they come to as many as there are people, since a prior is measured in ballots
        per_voice = together.people / sum(voices.values())
        rows = [
            keep * voices[name] * per_voice / float(part.counts @ keep)
            for name, part, keep in zip(names, parts, kept, strict=True)
        ]
        draw = draw_within([(part, self._rng(name)) for name, part in zip(names, parts, strict=True)])
        readings = {name: Reading(rule.score, np.concatenate(rows)) for name, rule in rules.items()}
        return draw_scores(together, readings, self.resamples, draw)

    def _readings(self, weights: Weights | None) -> dict[str, Reading]:
        return {name: Reading(rule.score, weights) for name, rule in self.rules.items()}

    def _part(self, name: str) -> Profile:
        return self.profile.part(self.profile.groups == name)

    def _of(self, name: str, weights: Weights | None) -> Weights | None:
        return None if weights is None else weights[self.profile.groups == name]

    def _rng(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, *name.encode()])


def join_scores(groups: Sequence[Scores], voices: Sequence[float], rule: Rule) -> Scores:
    """Join groups' scores, and their resamples one by one, by the mean of scores or of positions.

    It needs nothing but the scores: with stored ones, voices can be changed without drawing again.
    """
    if rule.joining is Joining.POSITIONS:
        observed = add_positions([group.observed for group in groups], voices)
        resampled = add_positions([group.resampled for group in groups], voices)
    else:
        observed = np.average([group.observed for group in groups], axis=0, weights=voices)
        resampled = np.average([group.resampled for group in groups], axis=0, weights=voices)
    return Scores(observed, resampled, sum(group.ballots for group in groups))
