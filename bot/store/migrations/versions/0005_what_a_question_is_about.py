"""Of which message a question was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("made_of", sa.Text))


def downgrade() -> None:
    op.drop_column("questions", "made_of")
