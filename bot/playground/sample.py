"""The invented projects of the demo, read from `samples/`: what the three sources would tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec

from bot import documents

SAMPLES = Path(__file__).parent / "samples"


class Scored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository in CLOMonitor. Every check of its sets passes but those named here.

    A check that is `mended` passes from then on; one that is `broken` does not any more.
    """

    name: str  # "owner/repository"
    check_sets: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    mended: Mapping[str, datetime] = {}
    broken: Mapping[str, datetime] = {}
    exempt: Mapping[str, str] = {}  # check: why
    could_not_run: Mapping[str, str] = {}  # check: why


class InCLOMonitor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A project in CLOMonitor; from `silent_from` on it answers 503."""

    display_name: str
    maturity: str
    repositories: tuple[Scored, ...]
    updated_at: datetime
    silent_from: datetime | None = None


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tag: str
    at: datetime
    assets: tuple[str, ...] = ()
    draft: bool = False
    prerelease: bool = False


class Repository(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository on GitHub. `once` is the name it had before."""

    releases: tuple[Release, ...] = ()
    files: Mapping[str, str] = {}
    fork: bool = False
    archived: bool = False
    silent: bool = False  # it answers 503
    once: str | None = None


class Checked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    score: int  # 0 to 10; -1: it could not tell
    reason: str


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What Scorecard published about a repository. Every check has full marks but those named here."""

    at: datetime
    checks: Mapping[str, Checked]


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clomonitor: Mapping[str, InCLOMonitor] = {}  # "cncf/lanternfish"
    github: Mapping[str, Repository] = {}  # "deepwater-demo/lanternfish"
    scorecard: Mapping[str, Published] = {}  # the same


@cache
def everything() -> Sample:
    """All files of `samples/` but the configuration, in one."""
    found = [_read(path) for path in sorted(SAMPLES.glob("*.yaml")) if path.name != "config.yaml"]
    return Sample(
        clomonitor={name: project for sample in found for name, project in sample.clomonitor.items()},
        github={name: repository for sample in found for name, repository in sample.github.items()},
        scorecard={name: result for sample in found for name, result in sample.scorecard.items()},
    )


def _read(path: Path) -> Sample:
    return msgspec.convert(documents.load(path.read_text(encoding="utf-8")), Sample)
