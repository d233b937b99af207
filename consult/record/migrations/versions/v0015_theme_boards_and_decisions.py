"""Themes as people have them, what was done to them, and what the committee decided."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "theme_boards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_theme_boards_consultation_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_theme_boards_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_boards")),
        sa.UniqueConstraint(
            "consultation_id", "question_code", name=op.f("uq_theme_boards_consultation_id_question_code")
        ),
    )
    op.create_index(op.f("ix_theme_boards_run_id"), "theme_boards", ["run_id"])
    op.create_table(
        "theme_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", _JSON, nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_theme_acts_account_id")),
        sa.ForeignKeyConstraint(["board_id"], ["theme_boards.id"], name=op.f("fk_theme_acts_board_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["theme_acts.id"], name=op.f("fk_theme_acts_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_acts")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_theme_acts_board_id_number")),
    )
    op.create_index(op.f("ix_theme_acts_account_id"), "theme_acts", ["account_id"])
    op.create_index(op.f("ix_theme_acts_undoes_id"), "theme_acts", ["undoes_id"])
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        sa.Column("labels", _JSON, nullable=False),
        sa.Column("description", _JSON, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("is_language_split", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["theme_boards.id"], name=op.f("fk_themes_board_id")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate_themes.id"], name=op.f("fk_themes_candidate_id")),
        sa.ForeignKeyConstraint(["into_id"], ["themes.id"], name=op.f("fk_themes_into_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["themes.id"], name=op.f("fk_themes_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("board_id", "code", name=op.f("uq_themes_board_id_code")),
    )
    op.create_index(op.f("ix_themes_candidate_id"), "themes", ["candidate_id"])
    op.create_index(op.f("ix_themes_into_id"), "themes", ["into_id"])
    op.create_index(op.f("ix_themes_parent_id"), "themes", ["parent_id"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("option_code", sa.String(length=64), nullable=True),
        sa.Column("subject", _JSON, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", _JSON, nullable=False),
        sa.Column("whereto", _JSON, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(theme_id IS NULL) <> (option_code IS NULL)", name=op.f("ck_decisions_theme_or_option")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_decisions_account_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name=op.f("fk_decisions_consultation_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["decisions.id"], name=op.f("fk_decisions_replaces_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_decisions_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_decisions_replaces_id")),
    )
    op.create_index(op.f("ix_decisions_account_id"), "decisions", ["account_id"])
    op.create_index(
        op.f("ix_decisions_consultation_id_question_code_option_code"),
        "decisions",
        ["consultation_id", "question_code", "option_code"],
    )
    op.create_index(op.f("ix_decisions_theme_id"), "decisions", ["theme_id"])
    op.create_table(
        "theme_placings",
        sa.Column("board_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_at", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.Integer(), nullable=True),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.Column("placed_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["theme_boards.id"], name=op.f("fk_theme_placings_board_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_theme_placings_contribution_id")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_theme_placings_theme_id")),
        sa.PrimaryKeyConstraint("board_id", "contribution_id", "unit", name=op.f("pk_theme_placings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_theme_placings_board_id_theme_id"), "theme_placings", ["board_id", "theme_id"])
    op.create_index(op.f("ix_theme_placings_contribution_id"), "theme_placings", ["contribution_id"])
    op.create_index(op.f("ix_theme_placings_theme_id"), "theme_placings", ["theme_id"])


def downgrade() -> None:
    """Go back from this revision."""
    for table in ("theme_placings", "decisions", "themes", "theme_acts", "theme_boards"):
        op.drop_table(table)
