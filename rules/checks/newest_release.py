"""The newest release of each releasing repository carries a file of the wanted kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules import insights
from rules.model import CheckResult, Evidence, Finding, Outcome, Releases, Told, Unavailable
from rules.releases import Released, released, sbom_readers, spoken

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
    found = released(evidence)
    lacking = [(name, releases) for name, releases in found.of if settings.carries not in releases.newest]
    outcome, told = _judged(settings.carries, found, lacking, evidence)
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            told=told,
            source=found.source,
            resource=settings.resource,
            step=f"Attach {EXAMPLES[settings.carries]} to the newest release of {lacking[0][0]}"
            if lacking
            else "",
            effort=EFFORT,
        ),
    )


def _judged(
    kind: str, found: Released, lacking: list[tuple[str, Releases]], evidence: Evidence
) -> tuple[Outcome, Told]:
    elsewhere = insights.elsewhere(evidence, kind) if lacking else []
    file = evidence.github.security_insights
    untold = [*found.untold, *([file.reason] if lacking and isinstance(file, Unavailable) else ())]
    if lacking and not elsewhere and not isinstance(file, Unavailable):
        return Outcome.UNMET, f"{_lacked(kind, lacking)}{found.left_out}"
    if untold:
        return Outcome.UNKNOWN, "; ".join(untold)
    if lacking:
        return (
            Outcome.NEEDS_PERSON,
            f"{_lacked(kind, lacking)}, but SECURITY-INSIGHTS names {', '.join(elsewhere)}",
        )
    if not found.of:
        return Outcome.NEEDS_PERSON, f"no release yet{found.left_out}"
    return Outcome.MET, (_all_carried, kind, found)


def _lacked(kind: str, lacking: list[tuple[str, Releases]]) -> str:
    named = ", ".join([f"{name} {_newest(releases)}" for name, releases in lacking])
    return f"no {spoken(kind)} among the files of {named}"


def _all_carried(kind: str, found: Released) -> str:
    carried = "; ".join([f"{name} {_carried(kind, releases)}" for name, releases in found.of])
    return f"{carried}{found.left_out}"


def _carried(kind: str, releases: Releases) -> str:
    """The file, preferably one whose name more tools take for what it is."""
    name = max(releases.newest[kind].split("\n"), key=lambda name: len(sbom_readers(name)))
    readers = sbom_readers(name)
    accepted = (
        f"accepted by {' and '.join(readers)}"
        if readers
        else "neither CLOMonitor nor Scorecard takes it for one"
    )
    return f"{_newest(releases)}: {name} ({accepted})"


def _newest(releases: Releases) -> str:
    return releases.tags.partition("\n")[0]
