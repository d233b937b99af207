"""`consult themes`, several questions at once, and answers that join the themes of an earlier result."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html

from analysis.settings import Settings
from consult.cli import cli
from consult.commands.outcome import Outcome
from consult.errors import InputError
from consult.exports.answer_rows import Columns
from consult.theme_command import Request, run_themes

_TODAY = date(2027, 3, 1)
_SETTINGS = Settings(themes=4, engine="tfidf")


def _silent(step, done, total):
    """Tell nobody."""


def _write(path: Path, columns: dict[str, list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def folder(planted, tmp_path_factory) -> Path:
    """Three files of answers, and the themes of the first."""
    folder = tmp_path_factory.mktemp("joining")
    for name, part in (("old", slice(80)), ("new", slice(80, 100)), ("last", slice(100, 120))):
        _write(folder / f"{name}.csv", {column: cells[part] for column, cells in planted.items()})
    columns = Columns(("text",), "language", "id", ("group",))
    run_themes(Request(folder / "old.csv", columns, folder / "found", _SETTINGS), _silent, _TODAY)
    return folder


def _join(folder, answers, joins, earlier, out):
    request = Request(folder / answers, Columns(()), out, joins=joins, earlier=tuple(folder / each for each in earlier))
    return run_themes(request, _silent, _TODAY)


def test_answers_join_and_earlier_ones_stay_where_they_were(folder, tmp_path):
    _join(folder, "new.csv", folder / "found", ["old.csv"], tmp_path / "joined")
    before, after = _read(folder / "found" / "assignments.csv"), _read(tmp_path / "joined" / "assignments.csv")
    for column in ("id", "theme", "themes", "ideas", "set_aside"):
        assert [row[column] for row in after[:80]] == [row[column] for row in before]
    assert [row["new"] for row in after] == ["0"] * 80 + ["1"] * 20
    assert sum(row["theme"] != "" for row in after[80:]) >= 15
    names = [
        [(row["label_en"], row["terms_fr"]) for row in _read(where / "themes.csv")]
        for where in (folder / "found", tmp_path / "joined")
    ]
    assert names[0] == names[1]
    run = json.loads((tmp_path / "joined" / "run.json").read_bytes())
    assert [file["file"] for file in run["joined_to"]] == ["old.csv"]
    assert run["joining"]["joined"] == sum(row["theme"] != "" for row in after[80:])
    page = html.fromstring((tmp_path / "joined" / "report.html").read_text("utf-8"))
    assert [head.text for head in page.xpath("//h2[contains(., 'The new answers')]")] == ["The new answers"]


def test_answers_can_join_again(folder, tmp_path):
    _join(folder, "new.csv", folder / "found", ["old.csv"], tmp_path / "joined")
    _join(folder, "last.csv", tmp_path / "joined", ["new.csv", "old.csv"], tmp_path / "again")
    before, after = _read(tmp_path / "joined" / "assignments.csv"), _read(tmp_path / "again" / "assignments.csv")
    assert [row["themes"] for row in after[:100]] == [row["themes"] for row in before]
    assert len(after) == 120


@pytest.mark.parametrize(
    ("joins", "earlier", "code"),
    [
        ("found", ["new.csv"], "join.other_answers"),
        ("found", [], "join.missing_answers"),
        ("found", ["none.csv"], "file.missing"),
        (".", ["old.csv"], "join.not_ours"),
    ],
)
def test_what_cannot_be_joined_is_refused_and_nothing_is_written(folder, tmp_path, joins, earlier, code):
    with pytest.raises(InputError) as refused:
        _join(folder, "new.csv", folder / joins, earlier, tmp_path / "out")
    assert refused.value.code == code
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--join", "a", "--earlier", "b", "--text", "c"], "join.chosen"),
        (["--join", "a"], "--earlier"),
        (["--earlier", "b", "--text", "c"], "--join"),
        ([], "--text"),
    ],
)
def test_options_that_say_nothing_together_are_refused(options, told):
    done = CliRunner().invoke(cli, ["themes", "answers.csv", "--out", "x", *options], obj=Outcome())
    assert told in done.output or getattr(done.exception, "code", "") == told
    assert done.exit_code != 0


def test_several_questions_are_read_together_and_a_person_counts_once(planted, tmp_path):
    half = len(planted["text"]) // 2
    answers = _write(
        tmp_path / "answers.csv",
        {"first": planted["text"][:half], "second": planted["text"][half:], "group": planted["group"][:half]},
    )
    columns = Columns(("first", "second"), groups=("group",))
    result = run_themes(Request(answers, columns, tmp_path / "out", _SETTINGS), _silent, _TODAY)
    rows = _read(tmp_path / "out" / "assignments.csv")
    assert [row["question"] for row in rows] == ["first", "second"] * half
    assert [row["id"] for row in rows] == [str(person) for person in range(1, half + 1) for _ in range(2)]
    table = result.report.tables[-1]
    assert table.values == ("first", "second")
    for *cells, people in table.counts[:-1]:
        known = [cell for cell in cells if cell is not None]
        assert people is None or all(cell <= people for cell in known)
        assert len(known) < 2 or people <= sum(known)
    assert max(theme.people for theme in result.findings.themes) <= half
    assert json.loads((tmp_path / "out" / "run.json").read_bytes())["input"]["text"] == ["first", "second"]
