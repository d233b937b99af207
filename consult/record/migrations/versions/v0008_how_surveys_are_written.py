"""How surveys are written: every state of the working text, and who works on it now."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("surveys", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "survey_edits",
        sa.Column("survey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("stale", JSON, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_survey_edits_account_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_edits_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "position", name=op.f("pk_survey_edits")),
    )
    op.create_index(op.f("ix_survey_edits_account_id"), "survey_edits", ["account_id"])
    op.create_table(
        "survey_presences",
        sa.Column("survey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_survey_presences_account_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_presences_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "account_id", name=op.f("pk_survey_presences")),
    )
    op.create_index(op.f("ix_survey_presences_account_id"), "survey_presences", ["account_id"])


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_table("survey_presences")
    op.drop_table("survey_edits")
    op.drop_column("surveys", "position")
