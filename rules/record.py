"""What is remembered of a project between two looks, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rules.model import BadgeProgress, Edition, Evidence, Finding, Outcome, Progress, Seen
from rules.progress import by_effort, measure
from rules.slam import BadgeStanding, Change, Record, Step

RANKS = {
    Outcome.UNMET: 0,
    Outcome.NEEDS_PERSON: 1,
    Outcome.EXEMPT: 2,
    Outcome.MET: 2,
}


def record(
    edition: Edition, evidence: Evidence, gathered_at: datetime, previous: Record | None
) -> tuple[Record, tuple[Change, ...]]:
    """How far a project is by this evidence, and what was found or lost since the previous look.

    Evidence older than that look changes nothing. A criterion that was not judged before, or that no source
    tells of, was neither found nor lost.
    """
    if previous and gathered_at < previous.measured_at:
        return previous, ()
    progress = measure(edition, evidence)
    before = previous.outcomes if previous else {}
    judged = [(badge, finding) for badge in progress.badges for finding in badge.findings]
    rises = [_rise(before, badge, finding) for badge, finding in judged]
    progressed = previous is None or any(rise > 0 for rise in rises)
    now = Record(
        badges=tuple(_standing(badge) for badge in progress.badges),
        outcomes={_name(badge, finding): _outcome(before, badge, finding) for badge, finding in judged},
        steps=_steps(progress),
        maturity=_maturity(evidence, previous),
        measured_at=gathered_at,
        progressed_at=gathered_at if previous is None or progressed else previous.progressed_at,
    )
    changes = (
        _change(badge, finding, rise, gathered_at)
        for (badge, finding), rise in zip(judged, rises, strict=True)
        if rise < 0 or (rise > 0 and finding.outcome.holds)
    )
    return now, tuple(changes)


def _rise(before: Mapping[str, Outcome], badge: BadgeProgress, finding: Finding) -> int:
    """How much better a criterion stands than at the look before; 0 where one of the two cannot tell."""
    then = RANKS.get(before.get(_name(badge, finding), Outcome.UNKNOWN))
    now = RANKS.get(finding.outcome)
    return 0 if then is None or now is None else now - then


def _standing(badge: BadgeProgress) -> BadgeStanding:
    outcomes = [finding.outcome for finding in badge.findings]
    return BadgeStanding(
        badge=badge.badge,
        title=badge.title,
        state=badge.state,
        found=badge.found,
        total=len(outcomes),
        missing=outcomes.count(Outcome.UNMET),
        unknown=outcomes.count(Outcome.UNKNOWN),
    )


def _outcome(before: Mapping[str, Outcome], badge: BadgeProgress, finding: Finding) -> Outcome:
    said = finding.outcome
    return before.get(_name(badge, finding), said) if said is Outcome.UNKNOWN else said


def _steps(progress: Progress) -> tuple[Step, ...]:
    return tuple(
        Step(step.badge, step.finding.criterion, _instruction(step.finding), step.finding.how)
        for step in by_effort(progress.badges)
    )


def _change(badge: BadgeProgress, finding: Finding, rise: int, at: datetime) -> Change:
    return Change(
        at=at,
        badge=badge.badge,
        title=badge.title,
        criterion=finding.criterion,
        statement=finding.statement,
        found=rise > 0,
        detail=finding.detail,
        step=_instruction(finding) if rise < 0 else "",
        resource=finding.how,
    )


def _instruction(finding: Finding) -> str:
    return (finding.step or finding.detail).rstrip(".")


def _maturity(evidence: Evidence, previous: Record | None) -> str | None:
    """As CLOMonitor says; while it is silent, as it said last."""
    if isinstance(evidence.clomonitor, Seen):
        return evidence.clomonitor.value.maturity if evidence.clomonitor.value else None
    return previous.maturity if previous else None


def _name(badge: BadgeProgress, finding: Finding) -> str:
    return f"{badge.badge}/{finding.criterion}"
