"""Forms on paper and telephone answers that somebody typed in, and short codes that are typed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_OPTIONAL_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("invitations", sa.Column("is_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "entry_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("note_taker", sa.Text(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_entry_batches_consultation_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["survey_versions.id"], name=op.f("fk_entry_batches_version_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_entry_batches_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_batches")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_entry_batches_consultation_id_number")),
    )
    op.create_index(op.f("ix_entry_batches_version_id"), "entry_batches", ["version_id"])
    op.create_index(op.f("ix_entry_batches_group_id"), "entry_batches", ["group_id"])
    op.create_table(
        "typed_forms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("typed_on", sa.Date(), nullable=False),
        sa.Column("token_encrypted", sa.Text(), nullable=False),
        sa.Column("marks", _JSON, nullable=False),
        sa.Column("is_joined", sa.Boolean(), nullable=False),
        sa.Column("is_sampled", sa.Boolean(), nullable=False),
        sa.Column("differs", _OPTIONAL_JSON, nullable=True),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["entry_batches.id"], name=op.f("fk_typed_forms_batch_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_typed_forms_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_forms")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_typed_forms_batch_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_typed_forms_batch_id"), "typed_forms", ["batch_id"])
    op.create_index(op.f("ix_typed_forms_account_id"), "typed_forms", ["account_id"])
    op.create_table(
        "entry_counts",
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("illegible", sa.Integer(), nullable=False),
        sa.Column("two_ticked", sa.Integer(), nullable=False),
        sa.Column("disagreed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["entry_batches.id"], name=op.f("fk_entry_counts_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "question_code", name=op.f("pk_entry_counts")),
    )


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_table("entry_counts")
    op.drop_table("typed_forms")
    op.drop_table("entry_batches")
    op.drop_column("invitations", "is_code")
