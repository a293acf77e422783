"""A workflow on the default branch uses one of the given actions and runs on one of the given events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.model import (
    NEVER_ASKED,
    Answer,
    CheckResult,
    Evidence,
    Finding,
    Lines,
    Outcome,
    Seen,
    Source,
    Unavailable,
    Workflows,
)
from rules.releases import insights_repository

EFFORT = timedelta(minutes=90)


@dataclass(frozen=True)
class Settings:
    id: str
    statement: str
    uses: tuple[str, ...]  # any of them: "owner/action", or "owner/repository/path" of a reusable workflow
    events: tuple[str, ...]  # any of them: "push", "release", "schedule"
    resource: str


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    name = insights_repository(evidence.project, evidence.clomonitor)
    answers = {key.lower(): answer for key, answer in evidence.github.workflows.items()}
    answer = answers.get((name or "").lower(), NEVER_ASKED)
    outcome, detail = _judged(settings, answer)
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            told=detail,
            source=Source.of("github", answer) if isinstance(answer, Seen) else None,
            resource=settings.resource,
            step=f"Add a workflow that uses {settings.uses[0]} and runs on {' or '.join(settings.events)}",
            effort=EFFORT,
        ),
    )


def _judged(settings: Settings, answer: Answer[Workflows]) -> tuple[Outcome, str]:
    if isinstance(answer, Unavailable):
        return Outcome.UNKNOWN, answer.reason
    events = {path: lines.split("\n") for path, lines in answer.value.events.items()}
    using = [path for path, used in answer.value.uses.items() if _is_among(used, settings.uses)]
    running = [path for path in using if set(events[path]) & set(settings.events)]
    if running:
        return Outcome.MET, f"{running[0]} runs on {', '.join(events[running[0]])}"
    wanted = " or ".join(settings.uses)
    if using:
        only = ", ".join(events[using[0]]) or "nothing"
        return Outcome.UNMET, f"{using[0]} uses {wanted}, but runs only on {only}"
    return Outcome.UNMET, f"none of {len(events)} workflows uses {wanted}"


def _is_among(used: Lines, wanted: tuple[str, ...]) -> bool:
    names = used.lower().split("\n")
    return any(
        name == want.lower() or name.startswith(f"{want.lower()}/") for name in names for want in wanted
    )
