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
    Told,
    Unavailable,
    Workflow,
    spelled,
)
from rules.releases import released, releasing, spoken

BOTH = ("sbom", "provenance")
WORST_FIRST = (Outcome.UNMET, Outcome.UNKNOWN, Outcome.NEEDS_PERSON, Outcome.MET)
EFFORT = timedelta(hours=5)


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
    outcome = min([each for each, _ in judged], key=WORST_FIRST.index, default=Outcome.NEEDS_PERSON)
    left_out = releases.left_out if releases.of else ""
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


def _judged(name: str, answer: Seen[tuple[Workflow, ...]] | Unavailable) -> tuple[Outcome, Told]:
    if isinstance(answer, Unavailable):
        return Outcome.UNKNOWN, f"{name}: {answer.reason}"
    if not answer.value:
        return Outcome.NEEDS_PERSON, f"{name} has no workflow on GitHub; does another CI do it?"
    direct = [maker for workflow in answer.value for maker in workflow.makers]
    if _are_both(direct):
        on_release = [maker for workflow in answer.value if workflow.on_release for maker in workflow.makers]
        if _are_both(on_release):
            return Outcome.MET, (_said, name, "", on_release)
        seen = "both, but not in workflows that run on a tag or a release"
        return Outcome.NEEDS_PERSON, (_said, name, seen, direct)
    called = [maker for workflow in answer.value for maker in workflow.called_makers]
    if not direct and not called:
        seen = f"none of its workflows ({len(answer.value)}) mentions an SBOM or provenance maker"
        return Outcome.UNMET, (_said, name, seen, [], answer.value)
    everything = [*direct, *called]
    if _are_both(everything):
        return Outcome.NEEDS_PERSON, (_said, name, "only in what a workflow calls", everything)
    return Outcome.NEEDS_PERSON, (_said, name, "only one of the two", everything, answer.value)


def _together(told: list[Told], left_out: str) -> str:
    if not told:
        return "the project has no repository to look at"
    return "; ".join([spelled(each) for each in told]) + left_out


def _said(name: str, seen: str, makers: list[Maker], workflows: tuple[Workflow, ...] = ()) -> str:
    parts = (name, seen, _named(makers))
    return ": ".join([part for part in parts if part]) + _unreadable(workflows)


def _unreadable(workflows: tuple[Workflow, ...]) -> str:
    unread = [f"{workflow.path} ({workflow.unreadable})" for workflow in workflows if workflow.unreadable]
    return f"; could not be read: {', '.join(unread)}" if unread else ""


def _are_both(makers: list[Maker]) -> bool:
    return len({maker.makes for maker in makers}) == len(BOTH)


def _named(makers: list[Maker]) -> str:
    """One maker of each kind, with its file and line."""
    first = {maker.makes: maker for maker in reversed(makers)}
    named = [first[kind] for kind in BOTH if kind in first]
    return ", ".join([f"{spoken(each.makes)} by {each.name} ({each.path}:{each.line})" for each in named])
