"""Each of the newest releases, in each releasing repository, carries a file of the wanted kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rules import insights
from rules.model import Answer, CheckResult, Evidence, Finding, Outcome, Seen, Told, Unavailable
from rules.releases import Released, released, spoken

NAMED = 10
EFFORT, SBOM_EFFORT = timedelta(hours=6), timedelta(hours=4)


@dataclass(frozen=True)
class Settings:
    id: str
    carries: str  # "sbom" or "provenance"
    statement: str
    resource: str


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    found = released(evidence)
    outcome, told = _judged(settings.carries, found, evidence)
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            told=told,
            source=found.source,
            resource=settings.resource,
            step=f"Let the release workflow attach {_one(settings.carries)} to every release",
            effort=SBOM_EFFORT if settings.carries == "sbom" else EFFORT,
        ),
    )


def _judged(kind: str, found: Released, evidence: Evidence) -> tuple[Outcome, Told]:
    lacking = [name for name, releases in found.of if releases.carrying.get(kind) != releases.tags]
    none_does = lacking and not [name for name, releases in found.of if kind in releases.carrying]
    others = _elsewhere(kind, evidence) if none_does else []
    untold = _untold(kind, evidence) if none_does and not others else []
    if lacking and not others and not untold:
        return Outcome.UNMET, (_lacked, kind, found)
    if untold or found.untold:
        return Outcome.UNKNOWN, "; ".join([*found.untold, *untold])
    if lacking:
        return Outcome.NEEDS_PERSON, f"no release carries {_one(kind)}, but {'; '.join(others)}"
    if not found.of:
        return Outcome.NEEDS_PERSON, f"no release yet{found.left_out}"
    return Outcome.MET, (_carried, kind, found)


def _lacked(kind: str, found: Released) -> str:
    count, lacking = 0, []
    for name, releases in found.of:
        tags, carrying = releases.tags.split("\n"), releases.carrying.get(kind, "").split("\n")
        count += len(tags)
        lacking += [f"{name} {tag}" for tag in tags if tag not in carrying]
    rest = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
    names = ", ".join(lacking[:NAMED])
    return f"no {spoken(kind)} in {len(lacking)} of {count} releases: {names}{rest}{found.left_out}"


def _carried(kind: str, found: Released) -> str:
    tags = [(name, releases.tags.split("\n")) for name, releases in found.of]
    count = sum(len(each) for _, each in tags)
    names = ", ".join([f"{name} ({', '.join(each)})" for name, each in tags])
    return f"all {count} releases carry {_one(kind)}: {names}{found.left_out}"


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
