"""From evidence to progress: what each badge's criteria say, and the one smallest next step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from rules.model import (
    Attestation,
    Badge,
    BadgeProgress,
    CheckResult,
    Criterion,
    Edition,
    Evidence,
    Finding,
    NextStep,
    Outcome,
    Progress,
    State,
)

UNESTIMATED = timedelta(days=365)
UNMET = Outcome.UNMET  # by a name of its own: an enum takes its time to find a member


def measure(edition: Edition, evidence: Evidence) -> Progress:
    judged: dict[Criterion, CheckResult] = {}  # several badges may ask for the same
    badges = tuple(_badge(badge, evidence, judged) for badge in edition.badges)
    return Progress(badges, next_step(badges))


def next_step(badges: tuple[BadgeProgress, ...]) -> NextStep | None:
    """The unmet criterion that costs least, of equals the first in the edition. None: nothing is unmet."""
    least: NextStep | None = None
    for badge in badges:
        for finding in badge.findings:
            if finding.outcome is UNMET and (least is None or _effort(finding) < _effort(least.finding)):
                least = NextStep(badge.badge, finding)
    return least


def by_effort(badges: tuple[BadgeProgress, ...]) -> tuple[NextStep, ...]:
    """The smallest step towards each badge that lacks something, the one that costs least first."""
    steps = [step for badge in badges if (step := next_step((badge,)))]
    return tuple(sorted(steps, key=lambda step: _effort(step.finding)))


def fingerprint(finding: Finding) -> str:
    """What an attestation holds on to: while this stays the same, so does what was attested."""
    seen = f"{finding.criterion}\n{finding.outcome.value}\n{finding.detail}"
    return sha256(seen.encode()).hexdigest()[:32]


def state(findings: tuple[Finding, ...]) -> State:
    outcomes = [finding.outcome for finding in findings]
    holds = Outcome.MET in outcomes or Outcome.EXEMPT in outcomes
    if holds and Outcome.UNMET not in outcomes and Outcome.UNKNOWN not in outcomes:
        return State.EVIDENCE_FOUND
    if holds or Outcome.NEEDS_PERSON in outcomes:
        return State.PARTIAL
    return State.UNKNOWN if Outcome.UNKNOWN in outcomes else State.NOT_STARTED


def _badge(badge: Badge, evidence: Evidence, judged: dict[Criterion, CheckResult]) -> BadgeProgress:
    findings: CheckResult = ()
    for criterion in badge.criteria:
        if criterion not in judged:
            judged[criterion] = criterion.judge(criterion.settings, evidence)
        findings += judged[criterion]
    attested = {a.criterion: a for a in evidence.attestations if a.badge == badge.id}
    if attested:
        findings = tuple(_attested(finding, attested.get(finding.criterion)) for finding in findings)
    return BadgeProgress(badge.id, badge.title, state(findings), findings)


def _attested(finding: Finding, attestation: Attestation | None) -> Finding:
    if attestation is None or attestation.fingerprint != fingerprint(finding):
        return finding
    word = f"<@{attestation.by}> attested it on {attestation.at:%Y-%m-%d}: {attestation.why}"
    return replace(finding, outcome=Outcome.MET, told=f"{word}. Seen: {finding.detail}")


def _effort(finding: Finding) -> timedelta:
    return finding.effort or UNESTIMATED
