"""SECURITY-INSIGHTS gives the address of something and, where that is on GitHub, it exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules import insights
from rules.model import CheckResult, Evidence, Finding, Outcome, Seen, Told, Unavailable

FIELDS = {  # by version: the first number of schema-version
    "policy": {
        "1": "dependencies.env-dependencies-policy.policy-url",
        "2": "repository.documentation.dependency-management-policy",
    },
    "assessment": {
        "1": "security-artifacts.self-assessment.evidence-url",
        "2": "repository.security.assessments.self.evidence",
    },
}


@dataclass(frozen=True)
class Settings:
    id: str
    statement: str
    link: str  # "policy" or "assessment"
    resource: str


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    outcome, detail, step, effort = _judged(settings.link, evidence)
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            told=detail,
            source=insights.source(evidence),
            resource=settings.resource,
            step=step,
            effort=effort,
        ),
    )


def _judged(link: str, evidence: Evidence) -> tuple[Outcome, Told, str, timedelta | None]:
    found = insights.judged(evidence)
    if not isinstance(found, Seen):
        step = f"Write a valid SECURITY-INSIGHTS file that gives its address ({FIELDS[link]['2']})"
        return *found, step, timedelta(minutes=75)
    addresses: tuple[str, ...] = getattr(found.value, link)
    if not addresses:
        name = FIELDS[link]["1" if found.value.is_v1 else "2"]
        step = f"Give its address in {found.value.path}: {name}"
        return Outcome.UNMET, (_not_given, name, evidence), step, timedelta(minutes=20)
    for address in addresses:
        answer = evidence.github.links.get(address)  # None: it leads elsewhere
        if answer is None or (isinstance(answer, Seen) and answer.value):
            return Outcome.MET, (_given, address, evidence), "", None
    answers = [evidence.github.links[address] for address in addresses]
    if untold := [answer.reason for answer in answers if isinstance(answer, Unavailable)]:
        return Outcome.UNKNOWN, f"{addresses[0]} could not be looked at: {untold[0]}", "", None
    step = (
        f"Correct in {found.value.path} the address {addresses[0]}, where nothing is, or put the page there"
    )
    return Outcome.UNMET, (_dead, addresses, evidence), step, timedelta(minutes=15)


def _not_given(name: str, evidence: Evidence) -> str:
    return f"it gives no address at {name}: {insights.named(evidence)}"


def _dead(addresses: tuple[str, ...], evidence: Evidence) -> str:
    return f"not there on GitHub: {', '.join(addresses)}; given by {insights.named(evidence)}"


def _given(address: str, evidence: Evidence) -> str:
    return f"{address}, given by {insights.named(evidence)}"
