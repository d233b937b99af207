"""What a command leaves behind when it is stopped."""

from gettext import NullTranslations
from pathlib import Path


class Outcome:
    """What was written before a command was stopped: read from the disk, so that what is said of it is true."""

    def __init__(self) -> None:
        self.before: dict[Path, int] = {}

    def expect(self, folder: Path) -> None:
        """Remember a folder as it is before a result is written to it."""
        self.before[folder] = _changed_at(folder)

    def sentence(self, words: NullTranslations) -> str:
        """Say which results were written; nothing where no result was to be written."""
        _ = words.gettext
        written = [str(folder) for folder, moment in self.before.items() if _changed_at(folder) != moment]
        if written:
            return _("Written before that: %(folders)s.") % {"folders": ", ".join(written)}
        return _("Nothing was written.") if self.before else ""


def _changed_at(folder: Path) -> int:
    """Return when a result was written to a folder, in nanoseconds; 0 where there is none."""
    try:
        return (folder / "report.html").stat().st_mtime_ns
    except OSError:
        return 0
