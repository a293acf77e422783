"""The vocabulary of the Slam, as values: what was seen, what it means, and what a program cannot decide.

They have slots: every answer makes and drops a few hundred of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(kind: type[T]) -> type[T]:
    """A frozen dataclass for what every answer makes anew: mypy alone keeps it from being changed.

    To have the interpreter do so as well costs twice the time of making it.
    """
    return dataclass(slots=True)(kind)


# --- What was seen -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """A source's last good answer.

    `as_of` is when it was given, `url` where a person can look. `failing_since` is set while newer attempts
    fail, and `failure` then says how: the answer still stands.
    """

    value: T
    as_of: datetime
    url: str
    failing_since: datetime | None = None
    failure: str | None = None


class Unavailable(NamedTuple):
    """No source ever told, and why. It is stored as a list: so it is told from `Seen`, an object."""

    reason: str


Answer: TypeAlias = Seen[T] | Unavailable

NEVER_ASKED = Unavailable("not looked at yet")

Lines: TypeAlias = str
"""Texts, one a line: lists that few answers look into, since one text is read faster than many."""


@value
class Project:
    """A project as it was declared, in the configuration or in Slack."""

    id: str
    name: str
    clomonitor: str | None = None  # "cncf/jaeger": foundation and name in CLOMonitor
    repositories: tuple[str, ...] = ()  # "owner/repository", as declared
    channel: str | None = None
    timezone: str | None = None
    maintainers: tuple[str, ...] = ()  # Slack user ids


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in CLOMonitor. Without check sets it is listed but never looked at."""

    name: str  # "owner/repository", as in its address
    check_sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPassed:
    """A CLOMonitor check that did not pass in a repository."""

    check: str
    repository: str
    reason: str = ""  # why it is exempt, or why it could not run


@dataclass(frozen=True, slots=True)
class Unreported:
    """A repository that has a section, but no report on it."""

    repository: str
    score: float | None = None  # its own for the section, 0 to 100; None: not scored


