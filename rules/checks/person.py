"""Something that no program of ours can see: a person looks at it, at the place that is linked."""

from __future__ import annotations

from dataclasses import dataclass

from rules.model import CheckResult, Evidence, Finding, Outcome


@dataclass(frozen=True)
class Settings:
    id: str
    statement: str
    url: str
    resource: str = ""


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=Outcome.NEEDS_PERSON,
            told=f"a person looks at this: {settings.url}",
            resource=settings.resource or None,
        ),
    )
