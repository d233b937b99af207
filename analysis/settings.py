"""What a person may choose about an analysis, and what it depends on otherwise."""

from dataclasses import dataclass

from analysis.errors import AnalysisError

AUTOMATIC = "auto"
MOST_THEMES = 100
DEFAULT_SEED = 20270101


@dataclass(frozen=True)
class Settings:
    """The choices that, with the answers, decide the result.

    Attributes
    ----------
    themes
        How many themes to make; ``None`` lets the data say.
    engine
        Name of the engine that turns text into vectors, or ``"auto"``.
    seed
        Start of every random draw: the same seed gives the same result.
    least_people
        No count of people under this one leaves the analysis in a report.
    """

    themes: int | None = None
    engine: str = AUTOMATIC
    seed: int = DEFAULT_SEED
    least_people: int = 5

    def __post_init__(self) -> None:
        if self.themes is not None and not 2 <= self.themes <= MOST_THEMES:
            raise AnalysisError("settings.themes", themes=self.themes, most=MOST_THEMES)
        if not 0 <= self.seed < 2**32:
            raise AnalysisError("settings.seed", seed=self.seed)
