"""What CLOMonitor's reports on the repositories of a project come to, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from rules.clomonitor import CHECKS, FULL_SCORE, counts
from rules.model import CLOMonitorProject, NotPassed, Repository, Unreported

T = TypeVar("T")

SECTIONS_OF_SET: Mapping[str, tuple[str, ...]] = {
    "code": ("documentation", "license", "best_practices", "security"),
    "code-lite": ("documentation", "license", "best_practices"),
    "community": ("documentation", "best_practices", "security", "legal"),
    "docs": ("documentation", "license"),
}

_PAIRED = {"cla": "dco check passed", "dco": "cla check passed"}


@dataclass(frozen=True)
class CheckOutput:
    """A check that did not pass. `failed`: it could not run, which is not being missing."""

    section: str
    check: str
    exempt: bool = False
    failed: bool = False
    reason: str = ""  # why it is exempt, or why it could not run


@dataclass(frozen=True)
class Results:
    """A section of the report on a repository: the checks that passed, by name, and the others."""

    passed: tuple[str, ...] = ()
    others: tuple[CheckOutput, ...] = ()


@dataclass(frozen=True)
class ScoredRepository:
    """A repository with what CLOMonitor says of it."""

    name: str
    check_sets: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)  # by section, 0 to 100; not scored: absent
    results: Mapping[str, Results] | None = None  # by section; None: no report is at hand


def project(
    name: str,
    display_name: str,
    maturity: str | None,
    scores: Mapping[str, float],
    repositories: Sequence[ScoredRepository],
) -> CLOMonitorProject:
    """A project as it is judged."""
    reports = [(r, section, results) for r in repositories for section, results in (r.results or {}).items()]
    passed = [section for _, section, results in reports if any(map(counts, results.passed))]
    others = [(r, output) for r, _, results in reports for output in results.others if _spoils(output, r)]
    return CLOMonitorProject(
        name=name,
        display_name=display_name,
        maturity=maturity,
        repositories=tuple(Repository(each.name, each.check_sets) for each in repositories),
        scores=scores,
        reported=tuple(dict.fromkeys([*passed, *(output.section for _, output in others)])),
        missing=_named((r, output) for r, output in others if not output.exempt and not output.failed),
        not_run=_named((r, output) for r, output in others if output.failed and not output.exempt),
        exempt=_named((r, output) for r, output in others if _exempt_by_project(output)),
        unreported=_by_section(
            (section, Unreported(each.name, each.scores.get(section)))
            for each in repositories
            for section in _sections(each)
            if section not in (each.results or ())
        ),
    )


def _sections(repository: ScoredRepository) -> Iterable[str]:
    """Those that it has by its score or its check sets."""
    of_sets = (section for name in repository.check_sets for section in SECTIONS_OF_SET.get(name, ()))
    return dict.fromkeys([*repository.scores, *of_sets])


def _named(outputs: Iterable[tuple[ScoredRepository, CheckOutput]]) -> dict[str, tuple[NotPassed, ...]]:
    return _by_section(
        (output.section, NotPassed(output.check, repository.name, output.reason))
        for repository, output in outputs
    )


def _by_section(found: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    of: dict[str, tuple[T, ...]] = {}
    for section, one in found:
        of[section] = (*of.get(section, ()), one)
    return of


def _spoils(output: CheckOutput, repository: ScoredRepository) -> bool:
    """Does a check that did not pass bear on its section?

    One that we have no record of does, unless the repository's own score for the section is full without it.
    """
    if output.check in CHECKS or output.exempt:
        return counts(output.check)
    return counts(output.check) and repository.scores.get(output.section, 0.0) < FULL_SCORE


def _exempt_by_project(output: CheckOutput) -> bool:
    """Exempt by its `.clomonitor.yml`, and not because the other check of CLOMonitor's pair passed."""
    return output.exempt and output.reason.strip().lower() != _PAIRED.get(output.check)
