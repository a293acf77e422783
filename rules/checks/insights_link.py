"""SECURITY-INSIGHTS gives the address of something and, where that is on GitHub, it exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules import insights
from rules.model import CheckResult, Evidence, Finding, Outcome, Seen, Unavailable

FIELDS = {
    "policy": (
        "dependencies.env-dependencies-policy.policy-url (v1) or "
        "repository.documentation.dependency-management-policy (v2)"
    ),
    "assessment": (
        "security-artifacts.self-assessment.evidence-url (v1) or "
        "repository.security.assessments.self.evidence (v2)"
    ),
}


@dataclass(frozen=True)
class Settings:
    id: str
    statement: str
    link: str  # "policy" or "assessment"
    resource: str


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    outcome, detail = _judged(settings.link, evidence)
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            detail=detail,
            source=insights.source(evidence),
            resource=settings.resource,
            step=f"Give its address in SECURITY-INSIGHTS: {FIELDS[settings.link]}",
            effort=timedelta(minutes=20 if isinstance(insights.judged(evidence), Seen) else 75),
        ),
    )


def _judged(link: str, evidence: Evidence) -> tuple[Outcome, str]:
    found = insights.judged(evidence)
    if not isinstance(found, Seen):
        return found
    file = insights.described(found.value, found.as_of)
    addresses: tuple[str, ...] = getattr(found.value, link)
    if not addresses:
        return Outcome.UNMET, f"{file}; it gives no address at {FIELDS[link]}"
    answers = [(address, evidence.github.links.get(address)) for address in addresses]
    if alive := [address for address, answer in answers if answer is None or _exists(answer)]:
        return Outcome.MET, f"{alive[0]}, given by {file}"
    if untold := [a.reason for _, a in answers if isinstance(a, Unavailable)]:
        return Outcome.UNKNOWN, f"{addresses[0]} could not be looked at: {untold[0]}"
    return Outcome.UNMET, f"not there on GitHub: {', '.join(addresses)}; given by {file}"


def _exists(answer: object) -> bool:
    return isinstance(answer, Seen) and bool(answer.value)
