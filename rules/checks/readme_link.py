"""The README links to an address that begins as given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.model import CheckResult, Evidence, Finding, Lines, Outcome, Source, Unavailable

EFFORT = timedelta(minutes=10)


@dataclass(frozen=True)
class Settings:
    id: str
    statement: str
    begins: str  # "https://grc.store/targets/"
    resource: str


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    answer = evidence.github.readme_links
    source = None if isinstance(answer, Unavailable) else Source.of("github", answer)
    if isinstance(answer, Unavailable):
        outcome, detail = Outcome.UNKNOWN, answer.reason
    elif found := _found(settings.begins, answer.value):
        outcome, detail = Outcome.MET, f"the README links to {found}"
    else:
        outcome, detail = Outcome.UNMET, f"the README has no link that begins with {settings.begins}"
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            told=detail,
            source=source,
            resource=settings.resource,
            step=f"Link {settings.begins}… in the README",
            effort=EFFORT,
        ),
    )


def _found(beginning: str, links: Lines) -> str | None:
    return next((link for link in links.split("\n") if _begins(link, beginning)), None)


def _begins(link: str, beginning: str) -> bool:
    return link.lower().startswith(beginning.lower()) and len(link) > len(beginning)
