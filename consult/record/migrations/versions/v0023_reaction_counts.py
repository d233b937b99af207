"""Reactions of a discussion as participants read them: counts that were kept, at first those of now."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "discussion_reaction_counts",
        sa.Column("statement_id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agree", sa.Integer(), nullable=False),
        sa.Column("disagree", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["discussion_statements.id"],
            name=op.f("fk_discussion_reaction_counts_statement_id"),
        ),
        sa.PrimaryKeyConstraint("statement_id", "group_id", name=op.f("pk_discussion_reaction_counts")),
        sqlite_with_rowid=False,
    )
    # participants could read these until now
    op.execute(
        "INSERT INTO discussion_reaction_counts (statement_id, group_id, agree, disagree, passed)"
        " SELECT r.statement_id, COALESCE(p.group_id, 0),"
        " SUM(CASE WHEN r.stand = 'agree' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN r.stand = 'disagree' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN r.stand = 'pass' THEN 1 ELSE 0 END)"
        " FROM discussion_reactions r JOIN discussion_participants p ON p.id = r.participant_id"
        " GROUP BY r.statement_id, COALESCE(p.group_id, 0)"
    )


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_table("discussion_reaction_counts")
