"""The method a committee signed before opening, and ballots from themes."""

from collections.abc import Sequence

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""


def downgrade() -> None:
    """Go back from this revision."""
