"""Guides: the questions that are put to a focus group or in an interview, in both languages; a guide serves many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation
from consult.record.database import Base, CodeText, LocalisedText
from consult.record.errors import RecordError
from surveys.localised import LANGUAGES, Localised
from surveys.problems import Problem

# What was said in a session that has no guide, or beside the questions of its guide.
BESIDE_GUIDE = "said_in_sessions"
BESIDE_GUIDE_TEXT = Localised(en="Said in sessions, beside the guide", fr="Dit en séance, en marge du guide")
MOST_QUESTIONS = 40
LONGEST_QUESTION = 1_000


class Guide(Base):
    """A list of questions for sessions."""

    __tablename__ = "guides"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    title: Mapped[Localised] = mapped_column(LocalisedText)
    # Counts the changes, so that two people who write at once see each other.
    revision: Mapped[int]


class GuideQuestion(Base):
    """One question of a guide. It is retired, never deleted: statements name it by its code."""

    __tablename__ = "guide_questions"
    __table_args__ = (sa.UniqueConstraint("guide_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(sa.ForeignKey("guides.id"))
    code: Mapped[str] = mapped_column(CodeText)
    text: Mapped[Localised] = mapped_column(LocalisedText)
    # The open question of a survey that it belongs with: what is said to it carries that question's code.
    about: Mapped[str | None] = mapped_column(CodeText)
    position: Mapped[int]
    is_retired: Mapped[bool]

    @property
    def contribution_code(self) -> str:
        """The code that what is said to this question carries as a contribution."""
        return self.about or self.code


@dataclass(frozen=True)
class NewGuideQuestion:
    """A question as it is wanted; `code` is that of a question which is there already, or None for a new one."""

    text: Localised
    about: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class NewGuide:
    """A guide as it is wanted; `seen` is the revision that the person was looking at, 0 for a new guide."""

    title: Localised
    questions: tuple[NewGuideQuestion, ...]
    seen: int = 0


def create_guide(session: Session, consultation: Consultation, new: NewGuide) -> Guide:
    """Create a guide; raises `guide.refused` with the number of each question that cannot be kept."""
    _check(new)
    guide = Guide(consultation_id=consultation.id, title=new.title, revision=1)
    session.add(guide)
    session.flush()
    _set_questions(session, guide, new.questions)
    return guide


def change_guide(session: Session, consultation: Consultation, guide_id: int, new: NewGuide) -> Guide:
    """Make a guide what is wanted; a question that is not listed any more is retired.

    Raises `guide.missing`, `guide.changed` when somebody else changed it meanwhile, and `guide.refused`.
    """
    _check(new)
    guide = get_guide(session, consultation, guide_id, lock=True)
    if guide.revision != new.seen:
        raise RecordError("guide.changed")
    guide.title, guide.revision = new.title, guide.revision + 1
    _set_questions(session, guide, new.questions)
    return guide


def get_guide(session: Session, consultation: Consultation, guide_id: int, *, lock: bool = False) -> Guide:
    """Return a guide of a consultation; raises `guide.missing`."""
    query = sa.select(Guide).where(Guide.id == guide_id, Guide.consultation_id == consultation.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    guide = session.scalars(query).one_or_none()
    if guide is None:
        raise RecordError("guide.missing")
    return guide


def list_guides(session: Session, consultation: Consultation) -> list[Guide]:
    """Return the guides of a consultation, in the order they were made."""
    return list(session.scalars(sa.select(Guide).where(Guide.consultation_id == consultation.id).order_by(Guide.id)))


def list_guide_questions(session: Session, guide_id: int) -> list[GuideQuestion]:
    """Return what a guide asks today, in its order."""
    query = sa.select(GuideQuestion).where(GuideQuestion.guide_id == guide_id, GuideQuestion.is_retired.is_(False))
    return list(session.scalars(query.order_by(GuideQuestion.position)))


def all_guide_questions(session: Session, consultation: Consultation) -> dict[str, GuideQuestion]:
    """Return every question of every guide by code, retired ones too, in the order of the guides."""
    query = (
        sa.select(GuideQuestion)
        .join(Guide)
        .where(Guide.consultation_id == consultation.id)
        .order_by(Guide.id, GuideQuestion.is_retired, GuideQuestion.position)
    )
    return {each.code: each for each in session.scalars(query)}


def walk_guide_questions(session: Session, consultation: Consultation) -> Iterator[tuple[bool, str, Localised]]:
    """Yield what contributions of sessions answer; lists of open questions show it once something was said."""
    for question in all_guide_questions(session, consultation).values():
        if question.about is None:
            yield False, question.code, question.text
    yield False, BESIDE_GUIDE, BESIDE_GUIDE_TEXT


def _check(new: NewGuide) -> None:
    problems = []
    if not new.title:
        problems.append(Problem("guide.no_title", "title"))
    if not new.questions:
        problems.append(Problem("guide.empty", "questions"))
    if len(new.questions) > MOST_QUESTIONS:
        problems.append(Problem("guide.too_many", "questions", {"limit": MOST_QUESTIONS}))
    for number, question in enumerate(new.questions, start=1):
        if not question.text:
            problems.append(Problem("guide.no_text", str(number)))
        elif max(len(question.text.get(each)) for each in LANGUAGES) > LONGEST_QUESTION:
            problems.append(Problem("guide.too_long", str(number), {"limit": LONGEST_QUESTION}))
    if problems:
        raise RecordError.of("guide.refused", problems)


def _set_questions(session: Session, guide: Guide, wanted: Sequence[NewGuideQuestion]) -> None:
    known = session.scalars(sa.select(GuideQuestion).where(GuideQuestion.guide_id == guide.id)).all()
    there = {each.code: each for each in known}
    for each in known:
        each.is_retired = True
    for position, new in enumerate(wanted):
        question = there.pop(new.code, None) if new.code else None
        if question is None:
            question = GuideQuestion(guide_id=guide.id, code=f"guide_{guide.id}_{_next_number(session, guide)}")
            session.add(question)
        question.text, question.about = new.text, new.about
        question.position, question.is_retired = position, False
        session.flush()


def _next_number(session: Session, guide: Guide) -> int:
    """Return the number of a new question: codes are never used again, so it goes by how many there ever were."""
    query = sa.select(sa.func.count()).where(GuideQuestion.guide_id == guide.id)
    return 1 + int(session.execute(query).scalar_one())
