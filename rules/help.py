"""The vocabulary of help from people: topics, volunteers and questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question can be about, and what a volunteer can cover: an entry of topics.yaml."""

    id: str
    title: str
    badges: tuple[str, ...] = ()  # "defender", or "defender/security" for one of its criteria
    words: tuple[str, ...] = ()  # by which people call it
    course: str | None = None  # id in resources.yaml


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Somebody who answers questions. Hours are on their own clock and may pass midnight; None: always."""

    user: str  # Slack user id
    topics: tuple[str, ...] = ()  # ids of topics or badges
    timezone: str = "UTC"
    hours: tuple[time, time] | None = None
    capacity: int = 1  # open questions at a time
    on_duty: bool = True  # as they said; their hours count besides
    away_until: datetime | None = None
    load: int = 0  # open questions that they own
    asked_at: datetime | None = None  # when they were asked last; None: never


class QuestionState(Enum):
    AIDED = "aided"  # first aid was shown, nothing was posted
    OPEN = "open"  # its card is posted, and nobody owns it
    CLAIMED = "claimed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


TOPIC, ANYONE, ORGANIZERS = 0, 1, 2
"""How far a question was carried: to volunteers of its topic, to any volunteer, to the organizers."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked, and where it stands."""

    id: int
    asker: str  # Slack user id
    zone: str  # the asker's time zone
    topic: str
    text: str
    asked_at: datetime
    step_at: datetime  # when somebody was asked last; before that, when it was posted
    project: str | None = None
    badge: str | None = None
    state: QuestionState = QuestionState.OPEN
    owner: str | None = None  # who claimed it
    claimed_at: datetime | None = None
    answered_at: datetime | None = None  # when a volunteer wrote first
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    thanked_at: datetime | None = None  # when whoever asked thanked the owner
    step: int = TOPIC
    asked: tuple[str, ...] = ()  # the volunteers who were asked so far
    card: int | None = None  # the outbox message that is its card
    shown: tuple[str, ...] = ()  # ids of the first aid that was shown
    made_of: str | None = None  # a message in Slack: "<channel>/<ts>"
