"""The folder of a result: all four files or nothing, and nobody else's files touched."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import FrameType

import pytest

from analysis.corpus import build_corpus
from analysis.pipeline import find_themes
from analysis.report import make_report
from analysis.settings import Settings
from consult.errors import InputError
from consult.exports import theme_files
from consult.exports.theme_files import (
    FILES,
    RUN,
    THEMES,
    assignments_csv,
    check_folder,
    themes_csv,
    write_folder,
)
from consult.exports.theme_run import run_json

_RUN = b'{"consult": "0.1.0"}'
_CONTENT = {name: _RUN + b"\n" if name == RUN else name.encode() for name in FILES}
_EARLIER = {name: _RUN if name == RUN else b"earlier" for name in FILES}


def _silent(step: str, done: int, total: int) -> None:
    pass


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _tree(folder) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in folder.rglob("*")}


def _files(folder) -> dict[str, bytes]:
    """The files of a folder, and nothing of what a killed run leaves."""
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()} if folder.exists() else {}


def _fill(folder, files) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _refused(folder, answers=None) -> str:
    with pytest.raises(InputError) as caught:
        check_folder(folder, answers)
    assert caught.value.place == str(folder)
    return caught.value.code


def test_all_files_are_written_and_nothing_else(tmp_path):
    write_folder(tmp_path / "a" / "b", _CONTENT)
    assert _tree(tmp_path) == {"a": b"", "a/b": b"", **{f"a/b/{name}": content for name, content in _CONTENT.items()}}


def test_an_earlier_result_is_replaced(tmp_path):
    write_folder(tmp_path / "o", _EARLIER)
    write_folder(tmp_path / "o", _CONTENT)
    assert _tree(tmp_path / "o") == _CONTENT
    assert [entry.name for entry in tmp_path.iterdir()] == ["o"]


def test_a_failure_in_the_middle_leaves_nothing_not_even_the_folders_above(tmp_path):
    with pytest.raises(OSError, match="no/such"):
        write_folder(tmp_path / "a" / "b", {**_CONTENT, "no/such": b""})
    assert _tree(tmp_path) == {}


def test_a_failure_in_the_middle_leaves_an_earlier_result_as_it_was(tmp_path):
    write_folder(tmp_path / "o", _EARLIER)
    with pytest.raises(OSError, match="no/such"):
        write_folder(tmp_path / "o", {**_CONTENT, "no/such": b""})
    assert _tree(tmp_path) == {"o": b"", **{f"o/{name}": content for name, content in _EARLIER.items()}}


class _Failing:
    """Stands for Path.replace on a disk that fails from the third move on, for so many moves."""

    def __init__(self, moves: int) -> None:
        self.original, self.made, self.moves = Path.replace, 0, moves

    def __call__(self, path: Path, target: Path) -> Path:
        self.made += 1
        if 3 <= self.made < 3 + self.moves:
            raise OSError("the disk is full" if self.made == 3 else "and stays so")
        return self.original(path, target)


def _replace_on(disk: _Failing, folder) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", lambda path, target: disk(path, target))
        with pytest.raises(OSError, match="the disk is full"):
            write_folder(folder, _CONTENT)


@pytest.mark.parametrize("earlier", [_EARLIER, {}], ids=["an earlier result", "an empty folder"])
def test_a_failure_while_files_change_places_puts_the_earlier_ones_back(tmp_path, earlier):
    _fill(tmp_path / "o", earlier)
    before = _tree(tmp_path)
    _replace_on(_Failing(moves=1), tmp_path / "o")
    assert _tree(tmp_path) == before


def test_an_earlier_result_that_cannot_be_put_back_stays_beside_and_the_first_failure_is_told(tmp_path):
    _fill(tmp_path / "o", _EARLIER)
    _replace_on(_Failing(moves=100), tmp_path / "o")
    (beside,) = tmp_path.glob(".consult-*-earlier")
    assert _files(beside) == _EARLIER


def _stopped_at(line: int, work: Callable[[], None]) -> bool:
    """Do some work, interrupted before the line of theme_files that is run as such a number; tell whether it was."""
    left = line

    def count(frame: FrameType, event: str, argument: object) -> Callable[..., object] | None:
        nonlocal left
        if frame.f_code.co_filename != theme_files.__file__:
            return None
        left -= event == "line"
        if event == "line" and left == 0:
            raise KeyboardInterrupt
        return count

    sys.settrace(count)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(None)
    return False


def _states_after_interruptions(tmp_path, earlier, write) -> list[dict[str, bytes]]:
    """What the folder holds after an interruption at each line in turn; None: no folder before."""
    states = []
    for line in range(1, 1000):
        place = tmp_path / f"at{line}" / "above" / "o"
        place.parent.parent.mkdir()
        if earlier is not None:
            place.parent.mkdir()
            _fill(place, earlier)
        if not _stopped_at(line, lambda place=place: write(place)):
            return states
        states.append(_files(place))
        if states[-1] != _CONTENT:
            # until the last file is in its place nothing stays beside, not even the folders above
            assert sorted(_tree(place.parent.parent)) == sorted(
                [] if earlier is None else ["above", "above/o", *(f"above/o/{name}" for name in earlier)]
            )
    raise AssertionError("it never ended")


# interrupted on the way out of a "with", a file is closed by the garbage collector, which warns
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("earlier", [_EARLIER, {}, None], ids=["an earlier result", "an empty folder", "no folder"])
def test_an_interruption_at_any_line_leaves_the_folder_as_it_was_or_whole(tmp_path, earlier):
    states = _states_after_interruptions(tmp_path, earlier, lambda place: write_folder(place, _CONTENT))
    assert len(states) > 30
    assert [state for state in states if state not in (_CONTENT, earlier or {})] == []
    assert (earlier or {}) in states


def test_an_interruption_while_files_are_written_in_place_would_leave_a_mixture(tmp_path):
    def write_in_place(place):
        for name, content in _CONTENT.items():
            theme_files._sync_folder(place)  # lines that count
            (place / name).write_bytes(content)

    mixtures = 0
    for line in range(1, 20):
        place = tmp_path / str(line)
        _fill(place, _EARLIER)
        assert _stopped_at(line, lambda place=place: write_in_place(place))
        mixtures += _files(place) not in (_EARLIER, _CONTENT)
    assert mixtures > 0


_KILLED_AT_EACH_CALL = """
import json, os, signal, sys
from pathlib import Path
from consult.exports import theme_files

