"""The method a committee signed before opening, and ballots from themes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "group_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("words", _JSON, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_group_words_account_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name=op.f("fk_group_words_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_words")),
    )
    op.create_index(op.f("ix_group_words_account_id"), "group_words", ["account_id"])
    op.create_index(
        op.f("ix_group_words_consultation_id_question_code"), "group_words", ["consultation_id", "question_code"]
    )
    op.create_table(
        "priority_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("sure", sa.Integer(), nullable=False),
        sa.Column("weights", _JSON, nullable=False),
        sa.Column("first_is_highest", sa.Boolean(), nullable=False),
        sa.Column("small", _JSON, nullable=False),
        sa.Column("is_for_committee", sa.Boolean(), nullable=False),
        sa.Column("is_change", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_priority_rules_account_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_priority_rules_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_rules")),
    )
    op.create_index(op.f("ix_priority_rules_account_id"), "priority_rules", ["account_id"])
    op.create_index(
        op.f("ix_priority_rules_consultation_id_question_code"), "priority_rules", ["consultation_id", "question_code"]
    )
    op.create_table(
        "theme_options",
        sa.Column("consultation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("option_code", sa.String(length=64), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_theme_options_consultation_id")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_theme_options_theme_id")),
        sa.PrimaryKeyConstraint("consultation_id", "question_code", "option_code", name=op.f("pk_theme_options")),
    )
    op.create_index(op.f("ix_theme_options_theme_id"), "theme_options", ["theme_id"])


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_index(op.f("ix_theme_options_theme_id"), table_name="theme_options")
    op.drop_table("theme_options")
    op.drop_index(op.f("ix_priority_rules_consultation_id_question_code"), table_name="priority_rules")
    op.drop_index(op.f("ix_priority_rules_account_id"), table_name="priority_rules")
    op.drop_table("priority_rules")
    op.drop_index(op.f("ix_group_words_consultation_id_question_code"), table_name="group_words")
    op.drop_index(op.f("ix_group_words_account_id"), table_name="group_words")
    op.drop_table("group_words")
