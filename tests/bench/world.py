"""A thousand or a million projects with evidence of the size that real ones have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.store import open_store
from rules import sections
from rules.model import (
    Evidence,
    GitHub,
    Page,
    Project,
    Releases,
    SecurityInsights,
    Seen,
    SelfAssessment,
    Workflows,
)
from rules.releases import sorted_out
from rules.sections import CheckOutput, Results, ScoredRepository

T = TypeVar("T")

EDITION = "slam-2023"
ASKED_ABOUT = 1000  # so many projects, spread over all, have evidence and are asked about

SECTIONS = {
    "documentation": (
        "changelog",
        "contributing",
        "maintainers",
        "readme",
        "adopters",
        "governance",
        "roadmap",
    ),
    "license": ("license_approved", "license_scanning", "license_spdx_id"),
    "best_practices": ("artifacthub_badge", "cla", "dco", "openssf_badge", "openssf_scorecard_badge"),
    "security": (
        "binary_artifacts",
        "code_review",
        "maintained",
        "sbom",
        "security_insights",
        "token_permissions",
    ),
    "legal": ("trademark_disclaimer",),
}
SUMS = (
    "amd64.tar.gz",
    "amd64.tar.gz.sig",
    "arm64.tar.gz",
    "arm64.tar.gz.sig",
    "sbom.spdx.json",
    "checksums.txt",
)


def build(path: Path, projects: int, now: datetime, asked_about: int = ASKED_ABOUT) -> list[str]:
    """Fill a database and give back the projects to ask about."""
    store = open_store(f"sqlite:///{path}", EDITION)
    store.migrate()
    store.projects.declare(_projects(projects))
    asked = [_name(number) for number in range(0, projects, max(1, projects // asked_about))]
    for name in asked:
        store.evidence.keep(name, evidence(_project(name), now), now)
    store.close()
    with closing(sqlite3.connect(path)) as database, database:
        # as if registered in Slack: the bot starts with a configuration file that names none of them
        database.execute("UPDATE projects SET origin = 'slack'")
    return asked


def _projects(number: int) -> Iterator[Project]:
    return (_project(_name(each)) for each in range(number))


def _name(number: int) -> str:
    return f"project-{number:07}"


def _project(name: str) -> Project:
    repositories = tuple(f"{name}/{part}" for part in ("core", "website", "operator"))
    return Project(name, name.title(), f"cncf/{name}", repositories, f"C{name[8:]}", "UTC", (f"U{name[8:]}",))


def evidence(project: Project, now: datetime) -> Evidence:
    """Three repositories with 66 check results, three with releases, and a Security Insights file."""
    seen_at = now - timedelta(minutes=35)
    code = project.repositories[0]
    clomonitor = sections.project(
        name=project.id,
        display_name=project.name,
        maturity="incubating",
        scores={"documentation": 95.4, "license": 100.0, "best_practices": 99.99999999999999, "legal": 100.0},
        repositories=[_scored(repository) for repository in project.repositories],
    )
    github = GitHub(
        owned={project.id: _seen(tuple(repository.lower() for repository in project.repositories), seen_at)},
        releases={repository: _seen(_releases(), seen_at) for repository in project.repositories},
        stored={code: _seen(False, seen_at)},
        workflows={repository: _seen(_workflows(), seen_at) for repository in project.repositories},
        links={
            f"https://github.com/{code}/blob/main/docs/{page}.md": _seen(True, seen_at)
            for page in ("deps", "self")
        },
        security_insights=_seen(_security_insights(code), seen_at),
        guidance=_seen(
            (Page("SECURITY.md", f"https://github.com/{code}", "cosign verify-blob --bundle x y"),), seen_at
        ),
        self_assessments=_seen((_self_assessment(code),), seen_at),
        files=_seen("\n".join(f"docs/page-{page}.md" for page in range(40)), seen_at),
        readme_links=_seen("\n".join(f"https://example.org/{page}" for page in range(40)), seen_at),
    )
    return Evidence(project, _seen(clomonitor, seen_at), github)


def _seen(value: T, at: datetime) -> Seen[T]:
    return Seen(value, at, "https://clomonitor.io/projects/cncf/project")


def _scored(repository: str) -> ScoredRepository:
    results = {section: _results(section, checks) for section, checks in SECTIONS.items()}
    return ScoredRepository(repository, ("community", "code"), {"documentation": 95.4}, results)


def _results(section: str, checks: tuple[str, ...]) -> Results:
    """All passed but the changelog; the CLA is exempt because of the DCO."""
    missing = CheckOutput(section, "changelog")
    exempt = CheckOutput(section, "cla", exempt=True, reason="DCO check passed")
    others = tuple(each for each in (missing, exempt) if each.check in checks)
    return Results(tuple(check for check in checks if check not in ("changelog", "cla")), others)


def _releases() -> Releases:
    return sorted_out(
        (f"v1.{minor}.0", [f"core-1.{minor}.0-{name}" for name in SUMS]) for minor in range(9, 4, -1)
    )


def _workflows() -> Workflows:
    path = ".github/workflows/release.yml"
    uses = ("actions/checkout", "anchore/sbom-action", "actions/attest-build-provenance")
    makers = {"sbom": f"anchore/sbom-action ({path}:31)"}
    return Workflows(
        events={path: "push\nrelease", ".github/workflows/ci.yml": "push\npull_request"},
        uses={path: "\n".join(uses)},
        on_release=makers,
        makers=makers,
    )


def _security_insights(repository: str) -> SecurityInsights:
    return SecurityInsights(
        repository,
        "SECURITY-INSIGHTS.yml",
        f"https://github.com/{repository}/blob/HEAD/SECURITY-INSIGHTS.yml",
        "1.0.0",
        ("security-contacts[1].primary: missing",),
        (),
        seen_by_clomonitor=True,
        expires=datetime(2024, 10, 1, tzinfo=UTC),
        sbom=(f"https://github.com/{repository}/releases",),
        policy=(f"https://github.com/{repository}/blob/main/docs/deps.md",),
        assessment=(f"https://github.com/{repository}/blob/main/docs/self.md",),
    )


def _self_assessment(repository: str) -> SelfAssessment:
    return SelfAssessment(
        f"https://github.com/{repository}/blob/main/docs/self.md",
        f"{repository}: docs/self.md",
        7,
        ("Actors", "Actions"),
        "Incomplete",
    )
