"""Who may be quoted: a consultation names the question by which people agree."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go to this revision; where no question is named, nobody is quoted."""
    op.add_column("consultations", sa.Column("quote_question", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_column("consultations", "quote_question")
