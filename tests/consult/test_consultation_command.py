"""`consult consultation`: from two files to a draft that facilitators can open."""

import json

import pytest

from consult import sample
from consult.record.account import Role, create_account, list_consultations_of
from consult.record.database import create_record_engine, unit_of_work
from consult.record.survey import find_asked
from consult.serve import prepare_database
from consult.settings import Settings

SECRET = "a secret for tests that is long enough to be one"
SURVEY = sample.FOLDER / "survey.json"


@pytest.fixture
def engine(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    monkeypatch.setenv("CONSULT_DATABASE_URL", url)
    monkeypatch.setenv("CONSULT_SECRET_KEY", SECRET)
    prepare_database(Settings(url, SECRET))
    made = create_record_engine(url)
    with unit_of_work(made) as session:
        create_account(session, "claire@example.org", "Claire Aubé", roles=[Role.FACILITATOR])
        create_account(session, "paul@example.org", "Paul Roy", roles=[Role.COMMITTEE])
    yield made
    made.dispose()


@pytest.mark.parametrize("arguments", [("list",), ("create", sample.CONSULTATION, SURVEY)])
def test_without_a_database_the_commands_say_so_and_make_none(run, engine, tmp_path, monkeypatch, arguments):
    assert run("en", "consultation", "list")[0] == 0
    path = tmp_path / "none.sqlite"
    monkeypatch.setenv("CONSULT_DATABASE_URL", f"sqlite:///{path}")
    code, said, complained = run("en", "consultation", *arguments)
    assert (code, said) == (2, "")
    assert complained == f"consult: {path}: there is no database here yet. Make it first: consult db upgrade\n"
    assert not path.exists()


def test_a_consultation_is_made_and_its_facilitators_join(run, engine):
    code, said, complained = run("en", "consultation", "create", sample.CONSULTATION, SURVEY)
    assert (code, complained) == (0, "")
    assert said == "grand_heron_2027_2030 is ready, as a draft. 1 facilitator can open it.\n"
    with unit_of_work(engine, read_only=True) as session:
        consultation, version = find_asked(session, "grand_heron_2027_2030")
        assert (str(consultation.state), version.number, len(consultation.groups)) == ("draft", 1, 7)
        assert [each.id for each in list_consultations_of(session, 1, Role.FACILITATOR)] == [consultation.id]
        assert list_consultations_of(session, 2, Role.COMMITTEE) == []
    code, said, _ = run("fr", "consultation", "list")
    assert said == "grand_heron_2027_2030  draft  Réseau de santé du Grand Héron\u00a0: plan stratégique 2027-2030\n"
    code, _, complained = run("en", "consultation", "create", sample.CONSULTATION, SURVEY)
    assert code == 2
    assert "grand_heron_2027_2030: there is a consultation with this code already." in complained


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": None}, "c.json, title: this is missing"),
        ({"title": {"en": 3}}, "c.json, title: this is of the wrong kind"),
        ({"opens_on": "soon"}, "c.json, opens_on: this is of the wrong kind. Expected: 2026-10-18"),
        ({"opens_on": "2026-12-01"}, "the last day is before the first day"),
        ({"anonymity": "perhaps"}, "Expected: anonymous, identified"),
        ({"groups": [{"code": "a", "name": {"en": "A", "fr": "A"}, "target": -1}]}, "c.json, groups[0].target"),
        ({"colour": "blue"}, "c.json, colour: this is not known"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(run, engine, tmp_path, change, said):
    written = json.loads(sample.CONSULTATION.read_text("utf-8")) | change
    file = tmp_path / "c.json"
    file.write_text(json.dumps({key: value for key, value in written.items() if value is not None}), "utf-8")
    code, _, complained = run("en", "consultation", "create", file, SURVEY)
    assert code == 2
    assert said in complained
    assert len(complained.splitlines()) == 1
    with unit_of_work(engine, read_only=True) as session:
        assert find_asked(session, "grand_heron_2027_2030") is None


def test_a_survey_that_cannot_be_published_is_named(run, engine, tmp_path):
    file = tmp_path / "s.json"
    file.write_text(SURVEY.read_text("utf-8").replace('"fr": "Vieux-Port"', '"fr": ""'), "utf-8")
    code, _, complained = run("en", "consultation", "create", sample.CONSULTATION, file)
    assert code == 2
    assert "s.json, sections[1].questions[2].choices[0].label" in complained
    with unit_of_work(engine, read_only=True) as session:
        assert find_asked(session, "grand_heron_2027_2030") is None
