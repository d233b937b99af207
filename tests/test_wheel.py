"""The wheel holds the pages and the words, and works in an environment of its own."""

import csv
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # without isolation: hatchling and Babel are installed with the tests, and nothing is fetched
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "consult/templates/base.html",
        "consult/templates/exports/_report.css",
        "consult/translations/fr/LC_MESSAGES/messages.mo",
        "consult/translations/en/LC_MESSAGES/messages.mo",
        "consult/sample/responses.csv",
        "consult/sample/survey.json",
        "consult/static/consult.css",
        "consult/static/ranking.js",
        "consult/templates/respond/questions/ranking.html",
        "consult/record/migrations/script.py.mako",
        "surveys/definition.py",
        "analysis/pipeline.py",
    } <= names
    tops = {name.split("/")[0] for name in names}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert tops == {"consult", "surveys", "analysis", f"consult-{version}.dist-info"}
    assert [name for name in names if "test" in name or name.endswith(("build_hook.py", "catalogues.py"))] == []


def test_the_wheel_runs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """Only the wheel is installed; what it stands on is seen through a path file, since fetching it again is slow."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", wheel], check=True, capture_output=True)
    (site,) = (home / "lib").glob("python*/site-packages")
    mine = Path(sys.prefix) / "lib" / site.parent.name / "site-packages"
    (site / "below.pth").write_text(f"import site, sys; sys.path.append({str(mine)!r})\n")
    answers = tmp_path / "answers.csv"
    with answers.open("w", newline="", encoding="utf-8") as file:
        said = [
            "attente à l’urgence",
            "too long in the ER",
            "pas de médecin de famille",
            "no family doctor here",
        ]
        csv.writer(file).writerows([["said"], *([f"{text} {i}"] for i in range(6) for text in said)])
    ran = subprocess.run(
        [
            home / "bin" / "consult",
            "themes",
            answers,
            "--text",
            "said",
            "--themes",
            "2",
            "--out",
            tmp_path / "out",
        ],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "CONSULT_LANGUAGE": "fr", "CONSULT_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "2 thèmes dans 24 réponses" in ran.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "assignments.csv",
        "report.html",
        "run.json",
        "themes.csv",
    ]
    where = subprocess.run(
        [
            python,
            "-c",
            "import consult, surveys, analysis; print(consult.__file__, surveys.__file__, analysis.__file__)",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(str(site) in path for path in where.stdout.split())
