"""Why a file of responses cannot be made, and which one can."""

from consult.languages import Formats, interface_words
from surveys.problems import Problem


def export_sentence(problem: Problem, kind: str, language: str) -> str:
    """Return the sentence; an unknown code is shown as it is: better than silence."""
    if problem.code != "export.too_large":
        return problem.code
    _ = interface_words(language).gettext
    said = {
        "sav": _("There are too many responses for an SPSS file: at most %(limit)s for this survey. Take CSV or JSON."),
        "xlsx": _("There are too many rows or columns for a workbook: at most %(limit)s. Take CSV or JSON."),
    }
    return said[kind] % {"limit": Formats(language).number(int(problem.values["limit"]))}
