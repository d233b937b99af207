"""How far the work is, on the terminal of somebody who waits; silent where nobody watches."""

import sys
from collections.abc import Mapping
from typing import TextIO

_WIDTH = 24


class TerminalProgress:
    """One line that is rewritten: the step, a bar, percents. Silent unless standard error is a terminal."""

    def __init__(self, titles: Mapping[str, str], stream: TextIO | None = None) -> None:
        self.titles = titles
        self.stream = stream or sys.stderr
        self.is_watched = self.stream.isatty()
        self.last = ""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` are done in a step."""
        if not self.is_watched:
            return
        share = done / total if total else 1.0
        bar = "█" * round(share * _WIDTH)
        line = f"{self.titles.get(step, step):<28} {bar:·<{_WIDTH}} {share:>4.0%}"
        if line != self.last:
            self.stream.write("\r" + line)
            self.stream.flush()
            self.last = line

    def close(self) -> None:
        """Take the line away."""
        if self.last:
            self.stream.write("\r" + " " * len(self.last) + "\r")
            self.stream.flush()
            self.last = ""
