"""Charts of a report as SVG of our own: bars with their numbers beside them, and intervals as thin lines with a dot.

One drawing serves the web page, the PDF and the Word document. Labels stand above their line, so that long names in
French fit on a small screen; nothing is told by colour, so that a grey print says the same. A drawing holds no style
and no script, which the pages' policy would refuse; its classes let a page colour it for a dark screen.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_FONT = "Libertinus Serif, Source Serif 4, Charter, Georgia, DejaVu Serif, serif"
_SIZE, _LINE, _GAP = 14, 18, 12
# The mean width of a letter, as a share of its size, with room to spare: lines are broken by it.
_LETTER = 0.47
# On a page another font may take the place of ours, the widest of them 0.56; files have their own.
_LETTER_OF_PAGES = 0.56
_ACCENT, _INK, _FAINT = "#0d4f4c", "#201d18", "#8a8375"
WIDTH, NARROW = 640, 360


@dataclass(frozen=True)
class Bar:
    """A line of a bar chart: `said` is the number as printed; None as `value` draws no bar (hidden).

    `mark` is a number to compare with, such as how many were hoped for: an upright line across the bar.
    """

    label: str
    said: str
    value: float | None
    is_hollow: bool = False
    mark: float | None = None


@dataclass(frozen=True)
class Dot:
    """A line of an interval chart: a dot at `at` on a thin line from `low` to `high`."""

    label: str
    said: str
    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Chart:
    """A drawing, its size in pixels of 96 an inch, and its text for who does not see it."""

    svg: str
    width: int
    height: int
    says: str


def bar_chart(lines: Sequence[Bar], title: str, *, width: int = WIDTH) -> Chart:
    """Return horizontal bars from a common start; the longest takes the room that its number leaves."""
    longest = max((max(line.value or 0.0, line.mark or 0.0) for line in lines), default=0.0) or 1.0
    room = width - _said_room([line.said for line in lines])
    drawn, y = [], 0
    for line in lines:
        y, label = _label(line.label, y, width)
        drawn.append(label)
        drawn.append(f'<rect class="start" x="0" y="{y}" width="1.5" height="16" fill="{_INK}"/>')
        length = room * (line.value or 0.0) / longest
        if line.value:
            drawn.append(_bar(length, y, is_hollow=line.is_hollow))
        if line.mark:
            mark = room * line.mark / longest
            ends = f'x1="{_px(mark)}" x2="{_px(mark)}" y1="{y - 2}" y2="{y + 18}"'
            # light around it, so that it is seen on the bar too
            drawn.append(f'<line class="halo" {ends} stroke="#fff" stroke-width="6"/>')
            drawn.append(f'<line class="mark" {ends} stroke="{_INK}" stroke-width="2"/>')
            length = max(length, mark)
        drawn.append(_text(line.said, length + 8, y + 13, "value", weight="600"))
        y += 16 + _GAP
    says = _says(title, [f"{line.label}{_colon(line.label)}{line.said}" for line in lines])
    return _chart(drawn, width, y, title, says)


def dot_chart(lines: Sequence[Dot], title: str, first: float, last: float, *, width: int = WIDTH) -> Chart:
    """Return intervals between two ends of a common scale, such as the first place and the last.

    Parameters
    ----------
    first, last
        The values at the left and at the right end; a ranking's scale goes from 1 to the number of its options.
    """
    room = width - _said_room([line.said for line in lines])
    span = (last - first) or 1.0

    def place(value: float) -> float:
        return 7 + (room - 14) * min(max((value - first) / span, 0.0), 1.0)

    drawn, y = [], 0
    for line in lines:
        y, label = _label(line.label, y, width)
        drawn.append(label)
        low, at, high, middle = place(line.low), place(line.at), place(line.high), y + 8
        drawn.append(
            f'<line class="scale" x1="7" x2="{_px(room - 7)}" y1="{middle}" y2="{middle}" stroke="{_FAINT}"'
            ' stroke-width="0.7" stroke-dasharray="1 4"/>'
        )
        drawn.append(
            f'<line class="range" x1="{_px(low)}" x2="{_px(high)}" y1="{middle}" y2="{middle}"'
            f' stroke="{_INK}" stroke-width="1.6"/>'
        )
        for end in (low, high):
            drawn.append(
                f'<line class="range" x1="{_px(end)}" x2="{_px(end)}" y1="{middle - 4}" y2="{middle + 4}"'
                f' stroke="{_INK}" stroke-width="1.6"/>'
            )
        drawn.append(f'<circle class="dot" cx="{_px(at)}" cy="{middle}" r="5.5" fill="{_ACCENT}"/>')
        drawn.append(_text(line.said, room + 6, y + 13, "value", weight="600"))
        y += 16 + _GAP
    says = _says(title, [f"{line.label}{_colon(line.label)}{line.said}" for line in lines])
    return _chart(drawn, width, y, title, says)


def _chart(drawn: Sequence[str], width: int, height: int, title: str, says: str) -> Chart:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="report-chart" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" font-family="{_FONT}" font-size="{_SIZE}">'
        f"<title>{escape(title)}</title><desc>{escape(says)}</desc>{''.join(drawn)}</svg>"
    )
    return Chart(svg, width, height, says)


def _bar(length: float, y: int, *, is_hollow: bool) -> str:
    if is_hollow:
        return (
            f'<rect class="bar hollow" x="1" y="{y + 2}" width="{_px(max(length - 1, 1))}" height="12" fill="none"'
            f' stroke="{_ACCENT}" stroke-width="1.6"/>'
        )
    return f'<rect class="bar" x="0" y="{y + 1}" width="{_px(max(length, 1.5))}" height="14" fill="{_ACCENT}"/>'


def _label(label: str, y: int, width: int) -> tuple[int, str]:
    """Return where the line under a label begins, and the label in as many lines as it takes."""
    letter = _LETTER if width >= WIDTH else _LETTER_OF_PAGES
    parts = textwrap.wrap(label, max(int(width / (_SIZE * letter)), 8), break_on_hyphens=False) or [""]
    drawn = [_text(part, 0, y + 13 + at * _LINE, "label") for at, part in enumerate(parts)]
    return y + len(parts) * _LINE, "".join(drawn)


def _text(words: str, x: float, y: float, kind: str, weight: str = "400") -> str:
    return f'<text class="{kind}" x="{_px(x)}" y="{_px(y)}" font-weight="{weight}" fill="{_INK}">{escape(words)}</text>'


def _said_room(said: Sequence[str]) -> int:
    return int(max((len(each) for each in said), default=0) * _SIZE * 0.56) + 14


def _says(title: str, lines: Sequence[str]) -> str:
    return f"{title}. {'; '.join(lines)}." if lines else title


def _colon(label: str) -> str:
    # a comma reads the same in both languages, and a label may end with a mark of its own
    return " " if label.endswith((".", "?", "!", ":")) else ", "


def _px(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
