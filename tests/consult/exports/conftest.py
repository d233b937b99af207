"""Empty installations for what is exported and imported."""

import shutil
from pathlib import Path

import pytest

from consult.record.consultation import Anonymity, NewConsultation, NewGroup, create_consultation
from consult.record.database import create_record_engine, unit_of_work
from consult.record.migrations import upgrade
from consult.record.survey import create_survey, publish_version, save_working_definition
from tests.consult.exports.planted_responses import QUESTIONS, TODAY, both, definition


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "record.sqlite"
    engine = create_record_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def install(template, tmp_path):
    """Make an empty installation with two versions of a survey in which every type is asked."""
    engines = []

    def make(anonymity: Anonymity = Anonymity.ANONYMOUS):
        path = shutil.copy(template, tmp_path / f"{len(engines)}.sqlite")
        engines.append(create_record_engine(f"sqlite:///{path}"))
        groups = (NewGroup("patient", both("Patients"), 5), NewGroup("caregiver", both("-Aidants"), 5))
        new = NewConsultation(
            "plan", both("Plan"), both("M"), both("P"), "a@example.org", groups=groups, anonymity=anonymity
        )
        with unit_of_work(engines[-1]) as session:
            survey = create_survey(session, create_consultation(session, new), definition(*QUESTIONS[:4]))
            publish_version(session, survey, TODAY)
            save_working_definition(session, survey, definition(*QUESTIONS[::-1]))
            publish_version(session, survey, TODAY)
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
