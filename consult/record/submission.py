"""Submission: from raw answers to one response, its contributions and its receipt, once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, NoReturn

from sqlalchemy.orm import Session

from consult.record.consultation import Anonymity, Consultation, ConsultationState, group_ids
from consult.record.contribution import Channel, NewContribution, add_contributions
from consult.record.database import check_language, insert_or_keep, random_key
from consult.record.draft import delete_draft, draft_answers, find_draft
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, find_invitation, mark_used
from consult.record.keys import Keyring, LinkKeys
from consult.record.response import Response, find_submitted, write_answers
from consult.record.survey import SurveyVersion, get_version_consultation, read_definition
from surveys.answers import check_answers
from surveys.definition import Survey as Definition
from surveys.question_types import get_type

# The types whose answer is somebody's own words about the subject, so a contribution.
OPEN_TYPES = frozenset({"long_text"})


@dataclass(frozen=True)
class Submission:
    """Everything that a submission brings. Paper and telephone forms use a fresh token as their link."""

    token: str
    version: SurveyVersion
    raw: Mapping[str, Any]
    language: str
    channel: Channel = Channel.WEB
    group_id: int | None = None
    # The language in which each question was answered, where it is not that of the response.
    languages: Mapping[str, str] = field(default_factory=dict)
    order_seed: int | None = None


@dataclass(frozen=True)
class Submitted:
    """What the person is told: the receipt, the same at every retry."""

    receipt: str
    is_new: bool
    is_withdrawn: bool = False


def submit_draft(session: Session, keyring: Keyring, token: str, today: date) -> Submitted:
    """Submit what the link's draft holds; raises `draft.missing` and what `submit_response` raises."""
    keys = keyring.open_link(token)
    # Locked before it is read: an answer that is saved meanwhile waits, and is then refused, not lost.
    draft = find_draft(session, keys, lock=True)
    if (first := _find_first(session, keys)) is not None:
        return first
    if draft is None:
        raise RecordError("draft.missing")
    answers = draft_answers(session, keys)
    submission = Submission(
        token=token,
        version=session.get_one(SurveyVersion, draft.version_id),
        raw={code: answer.value for code, answer in answers.items()},
        language=draft.language,
        group_id=draft.group_id,
        languages={code: language for code, answer in answers.items() if (language := answer.language)},
        order_seed=draft.order_seed,
    )
    return submit_response(session, keyring, submission, today)


def submit_response(session: Session, keyring: Keyring, submission: Submission, today: date) -> Submitted:
    """Turn raw answers into a response and its contributions, use the invitation and delete the draft.

    Of what was answered and is hidden by other answers, the draft's copy goes with the draft: the response holds what
    its author read before sending, and nobody who reads it later need know of conditions.

    A second submission with the same link, at the same moment or years later, changes nothing and returns the
    first one's receipt, even after a withdrawal. Raises `consultation.not_accepting`, `language.unknown`,
    `group.unknown`, `invitation.elsewhere`, and `response.refused` with the place of each problem.
    """
    keys = keyring.open_link(submission.token)
    if (first := _find_first(session, keys)) is not None:
        return first
    consultation = get_version_consultation(session, submission.version)
    _check_accepting(consultation, submission.channel, today)
    survey = read_definition(submission.version).survey
    asked = left_blank_on_paper(survey) if submission.channel in (Channel.PAPER, Channel.PHONE) else survey
    values, problems = check_answers(asked, submission.raw, final=True)
    if problems:
        raise RecordError.of("response.refused", problems)
    groups = group_ids(session, consultation)
    if submission.group_id is not None and submission.group_id not in groups.values():
        raise RecordError("group.unknown")
    invitation = find_invitation(session, keyring, submission.token)
    if invitation is not None and invitation.consultation_id != consultation.id:
        raise RecordError("invitation.elsewhere")
    given = submission.group_id or (invitation.group_id if invitation else None)
    response_id = random_key()
    row = {
        "id": response_id,
        "consultation_id": consultation.id,
        "version_id": submission.version.id,
        "group_id": decide_group(consultation, groups, values, given),
        "language": check_language(submission.language),
        "channel": submission.channel,
        "submitted_on": today,
        "submission_key": keys.submission_key,
        "receipt_hash": keys.receipt_hash,
        "respondent": _name_respondent(consultation, invitation),
        "is_withdrawn": False,
        "order_seed": submission.order_seed,
    }
    if not insert_or_keep(session, Response, row, "submission_key"):
        return _find_first(session, keys) or _give_up()
    write_answers(session, ((response_id, code, value) for code, value in values.items()))
    add_contributions(session, consultation.id, what_was_said(survey, row, values, submission.languages))
    if invitation is not None:
        mark_used(session, invitation.id)
    delete_draft(session, keys.draft_id)
    return Submitted(keys.receipt, is_new=True)


def left_blank_on_paper(survey: Definition) -> Definition:
    """Return a survey in which only consents are required.

    Whoever left a question blank on paper cannot be asked again: what they did answer counts.
    """
    sections = (
        replace(
            section,
            questions=tuple(
                question if question.type == "consent" else replace(question, required=False)
                for question in section.questions
            ),
        )
        for section in survey.sections
    )
    return replace(survey, sections=tuple(sections))


def open_texts(survey: Definition, values: Mapping[str, Any]) -> dict[str, str]:
    """Return what was said in the open questions, by question code, without the empty answers."""
    return {
        question.code: text
        for question in survey.questions
        if question.type in OPEN_TYPES
        and (value := values.get(question.code)) is not None
        and (text := get_type(question).free_text(value))
    }


def _find_first(session: Session, keys: LinkKeys) -> Submitted | None:
    """Return the outcome of the submission that came first, and drop a draft that was begun again since."""
    response = find_submitted(session, keys)
    if response is None:
        return None
    delete_draft(session, keys.draft_id)
    return Submitted(keys.receipt, is_new=False, is_withdrawn=response.is_withdrawn)


def _give_up() -> NoReturn:
    """Ask for a retry: another submission of the link came first, and is not to be seen."""
    raise RecordError("record.busy")


def _check_accepting(consultation: Consultation, channel: Channel, today: date) -> None:
    """Participants answer while the consultation accepts; staff may type in what arrived in time on paper."""
    accepting = (
        consultation.is_accepting(today)
        if channel is Channel.WEB
        else consultation.state is not ConsultationState.DRAFT
    )
    if not accepting:
        raise RecordError("consultation.not_accepting", state=str(consultation.state))


def decide_group(
    consultation: Consultation, groups: Mapping[str, int], values: Mapping[str, Any], given: int | None
) -> int | None:
    """Return the group that the person says they speak for today, else the one they were invited in."""
    answer = values.get(consultation.group_question) if consultation.group_question else None
    return groups.get(answer.get("choice", ""), given) if answer else given


def _name_respondent(consultation: Consultation, invitation: Invitation | None) -> str | None:
    if consultation.anonymity is Anonymity.ANONYMOUS or invitation is None:
        return None
    return invitation.contact


def what_was_said(
    survey: Definition,
    response: Mapping[str, Any],
    values: Mapping[str, Any],
    languages: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[NewContribution]:
    """Yield the contributions that the answers of a response make, each in the language it was written in."""
    for code, text in open_texts(survey, values).items():
        language = languages.get(code, response["language"])
        yield NewContribution(text, language, code, response["channel"], response["group_id"], response["id"])
