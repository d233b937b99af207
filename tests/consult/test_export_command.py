"""`consult export` writes a file that is whole, and says what is wrong in one line."""

import csv
import hashlib
import io
import json
import stat

import pytest

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.survey import create_survey, list_surveys, publish_version, read_definition
from consult.record.theme_board import ThemeBoard
from tests.consult.planted_coding import code_all, draw, plant_board


@pytest.fixture
def export(engine, monkeypatch, run, secret, tmp_path):
    """Run the command on the sample's database."""
    monkeypatch.setenv("CONSULT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("CONSULT_SECRET_KEY", secret)

    def export_it(*arguments, language="en"):
        return run(language, "export", *arguments, "--out", tmp_path / "out")

    return export_it


@pytest.mark.parametrize(("language", "said"), [("en", "240 responses"), ("fr", "240 réponses")])
def test_it_writes_the_csv_and_its_manifest_for_this_account_only(export, tmp_path, sample_code, language, said):
    code, out, _ = export(sample_code, "--labels", "fr", "--semicolon", language=language)
    assert (code, said in out) == (0, True)
    manifest, codebook, content = sorted((tmp_path / "out").iterdir())
    about = json.loads(manifest.read_bytes())
    assert about["file"] == content.name
    assert about["sha256"] == hashlib.sha256(content.read_bytes()).hexdigest()
    rows = list(csv.DictReader(io.StringIO(content.read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert (len(rows), rows[0]["take_part"]) == (240, "Oui")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (manifest, codebook, content)} == {0o600}


def test_a_second_export_replaces_the_first_and_touches_nothing_else(export, tmp_path, sample_code):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert export(sample_code)[0] == export(sample_code, "--semicolon")[0] == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(names) == 4
    assert "mine.txt" in names
    assert '"delimiter": ";"' in next((tmp_path / "out").glob("*.json")).read_text()
    assert export(sample_code, "--labels", "en")[0] == 0  # says something else: it stands beside
    assert len(list((tmp_path / "out").glob("*-responses-en-*.csv"))) == 2
    assert len(list((tmp_path / "out").glob("*-responses-codes-*.csv"))) == 2


def test_each_survey_has_its_file(export, engine, tmp_path, sample_code):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        (first,) = list_surveys(session, consultation)
        version = publish_version(session, first, consultation.closes_on)
        definition = read_definition(version).survey
        create_survey(session, consultation, type(definition)("second", definition.title, sections=definition.sections))
    assert export(sample_code)[0] == 0
    assert len(list((tmp_path / "out").glob("*-second-responses-*-questions.csv"))) == 1
    assert len(list((tmp_path / "out").glob("*.csv"))) == 4
    code, out, _ = export(sample_code, "--survey", "second")
    assert (code, out.count("\n")) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "there is no consultation with this code. The codes are: grand_heron_2027_2030."),
        (["grand_heron_2027_2030", "--survey", "x"], "the consultation has no survey with this code. The codes are:"),
        (["grand_heron_2027_2030", "--labels", "de"], "--labels de: give fr or en."),
        (["grand_heron_2027_2030", "--format", "doc"], "--format doc: there is no such format. Give one of: csv, xlsx"),
    ],
)
def test_bad_input_is_said_in_one_line_and_nothing_is_written(export, tmp_path, arguments, said):
    code, out, err = export(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert not (tmp_path / "out").exists()


def test_without_a_database_it_says_so_and_makes_none(export, tmp_path, monkeypatch, sample_code):
    path = tmp_path / "none.sqlite"
    monkeypatch.setenv("CONSULT_DATABASE_URL", f"sqlite:///{path}")
    code, _, err = export(sample_code)
    assert (code, f"{path}: there is no database here yet." in err) == (2, True)
    assert [path.exists(), (tmp_path / "out").exists()] == [False, False]


def test_a_file_in_place_of_the_folder_is_left_alone(export, tmp_path, sample_code):
    (tmp_path / "out").write_text("mine")
    code, _, err = export(sample_code)
    assert (code, "this is a file" in err) == (2, True)
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("kind", ["xlsx", "sav", "json"])
def test_every_format_has_its_codebook_and_its_manifest(export, tmp_path, sample_code, kind):
    code, out, _ = export(sample_code, "--format", kind)
    assert (code, "240 responses" in out) == (0, True)
    manifest, codebook, content = sorted((tmp_path / "out").iterdir())
    about = json.loads(manifest.read_bytes())
    assert (content.suffix, about["format"], about["file"]) == (f".{kind}", kind, content.name)
    assert about["sha256"] == hashlib.sha256(content.read_bytes()).hexdigest()
    assert codebook.name.endswith("-questions.csv")


def test_too_much_for_a_format_is_said_in_one_line_and_nothing_is_written(export, tmp_path, monkeypatch, sample_code):
    monkeypatch.setattr("consult.exports.responses_sav.MOST_ROWS", 100)
    code, out, err = export(sample_code, "--format", "sav")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "at most 100" in err
    assert list((tmp_path / "out").iterdir()) == []


def test_the_form_on_paper_is_written_in_both_languages(engine, monkeypatch, run, secret, tmp_path, sample_code):
    monkeypatch.setenv("CONSULT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("CONSULT_SECRET_KEY", secret)
    code, out, _ = run("en", "paper", sample_code, "--out", tmp_path / "paper")
    assert (code, out.count("\n")) == (0, 2)
    made = sorted((tmp_path / "paper").iterdir())
    assert [path.name[-12:] for path in made] == ["paper-en.pdf", "paper-fr.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in made)


def test_codings_are_written_with_their_manifest_for_this_account_only(
    export, engine, tmp_path, sample_code, facilitator
):
    code, _out, error = export("codings", sample_code)
    assert (code, "no round of coding by hand is finished there" in error) == (2, True)
    board_id = plant_board(engine, sample_code)
    with unit_of_work(engine) as session:
        coding = draw(session, session.get_one(ThemeBoard, board_id), [facilitator])
        code_all(session, coding, 1, lambda item: item.machine)
    assert export("words", sample_code)[0] == 2
    assert not (tmp_path / "out").exists()
    for kind in ("codings", "qdpx"):
        code, out, error = export(kind, sample_code, "--labels", "fr")
        assert (code, error) == (0, "")
        assert "codings" in out
    written = {path.name: path for path in (tmp_path / "out").iterdir()}
    assert len(written) == 5
    for manifest in (path for name, path in written.items() if name.endswith("manifest.json")):
        about = json.loads(manifest.read_bytes())
        assert about["sha256"] == hashlib.sha256(written[about["file"]].read_bytes()).hexdigest()
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.values()} == {0o600}
