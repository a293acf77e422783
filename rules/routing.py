"""Who is asked to answer a question: one volunteer at a time, on duty by their own clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from rules.help import ANYONE, ORGANIZERS, TOPIC, Question, QuestionState, Volunteer
from rules.local import DAY, clock_change, midnight, moment, zone

WAIT = timedelta(hours=1)  # for a question to be claimed, before it is carried on
LONGEST_NIGHT = timedelta(days=1)  # with nobody on duty, after which organizers are told
MOMENT = timedelta(microseconds=1)  # between two who are asked in one beat: which of them came first counts
LONG_AGO = datetime.min.replace(tzinfo=UTC)
DAYS_AHEAD = 3  # clock changes can swallow a day's hours, or the day
HORIZON = timedelta(days=2)  # as far as anybody is expected
LOOKS = 1000  # at a question, one after the other: among very many nobody can say
GRAIN = timedelta(minutes=15)  # what is due within so long is looked at together


@dataclass(frozen=True, slots=True)
class Step:
    """How far a question is carried now, and who is asked; nobody: the organizers are told."""

    step: int
    volunteer: Volunteer | None = None


class Roster(tuple[Volunteer, ...]):
    """Everybody at one moment; when each is on duty next is found out once, for all questions."""

    at: datetime
    duties: dict[str, datetime | None]

    @classmethod
    def of(cls, volunteers: Iterable[Volunteer], at: datetime) -> Roster:
        if isinstance(volunteers, cls) and volunteers.at == at:
            return volunteers
        roster = cls(volunteers)
        roster.at = at
        roster.duties = {}
        return roster

    def then(self, at: datetime, changed: Mapping[str, Volunteer]) -> Roster:
        """Everybody at this moment or later; some of them changed in something, but not in their hours."""
        roster = Roster.of((changed.get(each.user, each) for each in self), at)
        if at == self.at:
            roster.duties = self.duties
        else:
            roster.duties = {user: begins for user, begins in self.duties.items() if begins and begins >= at}
        return roster

    def begins(self, volunteer: Volunteer) -> datetime | None:
        """When they are on duty next."""
        if volunteer.user not in self.duties:
            self.duties[volunteer.user] = next_duty(volunteer, self.at)
        return self.duties[volunteer.user]

    @cached_property
    def free(self) -> tuple[Volunteer, ...]:
        """On duty, and with a hand free."""
        return tuple(each for each in self if each.load < each.capacity and self.begins(each) == self.at)

    @cached_property
    def coming(self) -> tuple[Volunteer, ...]:
        """On duty before long."""
        latest = self.at + LONGEST_NIGHT
        return tuple(each for each in self if (begins := self.begins(each)) and begins <= latest)


Decide = Callable[[Question, Roster, datetime], Step | None]


def escalate(question: Question, volunteers: Iterable[Volunteer], now: datetime) -> Step | None:
    """The one step by which an open question is carried on. None: it waits, or nothing is left to do.

    Those who cover its topic are asked one after the other, each once; then one of all the others; then the
    organizers are told, once. Before anyone is asked, it waits for whoever comes on duty with a hand free;
    those who cover its topic and can be asked later only are asked then, whoever was told meanwhile.
    """
    has_waited = now >= _waits_until(question)
    if question.state is not QuestionState.OPEN or (question.asked and not has_waited):
        return None
    roster = Roster.of(volunteers, now)
    if found := _first(question, roster, of_topic=True):
        return Step(question.step, found)
    if question.step == ORGANIZERS or (not has_waited and _is_any(question, roster, of_topic=True)):
        return None
    if question.step == TOPIC and (found := _first(question, roster, of_topic=False)):
        return Step(ANYONE, found)
    is_over = has_waited and not (question.step == TOPIC and _is_night(question, roster))
    return Step(ORGANIZERS) if is_over or not _is_any(question, roster) else None


def is_waited_for(question: Question, now: datetime) -> bool:
    """Does it wait for whoever was asked last?"""
    return question.state is QuestionState.OPEN and bool(question.asked) and now < _waits_until(question)


def beat(
    waiting: Sequence[Question], volunteers: Iterable[Volunteer], now: datetime, decide: Decide = escalate
) -> Iterator[tuple[Question, Step, datetime]]:
    """The steps that are due now, one after the other, and when each is taken.

    A question that waits for somebody is as good as theirs: it counts for their load.
    """
    asked = Counter(each.asked[-1] for each in waiting if is_waited_for(each, now))
    roster = Roster.of(volunteers, now)
    waited_for = (each for each in roster if each.user in asked)
    busy = {each.user: replace(each, load=each.load + asked[each.user]) for each in waited_for}
    roster = roster.then(now, busy)
    for place, question in enumerate(waiting, start=1):
        step = decide(question, roster, now)
        if step is None:
            continue
        # later than the step before, by which another process sees that this one was taken
        at = max(now, question.step_at) + place * MOMENT
        if found := step.volunteer:
            roster = roster.then(now, {found.user: replace(found, load=found.load + 1, asked_at=at)})
        yield question, step, at


def expected_at(
    questions: Iterable[Question],
    volunteers: Iterable[Volunteer],
    now: datetime,
    waiting: Iterable[Question] = (),
) -> Mapping[int, datetime]:
    """When a volunteer is asked about each next, if nobody does anything until then; by their ids.

    One that is missing: nobody is, or not soon, or nobody can say. Found by taking the steps: `waiting` are
    all questions that nobody owns, the longest waiting first.
    """
    wanted = {each.id for each in questions}
    left = {each.id: each for each in (*waiting, *questions)}
    roster = Roster.of(volunteers, now)
    people = {each.user: each for each in roster}
    expected: dict[int, datetime] = {}
    for _ in range(LOOKS // (len(left) or 1)):
        wanted = {each for each in wanted if any(_can_be_asked(one, left[each]) for one in roster)}
        if not wanted:
            break
        for each, step, taken_at in beat(tuple(left.values()), roster, roster.at):
            if step.volunteer is None:
                left[each.id] = replace(each, step=step.step)
                continue
            if each.id in wanted:
                expected[each.id] = roster.at
                wanted.remove(each.id)
            who = step.volunteer.user
            people[who] = replace(people[who], asked_at=taken_at)
            left[each.id] = replace(each, step=step.step, step_at=taken_at, asked=(*each.asked, who))
        at = _next_moment(left.values(), roster)
        if at is None or at > now + HORIZON:
            break
        roster = roster.then(at, people)
    return expected


def covers(volunteer: Volunteer, question: Question) -> bool:
    """Do they answer questions of this topic, or about this badge?"""
    return question.topic in volunteer.topics or question.badge in volunteer.topics


def on_duty(volunteer: Volunteer, now: datetime) -> bool:
    """Does the clock on their wall show one of their hours, and are they neither away nor off duty?"""
    if not volunteer.on_duty or (volunteer.away_until and now < volunteer.away_until):
        return False
    if volunteer.hours is None:
        return True
    start, end = volunteer.hours
    wall = now.astimezone(zone(volunteer.timezone)).time()
    if start < end:
        return start <= wall < end
    return wall >= start or wall < end  # past midnight; from and to the same time: always


def next_duty(volunteer: Volunteer, now: datetime) -> datetime | None:
    """The first moment from now on at which they are on duty. None: they said they are off duty."""
    if not volunteer.on_duty:
        return None
    begins = max(now, volunteer.away_until or now)
    if volunteer.hours is None or on_duty(volunteer, begins):
        return begins
    start, where = volunteer.hours[0], volunteer.timezone
    today = begins.astimezone(zone(where)).date()
    for day in (today + number * DAY for number in range(DAYS_AHEAD)):
        starts = [moment(day, start, where), moment(day, start, where, again=True)]
        # clocks that are put back can show somebody's last hour for a second time
        change = clock_change(midnight(begins, where, (day - today).days), DAY, where)
        for at in sorted([*starts, change] if change else starts):
            if at >= begins and on_duty(volunteer, at):
                return at
    return None


def _waits_until(question: Question) -> datetime:
    """By the second: which step of a beat came first does not count here."""
    return question.step_at.replace(microsecond=0) + WAIT


def _first(question: Question, roster: Roster, *, of_topic: bool) -> Volunteer | None:
    not_these = (question.asker, question.owner, *question.asked)
    able = [
        each
        for each in roster.free
        if each.user not in not_these and (not of_topic or covers(each, question))
    ]
    return min(able, key=lambda each: (each.load, each.asked_at or LONG_AGO, each.user), default=None)


def _is_any(question: Question, roster: Roster, *, of_topic: bool = False) -> bool:
    """Somebody is there but who asks, and who owns the question already."""
    return any(
        each.user not in (question.asker, question.owner) and (not of_topic or covers(each, question))
        for each in roster
    )


def _can_be_asked(volunteer: Volunteer, question: Question) -> bool:
    """Some time, when they are on duty?"""
    return (
        question.state is QuestionState.OPEN
        and volunteer.load < volunteer.capacity
        and volunteer.user not in (question.asker, *question.asked)
        and (question.step == TOPIC or covers(volunteer, question))
    )


def _is_night(question: Question, roster: Roster) -> bool:
    """Somebody who can be asked comes on duty before long."""
    return any(_can_be_asked(each, question) for each in roster.coming)


def _next_moment(waiting: Collection[Question], roster: Roster) -> datetime | None:
    """When a step can be due that is not due yet: somebody was waited for long enough, or comes on duty."""
    first = min((at for at in map(_waits_until, waiting) if at > roster.at), default=None)
    for each in roster:
        at = roster.begins(each)
        is_first = at and at > roster.at and (first is None or at < first)
        if is_first and any(_can_be_asked(each, question) for question in waiting):
            first = at
    return max(first, roster.at + GRAIN) if first else None
