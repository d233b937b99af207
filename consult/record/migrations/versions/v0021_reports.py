"""Reports: what a snapshot holds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "report_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=64), nullable=False),
        sa.Column("contents", _JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_report_snapshots_consultation_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_report_snapshots_made_by_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["accounts.id"], name=op.f("fk_report_snapshots_published_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshots")),
        sa.UniqueConstraint("consultation_id", "public_id", name=op.f("uq_report_snapshots_consultation_id_public_id")),
    )
    op.create_index(op.f("ix_report_snapshots_made_by_id"), "report_snapshots", ["made_by_id"])
    op.create_index(op.f("ix_report_snapshots_published_by_id"), "report_snapshots", ["published_by_id"])


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_index(op.f("ix_report_snapshots_published_by_id"), table_name="report_snapshots")
    op.drop_index(op.f("ix_report_snapshots_made_by_id"), table_name="report_snapshots")
    op.drop_table("report_snapshots")
