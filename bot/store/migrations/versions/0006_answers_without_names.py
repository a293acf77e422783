"""Answers in a document of evidence without their names: one is an object, one that never came a list."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

evidence = sa.table("evidence", sa.column("edition"), sa.column("project"), sa.column("document"))


def upgrade() -> None:
    connection = op.get_bind()
    for edition, project in connection.execute(sa.select(evidence.c.edition, evidence.c.project)).all():
        this = (evidence.c.edition == edition) & (evidence.c.project == project)
        document = connection.execute(sa.select(evidence.c.document).where(this)).scalar_one()
        told = json.dumps(_unnamed(json.loads(document)))
        connection.execute(evidence.update().where(this).values(document=told))


def downgrade() -> None:
    """The sources are asked again."""
    op.execute("DELETE FROM evidence")
    op.execute("UPDATE projects SET gathered_at = NULL")


def _unnamed(told: Any) -> Any:  # noqa: ANN401  # whatever stands in JSON
    match told:
        case {"seen": {"value": _} as answer}:
            return _unnamed(answer)
        case {"unavailable": {"reason": str(reason)}}:
            return [reason]
        case dict():
            return {name: _unnamed(here) for name, here in told.items()}
        case list():
            return [_unnamed(here) for here in told]
    return told
