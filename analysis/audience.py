"""Who reads a number, and the fewest people that a number may count for them."""

from dataclasses import dataclass
from enum import StrEnum

from analysis.disclosure import LEAST_PEOPLE


class Audience(StrEnum):
    """Who reads: the steering committee, or everybody."""

    COMMITTEE = "committee"
    PUBLIC = "public"


@dataclass(frozen=True)
class Thresholds:
    """The smallest count of people that may be shown, by who reads.

    Attributes
    ----------
    committee, public
        For its members; for everybody.
    sensitive
        For either, where people are told apart by a sensitive attribute (origin, disability, income…).
    """

    committee: int = LEAST_PEOPLE
    public: int = 11
    sensitive: int = 20

    def least(self, audience: Audience, *, is_sensitive: bool = False) -> int:
        """Return the smallest count that this audience may be shown."""
        usual = self.committee if audience is Audience.COMMITTEE else self.public
        return max(usual, self.sensitive) if is_sensitive else usual
