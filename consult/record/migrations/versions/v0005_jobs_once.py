"""A job may have a key, which no two jobs share, says which step it is at, and how often its worker was lost."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("jobs", sa.Column("key", sa.String(length=128), nullable=True))
    op.add_column("jobs", sa.Column("step", sa.String(length=64), nullable=True))
    op.add_column("jobs", sa.Column("losses", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_jobs_key"), "jobs", ["key"], unique=True)


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_index(op.f("ix_jobs_key"), "jobs")
    op.drop_column("jobs", "losses")
    op.drop_column("jobs", "step")
    op.drop_column("jobs", "key")
