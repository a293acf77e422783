"""Valid values about an invented project, Kelp. A test states the one difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from bot import documents
from rules import edition as editions
from rules import sections
from rules.model import (
    Answer,
    CLOMonitorProject,
    Edition,
    Evidence,
    Finding,
    GitHub,
    Outcome,
    Project,
    Releases,
    SecurityInsights,
    Seen,
    SelfAssessment,
    State,
    Workflows,
)
from rules.releases import sorted_out
from rules.resources import Resources
from rules.resources import parse as library
from rules.sections import CheckOutput, Results, ScoredRepository
from rules.slam import BadgeStanding, Change, Participant, Reader, Record, Slam, Step

T = TypeVar("T")

NOON = datetime(2023, 10, 20, 12, tzinfo=UTC)
KELP = "kelp-io/kelp"
DOCS = "kelp-io/docs"
RULES = Path(__file__).parent.parent / "rules"
ALL_EDITIONS = sorted(path.stem for path in (RULES / "editions").glob("*.yaml"))

PASSING = {
    "documentation": ("changelog", "contributing", "maintainers", "readme"),
    "license": ("license_approved", "license_scanning", "license_spdx_id"),
    "best_practices": ("artifacthub_badge", "cla", "dco", "openssf_badge", "recent_release"),
    "security": ("code_review", "maintained", "sbom", "security_policy", "token_permissions"),
    "legal": ("trademark_disclaimer",),
}
HEADINGS = (
    "Metadata", "Security links", "Overview", "Background", "Actors", "Actions", "Goals", "Non-goals",
    "Self-assessment use", "Security functions and features", "Project compliance",
    "Secure development practices", "Security issue resolution", "Appendix",
)  # fmt: skip


FIVE = ("cleaner", "defender", "chronicler", "inspector", "mechanizer")


@cache
def written(name: str) -> Any:
    """What a file of the rules says, read as the bot reads it. It is everybody's: nobody changes it."""
    return documents.load((RULES / name).read_text())


@cache
def declared(name: str) -> Edition:
    """An edition as it is declared today, whatever badges it has."""
    return editions.parse(written(f"editions/{name}.yaml"))


def edition() -> Edition:
    """Security Slam 2023 with the five badges that Kelp is about."""
    slam = declared("slam-2023")
    return replace(slam, badges=tuple(badge for badge in slam.badges if badge.id in FIVE))


def seen(value: T, url: str = "https://example.org/kelp") -> Seen[T]:
    return Seen(value, NOON - timedelta(hours=1), url)


def silent(answer: Answer[T]) -> Answer[T]:
    """The same answer, from a source that has been failing since two hours ago."""
    assert isinstance(answer, Seen)
    return replace(answer, failing_since=NOON - timedelta(hours=2), failure="503")


def project(**changes: Any) -> Project:
    kelp = Project("kelp", "Kelp", "cncf/kelp", (KELP,), "C0KELP", "Europe/Berlin", ("U0M1",))
    return replace(kelp, **changes)


def output(check: str, section: str = "documentation", **changes: Any) -> CheckOutput:
    """A check that did not pass."""
    return replace(CheckOutput(section, check), **changes)


def passing(*but: CheckOutput) -> dict[str, Results]:
    """Every check of every section passed, but for these; by section."""
    found = {section: Results(checks) for section, checks in PASSING.items()}
    for each in but:
        before = found.get(each.section, Results())
        passed = tuple(name for name in before.passed if name != each.check)
        found[each.section] = Results(passed, (*before.others, each))
    return found


def scored(name: str = KELP, **changes: Any) -> ScoredRepository:
    repository = ScoredRepository(name, ("code", "community"), dict.fromkeys(PASSING, 100.0), passing())
    return replace(repository, **changes)


def clomonitor(
    *repositories: ScoredRepository, scores: Mapping[str, float] | None = None, **changes: Any
) -> CLOMonitorProject:
    scores = dict.fromkeys(PASSING, 100.0) if scores is None else scores
    told = sections.project("kelp", "Kelp", "sandbox", scores, repositories or (scored(),))
    return replace(told, **changes)


Published: TypeAlias = tuple[str, tuple[str, ...]]  # a release's tag, and the names of its files


def release(tag: str = "v1.2.0", *names: str) -> Published:
    return tag, names or ("kelp.tar.gz", "kelp-sbom.spdx.json", "multiple.intoto.jsonl")


def releases(*published: Published) -> Releases:
    """A repository's, the newest first."""
    return sorted_out(published)


def insights(**changes: Any) -> SecurityInsights:
    """A valid v2 file that documents everything."""
    return replace(
        SecurityInsights(
            repository=KELP,
            path="security-insights.yml",
            url=f"https://github.com/{KELP}/blob/HEAD/security-insights.yml",
            version="2.0.0",
            schema_errors=(),
            reader_errors=(),
            seen_by_clomonitor=True,
            sbom=(f"https://github.com/{KELP}/releases",),
            provenance=(f"https://github.com/{KELP}/releases",),
            policy=(f"https://github.com/{KELP}/blob/main/docs/dependencies.md",),
            guidance=(f"https://github.com/{KELP}/blob/main/docs/verify.md",),
            assessment=(f"https://github.com/{KELP}/blob/main/docs/self-assessment.md",),
        ),
        **changes,
    )


