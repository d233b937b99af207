"""A snapshot in each of its forms: read with the words that may be read today, laid out, written as a file."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from consult.exports.report_blocks import Document
from consult.exports.report_docx import report_docx
from consult.exports.report_layout import lay_out
from consult.exports.report_pdf import report_pdf
from consult.exports.report_xlsx import report_csv, report_xlsx
from consult.record.report import ReportSnapshot
from consult.record.report_quotes import read_quotes
from consult.report.snapshot import read_contents

FORMS: dict[str, tuple[str, str, Callable[[Document], bytes]]] = {
    "pdf": ("pdf", "application/pdf", report_pdf),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", report_docx),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", report_xlsx),
    "csv": ("zip", "application/zip", report_csv),
}
"""By the name of a form: the ending of its file, its media type, and what writes it."""


def read_document(session: Session, snapshot: ReportSnapshot, language: str) -> Document:
    """Return a snapshot laid out in "fr" or "en"; quotes that were withdrawn since are not in it."""
    contents = read_contents(snapshot.contents)
    quotes = read_quotes(session, contents.quote_keys)
    return lay_out(contents, snapshot.public_id, snapshot.made_at.date(), quotes, language)


def file_name(document: Document, form: str) -> str:
    """Return what the file of a form is called."""
    return f"{document.consultation}-{document.snapshot}-{document.language}.{FORMS[form][0]}"
