"""How long each form of a report takes: ``python benchmarks/report.py --help``.

The report is the tests' own with as many questions, themes and choices as asked for. Each form is made several times in
both languages; the first time, in which fonts and templates are read, is left out of the median and printed beside it.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from consult.exports.report_blocks import Document
from consult.exports.report_docx import report_docx
from consult.exports.report_layout import lay_out
from consult.exports.report_pdf import report_pdf
from consult.exports.report_xlsx import report_csv, report_xlsx
from consult.report.contents import Contents
from tests.consult.exports.planted_report import CODE, MADE_ON, QUOTES, planted_contents

FORMS: dict[str, Callable[[Document], bytes]] = {
    "pdf": report_pdf,
    "docx": report_docx,
    "xlsx": report_xlsx,
    "csv": report_csv,
}


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=8)
    parser.add_argument("--themes", type=int, default=20, help="of each question")
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    contents = grown(options.questions, options.themes)
    print(f"{options.questions} questions of {options.themes} themes, {options.times} times; seconds\n")
    print(f"{'form':8}{'language':10}{'first':>8}{'median':>8}{'kB':>8}")
    for language in ("fr", "en"):
        started = time.perf_counter()
        document = lay_out(contents, CODE, MADE_ON, QUOTES, language)
        print(f"{'layout':8}{language:10}{time.perf_counter() - started:8.3f}")
        for name, make in FORMS.items():
            taken, size = measure(make, document, options.times)
            print(f"{name:8}{language:10}{taken[0]:8.3f}{statistics.median(taken[1:] or taken):8.3f}{size / 1e3:8.0f}")
    return 0


def measure(make: Callable[[Document], bytes], document: Document, times: int) -> tuple[list[float], int]:
    """Return the seconds of each time, and the bytes of the last."""
    taken, size = [], 0
    for _ in range(times + 1):
        started = time.perf_counter()
        size = len(make(document))
        taken.append(time.perf_counter() - started)
    return taken, size


def grown(questions: int, themes: int) -> Contents:
    """Return the tests' report with more of everything."""
    contents = planted_contents()
    asked = contents.questions[0]
    table = asked.tables[0]
    many = tuple(replace(asked.themes[at % 4], code=f"t{at}") for at in range(themes))
    rows = tuple(table.rows[at % 4] for at in range(themes)) + table.rows[-1:]
    bands = tuple(table.bands[at % 4] for at in range(themes)) + table.bands[-1:]
    wide = replace(table, rows=rows, bands=bands)
    return replace(
        contents,
        questions=tuple(
            replace(asked, code=f"q{at}", themes=many, tables=(wide, replace(wide, column="language")))
            for at in range(questions)
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