@dataclass(frozen=True, slots=True)
class CLOMonitorProject:
    """A project in CLOMonitor, as of its last look: by section, over all its repositories.

    Of the checks only those that count, and a section of which there is nothing to tell is absent.
    """

    name: str
    display_name: str
    maturity: str | None
    repositories: tuple[Repository, ...]
    scores: Mapping[str, float]  # the project's own, 0 to 100; not scored: absent
    reported: tuple[str, ...]  # sections that a report tells of
    missing: Mapping[str, tuple[NotPassed, ...]] = field(default_factory=dict)
    not_run: Mapping[str, tuple[NotPassed, ...]] = field(default_factory=dict)  # which is not being missing
    exempt: Mapping[str, tuple[NotPassed, ...]] = field(default_factory=dict)  # by the project
    unreported: Mapping[str, tuple[Unreported, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project as CLOMonitor lists it for those who look for theirs."""

    name: str  # "cncf/jaeger"
    display_name: str
    repositories: tuple[str, ...] = ()  # "jaegertracing/jaeger"


@dataclass(frozen=True, slots=True)
class Releases:
    """The newest releases of a repository that are published, neither drafts nor prereleases.

    A file's kind is one of `rules.releases.KINDS`, by its name; what is of another kind is not kept.
    """

    tags: Lines = ""  # the newest first; "": there is no release
    newest: Mapping[str, Lines] = field(default_factory=dict)
    """By kind: the names of the newest one's files."""
    carrying: Mapping[str, Lines] = field(default_factory=dict)
    """By kind: the tags of those with such a file."""


@dataclass(frozen=True, slots=True)
class Workflows:
    """A repository's GitHub Actions workflows: when each runs, what it uses, and what they make.

    Of the makers the first is kept, by what it makes ("sbom" or "provenance"), with its place:
    "anchore/sbom-action (.github/workflows/release.yml:31)".
    """

    events: Mapping[str, Lines] = field(default_factory=dict)
    """By the path of each workflow: "push", "release", ..."""
    uses: Mapping[str, Lines] = field(default_factory=dict)
    """By path: "owner/action" or "owner/repository/path", without the version."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """By path: why it could not be read."""
    on_release: Mapping[str, str] = field(default_factory=dict)
    """In those that run on a tag, a release or the push of a tag."""
    makers: Mapping[str, str] = field(default_factory=dict)
    """In any of them."""
    called: Mapping[str, str] = field(default_factory=dict)
    """In the workflows, actions and scripts that they call."""


@dataclass(frozen=True, slots=True)
class SecurityInsights:
    """The Security Insights file that counts for a project, held against both readers that people rely on."""

    repository: str
    path: str
    url: str
    version: str  # header.schema-version as written; "" when there is none
    schema_errors: tuple[str, ...]  # empty: our reading of the published schema accepts it
    reader_errors: tuple[str, ...]  # empty: our reading of CLOMonitor's reader accepts it
    seen_by_clomonitor: bool  # its path is one where CLOMonitor looks
    also_at: tuple[str, ...] = ()  # other paths with such a file, which do not count
    expires: datetime | None = None  # v1: its expiration date
    sbom: tuple[str, ...] = ()  # addresses, placeholders left out
    provenance: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()  # dependency policy
    guidance: tuple[str, ...] = ()  # how to verify provenance
    assessment: tuple[str, ...] = ()  # self-assessment
    repositories: tuple[str, ...] = ()  # "owner/repository" that a v2 file names
    contacts: tuple[str, ...] = ()  # whom to tell of a vulnerability: addresses of mail and of the web

    @property
    def is_valid(self) -> bool:
        return not self.schema_errors or not self.reader_errors

    @property
    def is_v1(self) -> bool:
        return not self.version.startswith("2.")


@dataclass(frozen=True, slots=True)
class Page:
    """A page on verifying what one downloaded, with the command that a code block of it shows."""

    path: str
    url: str
    command: str


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """A security self-assessment, or a link to one that could not be read (`unread` says why)."""

    url: str
    place: str  # "cncf/toc: projects/jaeger/security-assessment/self-assessment.md"
    headings: int = 0  # how many of the template's it has
    missing: tuple[str, ...] = ()  # the others
    stage: str = ""  # the "Assessment Stage" cell as written; "" when there is none
    unread: str = ""


@value
class GitHub:
    """What GitHub told of a project. A repository or owner that was not asked about is absent."""

    owned: Mapping[str, Answer[tuple[str, ...]]] = field(default_factory=dict)
    """By owner: its public, unarchived repositories that are not forks."""
    releases: Mapping[str, Answer[Releases]] = field(default_factory=dict)
    """By repository."""
    stored: Mapping[str, Answer[bool]] = field(default_factory=dict)
    """By repository: is there an attestation in GitHub's store for the newest release's first asset?"""
    workflows: Mapping[str, Answer[Workflows]] = field(default_factory=dict)
    """By repository."""
    links: Mapping[str, Answer[bool]] = field(default_factory=dict)
    """By address on GitHub that Security Insights gives: does it exist?"""
    security_insights: Answer[SecurityInsights | None] = NEVER_ASKED
    """None: there is none."""
    guidance: Answer[tuple[Page, ...]] = NEVER_ASKED
    self_assessments: Answer[tuple[SelfAssessment, ...]] = NEVER_ASKED
    files: Answer[Lines] = NEVER_ASKED
    """Paths at the root, in .github/ and in docs/ of the repository whose Security Insights counts."""
    readme_links: Answer[Lines] = NEVER_ASKED


FULL_MARKS = 10  # of a check of Scorecard's


@dataclass(frozen=True, slots=True)
class ScorecardCheck:
    """A check of Scorecard's without full marks. A score of -1: it could not tell."""

    name: str  # "Token-Permissions"
    score: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What OpenSSF Scorecard published about a repository last."""

    repository: str  # "owner/repository"
    score: float  # 0 to 10; -1: it could not tell
    at: datetime | None = None  # when it was measured, as it says
    version: str = ""  # Scorecard's own
    checks: tuple[ScorecardCheck, ...] = ()  # those without full marks


@dataclass(frozen=True, slots=True)
class Attestation:
    """An organizer's word that a criterion is met, good until the evidence under it changes."""

    badge: str
    criterion: str
    by: str  # Slack user id
    at: datetime
    why: str
    fingerprint: str  # of the finding that was attested


@dataclass(frozen=True)  # without slots: what is worked out of it once stays beside it
class Evidence:
    """Everything that is known of one project."""

    project: Project
    clomonitor: Answer[CLOMonitorProject | None] = NEVER_ASKED
    """None: CLOMonitor does not know the project."""
    github: GitHub = field(default_factory=GitHub)
    scorecard: Mapping[str, Answer[Scorecard | None]] = field(default_factory=dict)
    """By repository, in lower case. None: nothing is published about it."""
    attestations: tuple[Attestation, ...] = ()


# --- What it means -----------------------------------------------------------------------------------------


class Outcome(Enum):
    MET = "met"
    EXEMPT = "exempt"  # holds only because something is exempt
    UNMET = "unmet"
    NEEDS_PERSON = "needs_person"  # what a program can see is there
    UNKNOWN = "unknown"  # no source ever told

    @property
    def holds(self) -> bool:
        return self in (MET, EXEMPT)


# by names of their own: in Python 3.11 an enum takes its time to find a member
MET, EXEMPT, UNMET, NEEDS_PERSON, UNKNOWN = Outcome


class State(Enum):
    NOT_STARTED = "not_started"
    PARTIAL = "partial"
    EVIDENCE_FOUND = "evidence_found"
    UNKNOWN = "unknown"


@value
class Source:
    """Who said it: together, several answers are as old as the oldest, and silent as long as the first.

    An overview reads none of it: so it is worked out when somebody does.
    """

    name: str  # "clomonitor", "github"
    answers: tuple[Seen[Any], ...]

    @classmethod
    def of(cls, name: str, *answers: Seen[Any]) -> Source:
        return cls(name, answers)

    @property
    def as_of(self) -> datetime:
        return min([answer.as_of for answer in self.answers])

    @property
    def url(self) -> str:
        """Where to look."""
        return self.answers[0].url

    @property
    def failing_since(self) -> datetime | None:
        return min([answer.failing_since for answer in self.answers if answer.failing_since], default=None)


Told: TypeAlias = str | tuple[Callable[..., str], *tuple[Any, ...]]
"""A text, or the function that makes it and what that is called with: values, so that it can be compared."""


def spelled(told: Told) -> str:
    if isinstance(told, str):
        return told
    tell, *given = told
    return tell(*given)


@value
class Finding:
    """One criterion of a badge, judged for one project.

    `detail` tells what was seen, by name, and never a time: an attestation holds while it stays the same.
    A long one is made when it is read: an overview shows few.
    """

    criterion: str  # id, unique within the badge
    statement: str  # true or false: "CLOMonitor documentation score is 100%"
    outcome: Outcome
    told: Told
    source: Source | None = None
    resource: str | None = None  # id in resources.yaml: what to do about it
    step: str = ""  # the smallest thing to do about it, as an instruction
    effort: timedelta | None = None  # rough, for the step
    fix: str | None = None  # id in resources.yaml: how to mend exactly this, where that is known

    @property
    def detail(self) -> str:
        return spelled(self.told)

    @property
    def how(self) -> str | None:
        """The resource that says most about what to do."""
        return self.fix or self.resource


CheckResult: TypeAlias = tuple[Finding, ...]


@value
class BadgeProgress:
    badge: str
    title: str
    state: State
    findings: tuple[Finding, ...]
    found: int  # how many criteria hold
    step: Finding | None  # the unmet criterion that costs least; None: nothing is unmet
    unknown: Finding | None  # the first of which no source told


@value
class NextStep:
    badge: str
    finding: Finding


@value
class Progress:
    """How far one project is on every badge of one edition."""

    badges: tuple[BadgeProgress, ...]
    next_step: NextStep | None  # None: nothing is unmet

    @property
    def found(self) -> int:
        """For how many badges evidence was found."""
        return sum(badge.state is State.EVIDENCE_FOUND for badge in self.badges)


# --- What an edition declares -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """A use of a check: the check's file name, its settings, and its `check` function.

    Badges that ask for the same share it: it is equal to itself alone.
    """

    check: str
    settings: object
    judge: Callable[[Any, Evidence], CheckResult]


@dataclass(frozen=True, slots=True)
class Badge:
    id: str
    title: str
    goal: str
    criteria: tuple[Criterion, ...]
    url: str = ""
    resources: tuple[str, ...] = ()  # ids in resources.yaml


@dataclass(frozen=True, slots=True)
class Milestone:
    """A moment of the event. `at` is aware and UTC; `timezone` is the zone it was announced in."""

    id: str
    title: str
    at: datetime
    timezone: str
    told_as: str | None = None  # in the words of another zone, where it was told in those


@dataclass(frozen=True, slots=True)
class Prizes:
    text: str
    badges: int | None = None  # the first so many badges win
    per_project: int | None = None  # at most so many each


@dataclass(frozen=True, slots=True)
class Edition:
    """One Slam: its dates, and its badges in the order in which they are best begun."""

    id: str
    name: str
    url: str
    channel: str  # as people know it: "#security-slam"
    milestones: tuple[Milestone, ...]  # in order of time
    badges: tuple[Badge, ...]
    opens_with: str = "open"  # id of a milestone
    ends_with: str = "close"
    prizes: Prizes | None = None

    @property
    def opens(self) -> Milestone:
        return self.milestone(self.opens_with)

    @property
    def ends(self) -> Milestone:
        return self.milestone(self.ends_with)

    def milestone(self, name: str) -> Milestone:
        """The milestone of that id; KeyError when the edition has none."""
        for milestone in self.milestones:
            if milestone.id == name:
                return milestone
        raise KeyError(name)

    def badge(self, name: str) -> Badge | None:
        return next((badge for badge in self.badges if badge.id == name), None)
