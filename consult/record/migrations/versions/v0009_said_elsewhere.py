"""Contributions that no survey received: whose several texts are one person’s, and whether they may be quoted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("contributions", sa.Column("person", sa.String(length=32), nullable=True))
    op.add_column("contributions", sa.Column("may_quote", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_column("contributions", "may_quote")
    op.drop_column("contributions", "person")
