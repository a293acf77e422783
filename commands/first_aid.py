"""What is known already about a question, shown before anybody is asked: causes, fixes, earlier answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.blocks import Block, context, cut, escape, link, section
from bot.reply import Call, Services
from bot.store import Standing
from bot.store.questions import Solved
from commands import shelf
from commands.next import how, instruction
from rules.first_aid import SEEN, Aid, failing, recognise
from rules.model import FULL_MARKS, Finding, Outcome, Scorecard, Seen
from rules.progress import measure

CHECKS = 3  # failing checks of Scorecard that are shown
EARLIER = 2  # questions
GLANCE = 200  # characters of an earlier question
SCORECARD = "scorecard"  # the topic


@dataclass(frozen=True)
class Subject:
    """What a question is about."""

    topic: str
    text: str
    project: str | None = None
    badge: str | None = None
    criterion: str | None = None
    made_of: str | None = None  # a message: "<channel>/<ts>"


@dataclass(frozen=True)
class Shown:
    """First aid as it is shown, and the ids of what is in it; SEEN stands before what nobody asked about."""

    blocks: list[Block] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    is_recognised: bool = False  # the question itself, not only its topic

    def add(self, name: str, *blocks: Block, is_asked: bool = True) -> None:
        """Each thing once: an aid can be recognised, and be for a check that fails as well."""
        seen = f"{SEEN}{name}"
        if name not in self.ids and seen not in self.ids:
            self.ids.append(name if is_asked else seen)
            self.blocks.extend(blocks)


def title(name: str, services: Services) -> str:
    """What a first aid is called, in plain text; its id where it is known no more."""
    name = name.removeprefix(SEEN)
    aid = services.config.aids.find(name)
    resource = services.resources.find(name)
    return aid.title if aid else resource.title if resource else name


def find(subject: Subject, call: Call, services: Services) -> Shown:
    """Everything that may help, most to the point first. Its blocks are empty where nothing is known."""
    standing = services.store.evidence.standing(subject.project) if subject.project else None
    aids = recognise(subject.text, services.config.aids, _chosen(subject, services))
    finding = _finding(subject, standing, services) if standing else None
    shown = Shown(is_recognised=bool(aids or finding))
    for aid in aids:
        shown.add(aid.id, _aid(aid, services))
    if finding:
        shown.add(finding.how or finding.criterion, _missing(finding, services))
    if standing and subject.topic == SCORECARD:
        for repository, scorecard in _scorecards(standing):
            _checks(repository, scorecard, shown, services)
    for solved in services.store.questions.like(subject.text, subject.topic, EARLIER):
        shown.blocks.append(_earlier(solved))
    _course(subject, shown, call, services)
    return shown


def _chosen(subject: Subject, services: Services) -> str:
    """The topic, where somebody chose it; "" where the question's own words tell it."""
    return subject.topic if subject.topic != services.config.topics.about(subject.text) else ""


def _aid(aid: Aid, services: Services, seen: str = "") -> Block:
    resource = services.resources.find(aid.resource)
    more = f" More: {link(resource.url, escape(resource.title))}." if resource else ""
    told = f"\n{seen}" if seen else ""
    return section(f"🩹 *{escape(aid.title)}*{told}\n{escape(aid.cause)}\n*Fix:* {escape(aid.fix)}{more}")


def _finding(subject: Subject, standing: Standing, services: Services) -> Finding | None:
    """What is missing of the project, where the question is about one criterion."""
    if standing.evidence is None or not subject.criterion:
        return None
    findings = (
        finding
        for badge in measure(services.edition, standing.evidence).badges
        for finding in badge.findings
        if (badge.badge, finding.criterion) == (subject.badge, subject.criterion)
    )
    found = next(findings, None)
    return found if found and found.outcome is Outcome.UNMET else None


def _missing(finding: Finding, services: Services) -> Block:
    fix = services.resources.find(finding.fix)
    more = f"\n{shelf.body(fix)}" if fix else ""
    return section(
        f"🩹 *{escape(finding.statement)}*\nSeen: {escape(cut(finding.detail, 400))}\n"
        f"*Fix:* {instruction(finding)}. {how(finding, services)}".rstrip()
        + more
    )


def _scorecards(standing: Standing) -> Iterator[tuple[str, Scorecard]]:
    answers = standing.evidence.scorecard if standing.evidence else {}
    for repository, answer in answers.items():
        if isinstance(answer, Seen) and answer.value is not None:
            yield repository, answer.value


def _checks(repository: str, scorecard: Scorecard, shown: Shown, services: Services) -> None:
    """The checks that Scorecard published bad results of, the riskiest first."""
    for each in failing(scorecard, services.config.aids)[:CHECKS]:
        check = each.check
        result = f"{check.score} of {FULL_MARKS}" if check.score >= 0 else "no result"
        seen = f"Scorecard on {repository}: {check.name} has {result} ({cut(check.reason, GLANCE)})"
        shown.add(each.aid.id, _aid(each.aid, services, escape(seen)), is_asked=False)


def _earlier(solved: Solved) -> Block:
    asked = f"💬 Somebody asked before: “{escape(cut(' '.join(solved.question.text.split()), GLANCE))}”"
    if solved.answer:
        return section(f"{asked}\n*What helped:* {escape(solved.answer)}")
    where = f" in <#{solved.card.channel}>" if solved.card else ""
    return section(f"{asked}\nIt was solved in the thread of question {solved.question.id}{where}.")


def _course(subject: Subject, shown: Shown, call: Call, services: Services) -> None:
    topic = services.config.topics.entries.get(subject.topic)
    course = services.resources.find(topic.course if topic else None)
    if course and course.id not in services.store.courses.of(call.user):
        shown.blocks.append(context(f"There is a course on it: {link(course.url, escape(course.title))}."))
