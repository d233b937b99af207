"""Responses as CSV, some hundred rows at a time: nothing grows with their number."""

from consult.exports.csv_text import BOM, csv_line, neutralise, quote
from consult.exports.manifest import HashedTarget, Job, Written
from consult.exports.response_table import Write

_FLUSH_ROWS = 500


def write_csv(job: Job) -> Written:
    """Write the file in UTF-8 with a byte order mark."""
    layout, target = job.layout, HashedTarget(job.target)
    lines = [BOM, csv_line(job.table.columns, layout.delimiter)]
    rows = 0
    for cells in job.table.rows(_cell_writer(job)):
        lines.append(layout.delimiter.join(cells) + "\r\n")
        rows += 1
        if len(lines) >= _FLUSH_ROWS:
            target.write("".join(lines).encode())
            lines.clear()
    target.write("".join(lines).encode())
    kind = f"labels:{layout.labels}" if layout.labels else "codes"
    return Written(rows, target.digest(), kind, "utf-8-sig", layout.delimiter)


def _cell_writer(job: Job) -> Write[str]:
    """Return what writes a cell, quoted: as a label if a language is given, and never as a formula."""
    language = job.layout.labels
    written = {name: known.labels[language] for name, known in job.table.words.items()} if language else {}

    def write(name: str, cell: str) -> str:
        return quote(neutralise(written[name].get(cell, cell) if name in written else cell))

    return write
