"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("clomonitor", sa.Text),
        sa.Column("repositories", sa.Text, nullable=False),
        sa.Column("channel", sa.Text),
        sa.Column("timezone", sa.Text),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("gathered_at", sa.DateTime(timezone=True)),
        sa.Column("asked", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("edition", "id", name="pk_projects"),
    )
    op.create_index("ix_projects_origin", "projects", ["edition", "origin", "withdrawn"])
    op.create_index("ix_projects_channel", "projects", ["edition", "channel", "withdrawn"])
    op.create_index("ix_projects_turn", "projects", ["edition", "withdrawn", "gathered_at", "id"])
    op.create_index("ix_projects_asked", "projects", ["edition", "withdrawn", "asked"])
    _of_a_project(
        "maintainers", sa.Column("person", sa.Text), sa.Column("position", sa.Integer), key=["person"]
    )
    op.create_index("ix_maintainers_person", "maintainers", ["edition", "person", "project"])
    _of_a_project("evidence", sa.Column("document", sa.Text), key=[])
    _of_a_project(
        "awards",
        sa.Column("badge", sa.Text),
        sa.Column("awarded_by", sa.Text),
        sa.Column("awarded_at", sa.DateTime(timezone=True)),
        key=["badge"],
    )
    _of_a_project(
        "attestations",
        sa.Column("badge", sa.Text),
        sa.Column("criterion", sa.Text),
        sa.Column("attested_by", sa.Text),
        sa.Column("attested_at", sa.DateTime(timezone=True)),
        sa.Column("why", sa.Text),
        sa.Column("fingerprint", sa.Text),
        key=["badge", "criterion"],
    )
    op.create_table(
        "answers",
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("fresh_until", sa.DateTime(timezone=True)),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text),
        sa.PrimaryKeyConstraint("address", name="pk_answers"),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
    )


def downgrade() -> None:
    for table in ("hosts", "answers", "attestations", "awards", "evidence", "maintainers", "projects"):
        op.drop_table(table)


def _of_a_project(table: str, *columns: sa.Column[object], key: list[str]) -> None:
    for column in columns:
        column.nullable = False
    op.create_table(
        table,
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("edition", "project", *key, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["edition", "project"], ["projects.edition", "projects.id"], name=f"fk_{table}_projects"
        ),
    )
