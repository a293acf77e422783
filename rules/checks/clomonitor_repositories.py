"""Every repository of the project is accounted for in CLOMonitor's data file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.clomonitor import known, unlisted
from rules.model import CheckResult, Evidence, Finding, Outcome, Seen, Source, Unavailable

NAMED = 10  # others of the owner; the rest is counted
EFFORT = timedelta(minutes=30)


@dataclass(frozen=True)
class Settings:
    pass


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    return (_finding(evidence, *_judged(evidence)),)


def _judged(evidence: Evidence) -> tuple[Outcome, str, str]:
    project = known(evidence)
    if project is None:
        return unlisted(evidence)
    listed = {repository.name.lower() for repository in project.repositories}
    declared = evidence.project.repositories or tuple(r.name for r in project.repositories)
    if lacking := [name for name in declared if name.lower() not in listed]:
        names = ", ".join(lacking)
        return Outcome.UNMET, f"CLOMonitor lacks {names}", f"Add {names} to data/cncf.yaml in cncf/clomonitor"
    others, unread = _others(evidence, declared, listed)
    if others:
        rest = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        named = f"{', '.join(others[:NAMED])}{rest}"
        return Outcome.NEEDS_PERSON, f"all declared are listed; do these belong too: {named}", ""
    if unread:
        return Outcome.NEEDS_PERSON, f"all declared are listed; {'; '.join(unread)}", ""
    return Outcome.MET, f"all {len(declared)} are listed, and their owners have no others", ""


def _others(evidence: Evidence, declared: tuple[str, ...], listed: set[str]) -> tuple[list[str], list[str]]:
    """What the owners of the declared repositories have besides those listed, and who could not be read."""
    others: list[str] = []
    unread: list[str] = []
    answers = {owner.lower(): answer for owner, answer in evidence.github.owned.items()}
    for owner in sorted({name.split("/")[0].lower() for name in declared}):
        answer = answers.get(owner, Unavailable("not looked at yet"))
        if isinstance(answer, Seen):
            others += [name for name in answer.value if name.lower() not in listed]
        else:
            unread.append(f"what else {owner} has could not be read ({answer.reason})")
    return others, unread


def _finding(evidence: Evidence, outcome: Outcome, detail: str, step: str) -> Finding:
    seen = [evidence.clomonitor, *evidence.github.owned.values()]
    answers = [answer for answer in seen if isinstance(answer, Seen)]
    return Finding(
        criterion="repositories",
        statement="All repositories of the project are accounted for in CLOMonitor",
        outcome=outcome,
        told=detail,
        source=Source.of("clomonitor", *answers) if isinstance(evidence.clomonitor, Seen) else None,
        resource="clomonitor-data",
        step=step,
        effort=EFFORT,
    )
