"""What GitHub told, in the shape in which the rules ask for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

evidence = sa.table("evidence", sa.column("edition"), sa.column("project"), sa.column("document"))
KINDS = ("sbom", "provenance")
JUDGED = 5  # releases of a repository


def upgrade() -> None:
    connection = op.get_bind()
    for edition, project in connection.execute(sa.select(evidence.c.edition, evidence.c.project)).all():
        this = (evidence.c.edition == edition) & (evidence.c.project == project)
        document = json.loads(connection.execute(sa.select(evidence.c.document).where(this)).scalar_one())
        _reshape(document.get("github", {}))
        connection.execute(evidence.update().where(this).values(document=json.dumps(document)))


def downgrade() -> None:
    """The sources are asked again."""
    op.execute("DELETE FROM evidence")
    op.execute("UPDATE projects SET gathered_at = NULL")


def _reshape(github: dict[str, Any]) -> None:
    for answer in github.get("releases", {}).values():
        _within(answer, _releases)
    for answer in github.get("workflows", {}).values():
        _within(answer, _workflows)
    for name in ("files", "readme_links"):
        _within(github.get(name), _lines)
    _within(github.get("self_assessments"), _self_assessments)


def _within(answer: Any, reshaped: Callable[[Any], Any]) -> None:  # noqa: ANN401  # whatever stands in JSON
    """One that never came is a list."""
    if isinstance(answer, dict):
        answer["value"] = reshaped(answer["value"])


def _releases(told: list[dict[str, Any]]) -> dict[str, Any]:
    newest = [(release["tag"], release.get("files", {})) for release in told[:JUDGED]]
    files = newest[0][1] if newest else {}
    carrying = {kind: [tag for tag, files in newest if kind in files] for kind in KINDS}
    return {
        "tags": _lines([tag for tag, _ in newest]),
        "newest": {kind: _lines(files[kind]) for kind in KINDS if kind in files},
        "carrying": {kind: _lines(tags) for kind, tags in carrying.items() if tags},
    }


def _workflows(told: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "events": {each["path"]: _lines(each.get("events", [])) for each in told},
        "uses": {each["path"]: _lines(each["uses"]) for each in told if each.get("uses")},
        "unreadable": {each["path"]: each["unreadable"] for each in told if each.get("unreadable")},
        "on_release": _first(told, "makers", on_release=True),
        "makers": _first(told, "makers"),
        "called": _first(told, "called_makers"),
    }


def _first(workflows: list[dict[str, Any]], where: str, *, on_release: bool = False) -> dict[str, str]:
    """By what it makes, with its place."""
    found: dict[str, str] = {}
    for workflow in workflows:
        if workflow.get("on_release") or not on_release:
            for maker in workflow.get(where, []):
                found.setdefault(maker["makes"], f"{maker['name']} ({maker['path']}:{maker['line']})")
    return found


def _lines(told: list[str]) -> str:
    return "\n".join(text for text in told if "\n" not in text)


def _self_assessments(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**found, "headings": len(found.get("headings", []))} for found in told]
