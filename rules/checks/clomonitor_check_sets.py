"""Every repository in CLOMonitor has the check sets that fit it, which in the end is a person's judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.clomonitor import known, source, unlisted
from rules.model import CheckResult, Evidence, Finding, Outcome, Repository, Told

NAMED = 40
EFFORT = timedelta(minutes=20)


@dataclass(frozen=True)
class Settings:
    pass


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    return (_finding(evidence, *_judged(evidence)),)


def _judged(evidence: Evidence) -> tuple[Outcome, Told, str]:
    project = known(evidence)
    if project is None:
        return unlisted(evidence)
    if bare := [repository.name for repository in project.repositories if not repository.check_sets]:
        names = ", ".join(bare)
        step = f"Give {names} its check sets in data/cncf.yaml in cncf/clomonitor"
        return Outcome.UNMET, f"no check set: {names}", step
    return Outcome.NEEDS_PERSON, (_to_confirm, project.repositories), ""


def _to_confirm(repositories: tuple[Repository, ...]) -> str:
    shown = "; ".join(f"{r.name}: {' + '.join(r.check_sets)}" for r in repositories[:NAMED])
    rest = f"; and {len(repositories) - NAMED} more" if len(repositories) > NAMED else ""
    return f"to confirm: {shown}{rest}"


def _finding(evidence: Evidence, outcome: Outcome, told: Told, step: str) -> Finding:
    return Finding(
        criterion="check_sets",
        statement="Every repository in CLOMonitor has its proper check sets",
        outcome=outcome,
        told=told,
        source=source(evidence),
        resource="clomonitor-data",
        step=step,
        effort=EFFORT,
    )
