"""CLOMonitor's reports in a document of evidence: by section, over all repositories."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
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
                with suppress(AttributeError, KeyError, TypeError):  # older still: the next look replaces it
                    answer["value"] = _project(told)
                connection.execute(evidence.update().where(this).values(document=json.dumps(document)))


def downgrade() -> None:
    """The sources are asked again."""
    op.execute("DELETE FROM evidence")
    op.execute("UPDATE projects SET gathered_at = NULL")


def _project(told: Told) -> Told:
    repositories = told.get("repositories", [])
    reports = [(r, section, results) for r in repositories for section, results in _results(r).items()]
    passed = [section for _, section, results in reports if _any_counts(results.get("passed", ()))]
    others = [
        (section, r["name"], output)
        for r, section, results in reports
        for output in results.get("others", ())
        if _counts(output, r.get("scores", {}).get(section, 0.0))
    ]
    exempt = [each for each in others if each[2].get("exempt")]
    not_exempt = [each for each in others if not each[2].get("exempt")]
    return {
        "name": told.get("name", ""),
        "display_name": told.get("display_name", ""),
        "maturity": told.get("maturity"),
        "repositories": [{"name": r["name"], "check_sets": r.get("check_sets", [])} for r in repositories],
        "scores": told.get("scores", {}),
        "reported": list(dict.fromkeys([*passed, *(section for section, _, _ in others)])),
        "missing": _named([each for each in not_exempt if not each[2].get("failed")]),
        "not_run": _named([each for each in not_exempt if each[2].get("failed")]),
        "exempt": _named([each for each in exempt if not _is_paired(each[2])]),
        "unreported": _by_section(
            (section, {"repository": r["name"], "score": r.get("scores", {}).get(section)})
            for r in repositories
            for section in _sections(r)
            if section not in _results(r)
        ),
    }


def _results(repository: Told) -> Told:
    return repository.get("results") or {}


def _sections(repository: Told) -> dict[str, None]:
    of_sets = [
        section for name in repository.get("check_sets", ()) for section in SECTIONS_OF_SET.get(name, ())
    ]
    return dict.fromkeys([*repository.get("scores", ()), *of_sets])


def _any_counts(passed: list[str]) -> bool:
    return any(check not in WITHOUT_WEIGHT for check in passed)


def _counts(output: Told, score: float) -> bool:
    is_known = output["check"] in CHECKS or output.get("exempt")
    return output["check"] not in WITHOUT_WEIGHT and (is_known or score < FULL_SCORE)


def _is_paired(output: Told) -> bool:
    return str(output.get("reason", "")).strip().lower() == PAIRED.get(output["check"])


def _named(outputs: list[tuple[str, str, Told]]) -> Told:
    return _by_section(
        (section, {"check": output["check"], "repository": name, "reason": output.get("reason", "")})
        for section, name, output in outputs
    )


def _by_section(found: Iterable[tuple[str, Told]]) -> Told:
    of: Told = {}
    for section, one in found:
        of.setdefault(section, []).append(one)
    return of
