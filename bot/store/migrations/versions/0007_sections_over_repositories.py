"""CLOMonitor's reports in a document of evidence: by section, over all repositories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

evidence = sa.table("evidence", sa.column("edition"), sa.column("project"), sa.column("document"))

Told: TypeAlias = dict[str, Any]

# What was known of CLOMonitor when this was written: its checks, which of them never count, its check sets.
FULL_SCORE = 100.0 - 1e-6
CHECKS = {
    "adopters", "analytics", "artifacthub_badge", "binary_artifacts", "changelog", "cla", "code_of_conduct",
    "code_review", "community_meeting", "contributing", "dangerous_workflow", "dco", "dependencies_policy",
    "dependency_update_tool", "github_discussions", "governance", "license_approved", "license_scanning",
    "license_spdx_id", "maintained", "maintainers", "openssf_badge", "openssf_scorecard_badge", "readme",
    "recent_release", "roadmap", "sbom", "security_insights", "security_policy", "signed_releases",
    "slack_presence", "summary_table", "token_permissions", "trademark_disclaimer", "website",
}  # fmt: skip
WITHOUT_WEIGHT = {
    "analytics", "annual_review", "github_discussions", "self_assessment", "slack_presence",
    "trademark_footer", "vulnerabilities",
}  # fmt: skip
SECTIONS_OF_SET = {
    "code": ("best_practices", "documentation", "license", "security"),
    "code-lite": ("best_practices", "documentation", "license"),
    "community": ("best_practices", "documentation", "legal", "security"),
    "docs": ("documentation", "license"),
}
PAIRED = {"cla": "dco check passed", "dco": "cla check passed"}


def upgrade() -> None:
    connection = op.get_bind()
    for edition, project in connection.execute(sa.select(evidence.c.edition, evidence.c.project)).all():
        this = (evidence.c.edition == edition) & (evidence.c.project == project)
        document = json.loads(connection.execute(sa.select(evidence.c.document).where(this)).scalar_one())
        match document:
            case {"clomonitor": {"value": dict(told)} as answer}:
                answer["value"] = _project(told)
                connection.execute(evidence.update().where(this).values(document=json.dumps(document)))


def downgrade() -> None:
    """The sources are asked again."""
    op.execute("DELETE FROM evidence")
    op.execute("UPDATE projects SET gathered_at = NULL")


def _project(told: Told) -> Told:
    scores, repositories = told.get("scores", {}), told.get("repositories", [])
    sections = dict.fromkeys([*scores, *(section for each in repositories for section in _sections(each))])
    return {
        "name": told.get("name", ""),
        "display_name": told.get("display_name", ""),
        "maturity": told.get("maturity"),
        "repositories": [{"name": r["name"], "check_sets": r.get("check_sets", [])} for r in repositories],
        "sections": {section: _section(section, scores.get(section), repositories) for section in sections},
    }


def _sections(repository: Told) -> Iterator[str]:
    yield from repository.get("results") or ()
    yield from repository.get("scores", ())
    for name in repository.get("check_sets", ()):
        yield from SECTIONS_OF_SET.get(name, ())


def _section(section: str, score: float | None, repositories: list[Told]) -> Told:
    reports = [(r, r["results"][section]) for r in repositories if section in (r.get("results") or ())]
    outputs = [(r, output) for r, report in reports for output in report.get("others", ())]
    others = [(r, output) for r, output in outputs if _counts(output, r.get("scores", {}).get(section, 0.0))]
    passed = [check for _, report in reports for check in report.get("passed", ())]
    return {
        "score": score,
        "is_reported": bool(others) or any(check not in WITHOUT_WEIGHT for check in passed),
        "missing": [_in(r, o) for r, o in others if not o.get("exempt") and not o.get("failed")],
        "not_run": [_in(r, o) for r, o in others if not o.get("exempt") and o.get("failed")],
        "exempt": [_in(r, o) for r, o in others if _exempt_by_project(o)],
        "unreported": [
            {"repository": r["name"], "score": r.get("scores", {}).get(section)}
            for r in repositories
            if section not in (r.get("results") or ()) and section in _sections(r)
        ],
    }


def _counts(output: Told, score: float) -> bool:
    is_known = output["check"] in CHECKS or output.get("exempt")
    return output["check"] not in WITHOUT_WEIGHT and (is_known or score < FULL_SCORE)


def _exempt_by_project(output: Told) -> bool:
    return output.get("exempt", False) and _reason(output).strip().lower() != PAIRED.get(output["check"])


def _reason(output: Told) -> str:
    return str(output.get("reason", ""))


def _in(repository: Told, output: Told) -> Told:
    return {"check": output["check"], "repository": repository["name"], "reason": _reason(output)}
