"""What if a group or a way of answering were left out, weighed otherwise, or read by another method.

Computed when it is asked for, with the draws of the ranking that it changes, and shown as orders only. Two rankings
with one ballot between them would give it away: once somebody has taken back or corrected an answer since the ranking
was made, the panel is shut. Weights are a few fixed ones, for with any number of them scores could be worked out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, g, render_template, request
from werkzeug.datastructures import MultiDict

from analysis.ballots import AnyBallot, Kind
from analysis.errors import AnalysisError
from analysis.methods import methods_for
from analysis.ranking import FEWEST_BALLOTS, GroupRankings
from analysis.stored_ballots import Spoken, read_spoken
from analysis.stored_rankings import are_the_ballots, read_ranking
from analysis.what_if import Change, Difference, View
from analysis.what_if import what_if as rank_otherwise
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.ranking_words import method_name
from consult.committee.rankings import name_candidates
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.database import begin
from consult.record.priority_rule import find_rule
from consult.record.ranking import (
    RankingQuestion,
    StoredRanking,
    find_ranking,
    is_shown_to_committee,
    list_ranking_questions,
)
from consult.record.stored_ballots import read_said
from surveys.localised import Localised

WEIGHTS = {"0.5": 0.5, "1": 1.0, "2": 2.0, "3": 3.0}
# Of a criterion, how many times its signed weight; without it too.
CRITERION_WEIGHTS = {"0": 0.0, **WEIGHTS}
_USUAL_WEIGHT = "1"
_SEVERAL = 2


@dataclass(frozen=True)
class Asked:
    """What the form says."""

    view: View
    change: Change

    @property
    def is_something(self) -> bool:
        """Whether anything is to be done otherwise."""
        change = self.change
        return change != Change()


@dataclass(frozen=True)
class Criterion:
    """A criterion: how many times its signed weight it weighs here, and its share of all weights before and after."""

    code: str
    name: Localised
    times: float
    share: float
    share_after: float


@dataclass(frozen=True)
class Ground:
    """What can be changed: the ranking, its ballots, the groups and the ways of answering that are large enough."""

    found: GroupRankings
    ballots: Sequence[AnyBallot]
    groups: Mapping[str, str]
    channels: tuple[str, ...]
    methods: tuple[str, ...]
    criteria: Mapping[str, float] | None


@blueprint.get("/<code:code>/ranking/<question_code>/what-if")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def what_if(code: str, question_code: str) -> tuple[str, int]:
    """Show the form and, where something was asked, what would change among the first."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    asked = list_ranking_questions(session, consultation).get(question_code) or abort(404)
    stored = find_ranking(session, consultation, question_code) if is_shown_to_committee(consultation) else None
    ground = _read_ground(consultation, asked, stored) if stored else None
    wanted = _read_asked(request.args, ground) if ground else None
    difference, problem = None, ""
    if ground and wanted and wanted.is_something:
        try:
            difference = _compute(ground, asked, wanted)
        except AnalysisError as error:
            problem = _say(error)
    page = render_template(
        "committee/what_if.html",
        consultation=consultation,
        question=asked.question,
        candidates=name_candidates(session, consultation, asked, ground.found if ground else None),
        is_made=stored is not None and bool(stored.result),
        ground=ground,
        wanted=wanted,
        weights=WEIGHTS,
        criteria=_weigh_criteria(ground, asked, wanted) if ground and wanted else [],
        criterion_weights=CRITERION_WEIGHTS,
        methods={name: method_name(name, interface_words(g.language)) for name in ground.methods} if ground else {},
        channels=_name_channels(),
        difference=difference,
        problem=problem,
    )
    return page, 422 if problem else 200


def _read_ground(consultation: Consultation, asked: RankingQuestion, stored: StoredRanking) -> Ground | None:
    """Return what can be changed; None where there is no ranking, or its ballots are not the same any more."""
    found, ballots = read_ranking(stored.result), read_ballots(consultation, asked)
    if found is None or not are_the_ballots(stored.result, ballots):
        return None
    session, kind = db.session(), Kind(asked.kind)
    names = {group.code: group.name.shown(g.language)[1] for group in list_groups(session, consultation)}
    people = Counter(ballot.channel for ballot in ballots)
    channels = tuple(sorted(name for name, count in people.items() if count >= FEWEST_BALLOTS))
    rule = find_rule(session, consultation, asked.question.code)
    return Ground(
        found,
        ballots,
        {code: name for code, name in names.items() if code in found.groups},
        channels if len(people) >= _SEVERAL else (),
        tuple(name for name in methods_for(kind) if name != found.everybody.method),
        rule.weights if rule and kind is Kind.CRITERIA else None,
    )


