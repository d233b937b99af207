"""A report as a PDF for screen readers and for print: tagged, with its language, headings, tables and texts of charts.

The texts reach the page as data, never as markup. The same document gives the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

import typst

from consult.exports.report_blocks import Block, Document, Picture, Table
from consult.exports.report_charts import WIDTH, Chart
from consult.languages import interface_words
from consult.resources import resource

_PICTURE_DENSITY = 200  # dots an inch: sharp in print, and a chart stays under 100 kB


def report_pdf(document: Document) -> bytes:
    """Return the report as PDF/UA-1; where a letter is in no font here, such as an emoji, without that standard."""
    data = pdf_data(document)
    try:
        made = typeset("report.typ", data, document.made_on, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError:
        made = typeset("report.typ", data, document.made_on, format="pdf")
    return made if isinstance(made, bytes) else b"".join(made)


def chart_pictures(charts: Sequence[Chart], day: date) -> list[bytes]:
    """Return each chart as a PNG, in their order, from the same drawings as the PDF holds."""
    if not charts:
        return []
    data = {"charts": [{"svg": chart.svg, "width": chart.width} for chart in charts]}
    made = typeset("chart.typ", data, day, format="png", ppi=_PICTURE_DENSITY)
    return [made] if isinstance(made, bytes) else made


def typeset(template: str, data: Mapping[str, Any], day: date, **how: Any) -> bytes | list[bytes]:  # noqa: ANN401 - the typesetter's own
    """Return what the typesetter makes of a template and its data: a PDF, or with ``format="png"`` its pages."""
    folder = resource("templates") / "exports"
    made: bytes | list[bytes] = typst.compile(
        str(folder / template),
        root=str(folder),
        sys_inputs={"data": json.dumps(data)},
        timestamp=datetime.combine(day, time(12), UTC),
        **how,
    )
    return made


def pdf_data(document: Document) -> dict[str, Any]:
    """Return everything that the template prints, as plain data."""
    _ = interface_words(document.language).gettext
    return {
        "language": document.language,
        "kind": document.kind,
        "title": asdict(document.title),
        "lines": [asdict(line) for line in document.lines],
        "snapshot_line": document.snapshot_line,
        "foot": f"{document.title.text} · {document.snapshot}",
        "page": _("Page %(page)s of %(pages)s"),  # the typesetter fills it in
        "contents": _("Contents"),
        "translated": _("Translation:"),
        "is_fictional": document.is_fictional,
        "blocks": [_block(block) for block in document.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Picture):
        chart = block.chart
        share = min(chart.width / WIDTH, 1.0)
        return {"block": kind, "svg": chart.svg, "says": chart.says, "share": share, "caption": block.caption}
    if isinstance(block, Table):
        rows = [[{**asdict(cell.text), "level": cell.level} for cell in row] for row in block.rows]
        return {"block": kind, **asdict(block), "rows": rows}
    return {"block": kind, **asdict(block)}
