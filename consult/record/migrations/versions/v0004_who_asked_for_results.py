"""Who asked to be told when the results are out: a table that nothing joins to a response."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "results_notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_results_notices_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results_notices")),
        sa.UniqueConstraint("consultation_id", "email", name=op.f("uq_results_notices_consultation_id_email")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_table("results_notices")
