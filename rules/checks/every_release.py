"""Each of the newest releases, in each releasing repository, carries a file of the wanted kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rules import insights
from rules.model import Answer, CheckResult, Evidence, Finding, Outcome, Release, Seen, Told, Unavailable
from rules.releases import Releases, released, spoken

NAMED = 10
EFFORT, SBOM_EFFORT = timedelta(hours=6), timedelta(hours=4)


@dataclass(frozen=True)
class Settings:
    id: str
    carries: str  # "sbom" or "provenance"
    statement: str
    resource: str


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    releases = released(evidence)
    outcome, detail = _judged(settings.carries, releases, evidence)
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            told=detail,
            source=releases.source,
            resource=settings.resource,
            step=f"Let the release workflow attach {_one(settings.carries)} to every release",
            effort=SBOM_EFFORT if settings.carries == "sbom" else EFFORT,
        ),
    )


def _judged(kind: str, releases: Releases, evidence: Evidence) -> tuple[Outcome, Told]:
    everything = [(r.repository, release) for r in releases.of for release in r.newest]
    lacking = [(name, release) for name, release in everything if not release.files.get(kind)]
    none_does = len(lacking) == len(everything)
    others = _elsewhere(kind, evidence) if lacking and none_does else []
    untold = _untold(kind, evidence) if lacking and none_does and not others else []
    if lacking and not others and not untold:
        return Outcome.UNMET, (_lacked, kind, lacking, len(everything), releases)
    if untold or releases.untold:
        return Outcome.UNKNOWN, "; ".join([*releases.untold, *untold])
    if lacking:
        return Outcome.NEEDS_PERSON, f"no release carries {_one(kind)}, but {'; '.join(others)}"
    if not everything:
        return Outcome.NEEDS_PERSON, f"no release yet{releases.left_out}"
    return Outcome.MET, (_carried, kind, len(everything), releases)


def _lacked(kind: str, lacking: list[tuple[str, Release]], of: int, releases: Releases) -> str:
    rest = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
    names = ", ".join([f"{name} {release.tag}" for name, release in lacking[:NAMED]])
    return f"no {spoken(kind)} in {len(lacking)} of {of} releases: {names}{rest}{releases.left_out}"


def _carried(kind: str, count: int, releases: Releases) -> str:
    names = [f"{r.repository} ({', '.join([release.tag for release in r.newest])})" for r in releases.of]
    return f"all {count} releases carry {_one(kind)}: {', '.join(names)}{releases.left_out}"


def _elsewhere(kind: str, evidence: Evidence) -> list[str]:
    """Other places where it may be: those SECURITY-INSIGHTS names and, for provenance, GitHub's own store."""
    places = [f"SECURITY-INSIGHTS names {address}" for address in insights.elsewhere(evidence, kind)]
    if kind == "provenance":
        places += [
            f"GitHub's store has an attestation for the newest release of {name}, where neither tool looks"
            for name, answer in evidence.github.stored.items()
            if isinstance(answer, Seen) and answer.value
        ]
    return places


def _untold(kind: str, evidence: Evidence) -> list[str]:
    """Why it is not known whether there is another place."""
    answers: list[Answer[Any]] = [evidence.github.security_insights]
    if kind == "provenance":  # GitHub's store is asked for what the releases' answers name
        answers += [*evidence.github.stored.values(), *evidence.github.releases.values()]
    return [answer.reason for answer in answers if isinstance(answer, Unavailable)]


def _one(kind: str) -> str:
    return "an SBOM" if kind == "sbom" else spoken(kind)
