"""Meetings of the committee: who was there, conflicts of interest, dissent."""

from collections.abc import Sequence

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""


def downgrade() -> None:
    """Go back from this revision."""
