"""A file of one of the given names is at the root, in .github/ or in docs/ of the repository."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.model import CheckResult, Evidence, Finding, Lines, Outcome, Source, Unavailable

FOLDERS = ("", ".github/", "docs/")
EFFORT = timedelta(minutes=60)


@dataclass(frozen=True)
class Settings:
    id: str
    statement: str
    names: tuple[str, ...]  # any of them, in any case
    resource: str


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    answer = evidence.github.files
    source = None if isinstance(answer, Unavailable) else Source.of("github", answer)
    if isinstance(answer, Unavailable):
        outcome, detail = Outcome.UNKNOWN, answer.reason
    elif found := _found(settings.names, answer.value):
        outcome, detail = Outcome.MET, f"{found} is there"
    else:
        outcome, detail = (
            Outcome.UNMET,
            f"no {' or '.join(settings.names)} at the root, in .github/ or in docs/",
        )
    return (
        Finding(
            criterion=settings.id,
            statement=settings.statement,
            outcome=outcome,
            told=detail,
            source=source,
            resource=settings.resource,
            step=f"Add {settings.names[0]}",
            effort=EFFORT,
        ),
    )


def _found(names: tuple[str, ...], paths: Lines) -> str | None:
    wanted = {f"{folder}{name}".lower() for folder in FOLDERS for name in names}
    return next((path for path in paths.split("\n") if path.lower() in wanted), None)
