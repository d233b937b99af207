"""The folder of a result: all four files or nothing, and nobody else's files touched."""

import csv
import io
import json

import pytest

from consult.errors import InputError
from consult.exports.theme_files import (
    FILES,
    assignments_csv,
    check_folder,
    run_json,
    themes_csv,
    write_folder,
)

_CONTENT = {name: name.encode() for name in FILES}


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _tree(folder) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in folder.rglob("*")}


def _refused(folder) -> str:
    with pytest.raises(InputError) as caught:
        check_folder(folder)
    assert caught.value.place == str(folder)
    return caught.value.code


def test_all_files_are_written_and_nothing_else(tmp_path):
    write_folder(tmp_path / "a" / "b", _CONTENT)
    assert _tree(tmp_path) == {"a": b"", "a/b": b"", **{f"a/b/{name}": content for name, content in _CONTENT.items()}}


def test_an_earlier_result_is_replaced(tmp_path):
    write_folder(tmp_path / "o", dict.fromkeys(FILES, b"old"))
    write_folder(tmp_path / "o", _CONTENT)
    assert _tree(tmp_path / "o") == _CONTENT
    assert [entry.name for entry in tmp_path.iterdir()] == ["o"]


def test_a_failure_in_the_middle_leaves_nothing_not_even_the_folders_above(tmp_path):
    with pytest.raises(OSError, match="no/such"):
        write_folder(tmp_path / "a" / "b", {**_CONTENT, "no/such": b""})
    assert _tree(tmp_path) == {}


def test_a_failure_in_the_middle_leaves_an_earlier_result_as_it_was(tmp_path):
    write_folder(tmp_path / "o", dict.fromkeys(FILES, b"old"))
    with pytest.raises(OSError, match="no/such"):
        write_folder(tmp_path / "o", {**_CONTENT, "no/such": b""})
    assert _tree(tmp_path) == {"o": b"", **{f"o/{name}": b"old" for name in FILES}}


def test_a_failure_while_files_change_places_puts_the_earlier_ones_back(tmp_path):
    write_folder(tmp_path / "o", dict.fromkeys(sorted(FILES)[:2], b"old"))
    before = _tree(tmp_path)
    name = sorted(FILES)[-1]
    # a file cannot take the place of a folder: the last of the moves fails, after all others have been made
    original = type(tmp_path).rename

    def fail_at_the_last(path, target):
        if path.name == name and path.parent.name.startswith(".consult-"):
            raise OSError("the disk is full")
        return original(path, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(tmp_path), "rename", fail_at_the_last)
        with pytest.raises(OSError, match="the disk is full"):
            write_folder(tmp_path / "o", _CONTENT)
    assert _tree(tmp_path) == before


def test_a_new_or_an_empty_folder_and_an_earlier_result_are_taken(tmp_path):
    check_folder(tmp_path / "new" / "folder")
    check_folder(tmp_path)
    write_folder(tmp_path / "o", _CONTENT)
    check_folder(tmp_path / "o")


def test_a_file_is_refused(tmp_path):
    (tmp_path / "o").write_text("mine")
    assert _refused(tmp_path / "o") == "out.file"


@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "themes.csv.bak"])
def test_a_folder_with_any_other_file_is_refused(tmp_path, name):
    write_folder(tmp_path / "o", _CONTENT)
    (tmp_path / "o" / name).write_text("mine")
    assert _refused(tmp_path / "o") == "out.not_ours"


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    assert _refused(tmp_path / "file" / "o") == "out.denied"


def test_every_theme_and_every_input_row_has_its_row(planted_findings):
    themes, assigned = _rows(themes_csv(planted_findings)), _rows(assignments_csv(planted_findings))
    assert [row["theme"] for row in themes] == [str(theme.number) for theme in planted_findings.themes]
    assert [row["id"] for row in assigned] == planted_findings.corpus.rows["id"].tolist()
    assert [int(row["theme"]) - 1 for row in assigned] == planted_findings.labels.tolist()
    assert [row["themes"] for row in assigned] == [row["theme"] for row in assigned]


def test_a_run_is_json_that_a_person_can_read(planted_findings):
    content = run_json(planted_findings, {"input": {"file": "réponses.csv"}}).decode("utf-8")
    assert "réponses.csv" in content
    run = json.loads(content)
    assert run["input"] == {"file": "réponses.csv"}
    assert (run["rows"], run["contributions"], run["people"], run["set_aside"]) == (120, 120, 120, {})
    assert len(run["number_of_themes"]["tried"]) == len(planted_findings.curve)
