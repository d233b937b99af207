"""What the screen, the phones and the facilitator see of a workshop; no result of a vote that has not ended."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.ranking import GroupRankings, Ranking
from analysis.stored_rankings import read_ranking
from consult.languages import interface_words
from consult.record.workshop import (
    NamedOption,
    RoundKind,
    RoundState,
    Workshop,
    WorkshopRound,
    count_people,
    count_sent,
    current_round,
    list_options,
    list_rounds,
)
from consult.workshop.words import round_name, sent_sentence
from surveys.localised import Localised


@dataclass(frozen=True)
class Result:
    """What a vote came to; no ranking where too few voted."""

    name: str
    people: int
    found: GroupRankings | None
    names: dict[str, Localised]

    @property
    def ranking(self) -> Ranking | None:
        """The order of everybody."""
        return self.found.everybody if self.found else None


@dataclass(frozen=True)
class Shown:
    """A workshop as it stands; `result` is of the last vote that ended, while no later round is open."""

    workshop: Workshop
    rounds: list[WorkshopRound]
    current: WorkshopRound | None
    options: list[NamedOption]
    here: int
    sent: int
    said: str
    names: dict[int, str]
    result: Result | None

    @property
    def is_open(self) -> bool:
        """Whether a round is open."""
        return self.current is not None and self.current.state is RoundState.OPEN

    @property
    def kind(self) -> str:
        """What is done now: a round's kind, "waiting" before the first and "between" two, "over" at the end."""
        if self.workshop.is_over:
            return "over"
        if self.current is None:
            return "waiting"
        return self.current.kind.value if self.is_open else "between"

    @property
    def has_all(self) -> bool:
        """Whether everybody who takes part has sent something."""
        return bool(self.here) and self.here == self.sent


def read_shown(session: Session, workshop: Workshop, language: str) -> Shown:
    """Return how a workshop stands, in the words of a language."""
    words = interface_words(language)
    rounds = list_rounds(session, workshop)
    current = current_round(rounds)
    here, sent = count_people(session, workshop), count_sent(session, workshop, current)
    names = {each.number: round_name(rounds, each, words) for each in rounds}
    options = list_options(session, workshop)
    # worded anew or put back since, an option is still called by its code's name
    result = None
    if current is not None and current.state is RoundState.ENDED:
        result = read_result(session, workshop, rounds, current, names)
    said = sent_sentence(current, here, sent, words)
    return Shown(workshop, rounds, current, options, here, sent, said, names, result)


def read_result(
    session: Session,
    workshop: Workshop,
    rounds: list[WorkshopRound],
    current: WorkshopRound,
    names: dict[int, str],
) -> Result | None:
    """Return what the last vote came to that ended; None where it is not counted, or while any vote is open."""
    if any(each.kind is RoundKind.VOTE and each.state is RoundState.OPEN for each in rounds):
        return None
    done = [each for each in rounds if each.state is RoundState.ENDED and each.result and each.number <= current.number]
    if not done:
        return None
    result = done[-1].result or {}
    labels = {each.code: each.name for each in list_options(session, workshop)}
    shown = read_ranking(result["ranking"])
    if shown is not None:
        for standing in shown.everybody.standings:
            labels.setdefault(standing.candidate, Localised(standing.candidate, standing.candidate))
    return Result(names[done[-1].number], int(result["people"]), shown, labels)
