"""Workflows that run on a tag or a release make the SBOM and the provenance of every release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from rules.model import (
    NEVER_ASKED,
    Answer,
    CheckResult,
    Evidence,
    Finding,
    Outcome,
    Seen,
    Source,
    Told,
    Unavailable,
    Workflows,
    spelled,
)
from rules.releases import released, spoken

BOTH = ("sbom", "provenance")
NONE: Mapping[str, str] = {}
WORST_FIRST = (Outcome.UNMET, Outcome.UNKNOWN, Outcome.NEEDS_PERSON, Outcome.MET)
EFFORT = timedelta(hours=5)


@dataclass(frozen=True)
class Settings:
    pass


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    answers = {name.lower(): answer for name, answer in evidence.github.workflows.items()}
    found = released(evidence)
    names = [name for name in found.repositories if name not in found.none_yet] or found.repositories
    judged = [_judged(name, answers.get(name.lower(), NEVER_ASKED)) for name in names]
    seen = [answer for answer in answers.values() if isinstance(answer, Seen)]
    outcome = min([each for each, _ in judged], key=WORST_FIRST.index, default=Outcome.NEEDS_PERSON)
    left_out = found.left_out if found.of else ""
    return (
        Finding(
            criterion="automated",
            statement="A workflow makes the SBOM and the provenance of every release",
            outcome=outcome,
            told=(_together, [told for _, told in judged], left_out),
            source=Source.of("github", *seen) if seen else None,
            resource="release-automation",
            step="Add to the release workflow a step that makes an SBOM and one that makes provenance",
            effort=EFFORT,
        ),
    )


def _judged(name: str, answer: Answer[Workflows]) -> tuple[Outcome, Told]:
    if isinstance(answer, Unavailable):
        return Outcome.UNKNOWN, f"{name}: {answer.reason}"
    found = answer.value
    if not found.events:
        return Outcome.NEEDS_PERSON, f"{name} has no workflow on GitHub; does another CI do it?"
    if len(found.on_release) == len(BOTH):
        return Outcome.MET, (_said, name, "", found.on_release, NONE)
    if len(found.makers) == len(BOTH):
        seen = "both, but not in workflows that run on a tag or a release"
        return Outcome.NEEDS_PERSON, (_said, name, seen, found.makers, NONE)
    anywhere = {**found.called, **found.makers}
    if not anywhere:
        seen = f"none of its workflows ({len(found.events)}) mentions an SBOM or provenance maker"
        return Outcome.UNMET, (_said, name, seen, anywhere, found.unreadable)
    if len(anywhere) == len(BOTH):
        return Outcome.NEEDS_PERSON, (_said, name, "only in what a workflow calls", anywhere, NONE)
    return Outcome.NEEDS_PERSON, (_said, name, "only one of the two", anywhere, found.unreadable)


def _together(told: list[Told], left_out: str) -> str:
    if not told:
        return "the project has no repository to look at"
    return "; ".join([spelled(each) for each in told]) + left_out


def _said(name: str, seen: str, makers: Mapping[str, str], unreadable: Mapping[str, str]) -> str:
    made = ", ".join([f"{spoken(kind)} by {makers[kind]}" for kind in BOTH if kind in makers])
    unread = ", ".join([f"{path} ({why})" for path, why in unreadable.items()])
    said = ": ".join([part for part in (name, seen, made) if part])
    return f"{said}; could not be read: {unread}" if unread else said
