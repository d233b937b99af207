"""The ranking of a question, for the committee: an order with its doubt, for everybody and for each group side by side.

A page only reads: the ranking was made once, when the consultation was closed (`consult.record.ranking`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, g, render_template
from sqlalchemy.orm import Session

from analysis.audience import Audience
from analysis.criteria_scores import ShownShare, show_share
from analysis.ranking import FEWEST_BALLOTS, TOP, GroupRankings, Ranking, Standing
from analysis.stored_rankings import Values, read_criteria, read_methods
from consult import job_messages
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.ranking_words import (
    disputed,
    explain_method,
    in_some_top,
    method_name,
    say_cautions,
    say_difference,
)
from consult.committee.second_round_evidence import find_first_round
from consult.disclosure import rule_for
from consult.extensions import db
from consult.languages import LANGUAGES, Formats, interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.database import begin
from consult.record.discussion import Moderation, list_prompts
from consult.record.job import JobState
from consult.record.priority_rule import USUAL_SURE, list_group_words, list_signed
from consult.record.ranking import (
    RankingQuestion,
    find_ranking,
    find_ranking_job,
    is_shown_to_committee,
    list_ranking_questions,
)
from consult.record.stored_ballots import RANKING, REACTIONS, name_criteria
from consult.report.rule_parts import describe_change, list_parts
from consult.report.rule_sentences import say_change, say_part
from consult.report.sentences import Voice
from surveys.localised import Localised

_EQUAL = "equal"
_SEVERAL = 2
_SURE = USUAL_SURE / 100


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

    def surely_first(self, sure: float) -> tuple[Standing, ...]:
        """Return those among the first of the order that are there in at least this share of the resamples."""
        first = self.ranking.top_candidates
        return tuple(each for each in self.ranking.standings if each.candidate in first and each.in_top >= sure)

    @property
    def top_candidates(self) -> tuple[str, ...]:
        """The first, and those tied with the last of them."""
        return self.ranking.top_candidates

    def rank_of(self, candidate: str) -> Standing:
        """Return where a candidate stands."""
        return next(standing for standing in self.ranking.standings if standing.candidate == candidate)


@dataclass(frozen=True)
class Side:
    """What stands beside the signed ranking.

    Attributes
    ----------
    methods
        What each method is called, the signed one first, and its order of everybody.
    first
        What some method puts among the first.
    disputed
        What another one does not.
    sentence
        Whether they agree.
    """

    methods: Sequence[tuple[str, Ranking]]
    first: Sequence[str]
    disputed: frozenset[str]
    sentence: str


@blueprint.get("/<code:code>/ranking/<question_code>")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def ranking(code: str, question_code: str) -> str:
    """Show the order for everybody, then how it looks with an equal voice, for each group, and by other methods."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    asked = list_ranking_questions(session, consultation).get(question_code) or abort(404)
    is_shown = is_shown_to_committee(consultation)
    stored = find_ranking(session, consultation, question_code) if is_shown else None
    by_method = read_methods(stored.result) if stored else {}
    found = next(iter(by_method.values()), None)
    names = {group.code: group.name for group in list_groups(session, consultation)}
    groups = {code: name.shown(g.language)[1] for code, name in names.items()}
    rule = rule_for(session, consultation, Audience.COMMITTEE)
    voice, criteria = Voice.of(g.language), name_criteria(session, consultation)
    words = interface_words(g.language)
    signed = list_signed(session, consultation, question_code)
    in_words = list_group_words(session, consultation, question_code)
    return render_template(
        "committee/ranking.html",
        consultation=consultation,
        question=asked.question,
        is_order=asked.kind == RANKING,
        candidates=name_candidates(session, consultation, asked, found),
        is_shown=is_shown,
        stored=stored,
        failed=_say_failure(consultation) if is_shown and stored is None else "",
        views=make_views(found, groups) if found else [],
        has_left_out=found is not None and not set(groups) <= set(found.groups),
        cautions=say_cautions(found.cautions, groups, words) if found else [],
        in_group_words=[(groups.get(group, group), said) for group, said in in_words.items()],
        only_in_groups={
            candidate: ", ".join(groups.get(name, name) for name in names)
            for candidate, names in (found.only_in_groups if found else {}).items()
        },
        first_round=find_first_round(session, consultation, question_code) if found else {},
        by_criteria=show_criteria(stored.result if stored else {}, rule.least),
        side=_side(by_method),
        method=method_name(found.everybody.method, words) if found else "",
        explained=explain_method(found.everybody.method, words) if found else "",
        signed=signed,
        changes=[say_change(describe_change(each, criteria, names), voice) for each in signed if each.rule.is_change],
        rule_parts=[say_part(each, voice) for each in list_parts(signed[-1].rule, criteria, names)] if signed else [],
        sure=signed[-1].rule.sure / 100 if signed else _SURE,
        fewest=FEWEST_BALLOTS,
        least=rule.least,
        top=found.everybody.top if found else TOP,
        in_words=_in_words,
    )


