"""What should be looked at in a set of themes, and how each theme stands beside the others and beside everybody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.pipeline import Findings
from analysis.report import Report
from analysis.tables import LANGUAGE, QUESTION
from analysis.theme_checks import Checked, Counts, Finding, Mix, check_themes, mixes_of, nearest_themes


@dataclass(frozen=True)
class Review:
    """What checking a set of themes gave.

    Attributes
    ----------
    findings
        What should be looked at, the gravest kind first.
    nearest
        By number of theme, the number of the theme nearest to it and the cosine of their centres (at most 1), of the
        themes whose people are shown; None where there is no other.
    mixes
        By number of theme, its people by language and by group beside everybody's, where these may be shown.
    """

    findings: tuple[Finding, ...]
    nearest: Mapping[int, tuple[int, float] | None]
    mixes: Mapping[int, tuple[Mix, ...]]


def review_themes(findings: Findings, report: Report) -> Review:
    """Check the themes by what their report may show."""
    tables = [
        Counts(table.column, table.values, table.counts, is_language=table.column == LANGUAGE)
        for table in report.tables
        if table.column != QUESTION
    ]
    themes = [
        Checked(theme.number, {code: name.label for code, name in theme.names.items()}, theme.cohesion, theme.people)
        for theme in report.themes
    ]
    numbers = [theme.number for theme in report.themes]
    shown = [place for place, theme in enumerate(themes) if theme.people is not None]
    nearest = dict(zip(shown, nearest_themes(findings.nearness[np.ix_(shown, shown)]), strict=True))
    firm = {table.column: _firm_people(findings, table.column) for table in tables}
    return Review(
        findings=check_themes(themes, findings.nearness, report.people, tables),
        nearest={
            number: (numbers[shown[near[0]]], near[1]) if (near := nearest.get(place)) else None
            for place, number in enumerate(numbers)
        },
        mixes={
            number: tuple(
                _with_firm(mix, firm[table.column].get((place, mix.value), 0), findings.settings.least_people)
                for table in tables
                for mix in mixes_of(place, table)
            )
            for place, number in enumerate(numbers)
        },
    )


def _firm_people(findings: Findings, column: str) -> dict[tuple[int, str], int]:
    """Count by theme and value the people who are not only weakly attached, each person under one value."""
    ideas = findings.ideas
    value = ideas["language"] if column == LANGUAGE else findings.corpus.groups[column].loc[ideas["row"]]
    frame = pd.DataFrame({"person": ideas["person"].to_numpy(), "value": value.to_numpy(), "theme": findings.labels})
    counts = frame[frame["value"] != ""].groupby(["person", "value"], sort=False).size().rename("ideas").reset_index()
    usual = counts.sort_values("ideas", ascending=False, kind="stable").drop_duplicates("person").set_index("person")
    firm = frame[~findings.is_weak].drop_duplicates(["person", "theme"])
    firm = firm.assign(value=firm["person"].map(usual["value"])).groupby(["theme", "value"]).size().reset_index()
    return {(int(theme), str(value)): int(number) for theme, value, number in firm.itertuples(index=False, name=None)}


def _with_firm(mix: Mix, firm: int, least: int) -> Mix:
    """Say how many are firmly attached, where the difference with all of them is no small number either."""
    weak = mix.people - firm
    may_be_said = firm >= least and (weak == 0 or weak >= least)
    return replace(mix, firm=firm) if may_be_said else mix
