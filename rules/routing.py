"""Who is asked to answer a question: one volunteer at a time, on duty by their own clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from rules.help import ANYONE, ORGANIZERS, TOPIC, Question, QuestionState, Volunteer
from rules.local import DAY, clock_change, midnight, moment, zone

WAIT = timedelta(hours=1)  # for a question to be claimed, before it is carried on
LONGEST_NIGHT = timedelta(days=1)  # with nobody on duty, after which organizers are told
MOMENT = timedelta(microseconds=1)  # between two who are asked in one beat: which of them came first counts
LONG_AGO = datetime.min.replace(tzinfo=UTC)
DAYS_AHEAD = 3  # clock changes can swallow a day's hours, or the day


@dataclass(frozen=True, slots=True)
class Unrouted:
    """Nobody can be asked now, why, and when somebody can be expected. None: nobody can say."""

    reason: str
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How far a question is carried now, and who is asked; nobody: the organizers are told."""

    step: int
    volunteer: Volunteer | None = None


Decide = Callable[[Question, Sequence[Volunteer], datetime], Step | None]


def route(question: Question, volunteers: Iterable[Volunteer], now: datetime) -> Volunteer | Unrouted:
    """Who is asked: the one with the lowest load, then the one asked longest ago, then by user id."""
    others = _others(question, volunteers)
    return _first(question, others, now, of_topic=question.step == TOPIC) or Unrouted(
        _why_nobody(question, others, now), expected_at(question, others, now)
    )


def escalate(question: Question, volunteers: Iterable[Volunteer], now: datetime) -> Step | None:
    """The one step by which an open question is carried on. None: it waits, or nothing is left to do.

    Those who cover its topic are asked one after the other, each once; then one of all the others; then the
    organizers are told, once. Before anyone is asked, it waits for whoever comes on duty with a hand free;
    those who cover its topic and can be asked later only are asked then, whoever was told meanwhile.
    """
    if question.state is not QuestionState.OPEN or is_waited_for(question, now):
        return None
    others = _others(question, volunteers)
    if found := _first(question, others, now, of_topic=True):
        return Step(question.step, found)
    has_waited = now >= _waits_until(question)
    if question.step == ORGANIZERS or (not has_waited and any(covers(each, question) for each in others)):
        return None
    if question.step == TOPIC and (found := _first(question, others, now, of_topic=False)):
        return Step(ANYONE, found)
    is_over = has_waited and not (question.step == TOPIC and _is_night(question, others, now))
    return Step(ORGANIZERS) if is_over or not others else None


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
    able = {each.user: replace(each, load=each.load + asked[each.user]) for each in volunteers}
    for place, question in enumerate(waiting, start=1):
        step = decide(question, tuple(able.values()), now)
        if step is None:
            continue
        # later than the step before, by which another process sees that this one was taken
        at = max(now, question.step_at) + place * MOMENT
        if found := step.volunteer:
            able[found.user] = replace(found, load=found.load + 1, asked_at=at)
        yield question, step, at


def expected_at(
    question: Question, volunteers: Iterable[Volunteer], now: datetime, waiting: Iterable[Question] = ()
) -> datetime | None:
    """When a volunteer is asked about it next, if nobody does anything until then. None: nobody is.

    Found by taking the steps: `waiting` are all questions that nobody owns, the longest waiting first.
    """
    left = {each.id: each for each in (*waiting, question)}
    people = {each.user: each for each in volunteers}
    at: datetime | None = now
    while at and any(_can_be_asked(each, left[question.id]) for each in people.values()):
        for each, step, taken_at in beat(tuple(left.values()), people.values(), at):
            if found := step.volunteer:
                if each.id == question.id:
                    return at
                people[found.user] = replace(people[found.user], asked_at=taken_at)
                left[each.id] = replace(
                    each, step=step.step, step_at=taken_at, asked=(*each.asked, found.user)
                )
            else:
                left[each.id] = replace(each, step=step.step)
        at = _next_moment(left.values(), people.values(), at)
    return None


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


def _others(question: Question, volunteers: Iterable[Volunteer]) -> tuple[Volunteer, ...]:
    """Everybody but who asks, and who owns the question already."""
    return tuple(each for each in volunteers if each.user not in (question.asker, question.owner))


def _first(
    question: Question, others: Iterable[Volunteer], now: datetime, *, of_topic: bool
) -> Volunteer | None:
    able = [
        each
        for each in others
        if each.load < each.capacity
        and each.user not in question.asked
        and (not of_topic or covers(each, question))
        and on_duty(each, now)
    ]
    return min(able, key=lambda each: (each.load, each.asked_at or LONG_AGO, each.user), default=None)


def _can_be_asked(volunteer: Volunteer, question: Question) -> bool:
    """Some time, when they are on duty?"""
    return (
        question.state is QuestionState.OPEN
        and volunteer.load < volunteer.capacity
        and volunteer.user not in (question.asker, *question.asked)
        and (question.step == TOPIC or covers(volunteer, question))
    )


def _is_night(question: Question, others: Iterable[Volunteer], now: datetime) -> bool:
    """Somebody who can be asked comes on duty before long."""
    coming = (next_duty(each, now) for each in others if _can_be_asked(each, question))
    return any(at and at - now <= LONGEST_NIGHT for at in coming)


def _next_moment(
    waiting: Iterable[Question], volunteers: Iterable[Volunteer], after: datetime
) -> datetime | None:
    """When a step can be due that is not due yet: somebody was waited for long enough, or comes on duty."""
    waits = map(_waits_until, waiting)
    comes = (
        next_duty(each, after)
        for each in volunteers
        if any(_can_be_asked(each, question) for question in waiting)
    )
    return min((at for at in (*waits, *comes) if at and at > after), default=None)


def _why_nobody(question: Question, others: Iterable[Volunteer], now: datetime) -> str:
    of_topic = question.step == TOPIC
    able = [each for each in others if not of_topic or covers(each, question)]
    about = f" who covers {question.topic}" if of_topic else ""
    if not able:
        return f"no volunteer covers {question.topic}" if of_topic else "there are no other volunteers"
    if all(each.user in question.asked for each in able):
        return f"everybody{about} was asked"
    if any(on_duty(each, now) and each.user not in question.asked for each in able):
        return f"everybody on duty{about} has their hands full"
    return f"nobody{about} is on duty now"
