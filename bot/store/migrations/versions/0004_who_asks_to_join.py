"""Who asked to speak for a project."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("edition", "project", "person", name="pk_wishes"),
        sa.ForeignKeyConstraint(
            ["edition", "project"], ["projects.edition", "projects.id"], name="fk_wishes_projects"
        ),
    )
    op.create_index("ix_wishes_person", "wishes", ["edition", "person", "at"])


def downgrade() -> None:
    op.drop_table("wishes")
