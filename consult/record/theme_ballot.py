"""From themes to ballots: accepted themes become what people put in order, and each option stays the theme it was.

A consultation whose themes the committee reads is closed, and nobody answers it any more. So a second round is a
consultation of its own, in draft: the same groups, team and promise, a survey with one ballot, options with the codes
of their themes. Its rules are signed before it is opened, as for every consultation.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import join_consultation, list_members
from consult.record.audit import record_action
from consult.record.consultation import (
    Consultation,
    NewConsultation,
    NewGroup,
    create_consultation,
    find_consultation,
    list_groups,
)
from consult.record.database import Base, CodeText
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.survey import create_survey, list_surveys, list_versions, read_definition
from consult.record.theme_board import Theme, ThemeBoard, list_board_themes
from surveys.definition import Choice, Question, Section, Setting, Survey
from surveys.edit import free_code
from surveys.localised import Localised

BALLOTS = ("ranking", "best_worst", "points")
"""The types of questions in which themes can be put in order, the usual one first."""
MOST_OPTIONS = 30
_FEWEST = {"ranking": 2, "best_worst": 3, "points": 2}
MADE = "ballot.made"
_LONGEST_STEM = 60
QUESTION, SURVEY = "priorities", "second_round"


class ThemeOption(Base):
    """An option of a question, and the theme that it is."""

    __tablename__ = "theme_options"

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultations.id"), primary_key=True, autoincrement=False
    )
    question_code: Mapped[str] = mapped_column(CodeText, primary_key=True)
    option_code: Mapped[str] = mapped_column(CodeText, primary_key=True)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("themes.id"), index=True)


@dataclass(frozen=True)
class NewBallot:
    """What a second round is made from.

    Attributes
    ----------
    type
        One of `BALLOTS`.
    title
        Of the new consultation.
    survey_title, section_title, text
        Of its survey, of the page of the ballot, and of the question.
    themes
        The codes of the accepted themes that become options.
    settings
        Of the question, as its type has them.
    """

    type: str
    title: Localised
    survey_title: Localised
    section_title: Localised
    text: Localised
    themes: tuple[str, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)


def begin_second_round(
    session: Session, consultation: Consultation, board: ThemeBoard, new: NewBallot, by: By
) -> Consultation:
    """Make a consultation in draft whose survey puts themes in order; return it.

    The question by which people say their group comes along, as it is asked today.

    Raises
    ------
    RecordError
        ``ballot.unknown_type``, ``ballot.too_few_themes``, ``ballot.too_many_themes``, ``theme.missing`` (one that is
        not accepted any more), ``ballot.title_missing``.
    """
    chosen = choose_themes(session, board, new.type, new.themes)
    if not (new.title and new.text):
        raise RecordError("ballot.title_missing")
    following = create_consultation(session, _follow(session, consultation, new))
    for account, role in list_members(session, consultation):
        if account.password_hash is not None:  # joining ends the link of who has none yet: they are invited again
            join_consultation(session, account, following, role)
    asked = _find_group_question(session, consultation)
    code = free_code(QUESTION, [asked.code] if asked else [])
    create_survey(session, following, _write_survey(asked, code, new, chosen))
    keep_options(session, following, code, chosen)
    record_action(session, by.account_id, MADE, following, now=by.now)
    return following


def choose_themes(session: Session, board: ThemeBoard, type_code: str, codes: Collection[str]) -> list[Theme]:
    """Return the accepted themes of these codes, in the board's order; raises as `begin_second_round`."""
    if type_code not in BALLOTS:
        raise RecordError("ballot.unknown_type")
    accepted = list_board_themes(session, board)
    if not set(codes) <= {theme.code for theme in accepted}:
        raise RecordError("theme.missing")
    chosen = [theme for theme in accepted if theme.code in codes]
    if len(chosen) < _FEWEST[type_code]:
        raise RecordError("ballot.too_few_themes", least=_FEWEST[type_code])
    if len(chosen) > MOST_OPTIONS:
        raise RecordError("ballot.too_many_themes", most=MOST_OPTIONS)
    return chosen


