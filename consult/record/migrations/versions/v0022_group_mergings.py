"""Which groups everybody reads together: chosen by people."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "group_mergings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("merge", sa.String(length=32), nullable=False),
        sa.Column("stored_sets", _JSON, nullable=False),
        sa.Column("reason", _JSON, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_group_mergings_consultation_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_group_mergings_account_id")),
        sa.ForeignKeyConstraint(["taken_back_by_id"], ["accounts.id"], name=op.f("fk_group_mergings_taken_back_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_mergings")),
    )
    op.create_index(op.f("ix_group_mergings_consultation_id"), "group_mergings", ["consultation_id"])
    op.create_index(op.f("ix_group_mergings_account_id"), "group_mergings", ["account_id"])
    op.create_index(op.f("ix_group_mergings_taken_back_by_id"), "group_mergings", ["taken_back_by_id"])


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_index(op.f("ix_group_mergings_taken_back_by_id"), table_name="group_mergings")
    op.drop_index(op.f("ix_group_mergings_account_id"), table_name="group_mergings")
    op.drop_index(op.f("ix_group_mergings_consultation_id"), table_name="group_mergings")
    op.drop_table("group_mergings")
