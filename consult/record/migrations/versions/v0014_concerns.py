"""What needs somebody’s attention: danger, complaints, personal data; and how many are hoped for by answer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    _create_concerns()
    op.create_table(
        "concern_recipients",
        sa.Column("consultation_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_concern_recipients_consultation_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_concern_recipients_account_id")),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_concern_recipients")),
    )
    op.create_index(op.f("ix_concern_recipients_account_id"), "concern_recipients", ["account_id"])
    op.create_table(
        "participation_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_participation_targets_consultation_id")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_participation_targets_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_targets")),
    )
    op.create_index(
        op.f("ix_participation_targets_consultation_id_question_code"),
        "participation_targets",
        ["consultation_id", "question_code"],
    )
    op.create_index(op.f("ix_participation_targets_group_id"), "participation_targets", ["group_id"])


def downgrade() -> None:
    """Go back from this revision."""
    for table in ("participation_targets", "concern_recipients", "concerns", "concern_readings"):
        op.drop_table(table)


def _create_concerns() -> None:
    op.create_table(
        "concern_readings",
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_concern_readings_contribution_id")
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_concern_readings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "concerns",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("marks", _JSON, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name=op.f("fk_concerns_consultation_id")),
        sa.ForeignKeyConstraint(["contribution_id"], ["contributions.id"], name=op.f("fk_concerns_contribution_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_concerns_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
        sa.UniqueConstraint("contribution_id", "kind", name=op.f("uq_concerns_contribution_id_kind")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_concerns_consultation_id_kind_state"), "concerns", ["consultation_id", "kind", "state"])
    op.create_index(op.f("ix_concerns_decided_by_id"), "concerns", ["decided_by_id"])
