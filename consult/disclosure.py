"""What may be shown to whom: the one place that every page and file for the committee or for the public asks.

`analysis.disclosure` hides; here is decided how much: the smallest count for an audience from the settings, more where
people are told apart by something sensitive. What the public sees is hidden from the committee's page too where it is
hidden there, as members read both. `consult.committee.findings` shows the themes of a run by these rules; other pages
call :func:`protect_themes` or take :attr:`Rule.least`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy.orm import Session

from analysis.audience import Audience, Thresholds
from analysis.merging import Earlier
from analysis.protection import OTHER_VALUES
from analysis.stored_counts import Sets, ShownCounts, ShownTable, StoredTheme, protect_counts
from consult.record.consultation import Consultation
from consult.record.quote import ShownQuote
from consult.record.survey import list_all_versions, read_definition
from consult.settings import Settings
from surveys.presets import PRESETS

GROUP, LANGUAGE = "group", "language"
_SENSITIVE_PRESETS = frozenset(code for code, question in PRESETS.items() if question.sensitive)


@dataclass(frozen=True)
class Rule:
    """What one audience may be shown.

    Attributes
    ----------
    least
        The smallest count of people.
    others_least
        The smallest count that another audience, whose members read these pages too, is shown of the same people;
        None where there is none.
    """

    audience: Audience
    least: int
    others_least: int | None = None


def thresholds_of(settings: Settings) -> Thresholds:
    """Return the smallest counts that an installation chose."""
    return Thresholds(settings.least_committee, settings.least_public, settings.least_sensitive)


def rule_of(settings: Settings, audience: Audience, *, is_sensitive: bool = False) -> Rule:
    """Return what an audience may be shown, `is_sensitive` where people are told apart by something sensitive."""
    thresholds = thresholds_of(settings)
    least = thresholds.least(audience, is_sensitive=is_sensitive)
    within = thresholds.least(Audience.COMMITTEE, is_sensitive=is_sensitive)
    return Rule(audience, least, within if audience is Audience.PUBLIC and within < least else None)


def page_rule(audience: Audience, *, is_sensitive: bool = False) -> Rule:
    """Return the rule of the page that is being made; like :func:`rule_of`, with the application's settings."""
    return rule_of(current_app.extensions["settings"], audience, is_sensitive=is_sensitive)


def fewest_people(audience: str) -> int:
    """Return the smallest count that an audience is shown, for the promises that pages make to participants."""
    return page_rule(Audience(audience)).least


def rule_for(session: Session, consultation: Consultation, audience: Audience) -> Rule:
    """Return the rule of a page or file that tells the groups of a consultation apart."""
    return page_rule(audience, is_sensitive=has_sensitive_groups(session, consultation))


def fewest_between(session: Session, consultation: Consultation) -> int:
    """Return how many people must come or go before numbers that are read while people speak are told anew.

    A page that followed each of them would tell what the last one said.
    """
    return rule_for(session, consultation, Audience.COMMITTEE).least


def sensitive_questions(session: Session, consultation: Consultation) -> frozenset[str]:
    """Return the questions, by code, whose answers tell something sensitive about a person.

    Those that a facilitator marked so in any version of a survey, and those that were taken from our own about who
    answers (gender, disability, origins…) even where somebody took the mark away.
    """
    found = set()
    for versions in list_all_versions(session, consultation):
        for version in versions:
            for question in read_definition(version).survey.questions:
                if question.sensitive or question.code in _SENSITIVE_PRESETS:
                    found.add(question.code)
    return frozenset(found)


def has_sensitive_groups(session: Session, consultation: Consultation) -> bool:
    """Tell whether the question that gives people their group is a sensitive one."""
    asked = consultation.group_question
    return asked is not None and asked in sensitive_questions(session, consultation)


def protect_themes(
    themes: Sequence[StoredTheme],
    everybody: StoredTheme,
    columns: Sequence[str],
    rule: Rule,
    *,
    is_merged: bool = False,
    together: Sets = (),
    earlier: Sequence[Earlier] = (),
) -> ShownCounts:
    """Decide what may be shown of people by theme: suppressed and, if `is_merged`, with small groups put together.

    They go together where more than a third of the cells would be hidden otherwise, and those that people put
    `together` do anyway. It is for what the public reads, where so many are: the committee's pages (themes, boards,
    decisions) show one table in one way, all groups apart. So its members read two tables of the same people, and what
    one hides stays hidden in the other, even where both have the same smallest count. `earlier` is what everybody could
    read before.

    Hidden numbers of groups and of languages carry a word, “fewer than 5” or “5 or more” (`analysis.bands`): the tables
    are protected against readers who know it.
    """
    others_least = rule.others_least
    if others_least is None and rule.audience is Audience.PUBLIC and (is_merged or together or earlier):
        others_least = rule.least
    return protect_counts(
        themes,
        everybody,
        columns,
        told=(LANGUAGE, *columns),
        least=rule.least,
        others_least=others_least,
        may_merge=(GROUP,) if is_merged else (),
        together={GROUP: together} if together else {},
        earlier=earlier,
    )


def groups_told(table: ShownTable | None, row: int) -> frozenset[str]:
    """Return the groups of which a theme's people are shown, by code; a group that was put among others is none."""
    if table is None:
        return frozenset()
    shown = zip(table.values, table.counts[row], strict=False)
    return frozenset(value for value, count in shown if count is not None and value not in {"", OTHER_VALUES})


def quotes_shown(
    quotes: Sequence[ShownQuote], languages: Mapping[str, int], groups: Collection[str], rule: Rule
) -> list[ShownQuote]:
    """Return the quotes of a theme as they may be shown; every page that quotes asks here.

    Quotes come approved and with their authors' consent from `consult.record.quote.list_approved`, and from nowhere
    else. One is shown in a language in which enough people speak in the theme. Beside it stands its author's group at
    the most, and only where the theme's people of that group are shown: elsewhere the words stand alone.

    Parameters
    ----------
    languages
        The people of the theme by language, those that are shown.
    groups
        The groups whose people in the theme are shown (:func:`groups_told`).
    """
    seen = [quote for quote in quotes if languages.get(quote.language, 0) >= rule.least]
    return [quote if quote.group in groups else replace(quote, group="") for quote in seen]
