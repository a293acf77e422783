"""Users are told how to verify provenance; whether well enough is a person's judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules import insights
from rules.model import (
    CheckResult,
    Evidence,
    Finding,
    Outcome,
    Page,
    SecurityInsights,
    Seen,
    Source,
    Told,
    Unavailable,
)

NOWHERE = (
    "no verifying command in a code block, in the README, SECURITY.md or a document named for verifying, "
    "provenance or releases, and SECURITY-INSIGHTS names no page"
)
EFFORT = timedelta(minutes=90)


@dataclass(frozen=True)
class Settings:
    pass


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    outcome, told = _judged(evidence)
    answers = (evidence.github.security_insights, evidence.github.guidance)
    seen = [answer for answer in answers if isinstance(answer, Seen)]
    return (
        Finding(
            criterion="provenance_guidance",
            statement="Users are told how to verify provenance, as TAG Security's guidelines want it",
            outcome=outcome,
            told=told,
            source=Source.of("github", *seen) if seen else None,
            resource="provenance-guidance",
            step="Write a page that shows, in a code block, the command that verifies a release",
            effort=EFFORT,
        ),
    )


def _judged(evidence: Evidence) -> tuple[Outcome, Told]:
    answer = evidence.github.guidance
    pages = answer.value if isinstance(answer, Seen) else ()
    file = insights.file(evidence)
    if pages or (file and file.guidance):
        return Outcome.NEEDS_PERSON, (_to_judge, file, pages)
    for untold in (answer, evidence.github.security_insights):
        if isinstance(untold, Unavailable):
            return Outcome.UNKNOWN, untold.reason
    return Outcome.UNMET, NOWHERE


def _to_judge(file: SecurityInsights | None, pages: tuple[Page, ...]) -> str:
    found = [f"{file.path} points to {address}" for address in file.guidance] if file else []
    found += [f"{page.path} shows `{page.command}`: {page.url}" for page in pages]
    return f"to judge: {'; '.join(found[:5])}"
