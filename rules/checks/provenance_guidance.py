"""Users are told how to verify provenance; whether well enough is a person's judgement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules import insights
from rules.model import CheckResult, Evidence, Finding, Outcome, Seen, Source, Unavailable

NOWHERE = (
    "no verifying command in a code block, in the README, SECURITY.md or a document named for verifying, "
    "provenance or releases, and SECURITY-INSIGHTS names no page"
)
EFFORT = timedelta(minutes=90)


@dataclass(frozen=True)
class Settings:
    pass


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    outcome, detail = _judged(evidence)
    answers = [evidence.github.security_insights, evidence.github.guidance]
    seen = [answer for answer in answers if isinstance(answer, Seen)]
    return (
        Finding(
            criterion="provenance_guidance",
            statement="Users are told how to verify provenance, as TAG Security's guidelines want it",
            outcome=outcome,
            told=detail,
            source=Source.of("github", *seen) if seen else None,
            resource="provenance-guidance",
            step="Write a page that shows, in a code block, the command that verifies a release",
            effort=EFFORT,
        ),
    )


def _judged(evidence: Evidence) -> tuple[Outcome, str]:
    pages = evidence.github.guidance
    file = insights.file(evidence)
    found = [f"{file.path} points to {address}" for address in file.guidance] if file else []
    if isinstance(pages, Seen):
        found += [f"{page.path} shows `{page.command}`: {page.url}" for page in pages.value]
    if found:
        return Outcome.NEEDS_PERSON, f"to judge: {'; '.join(found[:5])}"
    for answer in (pages, evidence.github.security_insights):
        if isinstance(answer, Unavailable):
            return Outcome.UNKNOWN, answer.reason
    return Outcome.UNMET, NOWHERE
