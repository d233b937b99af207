"""What can be ranked, and what people said of it: rankings, points, best-worst sets, pairs, matrices, reactions.

Rankings, points, best-worst sets and pairs are ballots by themselves. A matrix is one only where a signed rule says so,
for most matrices describe and do not compare; so are the reactions to a discussion. Answers are plain values with the
group and the channel of who gave them; `analysis.stored_ballots` makes ballots of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, Group
from consult.record.contribution import Channel
from consult.record.discussion import DiscussionParticipant, Prompt, list_prompts
from consult.record.priority_rule import PriorityRule, list_rules
from consult.record.reaction import Reaction, Stand
from consult.record.response import Response, ResponseAnswer
from consult.record.statement import DiscussionStatement, StatementState
from consult.record.survey import SurveyVersion, list_surveys, list_versions, read_definition
from surveys.definition import Question
from surveys.definition_reader import load_survey
from surveys.localised import Localised
from surveys.question_types import QUESTION_TYPES

RANKING, POINTS, BEST_WORST, PAIRS = "ranking", "points", "best_worst", "pairs"
SCALE, CRITERIA, REACTIONS = "scale", "criteria", "reactions"
MATRIX = "matrix"
# The types of questions that are ballots by themselves, and the kinds of these (those of `analysis.ballots`).
KINDS = {"ranking": RANKING, "points": POINTS, "best_worst": BEST_WORST, "pairwise": PAIRS}
AGREEMENT, CHNRI = "agreement", "chnri"
# A discussion can have hundreds of statements; those to which most people reacted are ranked.
MOST_STATEMENTS = 60

Designs = Mapping[int, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class RankingQuestion:
    """Something that is ranked, as asked today where it still is, with everything that could be ranked in any version.

    Attributes
    ----------
    question
        A prompt of a discussion is one of the type "reactions".
    kind
        What its ballots are, as `analysis.ballots.Kind` names them.
    criteria
        The matrices by which candidates are scored, by code, where they are scored by criteria.
    steps
        Of a matrix, what each choice counts.
    designs
        Of best-worst sets, by the key of each version, the codes that each set shows.
    """

    question: Question
    candidates: Mapping[str, Localised]
    kind: str = RANKING
    criteria: Mapping[str, Localised] = field(default_factory=dict)
    steps: Mapping[str, float] = field(default_factory=dict)
    designs: Designs = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """One person's stored answer (by criterion, where there are criteria), and who it is counted among."""

    value: Any
    group: str
    channel: str
    version: int = 0


@dataclass(frozen=True)
class Ranked:
    """What is ranked, and what everybody said of it."""

    asked: RankingQuestion
    answers: tuple[Said, ...]


@dataclass
class _Found:
    """A question over all versions, the newest first."""

    question: Question
    choices: dict[str, Localised]
    rows: dict[str, Localised]
    designs: dict[int, dict[str, tuple[str, ...]]]


def list_ranking_questions(session: Session, consultation: Consultation) -> dict[str, RankingQuestion]:
    """Return what is ranked, the newest version's questions first, then discussions; by code."""
    rules = list_rules(session, consultation)
    found = _find_questions(session, consultation)
    listed = {}
    for code, each in found.items():
        if each.question.type in KINDS:
            kind = KINDS[each.question.type]
            listed[code] = RankingQuestion(each.question, each.choices, kind, designs=each.designs)
        elif code in rules:
            listed[code] = _read_matrix(found, rules[code])
    for prompt in list_prompts(session, consultation):
        if prompt.code in rules:
            listed[prompt.code] = _read_prompt(session, prompt)
    return listed


def list_signable(session: Session, consultation: Consultation) -> dict[str, Question]:
    """Return what a rule can be signed for, by code: what is asked or being written, then prompts of discussions.

    Matrices and prompts are ranked only once somebody has signed so.
    """
    found: dict[str, Question] = {}
    for survey in list_surveys(session, consultation):
        for question in load_survey(survey.working_definition).questions:
            if question.type in KINDS or question.type == MATRIX:
                found[question.code] = question
    for code, each in _find_questions(session, consultation).items():
        found.setdefault(code, each.question)
    return found | {prompt.code: _as_question(prompt) for prompt in list_prompts(session, consultation)}


def name_criteria(session: Session, consultation: Consultation) -> dict[str, Localised]:
    """Return what can be a criterion, and could in any version, by code: the texts of matrices."""
    signable = list_signable(session, consultation)
    return {code: question.text for code, question in signable.items() if question.type == MATRIX}


def list_unsigned(session: Session, consultation: Consultation) -> dict[str, Question]:
    """Return the ballots of which nobody has signed how they will be read, by code: asked, or being written.

    Matrices and prompts are no ballots unless a rule says so, and lack none.
    """
    rules = list_rules(session, consultation)
    signable = list_signable(session, consultation)
    return {code: each for code, each in signable.items() if each.type in KINDS and code not in rules}


def has_ballots(session: Session, consultation: Consultation) -> bool:
    """Tell whether anything is ranked, or will be: a ballot that is asked or being written, or a signed rule."""
    signable = list_signable(session, consultation)
    rules = list_rules(session, consultation)
    return any(each.type in KINDS or code in rules for code, each in signable.items())


def read_ranked(session: Session, consultation: Consultation) -> dict[str, Ranked]:
    """Return what people said of all that is ranked, by code; not those who said “I don’t know”."""
    asked = list_ranking_questions(session, consultation)
    return {code: Ranked(each, read_said(session, consultation, each)) for code, each in asked.items()}


