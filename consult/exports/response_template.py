"""A file of responses that is still to be filled in: the names of the columns, and no row."""

import csv
import io

from consult.exports.csv_text import BOM
from consult.exports.response_columns import file_columns
from consult.record.consultation import Consultation
from surveys.definition import Survey

# Whoever fills in a file by hand answers the survey of today, and how a response came is known: from a file.
_LEFT_OUT = ("channel", "survey_version")


def heading_only(consultation: Consultation, survey: Survey, delimiter: str) -> bytes:
    """Return the heading of a file for a survey, as CSV; column names are codes, so that none needs care."""
    text = io.StringIO(BOM, newline="")
    text.seek(0, io.SEEK_END)
    names = [name for name in file_columns(consultation, [survey]) if name not in _LEFT_OUT]
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(names)
    return text.getvalue().encode()
