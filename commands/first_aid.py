"""What is known already about a question, shown before anybody is asked: causes, fixes, earlier answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from bot.blocks import Block, context, cut, escape, link, section
from bot.reply import Call, Services
from bot.store import Standing
from bot.store.questions import Solved
from commands import shelf
from commands.next import how, instruction
from rules.first_aid import SEEN, Aid, Explained, failing, named, recognise
from rules.help import Question
from rules.model import FULL_MARKS, Finding, Outcome, Scorecard, ScorecardCheck, Seen
from rules.progress import measure
from rules.recognition import Heard

CHECKS = 3  # of Scorecard, that are shown at a time
EARLIER = 2  # questions
GLANCE = 200  # characters of an earlier question
SCORECARD = "scorecard"  # the topic

Low: TypeAlias = tuple[str, Explained]
"""A low result, and of which repository."""


@dataclass(frozen=True)
class Subject:
    """What a question is about."""

    topic: str
    text: str
    project: str | None = None
    badge: str | None = None
    criterion: str | None = None
    made_of: str | None = None  # a message: "<channel>/<ts>"
    heard: Heard | None = field(
        default=None, repr=False, compare=False
    )  # the text, where it was read already


@dataclass(frozen=True)
class Shown:
    """First aid as it is shown, and the ids of what is in it; SEEN stands before what nobody asked about.

    Where nothing is known there is no id; the way to a course may be shown all the same.
    """

    blocks: list[Block] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    checks: set[str] = field(default_factory=set)  # of Scorecard, whose results are told
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
    """What helped others, and what is known about just this; where that is nothing, what is near it."""
    aids = services.config.aids
    standing = services.store.evidence.standing(subject.project) if subject.project else None
    published = tuple(_scorecards(standing)) if standing else ()
    results = published if subject.topic == SCORECARD else ()
    recognised = recognise(subject.heard or subject.text, aids, _chosen(subject, services))
    finding = _finding(subject, standing, services) if standing else None
    asked = () if recognised or finding else tuple(_asked(subject.text, results, services))
    shown = Shown(is_recognised=bool(recognised or finding or asked))
    earlier = services.store.questions.like(subject.text, subject.topic, EARLIER)
    for solved in earlier:
        if solved.answer:
            shown.add(_called(solved), _earlier(solved), is_asked=False)
    for aid in recognised:
        _explain(aid, aid.checks, published, shown, services)
    if finding:
        shown.add(finding.how or finding.criterion, _missing(finding, services))
    for each in asked:
        _explain(each.aid, (each.check.name,), published, shown, services)
    for one in () if shown.is_recognised else results:
        for each in failing(one[1], aids)[:CHECKS]:
            _explain(each.aid, (each.check.name,), (one,), shown, services, is_asked=False)
    for solved in earlier:
        shown.add(_called(solved), _earlier(solved), is_asked=False)
    _course(subject, shown, call, services)
    return shown


def also_low(question: Question, services: Services) -> tuple[Low, ...]:
    """The low results of its project that were not shown, where it is about Scorecard; the worst first."""
    standing = services.store.evidence.standing(question.project) if question.project else None
    if standing is None or question.topic != SCORECARD:
        return ()
    aids = services.config.aids
    shown = (aids.find(name.removeprefix(SEEN)) for name in question.shown)
    told = {check for aid in shown if aid for check in aid.checks}
    found: dict[str, Low] = {}
    for repository, scorecard in _scorecards(standing):
        for each in failing(scorecard, aids):
            if each.check.score >= 0 and each.check.name not in told:
                found.setdefault(each.check.name, (repository, each))
    return tuple(found.values())


def others(also: Sequence[Low], services: Services) -> list[Block]:
    """The worst of them with what to do about it; the rest is only named."""
    blocks = [_aid(each.aid, services, _result(repository, each.check)) for repository, each in also[:CHECKS]]
    return [*blocks, *([context(in_short(also[CHECKS:]))] if also[CHECKS:] else [])]


def in_short(also: Sequence[Low]) -> str:
    """ "Also low: Code-Review 4." """
    places = {repository for repository, _ in also}
    low = (
        f"{each.check.name} {each.check.score}" + (f" ({repository})" if len(places) > 1 else "")
        for repository, each in also
    )
    return escape(f"Also low: {', '.join(low)}.")


def _chosen(subject: Subject, services: Services) -> str:
    """The topic, where somebody chose it; "" where the question's own words tell it."""
    return subject.topic if subject.topic != services.config.topics.about(subject.text) else ""


def _aid(aid: Aid, services: Services, *results: str) -> Block:
    resource = services.resources.find(aid.resource)
    more = f" More: {link(resource.url, escape(resource.title))}." if resource else ""
    head = "\n".join((f"🩹 *{escape(aid.title)}*", *results))
    return section(f"{head}\n{shelf.told(aid.cause)}\n*Fix:* {shelf.told(aid.fix)}{more}")


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


def _asked(text: str, published: Sequence[tuple[str, Scorecard]], services: Services) -> Iterator[Explained]:
    """The checks that it names; none where it names as many as a log does."""
    every = (each for _, scorecard in published for each in named(text, scorecard, services.config.aids))
    found = {each.check.name: each for each in every}
    yield from found.values() if len(found) <= CHECKS else ()


def _explain(
    aid: Aid,
    checks: Iterable[str],
    published: Iterable[tuple[str, Scorecard]],
    shown: Shown,
    services: Services,
    *,
    is_asked: bool = True,
) -> None:
    """What is known, with the project's own results of these checks, each of which is read out once."""
    new = set(checks) - shown.checks
    found = (
        _result(repository, check)
        for repository, scorecard in published
        for check in scorecard.checks
        if check.name in new
    )
    shown.checks.update(new)
    shown.add(aid.id, _aid(aid, services, *islice(found, CHECKS)), is_asked=is_asked)


def _result(repository: str, check: ScorecardCheck) -> str:
    result = f"{check.score} of {FULL_MARKS}" if check.score >= 0 else "no result, -1"
    return escape(f"Scorecard on {repository}: {check.name} has {result} ({cut(check.reason, GLANCE)})")


def _called(solved: Solved) -> str:
    return f"question {solved.question.id}"


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
