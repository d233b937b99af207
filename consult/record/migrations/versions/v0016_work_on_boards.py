"""Who works on a board, who may read for it, what acts moved, the counts that are shown, proposals to split."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "board_counts",
        sa.Column("board_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["theme_boards.id"], name=op.f("fk_board_counts_board_id")),
        sa.PrimaryKeyConstraint("board_id", name=op.f("pk_board_counts")),
    )
    op.create_table(
        "board_presences",
        sa.Column("board_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_board_presences_account_id")),
        sa.ForeignKeyConstraint(["board_id"], ["theme_boards.id"], name=op.f("fk_board_presences_board_id")),
        sa.PrimaryKeyConstraint("board_id", "account_id", name=op.f("pk_board_presences")),
    )
    op.create_index(op.f("ix_board_presences_account_id"), "board_presences", ["account_id"])
    op.create_table(
        "split_proposals",
        sa.Column("theme_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("labels", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_split_proposals_theme_id")),
        sa.PrimaryKeyConstraint("theme_id", name=op.f("pk_split_proposals")),
    )
    op.create_table(
        "split_parts",
        sa.Column("theme_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contribution_id"], ["contributions.id"], name=op.f("fk_split_parts_contribution_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["split_proposals.theme_id"], name=op.f("fk_split_parts_theme_id")),
        sa.PrimaryKeyConstraint("theme_id", "contribution_id", "unit", name=op.f("pk_split_parts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_split_parts_contribution_id"), "split_parts", ["contribution_id"])
    op.create_table(
        "theme_act_parts",
        sa.Column("act_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("was_theme_id", sa.Integer(), nullable=True),
        sa.Column("was_strength", sa.Double(), nullable=False),
        sa.Column("was_placed_by", sa.String(length=32), nullable=False),
        sa.Column("now_theme_id", sa.Integer(), nullable=True),
        sa.Column("now_strength", sa.Double(), nullable=False),
        sa.Column("now_placed_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["theme_acts.id"], name=op.f("fk_theme_act_parts_act_id")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_theme_act_parts_contribution_id")
        ),
        sa.ForeignKeyConstraint(["now_theme_id"], ["themes.id"], name=op.f("fk_theme_act_parts_now_theme_id")),
        sa.ForeignKeyConstraint(["was_theme_id"], ["themes.id"], name=op.f("fk_theme_act_parts_was_theme_id")),
        sa.PrimaryKeyConstraint("act_id", "contribution_id", "unit", name=op.f("pk_theme_act_parts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_theme_act_parts_contribution_id_unit"), "theme_act_parts", ["contribution_id", "unit"])
    op.create_index(op.f("ix_theme_act_parts_now_theme_id"), "theme_act_parts", ["now_theme_id"])
    op.create_index(op.f("ix_theme_act_parts_was_theme_id"), "theme_act_parts", ["was_theme_id"])
    op.add_column("memberships", sa.Column("reading_given_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("memberships", sa.Column("reading_accepted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_column("memberships", "reading_accepted_at")
    op.drop_column("memberships", "reading_given_at")
    for table in ("theme_act_parts", "split_parts", "split_proposals", "board_presences", "board_counts"):
        op.drop_table(table)
