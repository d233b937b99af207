"""The ranking of a question, for the committee: an order with its doubt, for everybody and for each group side by side.

A page only reads: the ranking was made once, when the consultation was closed (`consult.record.ranking`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, g, render_template

from analysis.disclosure import LEAST_PEOPLE
from analysis.ranking import FEWEST_BALLOTS, TOP, GroupRankings, Ranking, Standing
from analysis.stored_rankings import read_ranking
from consult import job_messages
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.extensions import db
from consult.languages import Formats, interface_words
from consult.record.account import Role
from consult.record.consultation import get_consultation, list_groups
from consult.record.database import begin
from consult.record.job import JobState
from consult.record.ranking import find_ranking, find_ranking_job, is_shown_to_committee, list_ranking_questions

_EQUAL = "equal"


@dataclass(frozen=True)
class View:
    """One way of reading the ballots: its name, its ranking, what it is called in an address."""

    code: str
    name: str
    ranking: Ranking

    @property
    def first_tier(self) -> tuple[Standing, ...]:
        """Those that lead and cannot be told apart."""
        return self.ranking.tiers[0].standings

    @property
    def is_chain(self) -> bool:
        """Tell whether some of those that lead can be told apart all the same, though none from the next."""
        return self.ranking.tiers[0].is_chain

    @property
    def has_chain(self) -> bool:
        """Tell whether that is so of any tier."""
        return any(tier.is_chain for tier in self.ranking.tiers)

    @property
    def is_counted(self) -> bool:
        """Tell whether there are first choices to show."""
        return any(standing.first_choices is not None for standing in self.ranking.standings)

    @property
    def has_hidden(self) -> bool:
        """Tell whether some first choices are hidden while others are shown."""
        return self.is_counted and any(standing.first_choices is None for standing in self.ranking.standings)

    @property
    def people(self) -> int | None:
        """How many people ranked; None where all groups weigh the same, and nobody is counted.

        A group's may be shown: `rank_groups` keeps out the groups that everybody's number would give away.
        """
        return None if self.code == _EQUAL else self.ranking.ballots

    def is_surely_in(self, top: int, standing: Standing) -> bool:
        """Tell whether a candidate is among the first, with all the places that it takes nine times in ten."""
        return max(standing.rank, standing.highest_rank) <= top

    def rank_of(self, candidate: str) -> Standing:
        """Return where a candidate stands."""
        return next(standing for standing in self.ranking.standings if standing.candidate == candidate)


@blueprint.get("/<code:code>/ranking/<question_code>")
@needs(Role.COMMITTEE)
def ranking(code: str, question_code: str) -> str:
    """Show the order for everybody, then how it looks with an equal voice and for each group."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    asked = list_ranking_questions(session, consultation).get(question_code) or abort(404)
    is_shown = is_shown_to_committee(consultation)
    stored = find_ranking(session, consultation, question_code) if is_shown else None
    found = read_ranking(stored.result) if stored else None
    groups = {group.code: group.name.shown(g.language)[1] for group in list_groups(session, consultation)}
    job = find_ranking_job(session, consultation) if is_shown and stored is None else None
    has_failed = job is not None and job.state is JobState.FAILED
    failed = job_messages.failure(job.error_code, interface_words(g.language)) if job and has_failed else ""
    return render_template(
        "committee/ranking.html",
        consultation=consultation,
        question=asked.question,
        candidates=asked.candidates,
        is_shown=is_shown,
        stored=stored,
        failed=failed,
        views=_views(found, groups) if found else [],
        has_left_out=found is not None and not set(groups) <= set(found.groups),
        fewest=FEWEST_BALLOTS,
        least=LEAST_PEOPLE,
        top=TOP,
        in_words=_in_words,
    )


def _in_words(number: int) -> str:
    """Write a number that begins a sentence: in words up to nine, then in figures."""
    _ = interface_words(g.language).gettext
    words = (_("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"))
    return words[number - 1] if number <= len(words) else Formats(g.language).number(number)


def _views(found: GroupRankings, groups: Mapping[str, str]) -> Sequence[View]:
    _ = interface_words(g.language).gettext
    views = [View("everybody", _("Everybody"), found.everybody)]
    if found.equal_voice:
        views.append(View(_EQUAL, _("Equal voice"), found.equal_voice))
    named = {**groups, **{code: code for code in found.groups if code not in groups}}
    return [
        *views,
        *(View(f"group-{code}", name, found.groups[code]) for code, name in named.items() if code in found.groups),
    ]
