"""Workshops: rounds, ideas and votes in one room."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "workshops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("title", _JSON, nullable=False),
        sa.Column("question", _JSON, nullable=False),
        sa.Column("join_code", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_workshops_account_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name=op.f("fk_workshops_consultation_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_workshops_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshops")),
        sa.UniqueConstraint("form_key", name=op.f("uq_workshops_form_key")),
        sa.UniqueConstraint("join_code", name=op.f("uq_workshops_join_code")),
    )
    op.create_index(op.f("ix_workshops_account_id"), "workshops", ["account_id"])
    op.create_index(op.f("ix_workshops_consultation_id"), "workshops", ["consultation_id"])
    op.create_index(op.f("ix_workshops_session_id"), "workshops", ["session_id"])
    op.create_table(
        "workshop_participants",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("has_left", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_workshop_participants_group_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshops.id"], name=op.f("fk_workshop_participants_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_participants")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_workshop_participants_group_id"), "workshop_participants", ["group_id"])
    op.create_index(op.f("ix_workshop_participants_workshop_id"), "workshop_participants", ["workshop_id"])
    op.create_table(
        "workshop_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("times_reopened", sa.Integer(), nullable=False),
        sa.Column(
            "result",
            _JSON,
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshops.id"], name=op.f("fk_workshop_rounds_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_rounds")),
        sa.UniqueConstraint("workshop_id", "number", name=op.f("uq_workshop_rounds_workshop_id_number")),
    )
    op.create_table(
        "workshop_ideas",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["workshop_participants.id"], name=op.f("fk_workshop_ideas_participant_id")
        ),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshops.id"], name=op.f("fk_workshop_ideas_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_ideas")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_workshop_ideas_participant_id"), "workshop_ideas", ["participant_id"])
    op.create_index(op.f("ix_workshop_ideas_workshop_id"), "workshop_ideas", ["workshop_id"])
    op.create_table(
        "workshop_votes",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("participant_id", sa.String(length=32), nullable=False),
        sa.Column("value", _JSON, nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["workshop_participants.id"], name=op.f("fk_workshop_votes_participant_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["workshop_rounds.id"], name=op.f("fk_workshop_votes_round_id")),
        sa.PrimaryKeyConstraint("round_id", "participant_id", name=op.f("pk_workshop_votes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_workshop_votes_participant_id"), "workshop_votes", ["participant_id"])
    op.create_table(
        "workshop_options",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label", _JSON, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("option_code", sa.String(length=64), nullable=True),
        sa.Column("idea_id", sa.String(length=32), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("is_out", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["workshop_ideas.id"], name=op.f("fk_workshop_options_idea_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["workshop_options.id"], name=op.f("fk_workshop_options_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_workshop_options_theme_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshops.id"], name=op.f("fk_workshop_options_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_options")),
        sa.UniqueConstraint("workshop_id", "code", name=op.f("uq_workshop_options_workshop_id_code")),
    )
    op.create_index(op.f("ix_workshop_options_idea_id"), "workshop_options", ["idea_id"])
    op.create_index(op.f("ix_workshop_options_merged_into_id"), "workshop_options", ["merged_into_id"])
    op.create_index(op.f("ix_workshop_options_theme_id"), "workshop_options", ["theme_id"])


def downgrade() -> None:
    """Go back from this revision."""
    for table in (
        "workshop_options",
        "workshop_votes",
        "workshop_ideas",
        "workshop_rounds",
        "workshop_participants",
        "workshops",
    ):
        op.drop_table(table)
