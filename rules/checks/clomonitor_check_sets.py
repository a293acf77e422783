"""Every repository in CLOMonitor has the check sets that fit it, which in the end is a person's judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.clomonitor import ADD_PROJECT, known, silence, source, unknown_there
from rules.model import CheckResult, Evidence, Finding, Outcome, ScoredRepository, Told

NAMED = 40
EFFORT = timedelta(minutes=20)


@dataclass(frozen=True)
class Settings:
    pass


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    return (_finding(evidence, *_judged(evidence)),)


def _judged(evidence: Evidence) -> tuple[Outcome, Told, str]:
    if why := unknown_there(evidence):
        return Outcome.UNMET, why, ADD_PROJECT
    report = known(evidence)
    if report is None:
        return Outcome.UNKNOWN, silence(evidence), ""
    repositories = report.value.repositories
    if bare := [repository.name for repository in repositories if not repository.check_sets]:
        names = ", ".join(bare)
        step = f"Give {names} its check sets in data/cncf.yaml in cncf/clomonitor"
        return Outcome.UNMET, f"no check set: {names}", step
    return Outcome.NEEDS_PERSON, (_to_confirm, repositories), ""


def _to_confirm(repositories: tuple[ScoredRepository, ...]) -> str:
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