def read_said(session: Session, consultation: Consultation, asked: RankingQuestion) -> tuple[Said, ...]:
    """Return what each person said of what is ranked."""
    if asked.kind == REACTIONS:
        return tuple(_read_reactions(session, consultation, asked))
    if asked.kind != CRITERIA:
        return tuple(said for _, said in _read_answers(session, consultation, asked.question.code))
    together: dict[str, Said] = {}
    for criterion in asked.criteria:
        for person, said in _read_answers(session, consultation, criterion):
            before = together.get(person)
            value = {**(before.value if before else {}), criterion: said.value}
            together[person] = Said(value, said.group, said.channel, said.version)
    return tuple(together.values())


def list_stored_answers(session: Session, consultation: Consultation, question_code: str) -> list[tuple[Any, str]]:
    """Return each person's stored answer to a question with the code of the person's group, "" where it has none."""
    return [(said.value, said.group) for _, said in _read_answers(session, consultation, question_code)]


def _read_answers(session: Session, consultation: Consultation, question_code: str) -> list[tuple[str, Said]]:
    """Return the keys of responses and what each says, in the order of the keys, which are random."""
    query = (
        sa.select(Response.id, ResponseAnswer.value, Group.code, Response.channel, Response.version_id)
        .join(ResponseAnswer, Response.id == ResponseAnswer.response_id)
        .outerjoin(Group, Group.id == Response.group_id)
        .where(
            Response.consultation_id == consultation.id,
            Response.is_withdrawn.is_(False),
            ResponseAnswer.question_code == question_code,
        )
        .order_by(Response.id)
    )
    return [
        (key, Said(value, group or "", channel.value, version))
        for key, value, group, channel, version in session.execute(query)
    ]


def _read_reactions(session: Session, consultation: Consultation, asked: RankingQuestion) -> Iterable[Said]:
    query = (
        sa.select(Reaction.participant_id, Reaction.statement_id, Reaction.stand, Group.code)
        .join(DiscussionParticipant, DiscussionParticipant.id == Reaction.participant_id)
        .outerjoin(Group, Group.id == DiscussionParticipant.group_id)
        .where(
            DiscussionParticipant.consultation_id == consultation.id,
            DiscussionParticipant.is_withdrawn.is_(False),
            Reaction.statement_id.in_(asked.candidates),
        )
        .order_by(Reaction.participant_id)
    )
    rows: dict[str, dict[str, Stand]] = {}
    groups: dict[str, str] = {}
    for person, statement, stand, group in session.execute(query):
        rows.setdefault(person, {})[statement] = stand
        groups[person] = group or ""
    channel = Channel.DISCUSSION.value
    for person, stands in rows.items():
        value = {"rows": {statement: stand.value for statement, stand in stands.items()}}
        yield Said(value, groups[person], channel)


def _find_questions(session: Session, consultation: Consultation) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for survey in list_surveys(session, consultation):
        for version in reversed(list_versions(session, survey)):
            for question in read_definition(version).survey.questions:
                if question.type in KINDS or question.type == MATRIX:
                    _add(found.setdefault(question.code, _Found(question, {}, {}, {})), question, version)
    return found


def _add(found: _Found, question: Question, version: SurveyVersion) -> None:
    for listed, known in ((question.choices, found.choices), (question.rows, found.rows)):
        for choice in listed:
            known.setdefault(choice.code, choice.label)
    if question.type == BEST_WORST:
        sets = QUESTION_TYPES[BEST_WORST].design(question)  # type: ignore[attr-defined]  # this type alone has one
        found.designs[version.id] = {str(number): shown for number, shown in enumerate(sets, start=1)}


def _read_matrix(found: Mapping[str, _Found], rule: PriorityRule) -> RankingQuestion:
    """Read a matrix as a scale, or several with the same rows as criteria, as the rule says."""
    mine = found[rule.question_code]
    steps = _steps(list(mine.choices), first_is_highest=rule.first_is_highest)
    if rule.method != CHNRI:
        return RankingQuestion(mine.question, mine.rows, SCALE, steps=steps)
    matrices = [found[code] for code in rule.weights if code in found]
    rows = {code: label for each in matrices for code, label in each.rows.items()}
    highest = max(len(steps) - 1, 1)
    halves = {code: (step - 1) / highest for code, step in steps.items()}
    criteria = {each.question.code: each.question.text for each in matrices}
    return RankingQuestion(mine.question, rows, CRITERIA, criteria, halves)


def _steps(choices: Sequence[str], *, first_is_highest: bool) -> dict[str, float]:
    ordered = reversed(choices) if first_is_highest else choices
    return {code: float(step) for step, code in enumerate(ordered, start=1)}


def _read_prompt(session: Session, prompt: Prompt) -> RankingQuestion:
    """Return a prompt with the statements to which most people reacted, each called by its own words."""
    query = (
        sa.select(DiscussionStatement)
        .join(Reaction, Reaction.statement_id == DiscussionStatement.id)
        .where(
            DiscussionStatement.prompt_id == prompt.id,
            DiscussionStatement.state == StatementState.PUBLISHED,
            DiscussionStatement.reply_to_id.is_(None),
        )
        .group_by(DiscussionStatement.id)
        .order_by(sa.func.count().desc(), DiscussionStatement.id)
        .limit(MOST_STATEMENTS)
    )
    statements = sorted(session.scalars(query), key=lambda each: each.id)
    return RankingQuestion(
        _as_question(prompt),
        {each.id: Localised(**{each.language: each.text}) for each in statements},
        REACTIONS,
    )


def _as_question(prompt: Prompt) -> Question:
    return Question(prompt.code, REACTIONS, prompt.title)