def show_criteria(stored: Values, least: int) -> Mapping[str, tuple[ShownShare, ShownShare]]:
    """Return the priority score and the agreement of each candidate as they may be shown; none of other ballots."""
    return {
        code: (show_share(each.score, each.scorers, least), show_share(each.agreement, each.scorers, least))
        for code, each in read_criteria(stored).items()
    }


def name_candidates(
    session: Session, consultation: Consultation, asked: RankingQuestion, found: GroupRankings | None
) -> Mapping[str, Localised]:
    """Return what candidates are called.

    A statement of a discussion has its words only where a person read it before others did, and as long as it is there.
    """
    named = dict(asked.candidates)
    if asked.kind == REACTIONS and not _was_read_before(session, consultation, asked.question.code):
        named = {}
    known = [*(standing.candidate for standing in found.everybody.standings)] if found else [*asked.candidates]
    for number, code in enumerate(sorted({*known, *asked.candidates}), start=1):
        named.setdefault(code, Localised(**{language: _call_statement(number, language) for language in LANGUAGES}))
    return named


def _call_statement(number: int, language: str) -> str:
    _ = interface_words(language).gettext
    return _("Statement %(number)s") % {"number": number}


def _was_read_before(session: Session, consultation: Consultation, code: str) -> bool:
    prompts = {prompt.code: prompt for prompt in list_prompts(session, consultation)}
    return code in prompts and prompts[code].moderation is Moderation.BEFORE


def _say_failure(consultation: Consultation) -> str:
    job = find_ranking_job(db.session(), consultation)
    has_failed = job is not None and job.state is JobState.FAILED
    return job_messages.failure(job.error_code, interface_words(g.language)) if job and has_failed else ""


def _side(by_method: dict[str, GroupRankings]) -> Side | None:
    if len(by_method) < _SEVERAL:
        return None
    words = interface_words(g.language)
    return Side(
        [(method_name(name, words), found.everybody) for name, found in by_method.items()],
        in_some_top(by_method),
        disputed(by_method),
        say_difference(by_method, words),
    )


def _in_words(number: int) -> str:
    """Write a number that begins a sentence: in words up to nine, then in figures."""
    _ = interface_words(g.language).gettext
    words = (_("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"))
    return words[number - 1] if number <= len(words) else Formats(g.language).number(number)


def make_views(found: GroupRankings, groups: Mapping[str, str]) -> Sequence[View]:
    """Return the ways of reading the ballots: everybody, an equal voice, each group in the consultation's order."""
    _ = interface_words(g.language).gettext
    views = [View("everybody", _("Everybody"), found.everybody)]
    if found.equal_voice:
        views.append(View(_EQUAL, _("Equal voice"), found.equal_voice))
    named = {**groups, **{code: code for code in found.groups if code not in groups}}
    return [
        *views,
        *(View(f"group-{code}", name, found.groups[code]) for code, name in named.items() if code in found.groups),
    ]
