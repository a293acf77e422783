"""There is a security self-assessment with every heading of TAG Security's template, said to be Complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.model import CheckResult, Evidence, Finding, Outcome, SelfAssessment, Source, Told, Unavailable

HEADINGS = 14
HALF = 7  # with fewer headings it is some other document
WORST_FIRST = (Outcome.UNMET, Outcome.NEEDS_PERSON, Outcome.MET)
EFFORT = timedelta(hours=8)


@dataclass(frozen=True)
class Settings:
    pass


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    answer = evidence.github.self_assessments
    if isinstance(answer, Unavailable):
        return (_finding(Outcome.UNKNOWN, answer.reason, None),)
    source = Source.of("github", answer)
    if not answer.value:
        nowhere = "none in SECURITY-INSIGHTS, cncf/toc, cncf/tag-security or the project's repositories"
        return (_finding(Outcome.UNMET, nowhere, source),)
    best = max(answer.value, key=_rank)
    return (_finding(_outcome(best), (_described, best), source),)


def _outcome(found: SelfAssessment) -> Outcome:
    if found.unread:
        return Outcome.NEEDS_PERSON
    if found.headings < HALF:
        return Outcome.UNMET
    return Outcome.MET if not found.missing and _is_complete(found) else Outcome.NEEDS_PERSON


def _rank(found: SelfAssessment) -> tuple[int, int, bool]:
    return WORST_FIRST.index(_outcome(found)), found.headings, _is_complete(found)


def _is_complete(found: SelfAssessment) -> bool:
    return found.stage.casefold() == "complete"


def _described(found: SelfAssessment) -> str:
    if found.unread:
        return f"{found.place}: {found.unread}: {found.url}"
    stage = f"its stage is {found.stage!r}" if found.stage else "it names no stage"
    if not found.missing:
        return f"{found.place}: all {HEADINGS} headings are there, and {stage}"
    missing = ", ".join(found.missing)
    return f"{found.place}: {found.headings} of {HEADINGS} headings, missing {missing}; {stage}"


def _finding(outcome: Outcome, told: Told, source: Source | None) -> Finding:
    return Finding(
        criterion="self_assessment",
        statement="A security self-assessment follows TAG Security's template",
        outcome=outcome,
        told=told,
        source=source,
        resource="self-assessment",
        step="Copy TAG Security's self-assessment template and fill in its first three sections",
        effort=EFFORT,
    )
