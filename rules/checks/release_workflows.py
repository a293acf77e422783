"""Workflows that run on a tag or a release make the SBOM and the provenance of every release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rules.model import (
    NEVER_ASKED,
    CheckResult,
    Evidence,
    Finding,
    Maker,
    Outcome,
    Seen,
    Source,
    Unavailable,
    Workflow,
)
from rules.releases import released, releasing, spoken

BOTH = ("sbom", "provenance")
WORST_FIRST = (Outcome.UNMET, Outcome.UNKNOWN, Outcome.NEEDS_PERSON, Outcome.MET)


@dataclass(frozen=True)
class Settings:
    pass


def check(settings: Settings, evidence: Evidence) -> CheckResult:
    answers = {name.lower(): answer for name, answer in evidence.github.workflows.items()}
    releases = released(evidence)
    candidates = releasing(evidence.project, evidence.clomonitor)
    names = [name for name in candidates if name not in releases.none_yet] or candidates
    judged = [_judged(name, answers.get(name.lower(), NEVER_ASKED)) for name in names]
    seen = [answer for answer in answers.values() if isinstance(answer, Seen)]
    outcome = next((o for o in WORST_FIRST if any(o is each for each, _ in judged)), Outcome.NEEDS_PERSON)
    left_out = releases.left_out if releases.of else ""
    detail = "; ".join(text for _, text in judged) + left_out
    return (
        Finding(
            criterion="automated",
            statement="A workflow makes the SBOM and the provenance of every release",
            outcome=outcome,
            detail=detail or "the project has no repository to look at",
            source=Source.of("github", *seen) if seen else None,
            resource="release-automation",
            step="Add to the release workflow a step that makes an SBOM and one that makes provenance",
            effort=timedelta(hours=5),
        ),
    )


def _judged(name: str, answer: Seen[tuple[Workflow, ...]] | Unavailable) -> tuple[Outcome, str]:
    if isinstance(answer, Unavailable):
        return Outcome.UNKNOWN, f"{name}: {answer.reason}"
    if not answer.value:
        return Outcome.NEEDS_PERSON, f"{name} has no workflow on GitHub; does another CI do it?"
    on_release = [maker for workflow in answer.value if workflow.on_release for maker in workflow.makers]
    if _made(on_release) == set(BOTH):
        return Outcome.MET, f"{name}: {_named(on_release)}"
    direct = [maker for workflow in answer.value for maker in workflow.makers]
    called = [maker for workflow in answer.value for maker in workflow.called_makers]
    if not direct and not called:
        seen = f"none of its workflows ({len(answer.value)}) mentions an SBOM or provenance maker"
        return Outcome.UNMET, f"{name}: {seen}{_unreadable(answer.value)}"
    if _made(direct) == set(BOTH):
        seen = f"both, but not in workflows that run on a tag or a release: {_named(direct)}"
        return Outcome.NEEDS_PERSON, f"{name}: {seen}"
    if _made([*direct, *called]) == set(BOTH):
        return Outcome.NEEDS_PERSON, f"{name}: only in what a workflow calls: {_named([*direct, *called])}"
    seen = f"only one of the two: {_named([*direct, *called])}{_unreadable(answer.value)}"
    return Outcome.NEEDS_PERSON, f"{name}: {seen}"


def _unreadable(workflows: tuple[Workflow, ...]) -> str:
    unread = [f"{workflow.path} ({workflow.unreadable})" for workflow in workflows if workflow.unreadable]
    return f"; could not be read: {', '.join(unread)}" if unread else ""


def _made(makers: list[Maker]) -> set[str]:
    return {maker.makes for maker in makers}


def _named(makers: list[Maker]) -> str:
    """One maker of each kind, with its file and line."""
    first = {maker.makes: maker for maker in reversed(makers)}
    texts = [
        f"{spoken(kind)} by {first[kind].name} ({first[kind].path}:{first[kind].line})"
        for kind in BOTH
        if kind in first
    ]
    return ", ".join(texts)
