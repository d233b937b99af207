"""How far the machine's placing of a board's themes can be trusted, as measured by coding by hand."""

from sqlalchemy.orm import Session

from analysis.trust import Trust, measure
from consult.record.coding import read_trust
from consult.record.theme_board import ThemeBoard


def find_trust(session: Session, board: ThemeBoard) -> dict[str, Trust | None]:
    """Return precision and recall of each accepted theme, by its code; None where nobody measured them."""
    return {
        code: None if each is None else measure(each.items, each.placed, each.coded, each.both)
        for code, each in read_trust(session, board).items()
    }