def read_ballots(consultation: Consultation, asked: RankingQuestion) -> Sequence[AnyBallot]:
    """Return the ballots of a question as they are today."""
    said = read_said(db.session(), consultation, asked)
    spoken = (Spoken(each.value, each.group, each.channel, each.version) for each in said)
    return read_spoken(
        Kind(asked.kind), spoken, list(asked.candidates), steps=asked.steps or None, designs=asked.designs
    )


def _read_asked(form: MultiDict[str, str], ground: Ground) -> Asked:
    """Return what was asked; a value that the form does not offer is no choice of a person's."""
    view = form.get("view", View.EVERYBODY)
    groups, channels = frozenset(form.getlist("without")), frozenset(form.getlist("channel"))
    method = form.get("method") or None
    given = {code: form.get(f"weight-{code}", _USUAL_WEIGHT) for code in ground.groups}
    is_offered = (
        view in set(View)
        and groups <= set(ground.groups)
        and channels <= set(ground.channels)
        and (method is None or method in ground.methods)
        and set(given.values()) <= set(WEIGHTS)
    )
    if not is_offered:
        abort(400)
    weights = {code: WEIGHTS[weight] for code, weight in given.items() if weight != _USUAL_WEIGHT}
    return Asked(View(view), Change(groups, channels, weights, method, _read_criteria(form, ground)))


def _read_criteria(form: MultiDict[str, str], ground: Ground) -> dict[str, float]:
    given = {code: form.get(f"criterion-{code}", _USUAL_WEIGHT) for code in ground.criteria or ()}
    if not set(given.values()) <= set(CRITERION_WEIGHTS):
        abort(400)
    return {code: CRITERION_WEIGHTS[times] for code, times in given.items() if times != _USUAL_WEIGHT}


def _weigh_criteria(ground: Ground, asked: RankingQuestion, wanted: Asked) -> list[Criterion]:
    """Return the criteria with what each counts, as signed and as asked for; all their shares come to one."""
    signed = ground.criteria or {}
    later = {code: weight * wanted.change.criteria.get(code, 1.0) for code, weight in signed.items()}
    before, after = sum(signed.values()), sum(later.values())
    return [
        Criterion(
            code,
            asked.criteria.get(code) or Localised(code, code),
            wanted.change.criteria.get(code, 1.0),
            weight / before,
            later[code] / after if after else 0.0,
        )
        for code, weight in signed.items()
    ]


def _compute(ground: Ground, asked: RankingQuestion, wanted: Asked) -> Difference:
    ranking = ground.found.everybody
    return rank_otherwise(
        ground.ballots,
        list(asked.candidates),
        ranking.seed,
        wanted.change,
        view=wanted.view,
        method=ranking.method,
        resamples=ranking.resamples,
        top=ranking.top,
        criteria=ground.criteria,
        voices=ground.found.voices,
        own=ground.found.groups,
    )


def _say(error: AnalysisError) -> str:
    _ = interface_words(g.language).gettext
    sentences = {
        "ranking.too_few_ballots": _(
            "That leaves out, or leaves over, fewer than %(fewest)s people: their order would nearly be their answers."
        ),
        "ranking.too_few_groups": _("An equal voice takes two groups at least. Leave fewer of them out."),
        "ranking.small_groups_decide": _(
            "Groups that are too small for an order of their own would then weigh more than all others together."
            " Leave the others more weight."
        ),
        "ranking.weights": _("That leaves no criterion. Let at least one weigh something."),
    }
    if error.code not in sentences:
        raise error
    return sentences[error.code] % {"fewest": FEWEST_BALLOTS}


def _name_channels() -> dict[str, str]:
    _ = interface_words(g.language).gettext
    return {
        "web": _("On the web"),
        "paper": _("On paper"),
        "phone": _("By telephone"),
        "import": _("From an imported file"),
        "discussion": _("In a discussion"),
    }
