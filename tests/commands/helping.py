"""A help desk: who asks, who answers, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import msgspec

from bot.blocks import unescape
from bot.config import Config
from bot.config.declared import Channels
from bot.playground.blockkit import message_mistakes
from bot.reply import Call, Services
from bot.store import Store
from bot.store.delivery import Pace, Settled
from bot.store.outbox import State
from bot.store.people import Person
from commands import ask, question
from rules import first_aid, topics
from rules.help import Question, Volunteer
from tests.builders import NOON, resources, written
from tests.commands.asking import Clock, action_of, call, elements, services
from tests.commands.organizing import REEF, config

ADA, BO = "U0ADA", "U0BO"  # ask
VERA, VITO, VIOLA = "U0VERA", "U0VITO", "U0VIOLA"  # answer
HELP = "C0HELP"
TOPICS = topics.parse(written("topics.yaml"))

AIDS = first_aid.parse(written("first_aid.yaml"), resources())
PACE = Pace(timedelta(0), 60_000)

AT_WORK = (time(9), time(17))
VOLUNTEERS = (
    Volunteer(VERA, ("scorecard",), "Europe/Berlin", AT_WORK, capacity=2),
    Volunteer(VITO, ("scorecard", "sbom"), "UTC", capacity=2),
)


def helping(**changes: Any) -> Config:
    """Two volunteers and a help channel."""
    standard = config(
        *REEF,
        channels=Channels(announcements="C0SLAM", organizers="C0ORGS", help=HELP),
        volunteers=VOLUNTEERS,
        topics=TOPICS,
        aids=AIDS,
    )
    return replace(standard, **changes)


def desk(store: Store, configured: Config | None = None, **changes: Any) -> Services:
    configured = configured or helping()
    store.projects.declare(configured.projects)
    store.volunteers.declare(configured.volunteers)
    return replace(services(store, Clock(), config=configured), **changes)


def by(user: str, *args: str, zone: str = "Europe/Berlin", **changes: Any) -> Call:
    person = Person(zone, is_guest=False, is_deleted=False, known_at=NOON)
    return replace(call(*args, user=user), person=person, **changes)


def asked(
    store: Store,
    at_desk: Services,
    text: str = "Why is it zero?",
    asker: str = ADA,
    *,
    is_sent: bool = True,
) -> Question:
    """Somebody asked, and first aid was not enough: their card stands there."""
    ask.run(by(asker, "scorecard", *text.split()), at_desk)
    newest = max(store.questions.of_asker(asker), key=lambda each: each.id)
    ask.stuck(by(asker, str(newest.id)), at_desk)
    if is_sent:
        deliver(store)
    found = store.questions.find(newest.id)
    assert found is not None
    return found


def taken(store: Store, at_desk: Services, by_whom: str = VERA, text: str = "Why is it zero?") -> Question:
    number = asked(store, at_desk, text).id
    question.claim(by(by_whom, str(number)), at_desk)
    found = store.questions.find(number)
    assert found is not None
    return found


def owed(store: Store, about: str = "question > 0") -> list[tuple[str, str]]:
    """What is said about questions: how or where, and its text, the oldest first. Slack must accept it."""
    told = []
    for row in _rows(store, about):
        body = msgspec.json.decode(row.body)
        assert message_mistakes(body["blocks"]) == []
        belongs = "update" if row.update_of else "people" if row.people else "thread" if row.thread_of else ""
        told.append((belongs or row.reader, unescape(body["text"])))
    return told


def newest(store: Store) -> tuple[str, str]:
    """The newest of that which takes nothing's place."""
    return [each for each in owed(store) if each[0] != "update"][-1]


def shown(store: Store) -> list[str]:
    """What Slack shows of questions once all is delivered, with its buttons: an update takes its place."""
    now: dict[int, str] = {}
    for row in _rows(store, "question > 0"):
        now[row.update_of or row.id] = row.body
    return list(now.values())


def told_directly(store: Store) -> list[tuple[str, str]]:
    """Who is told what by itself that is about no question."""
    return owed(store, "question = 0")


def offered(store: Store) -> list[tuple[str, str]]:
    """The buttons of what is told directly: the action and its value."""
    blocks = [
        block for row in _rows(store, "question = 0") for block in msgspec.json.decode(row.body)["blocks"]
    ]
    return [(action_of(each), each.get("value", "")) for each in elements(blocks)]


def deliver(store: Store) -> None:
    """Whatever is pending is sent; a message's ts is its id."""
    store.outbox.owe((), (), NOON)
    while turn := store.delivery.turn("w1", PACE, NOON, room=100).claimed:
        news = [
            Settled(each.id, each.attempt, State.SENT, NOON, each.reader, each.reader, f"{each.id}.0")
            for each in turn
        ]
        store.delivery.turn("w1", PACE, NOON, settled=news)


def _rows(store: Store, about: str) -> list[Any]:
    every = f"SELECT id, reader, body, thread_of, update_of, people FROM messages WHERE {about} ORDER BY id"
    with store._database.read() as read:  # what no part of the bot asks for
        return list(read.exec_driver_sql(every).all())
