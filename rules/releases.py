"""Which repositories and releases count, and what a release's file is by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from rules.model import (
    NEVER_ASKED,
    Answer,
    CLOMonitorProject,
    Evidence,
    Lines,
    Project,
    Releases,
    Repository,
    Seen,
    Source,
    Unavailable,
    value,
)
from rules.once import once

NEWEST = 5
"""So many releases of a repository are kept and judged at most; Scorecard looks at as many."""

_SIGNATURE = (".sig", ".asc", ".pem", ".sigstore.json")
_PROVENANCE = ("provenance.json", "provenance.jsonl")
_BOM = ("bom.json", "bom.xml")
# ossf/scorecard checks/raw/sbom.go: neither anchored at the end nor with its dots escaped
_SCORECARD_SBOM = re.compile(r".\.(?:cdx.json|cdx.xml|spdx|spdx.json|spdx.xml|spdx.y[a?]ml|spdx.rdf)")


def is_sbom(name: str) -> bool:
    name = name.lower()
    named = ".spdx" in name or "sbom" in name or ".cdx." in name or "cyclonedx" in name or name in _BOM
    return named and not name.endswith(_SIGNATURE)


def is_provenance(name: str) -> bool:
    name = name.lower()
    return name.endswith(".intoto.jsonl") or name in _PROVENANCE


KINDS = {"sbom": is_sbom, "provenance": is_provenance}


def sorted_out(published: Iterable[tuple[str, Iterable[str]]]) -> Releases:
    """Releases, the newest first, each told as its tag and the names of its files, as they are judged."""
    newest = [(tag, _by_kind(names)) for tag, names in islice(published, NEWEST)]
    carrying = {kind: "\n".join(tag for tag, files in newest if kind in files) for kind in KINDS}
    return Releases(
        tags="\n".join(tag for tag, _ in newest),
        newest=newest[0][1] if newest else {},
        carrying={kind: tags for kind, tags in carrying.items() if tags},
    )


def _by_kind(names: Iterable[str]) -> dict[str, Lines]:
    """Names by what a file is by its name. A name can be of two kinds, or of none."""
    names = tuple(names)
    found = {kind: "\n".join(filter(is_kind, names)) for kind, is_kind in KINDS.items()}
    return {kind: those for kind, those in found.items() if those}


def sbom_readers(name: str) -> tuple[str, ...]:
    """The tools that take a file of this name for an SBOM; empty when neither does.

    Source: cncf/clomonitor linter/checks/sbom.rs ("sbom" anywhere) and ossf/scorecard checks/raw/sbom.go.
    """
    name = name.lower()
    clomonitor = ("CLOMonitor",) if "sbom" in name else ()
    return (*clomonitor, "Scorecard") if _SCORECARD_SBOM.search(name) else clomonitor


def spoken(kind: str) -> str:
    return "SBOM" if kind == "sbom" else kind


def releasing(project: Project, clomonitor: Answer[CLOMonitorProject | None]) -> tuple[str, ...]:
    """The repositories with the `code` check set or, where none has it, those declared."""
    with_code = [repository.name for repository in listed(clomonitor) if "code" in repository.check_sets]
    return tuple(with_code) or project.repositories


def insights_repository(project: Project, clomonitor: Answer[CLOMonitorProject | None]) -> str | None:
    """The repository whose SECURITY-INSIGHTS counts; None when the project has no repository at all."""
    candidates = (*releasing(project, clomonitor), *(r.name for r in listed(clomonitor)))
    return next(iter(candidates), None)


@once
def repositories(evidence: Evidence) -> tuple[str, ...]:
    """The project's repositories: declared, listed by CLOMonitor, and named by its SECURITY-INSIGHTS v2."""
    insights = evidence.github.security_insights
    named = insights.value.repositories if isinstance(insights, Seen) and insights.value else ()
    everything = (*evidence.project.repositories, *(r.name for r in listed(evidence.clomonitor)), *named)
    first: dict[str, str] = {}
    for name in everything:
        first.setdefault(name.lower(), name)
    return tuple(first.values())


_RELEASES = re.compile(
    r"\s*(?:https?://(?:www\.)?)?github\.com/([^/?#]*/[^/?#]*)/releases(?:[/?#]|\s*$)", re.I
)


def is_elsewhere(address: str, repositories: Iterable[str]) -> bool:
    """Does a link lead to some other place than the project's own GitHub releases?"""
    found = _RELEASES.match(address)
    return found is None or found[1].lower() not in [name.lower() for name in repositories]


def listed(clomonitor: Answer[CLOMonitorProject | None]) -> tuple[Repository, ...]:
    if isinstance(clomonitor, Seen) and clomonitor.value:
        return clomonitor.value.repositories
    return ()


@value
class Released:
    """The releases that count for a project: of which repositories, who could not tell, who has none."""

    repositories: tuple[str, ...]  # the releasing ones, also those without a release
    of: tuple[tuple[str, Releases], ...]  # each with at least one
    untold: tuple[str, ...]
    none_yet: tuple[str, ...]
    source: Source | None

    @property
    def left_out(self) -> str:
        return f"; left out, without a release: {', '.join(self.none_yet)}" if self.none_yet else ""


@once
def released(evidence: Evidence) -> Released:
    """The newest releases of each releasing repository."""
    names = releasing(evidence.project, evidence.clomonitor)
    of: list[tuple[str, Releases]] = []
    untold: list[str] = []
    none_yet: list[str] = []
    seen: list[Seen[Releases]] = []
    for name in names:
        answer = evidence.github.releases.get(name, NEVER_ASKED)
        if isinstance(answer, Unavailable):
            untold.append(f"{name}: {answer.reason}")
            continue
        seen.append(answer)
        if answer.value.tags:
            of.append((name, answer.value))
        else:
            none_yet.append(name)
    source = Source.of("github", *seen) if seen else None
    return Released(names, tuple(of), tuple(untold), tuple(none_yet), source)