folder, earlier, content = Path(sys.argv[1]), *(
    {name: text.encode() for name, text in json.loads(argument).items()} for argument in sys.argv[2:]
)

def die_at(call):
    left = call
    def count(event, arguments):
        nonlocal left
        left -= event == "open" or event.startswith("os.")
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return count

for call in range(1, 1000):
    place = folder / str(call) / "o"
    place.parent.mkdir()
    if earlier:
        place.mkdir()
        for name, text in earlier.items():
            (place / name).write_bytes(text)
    child = os.fork()
    if not child:
        sys.addaudithook(die_at(call))
        theme_files.write_folder(place, content)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        print(call)
        break
"""


@pytest.mark.parametrize("earlier", [_EARLIER, {}], ids=["an earlier result", "no folder"])
def test_a_kill_at_any_call_of_the_system_leaves_whole_files_and_the_next_run_works(tmp_path, earlier):
    texts = [json.dumps({name: text.decode() for name, text in files.items()}) for files in (earlier, _CONTENT)]
    program = [sys.executable, "-c", _KILLED_AT_EACH_CALL, tmp_path, *texts]
    calls = int(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
    assert calls > 10
    left_behind = 0
    for call in range(1, calls):
        place = tmp_path / str(call) / "o"
        state = _files(place)
        assert set(state) in ({FILES} if earlier else {FILES, frozenset()})
        assert all(content in (earlier.get(name), _CONTENT[name]) for name, content in state.items())
        left_behind += len(list(place.parent.glob(".consult-*")))
        write_folder(place, _CONTENT)
        assert _files(place) == _CONTENT
    assert left_behind > 5


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o755), (0o027, 0o750), (0o077, 0o700)])
def test_the_folder_has_the_permissions_that_the_person_asked_of_the_system(tmp_path, umask, mode):
    earlier = os.umask(umask)
    try:
        write_folder(tmp_path / "o", _CONTENT)
    finally:
        os.umask(earlier)
    assert (tmp_path / "o").stat().st_mode & 0o777 == mode
    assert {entry.stat().st_mode & 0o777 for entry in (tmp_path / "o").iterdir()} == {mode & 0o666}


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


def test_a_folder_with_only_the_persons_own_themes_is_refused(tmp_path):
    _fill(tmp_path / "o", {THEMES: b"mine"})
    assert {entry.name for entry in (tmp_path / "o").iterdir()} <= FILES  # by names alone it would be taken
    assert _refused(tmp_path / "o") == "out.not_ours"
    with pytest.raises(InputError):
        write_folder(tmp_path / "o", _CONTENT)
    assert _files(tmp_path / "o") == {THEMES: b"mine"}


@pytest.mark.parametrize(
    "run",
    [b"", b"mine", b"[]", b"{}", b'{"python": "3.11"}', b'{"a": 1, "consult": "0.1.0"}', b"[" * 100_000, b"\xff\xfe{"],
)
def test_our_names_without_a_run_of_ours_are_refused(tmp_path, run):
    _fill(tmp_path / "o", {**_EARLIER, RUN: run})
    assert _refused(tmp_path / "o") == "out.not_ours"


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_result_of_which_a_part_is_gone_or_is_a_link_is_refused(tmp_path, name):
    _fill(tmp_path / "o", _EARLIER)
    (tmp_path / "o" / name).rename(tmp_path / name)
    assert _refused(tmp_path / "o") == "out.not_ours"
    (tmp_path / "o" / name).symlink_to(tmp_path / name)
    assert _refused(tmp_path / "o") == "out.not_ours"


def test_a_folder_that_holds_the_answers_is_refused_even_where_they_are_a_result_of_ours(tmp_path, monkeypatch):
    write_folder(tmp_path / "o", _CONTENT)
    (tmp_path / "answers.csv").symlink_to(tmp_path / "o" / THEMES)
    (tmp_path / "link").symlink_to(tmp_path / "o")
    check_folder(tmp_path / "o")  # without answers in it, it would be taken
    for answers in (tmp_path / "o" / THEMES, tmp_path / "link" / THEMES, tmp_path / "answers.csv"):
        assert _refused(tmp_path / "o", answers) == "out.holds_answers"
    assert _refused(tmp_path / "link", tmp_path / "o" / THEMES) == "out.holds_answers"
    monkeypatch.chdir(tmp_path / "o")
    assert _refused(Path(), Path(THEMES)) == "out.holds_answers"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "link.csv").symlink_to(tmp_path / "o" / THEMES)
    assert _refused(tmp_path / "mine", tmp_path / "mine" / "link.csv") == "out.holds_answers"


def test_a_folder_beside_the_answers_or_below_them_is_taken(tmp_path):
    (tmp_path / "answers.csv").write_text("mine")
    check_folder(tmp_path / "o", tmp_path / "answers.csv")
    (tmp_path / "o").mkdir()
    check_folder(tmp_path / "o", tmp_path / "answers.csv")
    check_folder(tmp_path / "o", tmp_path / "o" / "no such file.csv")


def test_what_a_killed_run_left_is_passed_over_and_stays(tmp_path):
    (tmp_path / "o" / ".consult-killed").mkdir(parents=True)
    (tmp_path / "o" / ".consult-killed" / "themes.csv").write_text("half")
    (tmp_path / ".consult-killed").mkdir()
    for _ in range(2):
        write_folder(tmp_path / "o", _CONTENT)
    assert _files(tmp_path / "o") == _CONTENT
    assert (tmp_path / "o" / ".consult-killed" / "themes.csv").read_text() == "half"
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / ".consult-file").write_text("mine")
    assert _refused(tmp_path / "p") == "out.not_ours"


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    assert _refused(tmp_path / "file" / "o") == "out.denied"


def test_every_theme_and_every_input_row_has_its_row(planted_findings):
    themes, assigned = _rows(themes_csv(planted_findings)), _rows(assignments_csv(planted_findings))
    assert [row["theme"] for row in themes] == [str(theme.number) for theme in planted_findings.themes]
    assert [row["id"] for row in assigned] == planted_findings.corpus.rows["id"].tolist()
    main = planted_findings.is_main
    numbers = dict(zip(planted_findings.rows[main].tolist(), (planted_findings.labels[main] + 1).tolist(), strict=True))
    assert [int(row["theme"]) for row in assigned] == [numbers[i] for i in range(len(assigned))]
    assert all(row["themes"].split(";")[0] == row["theme"] for row in assigned)


def test_a_run_is_json_that_a_person_can_read(planted_findings):
    report = make_report(planted_findings)
    content = run_json(planted_findings, report, {"input": {"file": "réponses.csv"}}).decode("utf-8")
    assert "réponses.csv" in content
    run = json.loads(content)
    assert next(iter(run.items())) == ("consult", version("consult"))
    assert run["input"] == {"file": "réponses.csv"}
    assert (run["rows"], run["contributions"], run["people"], run["set_aside"]) == (120, 120, 120, {})
    assert len(run["number_of_themes"]["tried"]) == len(planted_findings.curve)


def test_a_run_says_what_checking_the_themes_found(planted_findings):
    near = planted_findings.nearness.copy()
    near[0, 1] = near[1, 0] = 0.95
    report = make_report(planted_findings)
    run = json.loads(run_json(replace(planted_findings, nearness=near), report, {}))
    assert {"check": "near_duplicates", "themes": [1, 2], "remedy": "merge", "nearness": 0.95} in run["findings"]
    first = run["themes"][0]
    assert first["nearest"] == {"theme": 2, "cosine": 0.95}
    assert first["labels"]["fr"] == planted_findings.themes[0].names["fr"].label
    strengths = [term["strength"] for term in first["terms"]["fr"]]
    assert strengths == sorted(strengths, reverse=True) != []
    assert {mix["column"] for mix in first["mix"]} <= {"", "group"}


def test_every_idea_is_there_with_its_place_in_the_text_and_its_theme_or_its_reason(planted):
    texts = list(planted["text"])
    said = texts[2]
    texts[2] = f"  {said}.\n\nNothing to add.  {texts[5]}. {said}."
    texts += ["idem", ""]
    languages = [*planted["language"], "fr", "fr"]
    found = find_themes(build_corpus(texts, languages=languages), Settings(engine="sentence", themes=5), _silent)
    rows = _rows(assignments_csv(found))
    assert [rows[120]["ideas"], rows[121]["ideas"]] == ["", ""]
    for text, row in zip(texts, rows, strict=True):
        for idea in filter(None, row["ideas"].split(";")):
            place, outcome = idea.split(":")
            start, end = map(int, place.split("-"))
            assert text[start:end] == text[start:end].strip() != ""
            assert outcome in {"repeated", "says_nothing", *row["themes"].split(";")}
    cut = [idea.split(":") for idea in rows[2]["ideas"].split(";")]
    pieces = [texts[2][slice(*map(int, place.split("-")))] for place, _ in cut]
    assert "Nothing to add." in pieces
    assert {outcome for _, outcome in cut} >= {"says_nothing", "repeated", rows[2]["theme"]}
    run = json.loads(run_json(found, make_report(found), {}))
    assert run["ideas_set_aside"] == {"repeated": 1, "says_nothing": 1}
    assert run["set_aside"] == {"empty": 1, "says_nothing": 1}
    assert run["engine"]["why"] == "asked_for"


def test_themes_of_one_language_say_so_with_the_theme_that_may_be_the_same(planted):
    corpus = build_corpus(planted["text"], languages=planted["language"])
    found = find_themes(corpus, Settings(engine="tfidf", themes=10), _silent)
    themes = {row["theme"]: row for row in _rows(themes_csv(found))}
    assert {row["language"] for row in themes.values()} == {"fr", "en"}
    paired = {number: row["maybe_same_as"] for number, row in themes.items() if row["maybe_same_as"]}
    assert paired
    for number, other in paired.items():
        assert paired[other] == number
        assert themes[number]["language"] != themes[other]["language"]
    run = json.loads(run_json(found, make_report(found), {}))
    assert [(pair["fr"], pair["en"]) for pair in run["pairs"]] == [(pair.fr, pair.en) for pair in found.pairs]
    assert "by_language" in run["warnings"]


def test_an_engine_that_nobody_chose_says_why_it_ran(planted_findings):
    for engine, why in (("hybrid", "best"), ("tfidf", "not_importable")):
        settings = replace(planted_findings.settings, engine="auto")
        found = replace(planted_findings, engine=engine, settings=settings)
        assert json.loads(run_json(found, make_report(found), {}))["engine"]["why"] == why
