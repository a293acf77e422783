"""A workflow on the default branch uses one of the given actions and runs on one of the given events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.model import (
    NEVER_ASKED,
    CheckResult,
    Evidence,
    Finding,
    Outcome,
    Seen,
    Source,
    Unavailable,
    Workflow,
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


def _judged(settings: Settings, answer: Seen[tuple[Workflow, ...]] | Unavailable) -> tuple[Outcome, str]:
    if isinstance(answer, Unavailable):
        return Outcome.UNKNOWN, answer.reason
    using = [workflow for workflow in answer.value if _uses(workflow, settings.uses)]
    running = [workflow for workflow in using if set(workflow.events) & set(settings.events)]
    if running:
        return Outcome.MET, f"{running[0].path} runs on {', '.join(running[0].events)}"
    wanted = " or ".join(settings.uses)
    if using:
        return (
            Outcome.UNMET,
            f"{using[0].path} uses {wanted}, but runs only on {', '.join(using[0].events) or 'nothing'}",
        )
    return Outcome.UNMET, f"none of {len(answer.value)} workflows uses {wanted}"


def _uses(workflow: Workflow, wanted: tuple[str, ...]) -> bool:
    used = [name.lower() for name in workflow.uses]
    return any(
        name == want.lower() or name.startswith(f"{want.lower()}/") for name in used for want in wanted
    )
