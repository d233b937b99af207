"""The sample consultation: a fictional health network's strategic plan 2027-2030."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from consult import sample
from consult.exports.answer_rows import Columns
from consult.exports.theme_report import Titles
from consult.theme_command import Request, Result, run_themes
from surveys.exchange.survey_file import read_survey
from surveys.localised import Localised


def run_demo(question: str, out: Path, progress: Callable[[str, int, int], None], today: date) -> Result:
    """Find the themes of one open question of the sample; the report goes to a folder of the question's name."""
    request = Request(
        answers=sample.RESPONSES,
        columns=Columns((question,), "language", "response", ("group", "region"), "quoted"),
        out=out / question,
        is_fictional=True,
        titles=_titles(question),
    )
    return run_themes(request, progress, today)


def _titles(question: str) -> Titles:
    """Read what the sample's question, groups and regions are called."""
    survey = read_survey(sample.FOLDER / "survey.json")
    questions = {one.code: one for section in survey.sections for one in section.questions}
    values = {("group", code): name for code, name in sample.group_names().items()}
    values |= {("region", choice.code): choice.label for choice in questions["region"].choices}
    columns = {"group": Localised(en="Group", fr="Milieu"), "region": Localised(en="Region", fr="Région")}
    return Titles(questions[question].text, columns, values, frozenset({"group"}))