def theme_choices(themes: Collection[Theme]) -> tuple[Choice, ...]:
    """Return themes as choices of a question: their codes, and their labels in both languages."""
    return tuple(Choice(theme.code, theme.labels) for theme in themes)


def keep_options(session: Session, consultation: Consultation, question_code: str, themes: Collection[Theme]) -> None:
    """Keep which theme each option of a question is, by the theme's code."""
    session.add_all(
        ThemeOption(
            consultation_id=consultation.id,
            question_code=question_code,
            option_code=theme.code,
            theme_id=theme.id,
        )
        for theme in themes
    )
    session.flush()


def list_theme_options(session: Session, consultation: Consultation, question_code: str) -> dict[str, Theme]:
    """Return the theme that each option of a question is, by the option's code; empty for other questions."""
    query = (
        sa.select(ThemeOption.option_code, Theme)
        .join(Theme, Theme.id == ThemeOption.theme_id)
        .where(ThemeOption.consultation_id == consultation.id, ThemeOption.question_code == question_code)
        .order_by(Theme.position, Theme.id)
    )
    return dict(session.execute(query).all())


def list_options_of(session: Session, themes: Collection[int]) -> list[ThemeOption]:
    """Return the options that themes became, by the keys of the themes; the first made first."""
    query = sa.select(ThemeOption).where(ThemeOption.theme_id.in_(list(themes)))
    return list(session.scalars(query.order_by(ThemeOption.consultation_id, ThemeOption.option_code)))


def list_ballots_of(session: Session, board: ThemeBoard) -> list[Consultation]:
    """Return the consultations in which themes of a board are put in order, the newest first."""
    query = (
        sa.select(Consultation)
        .join(ThemeOption, ThemeOption.consultation_id == Consultation.id)
        .join(Theme, Theme.id == ThemeOption.theme_id)
        .where(Theme.board_id == board.id)
        .distinct()
    )
    return sorted(session.scalars(query), key=lambda each: -each.id)


def _follow(session: Session, consultation: Consultation, new: NewBallot) -> NewConsultation:
    """Return what the second round is made from: all that the first one promised, to the same groups."""
    groups = [NewGroup(each.code, each.name, each.target) for each in list_groups(session, consultation)]
    number, stem = 2, consultation.code[:_LONGEST_STEM]
    while find_consultation(session, f"{stem}_{number}") is not None:
        number += 1
    return NewConsultation(
        code=f"{stem}_{number}",
        title=new.title,
        mandate=consultation.mandate,
        promise=consultation.promise,
        contact=consultation.contact,
        anonymity=consultation.anonymity,
        language_policy=consultation.language_policy,
        group_question=consultation.group_question if _find_group_question(session, consultation) else None,
        is_fictional=consultation.is_fictional,
        groups=tuple(groups),
    )


def _write_survey(asked: Question | None, code: str, new: NewBallot, themes: list[Theme]) -> Survey:
    ballot = Question(
        code,
        new.type,
        new.text,
        settings=tuple(sorted(new.settings.items())),
        choices=theme_choices(themes),
        random_order=new.type == "ranking",
    )
    questions = (*([asked] if asked else []), ballot)
    return Survey(SURVEY, new.survey_title, sections=(Section("ballot", new.section_title, questions=questions),))


def _find_group_question(session: Session, consultation: Consultation) -> Question | None:
    """Return the question by which people say their group, as it was asked last; its conditions are left behind."""
    for survey in list_surveys(session, consultation):
        for version in reversed(list_versions(session, survey)):
            question = read_definition(version).survey.find_question(consultation.group_question or "")
            if question is not None:
                return Question(
                    question.code,
                    question.type,
                    question.text,
                    help=question.help,
                    required=question.required,
                    offers=question.offers,
                    settings=question.settings,
                    choices=tuple(Choice(each.code, each.label) for each in question.offered_choices),
                )
    return None