def self_assessment(missing: Sequence[str] = (), stage: str = "Complete", **changes: Any) -> SelfAssessment:
    have = len(HEADINGS) - len(missing)
    place = f"{KELP}: docs/self-assessment.md"
    return replace(SelfAssessment("https://example.org/sa", place, have, tuple(missing), stage), **changes)


def workflows(*makes: str, **changes: Any) -> Workflows:
    """One that runs on a tag and makes these: "sbom", "provenance"."""
    path = ".github/workflows/release.yml"
    makers = {kind: f"some/{kind}-maker ({path}:{7 + index})" for index, kind in enumerate(makes)}
    return replace(Workflows({path: "push"}, on_release=makers, makers=makers), **changes)


def github(**changes: Any) -> GitHub:
    """Everything that a program can see is there."""
    file = insights()
    links = {address: seen(True) for address in (*file.policy, *file.assessment)}
    return replace(
        GitHub(
            owned={"kelp-io": seen((KELP,))},
            releases={KELP: seen(releases(release(), release("v1.1.0")))},
            workflows={KELP: seen(workflows("sbom", "provenance"))},
            links=links,
            security_insights=seen(file),
            guidance=seen(()),
            self_assessments=seen((self_assessment(),)),
            files=seen("README.md\nLICENSE\n.github/dependabot.yml"),
            readme_links=seen("https://grc.store/targets/kelp-io/kelp"),
        ),
        **changes,
    )


def evidence(**changes: Any) -> Evidence:
    """Kelp has everything that a program can see."""
    return replace(Evidence(project(), seen(clomonitor()), github()), **changes)


def finding(outcome: Outcome = Outcome.UNMET, **changes: Any) -> Finding:
    return replace(
        Finding("documentation", "CLOMonitor documentation score is 100%", outcome, "seen"), **changes
    )


# --- The Slam as reminders see it ---------------------------------------------------------------------------

TITLES = {badge: f"The {badge.title()}" for badge in FIVE}
KELPS = Reader("C0KELP", "Europe/Berlin", "kelp")  # where Kelp is told
SLAMS = Reader("C0SLAM", "UTC", "C0SLAM")  # for announcements
ORGANIZERS = Reader("C0ORGS", "UTC", "C0ORGS")


@cache
def resources() -> Resources:
    return library(written("resources.yaml"))


def standing(badge: str = "cleaner", **changes: Any) -> BadgeStanding:
    """Three of four criteria hold, and one is unmet."""
    return replace(BadgeStanding(badge, TITLES[badge], State.PARTIAL, found=3, total=4, missing=1), **changes)


def complete(badge: str) -> BadgeStanding:
    return standing(badge, state=State.EVIDENCE_FOUND, found=4, missing=0)


def record(*badges: BadgeStanding, **changes: Any) -> Record:
    """Kelp lacks one criterion of the Cleaner, and nothing else; nothing was found in the last two days."""
    badges = badges or tuple(standing(each) if each == "cleaner" else complete(each) for each in FIVE)
    missing = [badge.badge for badge in badges if badge.missing]
    steps = tuple(
        Step(name, "documentation", "Add a changelog", "clomonitor-documentation") for name in missing
    )
    return replace(
        Record(badges, {}, steps, "sandbox", NOON - timedelta(minutes=5), NOON - timedelta(days=2)), **changes
    )


def finished() -> Record:
    return record(*map(complete, FIVE))


def change(found: bool = True, **changes: Any) -> Change:
    """Kelp's changelog, an hour ago."""
    statement = "CLOMonitor documentation score is 100%"
    standard = Change(
        NOON - timedelta(hours=1), "cleaner", "The Cleaner", "documentation", statement, found, "seen"
    )
    return replace(standard, **changes)


def participant(**changes: Any) -> Participant:
    return replace(Participant(project(), record(), readers=(KELPS,)), **changes)


def slam(*participants: Participant, **changes: Any) -> Slam:
    """Ten days into Security Slam 2023, with Kelp."""
    return replace(
        Slam(
            edition=edition(),
            resources=resources(),
            participants=participants or (participant(),),
            channels={"C0SLAM": SLAMS, "C0ORGS": ORGANIZERS},
            announcements_channel="C0SLAM",
            organizers_channel="C0ORGS",
        ),
        **changes,
    )


def moved(before: Slam, milestone: str, at: datetime) -> Slam:
    """The same Slam with a milestone at another time."""
    milestones = tuple(
        replace(each, at=at) if each.id == milestone else each for each in before.edition.milestones
    )
    return replace(before, edition=replace(before.edition, milestones=milestones))
