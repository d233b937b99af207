"""Whether a report of an earlier demonstration is what would be made now."""

from pathlib import Path

from consult.resources import resource

_CODE = Path(__file__).resolve().parent.parent
_SOURCES = (
    _CODE.parent / "analysis",
    _CODE / "exports",
    _CODE / "sample",
    _CODE / "demo",
    resource("templates") / "exports",
    resource("translations"),
)


def is_fresh(report: Path) -> bool:
    """Tell whether a report is there and newer than the sample, the code, the pages and the words behind it."""
    if not report.is_file():
        return False
    made = report.stat().st_mtime
    return all(source.stat().st_mtime < made for folder in _SOURCES for source in _files(folder))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
