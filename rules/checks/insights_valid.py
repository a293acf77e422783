"""SECURITY-INSIGHTS is there, of the wanted version or a newer one, and valid against its schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules import insights
from rules.model import CheckResult, Evidence, Finding, Outcome, Unavailable

EFFORT = timedelta(minutes=60)


@dataclass(frozen=True)
class Settings:
    version: str = "2"  # the first number of its schema-version, or a higher one


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    outcome, detail = _judged(int(settings.version), evidence)
    return (
        Finding(
            criterion="insights",
            statement=f"SECURITY-INSIGHTS version {settings.version} validates against the schema",
            outcome=outcome,
            told=detail,
            source=insights.source(evidence),
            resource="security-insights",
            step="Write a security-insights.yml and mend what its schema rejects",
            effort=EFFORT,
        ),
    )


def _judged(version: int, evidence: Evidence) -> tuple[Outcome, str]:
    answer = evidence.github.security_insights
    if isinstance(answer, Unavailable):
        return Outcome.UNKNOWN, answer.reason
    if answer.value is None:
        return Outcome.UNMET, "no SECURITY-INSIGHTS file was found"
    file = insights.named(evidence)
    major = answer.value.version.split(".")[0]
    if not major.isdigit() or int(major) < version:
        return Outcome.UNMET, f"{file}; version {version} is wanted"
    return (Outcome.UNMET if answer.value.schema_errors else Outcome.MET), file
