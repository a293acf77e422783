"""From evidence to progress: what each badge's criteria say, and the one smallest next step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from rules.model import (
    EXEMPT,
    MET,
    UNKNOWN,
    UNMET,
    Attestation,
    Badge,
    BadgeProgress,
    CheckResult,
    Criterion,
    Edition,
    Evidence,
    Finding,
    NextStep,
    Progress,
    State,
)

UNESTIMATED = timedelta(days=365)


def measure(edition: Edition, evidence: Evidence) -> Progress:
    judged: dict[Criterion, CheckResult] = {}  # several badges may ask for the same
    badges = tuple([_badge(badge, evidence, judged) for badge in edition.badges])
    return Progress(badges, next_step(badges))


def badge_progress(badge: str, title: str, findings: tuple[Finding, ...]) -> BadgeProgress:
    found, step, unknown, for_a_person = 0, None, None, False
    for finding in findings:
        outcome = finding.outcome
        if outcome is MET or outcome is EXEMPT:
            found += 1
        elif outcome is UNMET:
            if step is None or _effort(finding) < _effort(step):
                step = finding
        elif outcome is UNKNOWN:
            unknown = unknown or finding
        else:
            for_a_person = True
    if found and not step and not unknown:
        state = State.EVIDENCE_FOUND
    elif found or for_a_person:
        state = State.PARTIAL
    else:
        state = State.UNKNOWN if unknown else State.NOT_STARTED
    return BadgeProgress(badge, title, state, findings, found, step, unknown)


def next_step(badges: tuple[BadgeProgress, ...]) -> NextStep | None:
    """The unmet criterion that costs least, of equals the first in the edition. None: nothing is unmet."""
    return min(_steps(badges), key=_cost, default=None)


def by_effort(badges: tuple[BadgeProgress, ...]) -> tuple[NextStep, ...]:
    """The smallest step towards each badge that lacks something, the one that costs least first."""
    return tuple(sorted(_steps(badges), key=_cost))


def fingerprint(finding: Finding) -> str:
    """What an attestation holds on to: while this stays the same, so does what was attested."""
    seen = f"{finding.criterion}\n{finding.outcome.value}\n{finding.detail}"
    return sha256(seen.encode()).hexdigest()[:32]


def _badge(badge: Badge, evidence: Evidence, judged: dict[Criterion, CheckResult]) -> BadgeProgress:
    findings: CheckResult = ()
    for criterion in badge.criteria:
        if criterion not in judged:
            judged[criterion] = criterion.judge(criterion.settings, evidence)
        findings += judged[criterion]
    if evidence.attestations:
        attested = {a.criterion: a for a in evidence.attestations if a.badge == badge.id}
        findings = tuple([_attested(finding, attested.get(finding.criterion)) for finding in findings])
    return badge_progress(badge.id, badge.title, findings)


def _attested(finding: Finding, attestation: Attestation | None) -> Finding:
    if attestation is None or attestation.fingerprint != fingerprint(finding):
        return finding
    word = f"<@{attestation.by}> attested it on {attestation.at:%Y-%m-%d}: {attestation.why}"
    return replace(finding, outcome=MET, told=f"{word}. Seen: {finding.detail}")


def _steps(badges: tuple[BadgeProgress, ...]) -> list[NextStep]:
    return [NextStep(badge.badge, badge.step) for badge in badges if badge.step]


def _cost(step: NextStep) -> timedelta:
    return _effort(step.finding)


def _effort(finding: Finding) -> timedelta:
    return finding.effort or UNESTIMATED
