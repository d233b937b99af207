"""The ranking of a question, for the committee: an order with its doubt, for everybody and for each group side by side.

A ranking is shown once its consultation is closed: two readings with one ballot between them would give that ballot
away. A fictional consultation has nobody to protect, and shows it at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import abort, g, render_template

from analysis.ballots import Ballot, read_ballots
from analysis.disclosure import LEAST_PEOPLE
from analysis.errors import AnalysisError
from analysis.ranking import FEWEST_BALLOTS, TOP, GroupRankings, Ranking, Standing, rank_groups
from analysis.settings import Settings
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.consultations import RANKING
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, ConsultationState, get_consultation, list_groups
from consult.record.database import begin
from consult.record.findings import list_stored_answers
from consult.record.survey import find_asked, list_surveys, list_versions, read_definition
from surveys.definition import Question
from surveys.localised import Localised

_TOO_FEW = "ranking.too_few_ballots"


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

    def rank_of(self, candidate: str) -> Standing:
        """Return where a candidate stands."""
        return next(standing for standing in self.ranking.standings if standing.candidate == candidate)


@dataclass(frozen=True)
class _Read:
    """What the record holds of a question: what could be ranked, and what each person ranked."""

    question: Question
    candidates: Mapping[str, Localised]
    ballots: tuple[Ballot, ...]


@blueprint.get("/<code:code>/ranking/<question_code>")
@needs(Role.COMMITTEE)
def ranking(code: str, question_code: str) -> str:
    """Show the order for everybody, then how it looks with an equal voice and for each group."""
    begin(db.session(), read_only=True)
    read = _read(code, question_code)
    db.session.commit()  # nothing stays open while people are drawn again
    found = _rank(read.ballots, tuple(read.candidates))
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    is_shown = consultation.is_fictional or consultation.state is ConsultationState.CLOSED
    groups = {group.code: group.name.shown(g.language)[1] for group in list_groups(db.session(), consultation)}
    views = _views(found, groups) if found and is_shown else []
    return render_template(
        "committee/ranking.html",
        consultation=consultation,
        question=read.question,
        candidates=read.candidates,
        is_shown=is_shown,
        views=views,
        has_left_out=found is not None and not set(groups) <= set(found.groups),
        fewest=FEWEST_BALLOTS,
        least=LEAST_PEOPLE,
        top=TOP,
    )


def _read(code: str, question_code: str) -> _Read:
    session = db.session()
    consultation = get_consultation(session, code)
    asked = find_asked(session, code)
    question = read_definition(asked[1]).survey.find_question(question_code) if asked else None
    if question is None or question.type != RANKING:
        abort(404)
    answers = [
        (value, group)
        for value, group in list_stored_answers(session, consultation, question_code)
        if isinstance(value, dict) and "ranking" in value  # not who said “I don’t know”
    ]
    return _Read(question, _candidates(consultation, question), read_ballots(answers))


def _candidates(consultation: Consultation, question: Question) -> dict[str, Localised]:
    """Return everything that could be ranked, over all versions of the survey, in the order of today's first."""
    found = {choice.code: choice.label for choice in question.choices}
    for survey in list_surveys(db.session(), consultation):
        for version in list_versions(db.session(), survey):
            earlier = read_definition(version).survey.find_question(question.code)
            for choice in earlier.choices if earlier else ():
                found.setdefault(choice.code, choice.label)
    return found


@lru_cache(maxsize=8)
def _rank(ballots: tuple[Ballot, ...], candidates: tuple[str, ...]) -> GroupRankings | None:
    """Rank; None with too few ballots. The same ballots give the same ranking, so the last ones are remembered."""
    try:
        return rank_groups(ballots, candidates, Settings().seed)
    except AnalysisError as error:
        if error.code == _TOO_FEW:
            return None
        raise


def _views(found: GroupRankings, groups: Mapping[str, str]) -> Sequence[View]:
    _ = interface_words(g.language).gettext
    views = [View("everybody", _("Everybody"), found.everybody)]
    if found.equal_voice:
        views.append(View("equal", _("Equal voice"), found.equal_voice))
    named = {**groups, **{code: code for code in found.groups if code not in groups}}
    return [
        *views,
        *(View(f"group-{code}", name, found.groups[code]) for code, name in named.items() if code in found.groups),
    ]
