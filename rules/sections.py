"""What CLOMonitor's reports on the repositories of a project come to, section by section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rules.clomonitor import CHECKS, FULL_SCORE, counts
from rules.model import CLOMonitorProject, NotPassed, Repository, Section, Unreported

SECTIONS_OF_SET: Mapping[str, frozenset[str]] = {
    "code": frozenset({"documentation", "license", "best_practices", "security"}),
    "code-lite": frozenset({"documentation", "license", "best_practices"}),
    "community": frozenset({"documentation", "best_practices", "security", "legal"}),
    "docs": frozenset({"documentation", "license"}),
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
    """A project as it is judged; `scores` are its own, as those of a repository."""
    sections = dict.fromkeys([*scores, *(section for each in repositories for section in _sections(each))])
    return CLOMonitorProject(
        name=name,
        display_name=display_name,
        maturity=maturity,
        repositories=tuple(Repository(each.name, each.check_sets) for each in repositories),
        sections={section: _section(section, scores.get(section), repositories) for section in sections},
    )


def _sections(repository: ScoredRepository) -> Iterator[str]:
    """Those that it has: in its report, in its score or by its check sets."""
    yield from repository.results or ()
    yield from repository.scores
    for name in repository.check_sets:
        yield from sorted(SECTIONS_OF_SET.get(name, ()))


def _section(section: str, score: float | None, repositories: Sequence[ScoredRepository]) -> Section:
    reports = [(r, r.results[section]) for r in repositories if r.results and section in r.results]
    not_passed = [(r, output) for r, report in reports for output in report.others if _spoils(output, r)]
    return Section(
        score=score,
        is_reported=bool(not_passed) or any(counts(name) for _, report in reports for name in report.passed),
        missing=tuple(_in(r, output) for r, output in not_passed if not output.exempt and not output.failed),
        not_run=tuple(_in(r, output) for r, output in not_passed if output.failed and not output.exempt),
        exempt=tuple(_in(r, output) for r, output in not_passed if _exempt_by_project(output)),
        unreported=tuple(
            Unreported(r.name, r.scores.get(section))
            for r in repositories
            if section not in (r.results or ()) and section in _sections(r)
        ),
    )


def _in(repository: ScoredRepository, output: CheckOutput) -> NotPassed:
    return NotPassed(output.check, repository.name, output.reason)


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
