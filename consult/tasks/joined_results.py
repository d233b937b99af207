"""Between the record and the analysis, where answers join the themes of an earlier run: keys become rows, and back."""

from dataclasses import replace

import pandas as pd

from analysis.joining import Earlier
from analysis.languages import LANGUAGES
from analysis.naming import Name, Term
from analysis.pipeline import Findings
from analysis.stability import Ground
from consult.record.run_joining import JoinedRun
from consult.record.theme import CandidateTheme, RunResults


def as_earlier(earlier: JoinedRun, frame: pd.DataFrame) -> Earlier:
    """Return an earlier run as the analysis knows it; row by row, `frame` is what is read, what it read first."""
    row = {str(key): place for place, key in enumerate(frame["id"])}
    return Earlier(
        rows=int(frame["id"].isin(earlier.keys).sum()),
        main={row[key]: number - 1 for key, number in earlier.main.items() if key in row},
        places={(row[key], a, b): number - 1 for (key, a, b), number in earlier.places.items() if key in row},
        names=tuple(_names(theme) for theme in earlier.themes),
        stability=tuple(float(theme.counts.get("stability", 0.0)) for theme in earlier.themes),
        # runs of version 0.3 may have a ground that is none any more
        ground=earlier.ground if earlier.ground in set(Ground) else Ground.ASKED_FOR,
    )


def _names(theme: CandidateTheme) -> dict[str, Name]:
    """Return what a theme is called and its terms; runs of earlier versions kept no weights."""
    weights = theme.counts.get("weights", {})
    names = {}
    for language in LANGUAGES:
        terms = theme.terms.get(language, [])
        told = [*weights.get(language, []), *([0.0] * len(terms))]
        names[language] = Name(
            theme.labels.get(language), tuple(Term(term, weight, 0) for term, weight in zip(terms, told, strict=False))
        )
    return names


def with_joined(
    results: RunResults, findings: Findings, frame: pd.DataFrame, earlier: JoinedRun, run_id: int
) -> RunResults:
    """Return the results with the earlier quotes in the place of others, and what became of the new answers."""
    joining = findings.joining
    if joining is None:
        return results
    possible = [
        # sorted, for keys are random and their order then tells nothing
        {"people": theme.people, "contributions": sorted(frame["id"].iloc[theme.rows].tolist())}
        for theme in joining.possible
    ]
    told = {"run": run_id, "joined": joining.joined, "none": joining.none, "possible": possible}
    still_there = set(frame["id"])
    quotes = [quote for quote in earlier.quotes if quote.contribution_id in still_there]
    return replace(results, quotes=quotes, summary={**results.summary, "joining": told})
