"""The sample consultation: a fictional health network's strategic plan 2027-2030."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from consult.theme_command import Request, Result, run_themes

SAMPLE = Path(__file__).resolve().parent / "sample"
OPEN_QUESTIONS = ("hardest", "protect", "one_change")


def run_demo(question: str, out: Path, progress: Callable[[str, int, int], None], today: date) -> Result:
    """Find the themes of one open question of the sample; the report goes to a folder of the question's name."""
    request = Request(
        answers=SAMPLE / "responses.csv",
        text=question,
        out=out / question,
        language="language",
        identifier="response",
        groups=("group", "region"),
        fictional=True,
    )
    return run_themes(request, progress, today)
