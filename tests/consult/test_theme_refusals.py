"""What `consult themes` refuses: one line, in either language, that says where and what to do; nothing changes."""

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_COMMAND = Path(sys.executable).with_name("consult")
# the quick engine, for what does not depend on how answers are compared
_QUICK = ["--engine", "tfidf", "--themes", "4"]


def _tree(folder: Path) -> dict[str, bytes]:
    """Everything below a folder, hidden files too: a refusal must leave it as it was."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in sorted(folder.rglob("*"))}


_TWELVE = "\r\n".join(["text", *[f"Le stationnement coûte trop cher le {day}" for day in range(1, 13)]]).encode()
_RUSSIAN = "\r\n".join(["text", *["Нужно больше врачей и медсестёр"] * 12]).encode()
_BIG = 600_000_000

# what the file holds (None: no file; a number: that many bytes), options, the place that the line must name
_BAD = {
    "no such file": (None, [], "answers.csv"),
    "an empty file": (b"", [], "answers.csv"),
    "a file of spaces": (b" \r\n \r\n", [], "answers.csv"),
    "a heading and nothing below": (b"id,text\r\n", [], "answers.csv"),
    "a binary file": (bytes(range(256)) * 20, [], "answers.csv"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), [], "answers.csv"),
    "a damaged workbook": (b"PK\x03\x04" + b"damaged" * 200, [], "answers.csv"),
    "a file over the limit": (_BIG, [], "answers.csv"),
    "a quotation mark left open": (_TWELVE + b'\r\n"open', [], "line 14"),
    "a row longer than the heading": (b"id,text\r\n1,a\r\n2,b,c\r\n", [], "line 3"),
    "two columns of one name": (b"text,text\r\na,b\r\n", [], "answers.csv"),
    "no such column": (b"id,comment\r\n1,a\r\n", [], "answers.csv"),
    "no such column of languages": (_TWELVE, ["--language", "langue"], "answers.csv"),
    "no such column of identifiers": (_TWELVE, ["--id", "who"], "answers.csv"),
    "no such column of consents": (_TWELVE, ["--quotable", "quoted"], "answers.csv"),
    "no such column of groups": (_TWELVE, ["--group", "milieu"], "answers.csv"),
    "groups in the column of answers": (_TWELVE, ["--group", "text"], "--group text"),
    "one answer": (b"text\r\nParking costs too much\r\n", [], "answers.csv"),
    "all answers identical": (b"text\r\n" + b"Parking costs too much\r\n" * 30, [], "answers.csv"),
    "all answers empty": (b"id,text\r\n" + b"1,\r\n" * 30, [], "answers.csv"),
    "answers in neither language": (_RUSSIAN, [], "answers.csv"),
    "no theme": (_TWELVE, ["--themes", "0"], "--themes 0"),
    "one theme": (_TWELVE, ["--themes", "1"], "--themes 1"),
    "too many themes": (_TWELVE, ["--themes", "101"], "--themes 101"),
    "more themes than answers": (_TWELVE, ["--themes", "50", "--engine", "sentence"], "--themes 50"),
    "a number of themes in words": (_TWELVE, ["--themes", "five"], "--themes"),
    "a seed below zero": (_TWELVE, ["--seed", "-1"], "--seed -1"),
    "an unknown engine": (_TWELVE, ["--engine", "oracle"], "--engine oracle"),
    "an unknown option": (_TWELVE, ["--theme-count", "4"], "--theme-count"),
}


@pytest.mark.parametrize("name", _BAD)
def test_bad_input_gets_one_line_in_each_language_and_changes_nothing(run, tmp_path, name):
    content, options, place = _BAD[name]
    file = tmp_path / "answers.csv"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        with file.open("wb") as sparse:
            sparse.truncate(content)
    before = _sizes(tmp_path)
    said = {}
    for language in ("en", "fr"):
        code, out, err = run(language, "themes", file, "--text", "text", *options, "--out", tmp_path / "new" / "out")
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert place in err.replace("ligne", "line")
        said[language] = err
    assert said["en"] != said["fr"]
    assert _sizes(tmp_path) == before


def _sizes(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything below a folder, hidden files too, with its size and the moment it was last changed."""
    found = ((str(p.relative_to(folder)), p.stat()) for p in folder.rglob("*"))
    return {name: (status.st_size, status.st_mtime_ns) for name, status in found}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_column_that_does_not_exist_is_answered_with_those_that_do(run, planted_file, tmp_path, language):
    _, _, err = run(language, "themes", planted_file, "--text", "réponse", "--out", tmp_path / "o")
    assert "réponse" in err
    assert "id, language, group, topic, text" in err


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_folder_in_place_of_a_file_is_refused_by_name(run, tmp_path, language):
    (tmp_path / "answers").mkdir()
    code, _, err = run(language, "themes", tmp_path / "answers", "--text", "text", "--out", tmp_path / "o")
    assert (code, len(err.splitlines()), "answers" in err) == (2, 1, True)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("missing", ["--text", "--out"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_option_left_out_is_named(run, planted_file, tmp_path, language, missing):
    given = {"--text": "text", "--out": str(tmp_path / "o")}
    del given[missing]
    code, _, err = run(language, "themes", planted_file, *(part for pair in given.items() for part in pair))
    assert (code, len(err.splitlines()), missing in err) == (2, 1, True)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_folder_that_holds_other_files_is_left_alone(run, planted_file, tmp_path, language):
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("years of work")
    (out / "themes.csv").write_text("also mine")
    before = _tree(tmp_path)
    code, _, err = run(language, "themes", planted_file, "--text", "text", *_QUICK, "--out", out)
    assert (code, len(err.splitlines()), str(out) in err) == (2, 1, True)
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["themes.csv", "assignments.csv", "answers.csv"])
def test_the_answers_are_never_in_the_way_of_their_own_result(run, tmp_path, monkeypatch, language, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_bytes(_TWELVE)
    monkeypatch.chdir(tmp_path / "mine")
    code, out, err = run(language, "themes", name, "--text", "text", *_QUICK, "--out", ".")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert {"en": "the answers lie in this folder", "fr": "les réponses se trouvent dans ce dossier"}[language] in err
    assert _tree(tmp_path) == {"mine": b"", f"mine/{name}": _TWELVE}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_result_of_a_run_can_be_read_by_another_but_not_replaced_by_it(run, planted_file, tmp_path, language):
    assert run("en", "themes", planted_file, "--text", "text", *_QUICK, "--out", tmp_path / "o")[0] == 0
    before = _tree(tmp_path)
    given = ["themes", tmp_path / "o" / "assignments.csv", "--text", "id", *_QUICK, "--out", tmp_path / "o"]
    code, _, err = run(language, *given)
    assert (code, len(err.splitlines()), str(tmp_path / "o") in err) == (2, 1, True)
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_persons_own_themes_are_left_alone(run, planted_file, tmp_path, language):
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "themes.csv").write_text("mine")
    code, _, err = run(language, "themes", planted_file, "--text", "text", *_QUICK, "--out", tmp_path / "o")
    assert (code, len(err.splitlines()), str(tmp_path / "o") in err) == (2, 1, True)
    assert _tree(tmp_path) == {"o": b"", "o/themes.csv": b"mine"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_file_in_place_of_the_folder_is_left_alone(run, planted_file, tmp_path, language):
    (tmp_path / "o").write_text("mine")
    code, _, err = run(language, "themes", planted_file, "--text", "text", *_QUICK, "--out", tmp_path / "o")
    assert (code, len(err.splitlines()), str(tmp_path / "o") in err) == (2, 1, True)
    assert _tree(tmp_path) == {"o": b"mine"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_folder_below_a_file_is_refused(run, planted_file, tmp_path, language):
    (tmp_path / "file").write_text("mine")
    code, _, err = run(language, "themes", planted_file, "--text", "text", *_QUICK, "--out", tmp_path / "file" / "o")
    assert (code, len(err.splitlines())) == (2, 1)
    assert _tree(tmp_path) == {"file": b"mine"}


def test_the_words_of_an_answer_never_stand_in_a_complaint(run, tmp_path):
    file = tmp_path / "answers.csv"
    file.write_bytes(b"id,text\r\n1,My secret illness,more,cells\r\n")
    _, _, err = run("en", "themes", file, "--text", "text", "--out", tmp_path / "o")
    assert "secret" not in err


def test_an_unexpected_failure_is_one_line_and_code_1_and_leaves_nothing(run, planted_file, tmp_path, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("My secret illness")

    monkeypatch.setattr("consult.theme_command.report_html", fail)
    code, _, err = run("en", "themes", planted_file, "--text", "text", *_QUICK, "--out", tmp_path / "new" / "o")
    assert (code, len(err.splitlines()), "RuntimeError" in err, "secret" in err) == (1, 1, True, False)
    assert "Nothing was written." in err
    assert _tree(tmp_path) == {}


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_failure_after_the_result_was_written_does_not_deny_it(run, planted_file, tmp_path, monkeypatch, failure):
    def fail(*arguments):
        raise failure

    monkeypatch.setattr("consult.theme_command.Result", fail)  # the first thing after the folder is written
    out = tmp_path / "o"
    code, _, err = run("en", "themes", planted_file, "--text", "text", *_QUICK, "--out", out)
    assert (code, len(err.strip().splitlines()), "Nothing" in err) == (1, 1, False)
    assert f"Written before that: {out}." in err
    assert sorted(_tree(out)) == ["assignments.csv", "report.html", "run.json", "themes.csv"]
    # with that result still there, a run that fails earlier writes nothing and says so
    before = _tree(tmp_path)
    monkeypatch.setattr("consult.theme_command.report_html", fail)
    _, _, err = run("en", "themes", planted_file, "--text", "text", *_QUICK, "--out", out)
    assert "Nothing was written." in err
    assert _tree(tmp_path) == before


def test_a_run_that_is_stopped_says_so_and_leaves_nothing(planted, tmp_path):
    texts = [f"{text} {i}" for i in range(60) for text in planted["text"]]
    file = tmp_path / "answers.csv"
    with file.open("w", encoding="utf-8", newline="") as content:
        csv.writer(content).writerows([["text"], *([text] for text in texts)])
    options = ["--text", "text", "--language", "fr", "--engine", "sentence"]
    watcher, terminal = os.openpty()  # progress is shown only to a terminal, and tells when the work is under way
    process = subprocess.Popen(
        [_COMMAND, "themes", file, *options, "--out", tmp_path / "new" / "o"],
        env={**os.environ, "CONSULT_LANGUAGE": "en"},
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    seen = b""
    while b"Reading the answers" not in seen:
        seen += os.read(watcher, 4096)
    process.send_signal(signal.SIGTERM)
    seen = b""
    while b"written." not in seen:
        seen += os.read(watcher, 4096)
    os.close(watcher)
    assert process.wait(timeout=60) == 1
    assert b"Traceback" not in seen
    assert seen.decode().rsplit("\r", 2)[-2:][0].strip() == "consult: Interrupted. Nothing was written."
    assert [entry.name for entry in tmp_path.iterdir()] == ["answers.csv"]


def test_a_refusal_leaves_an_earlier_result_as_it_was(run, planted_file, tmp_path):
    given = ["themes", planted_file, "--text", "text", "--engine", "tfidf", "--out", tmp_path / "o", "--themes"]
    assert run("en", *given, "3")[0] == 0
    before = _tree(tmp_path)
    assert run("en", *given, "0")[0] == 2
    assert run("en", *given, "100", "--seed", "-1")[0] == 2
    assert _tree(tmp_path) == before
