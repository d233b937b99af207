"""Meetings of the committee: who was there, conflicts of interest, dissent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("title", _JSON, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("guests", sa.Text(), nullable=False),
        sa.Column("notes", _JSON, nullable=False),
        sa.Column("form_key", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_meetings_account_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name=op.f("fk_meetings_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("form_key", name=op.f("uq_meetings_form_key")),
    )
    op.create_index(op.f("ix_meetings_account_id"), "meetings", ["account_id"])
    op.create_index(op.f("ix_meetings_consultation_id"), "meetings", ["consultation_id"])
    op.create_table(
        "meeting_members",
        sa.Column("meeting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_meeting_members_account_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_members_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "account_id", name=op.f("pk_meeting_members")),
    )
    op.create_index(op.f("ix_meeting_members_account_id"), "meeting_members", ["account_id"])
    op.create_table(
        "decision_conflicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("option_code", sa.String(length=64), nullable=True),
        sa.Column("interest", sa.Text(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(theme_id IS NULL) <> (option_code IS NULL)", name=op.f("ck_decision_conflicts_theme_or_option")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_decision_conflicts_account_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_decision_conflicts_consultation_id")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_decision_conflicts_theme_id")),
        sa.ForeignKeyConstraint(["written_by"], ["accounts.id"], name=op.f("fk_decision_conflicts_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_conflicts")),
    )
    op.create_index(op.f("ix_decision_conflicts_account_id"), "decision_conflicts", ["account_id"])
    op.create_index(op.f("ix_decision_conflicts_consultation_id"), "decision_conflicts", ["consultation_id"])
    op.create_index(op.f("ix_decision_conflicts_theme_id"), "decision_conflicts", ["theme_id"])
    op.create_index(op.f("ix_decision_conflicts_written_by"), "decision_conflicts", ["written_by"])
    op.create_table(
        "decision_dissents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("text", _JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_decision_dissents_account_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_dissents_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_dissents")),
    )
    op.create_index(op.f("ix_decision_dissents_account_id"), "decision_dissents", ["account_id"])
    op.create_index(op.f("ix_decision_dissents_decision_id"), "decision_dissents", ["decision_id"])
    op.create_table(
        "decision_kept_out",
        sa.Column("decision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_decision_kept_out_account_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_kept_out_decision_id")),
        sa.PrimaryKeyConstraint("decision_id", "account_id", name=op.f("pk_decision_kept_out")),
    )
    op.create_index(op.f("ix_decision_kept_out_account_id"), "decision_kept_out", ["account_id"])
    op.create_table(
        "meeting_decisions",
        sa.Column("decision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_meeting_decisions_decision_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_decisions_meeting_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_meeting_decisions")),
    )
    op.create_index(op.f("ix_meeting_decisions_meeting_id"), "meeting_decisions", ["meeting_id"])


def downgrade() -> None:
    """Go back from this revision."""
    for table in (
        "meeting_decisions",
        "decision_kept_out",
        "decision_dissents",
        "decision_conflicts",
        "meeting_members",
        "meetings",
    ):
        op.drop_table(table)
