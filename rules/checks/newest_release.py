"""The newest release of each releasing repository carries a file of the wanted kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules import insights
from rules.model import CheckResult, Evidence, Finding, Outcome, Release, Told, Unavailable
from rules.releases import Released, Releases, files, released, sbom_readers, spoken

EXAMPLES = {
    "sbom": "an SBOM such as sbom.spdx.json",
    "provenance": "provenance such as multiple.intoto.jsonl",
}
EFFORT = timedelta(hours=2)


@dataclass(frozen=True)
class Settings:
    id: str
    carries: str  # "sbom" or "provenance"
    statement: str
    resource: str


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    releases = released(evidence)
    lacking = [r for r in releases.of if not files(r.newest[0], settings.carries)]
    outcome, detail = _judged(settings.carries, releases, lacking, evidence)
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            told=detail,
            source=releases.source,
            resource=settings.resource,
            step=f"Attach {EXAMPLES[settings.carries]} to the newest release of {lacking[0].repository}"
            if lacking
            else "",
            effort=EFFORT,
        ),
    )


def _judged(
    kind: str, releases: Releases, lacking: list[Released], evidence: Evidence
) -> tuple[Outcome, Told]:
    elsewhere = insights.elsewhere(evidence, kind) if lacking else []
    file = evidence.github.security_insights
    untold = [*releases.untold, *([file.reason] if lacking and isinstance(file, Unavailable) else ())]
    if lacking and not elsewhere and not isinstance(file, Unavailable):
        return Outcome.UNMET, f"{_lacked(kind, lacking)}{releases.left_out}"
    if untold:
        return Outcome.UNKNOWN, "; ".join(untold)
    if lacking:
        return (
            Outcome.NEEDS_PERSON,
            f"{_lacked(kind, lacking)}, but SECURITY-INSIGHTS names {', '.join(elsewhere)}",
        )
    if not releases.of:
        return Outcome.NEEDS_PERSON, f"no release yet{releases.left_out}"
    return Outcome.MET, (_all_carried, kind, releases)


def _lacked(kind: str, lacking: list[Released]) -> str:
    named = ", ".join(f"{r.repository} {r.newest[0].tag}" for r in lacking)
    return f"no {spoken(kind)} among the files of {named}"


def _all_carried(kind: str, releases: Releases) -> str:
    carried = "; ".join(f"{r.repository} {_carried(r.newest[0], kind)}" for r in releases.of)
    return f"{carried}{releases.left_out}"


def _carried(release: Release, kind: str) -> str:
    """The file, preferably one whose name more tools take for what it is."""
    name = max(files(release, kind), key=lambda name: len(sbom_readers(name)))
    readers = sbom_readers(name)
    accepted = (
        f"accepted by {' and '.join(readers)}"
        if readers
        else "neither CLOMonitor nor Scorecard takes it for one"
    )
    return f"{release.tag}: {name} ({accepted})"
