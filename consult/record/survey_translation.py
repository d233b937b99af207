"""The texts of a survey changed side by side in both languages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.record.lifecycle import By
from consult.record.survey import Survey
from consult.record.survey_edit import TRANSLATION, SurveyEdit, edit_survey
from surveys.definition_reader import load_survey
from surveys.localised import Localised
from surveys.texts import digest_of, put_texts, walk_texts


@dataclass(frozen=True)
class NewText:
    """What a text should become; `seen` is the digest (`digest_of_text`) of what the person was looking at."""

    text: Localised
    seen: str


def digest_of_text(text: Localised) -> str:
    """Return what tells one state of a text from another."""
    return digest_of(f"{text.en}\0{text.fr}")


def save_texts(
    session: Session, survey: Survey, texts: Mapping[str, NewText], right: Collection[str], by: By
) -> list[str]:
    """Change texts of a locked survey, by name, and note which waiting translations are `right` as they are.

    Return the names of those that were left alone because somebody else changed them, or took them away, meanwhile.
    """
    present = dict(walk_texts(load_survey(survey.working_definition)))
    wanted, refused = {}, []
    for name, new in texts.items():
        if present.get(name) == new.text:
            continue
        if name not in present or digest_of_text(present[name]) != new.seen:
            refused.append(name)
        else:
            wanted[name] = new.text
    edit_survey(session, survey, TRANSLATION, "", lambda now: put_texts(now, wanted), by)
    here = session.get(SurveyEdit, (survey.id, survey.position))
    if here is not None and any(name in here.stale for name in right):
        here.stale = {name: mark for name, mark in here.stale.items() if name not in right}
    session.flush()
    return refused
