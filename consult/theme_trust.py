"""How far the machine's placing of a board's themes can be trusted, as measured by coding by hand."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analysis.trust import Trust, measure
from consult.record.coding_trust import read_trust
from consult.record.theme_board import Theme, ThemeBoard


def find_trust(session: Session, board: ThemeBoard, themes: Sequence[Theme] | None = None) -> dict[str, Trust | None]:
    """Return precision and recall of each accepted theme, by its code; None where nobody measured them.

    `themes` are the board's, accepted and merged ones at least, for whoever has them before them already.
    """
    return {
        code: None if each is None else measure(each.items, each.placed, each.coded, each.both)
        for code, each in read_trust(session, board, themes).items()
    }
