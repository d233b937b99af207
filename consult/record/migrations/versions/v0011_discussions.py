"""Discussion prompts, statements and reactions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    _create_prompts()
    _create_participants()
    _create_statements()
    _create_reactions()
    _create_acts()
    _create_translations()


def downgrade() -> None:
    """Go back from this revision."""
    for table in (
        "statement_translations",
        "discussion_acts",
        "discussion_reactions",
        "discussion_statements",
        "discussion_participants",
        "discussion_prompts",
    ):
        op.drop_table(table)


def _create_prompts() -> None:
    op.create_table(
        "discussion_prompts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("introduction", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("moderation", sa.String(length=32), nullable=False),
        sa.Column("may_reply", sa.Boolean(), nullable=False),
        sa.Column("results", sa.String(length=32), nullable=False),
        sa.Column("least_reactions", sa.Integer(), nullable=False),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_discussion_prompts_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion_prompts")),
        sa.UniqueConstraint("consultation_id", "code", name=op.f("uq_discussion_prompts_consultation_id_code")),
    )


def _create_participants() -> None:
    op.create_table(
        "discussion_participants",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("respondent", sa.Text(), nullable=True),
        sa.Column("has_taken_part", sa.Boolean(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_discussion_participants_consultation_id")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_discussion_participants_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion_participants")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_discussion_participants_receipt_hash")),
        sqlite_with_rowid=False,
    )
    for column in ("consultation_id", "group_id"):
        op.create_index(op.f(f"ix_discussion_participants_{column}"), "discussion_participants", [column])


def _create_statements() -> None:
    op.create_table(
        "discussion_statements",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.String(length=32), nullable=False),
        sa.Column("reply_to_id", sa.String(length=32), nullable=True),
        sa.Column("made_from_id", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("is_flagged", sa.Boolean(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_discussion_statements_contribution_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_from_id"], ["discussion_statements.id"], name=op.f("fk_discussion_statements_made_from_id")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["discussion_participants.id"], name=op.f("fk_discussion_statements_participant_id")
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["discussion_prompts.id"], name=op.f("fk_discussion_statements_prompt_id")
        ),
        sa.ForeignKeyConstraint(
            ["reply_to_id"], ["discussion_statements.id"], name=op.f("fk_discussion_statements_reply_to_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion_statements")),
        sqlite_with_rowid=False,
    )
    for column in ("contribution_id", "made_from_id", "participant_id", "reply_to_id"):
        op.create_index(op.f(f"ix_discussion_statements_{column}"), "discussion_statements", [column])
    op.create_index(op.f("ix_discussion_statements_prompt_id_state"), "discussion_statements", ["prompt_id", "state"])


def _create_reactions() -> None:
    op.create_table(
        "discussion_reactions",
        sa.Column("participant_id", sa.String(length=32), nullable=False),
        sa.Column("statement_id", sa.String(length=32), nullable=False),
        sa.Column("stand", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["discussion_participants.id"], name=op.f("fk_discussion_reactions_participant_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["discussion_statements.id"], name=op.f("fk_discussion_reactions_statement_id")
        ),
        sa.PrimaryKeyConstraint("participant_id", "statement_id", name=op.f("pk_discussion_reactions")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_discussion_reactions_statement_id"), "discussion_reactions", ["statement_id"])


def _create_acts() -> None:
    op.create_table(
        "discussion_acts",
        sa.Column("statement_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("was", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_discussion_acts_account_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["discussion_statements.id"], name=op.f("fk_discussion_acts_statement_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", "number", name=op.f("pk_discussion_acts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_discussion_acts_account_id"), "discussion_acts", ["account_id"])


def _create_translations() -> None:
    op.create_table(
        "statement_translations",
        sa.Column("statement_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["accounts.id"], name=op.f("fk_statement_translations_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["discussion_statements.id"], name=op.f("fk_statement_translations_statement_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["accounts.id"], name=op.f("fk_statement_translations_written_by_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_statement_translations")),
        sqlite_with_rowid=False,
    )
    for column in ("approved_by_id", "written_by_id"):
        op.create_index(op.f(f"ix_statement_translations_{column}"), "statement_translations", [column])
