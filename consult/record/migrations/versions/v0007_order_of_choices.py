"""The seed of the order in which a person sees choices, with their draft and then with their response."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("drafts", sa.Column("order_seed", sa.Integer(), nullable=True))
    op.add_column("responses", sa.Column("order_seed", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_column("responses", "order_seed")
    op.drop_column("drafts", "order_seed")
