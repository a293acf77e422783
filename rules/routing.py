"""Who is asked to answer a question: one volunteer at a time, on duty by their own clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rules.help import ANYONE, ORGANIZERS, TOPIC, Question, QuestionState, Volunteer
from rules.local import DAY, clock_change, midnight, moment, zone

WAIT = timedelta(hours=1)  # for a question to be claimed, before it is carried on
LONGEST_NIGHT = timedelta(days=1)  # with nobody on duty, after which organizers are told
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


def route(question: Question, volunteers: Iterable[Volunteer], now: datetime) -> Volunteer | Unrouted:
    """Who is asked: the one with the lowest load, then the one asked longest ago, then by user id."""
    others = _others(question, volunteers)
    return _first(question, others, now) or Unrouted(
        _why_nobody(question, others, now), expected_at(question, others, now)
    )


def escalate(question: Question, volunteers: Iterable[Volunteer], now: datetime) -> Step | None:
    """The one step by which an open question is carried on. None: it waits, or nothing is left to do.

    Those who cover its topic are asked one after the other, each once; then one of all the others; then the
    organizers are told, once. While nobody is on duty it waits for the morning.
    """
    if question.state is not QuestionState.OPEN or question.step >= ORGANIZERS:
        return None
    others = _others(question, volunteers)
    has_waited = now - question.step_at >= WAIT
    if question.asked and not has_waited:
        return None
    if question.step == TOPIC and (found := _first(question, others, now)):
        return Step(TOPIC, found)
    covered = any(covers(each, question) for each in others)
    if (covered and not has_waited) or _is_night(others, now):
        return None
    if question.step == TOPIC and (found := _first(question, others, now, of_topic=False)):
        return Step(ANYONE, found)
    return Step(ORGANIZERS) if has_waited or not others else None


def expected_at(question: Question, volunteers: Iterable[Volunteer], now: datetime) -> datetime | None:
    """When a volunteer can be asked next; None: nobody can say."""
    others = _others(question, volunteers)
    covered = any(covers(each, question) for each in others)
    for_anyone = max(now, question.step_at + WAIT) if covered and question.step == TOPIC else now
    moments = (
        next_duty(each, now if covers(each, question) else for_anyone)
        for each in others
        if each.load < each.capacity and each.user not in question.asked
    )
    return min((at for at in moments if at), default=None)


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


def _others(question: Question, volunteers: Iterable[Volunteer]) -> tuple[Volunteer, ...]:
    """Everybody but who asks, and who owns the question already."""
    return tuple(each for each in volunteers if each.user not in (question.asker, question.owner))


def _first(
    question: Question, others: Iterable[Volunteer], now: datetime, *, of_topic: bool = True
) -> Volunteer | None:
    of_topic = of_topic and question.step == TOPIC
    able = [
        each
        for each in others
        if each.load < each.capacity
        and each.user not in question.asked
        and (not of_topic or covers(each, question))
        and on_duty(each, now)
    ]
    return min(able, key=lambda each: (each.load, each.asked_at or LONG_AGO, each.user), default=None)


def _is_night(others: Iterable[Volunteer], now: datetime) -> bool:
    """Nobody is on duty, but somebody will be before long."""
    if any(on_duty(each, now) for each in others):
        return False
    return any((at := next_duty(each, now)) and at - now <= LONGEST_NIGHT for each in others)


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
