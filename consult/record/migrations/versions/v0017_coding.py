"""Coding by hand: who codes what, and how they agree."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "coding_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("of", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("drawn_from", sa.Integer(), nullable=False),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column("book", _JSON, nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_coding_rounds_account_id")),
        sa.ForeignKeyConstraint(["board_id"], ["theme_boards.id"], name=op.f("fk_coding_rounds_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_rounds")),
    )
    op.create_index(op.f("ix_coding_rounds_account_id"), "coding_rounds", ["account_id"])
    op.create_index(op.f("ix_coding_rounds_board_id"), "coding_rounds", ["board_id"])
    op.create_table(
        "coding_coders",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_coding_coders_account_id")),
        sa.ForeignKeyConstraint(["round_id"], ["coding_rounds.id"], name=op.f("fk_coding_coders_round_id")),
        sa.PrimaryKeyConstraint("round_id", "account_id", name=op.f("pk_coding_coders")),
        sa.UniqueConstraint("round_id", "place", name=op.f("uq_coding_coders_round_id_place")),
    )
    op.create_index(op.f("ix_coding_coders_account_id"), "coding_coders", ["account_id"])
    op.create_table(
        "coding_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.Integer(), nullable=True),
        sa.Column("is_double", sa.Boolean(), nullable=False),
        sa.Column("machine", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name=op.f("fk_coding_items_contribution_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["coding_rounds.id"], name=op.f("fk_coding_items_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_items")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_coding_items_round_id_position")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_coding_items_contribution_id"), "coding_items", ["contribution_id"])
    op.create_table(
        "hand_codings",
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("themes", _JSON, nullable=False),
        sa.Column("is_skipped", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_hand_codings_account_id")),
        sa.ForeignKeyConstraint(["item_id"], ["coding_items.id"], name=op.f("fk_hand_codings_item_id")),
        sa.PrimaryKeyConstraint("item_id", "account_id", name=op.f("pk_hand_codings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_hand_codings_account_id"), "hand_codings", ["account_id"])
    op.create_table(
        "coding_settlements",
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("themes", _JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_coding_settlements_account_id")),
        sa.ForeignKeyConstraint(["item_id"], ["coding_items.id"], name=op.f("fk_coding_settlements_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_coding_settlements")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_coding_settlements_account_id"), "coding_settlements", ["account_id"])


def downgrade() -> None:
    """Go back from this revision."""
    for table in ("coding_settlements", "hand_codings", "coding_items", "coding_coders", "coding_rounds"):
        op.drop_table(table)
