"""How the names of each project begin, to find the one that a question names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BATCH = 500  # rows a statement
WORD = re.compile(r"[\w-]+")

projects = sa.table(
    "projects", *(sa.column(name, sa.Text) for name in ("edition", "id", "name", "repositories"))
)


def upgrade() -> None:
    names = op.create_table(
        "names",
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("beginning", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("edition", "project", "beginning", name="pk_names"),
        sa.ForeignKeyConstraint(
            ["edition", "project"], ["projects.edition", "projects.id"], name="fk_names_projects"
        ),
    )
    op.create_index("ix_names_beginning", "names", ["edition", "beginning", "project"])
    rows = [row for project in op.get_bind().execute(sa.select(projects)) for row in _names(project)]
    for start in range(0, len(rows), BATCH):
        op.get_bind().execute(names.insert(), rows[start : start + BATCH])


def downgrade() -> None:
    op.drop_table("names")


def _names(project: sa.Row[tuple[str, str, str, str]]) -> Iterator[dict[str, str]]:
    called = (project.id, project.name.lower(), *project.repositories.lower().split())
    for each in {" ".join(WORD.findall(name)[:2]) for name in called}:
        yield {"edition": project.edition, "project": project.id, "beginning": each}
