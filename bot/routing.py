"""Help from people, kept moving: each beat, every open question is carried on by the one step that is due.

Nothing is sent here: whoever is asked is asked in the thread of the question's card, by the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import structlog

from bot.blocks import Message, actions, age, button, escape, link, message, permalink, section
from bot.config import Config
from bot.planning import spared
from bot.store import Store
from bot.store.outbox import CALL
from bot.store.posts import Post, Where
from rules.help import ANYONE, Question, QuestionState, Volunteer
from rules.routing import WAIT, Step, beat, escalate

log = structlog.get_logger(__name__)


async def carry_on(
    store: Store, config: Config, now: datetime, wake: Callable[[], None], workspace: str = ""
) -> None:
    """Ask whoever is to be asked now. `wake` is called when something is to be sent.

    `workspace` is its address, by which organizers are shown the way; "" where nobody can say.
    """
    # from a thread on SQLite too: each step waits for the disk, and people for their answers
    if count := await asyncio.to_thread(steps, store, config, now, workspace):
        log.info("carried on", questions=count)
        wake()


def steps(store: Store, config: Config, now: datetime, workspace: str = "") -> int:
    """Take every step that is due; gives back how many there were."""
    waiting = [each for each in store.questions.open() if each.state is QuestionState.OPEN]
    unread = store.questions.unread()  # nobody can be asked in the thread of a card that is not there
    readable = [each for each in waiting if each.id not in unread]
    lost = [each for each in waiting if each.id in unread and now - each.step_at >= WAIT]
    if not waiting or store.switches.paused():
        return 0
    count = 0
    to_organizers = beat(lost if config.channels.organizers else (), (), now, _decide)
    for question, step, at in (*beat(readable, store.volunteers.all(), now, _decide), *to_organizers):
        asked = step.volunteer.user if step.volunteer else None
        card = store.questions.card(question.id)
        way = permalink(workspace, card.channel, card.ts) if card else ""
        say = partial(_said, step, config, at, way)
        count += store.questions.carry_on(question, step.step, at, asked, say) is not None
    return count


def _decide(question: Question, volunteers: Sequence[Volunteer], now: datetime) -> Step | None:
    return spared(partial(escalate, question, volunteers, now), question=str(question.id))


def _said(step: Step, config: Config, at: datetime, way: str, question: Question) -> tuple[Post, ...]:
    """What is written into the card's thread, or to the organizers where they have a channel."""
    organizers = config.channels.organizers
    if step.volunteer is None and organizers:
        said = _for_organizers(question, config, at, way)
        return (Post(Where.TO, said.text, said.blocks, organizers, kind=CALL),)
    said = _in_thread(step, question, config)
    return (Post(Where.THREAD, said.text, said.blocks, kind=CALL),)


def _in_thread(step: Step, question: Question, config: Config) -> Message:
    claim = actions(_claim(question))
    if step.volunteer is None:
        return message(
            section(f"{_organizers(config)}: nobody has claimed this. *Next:* find somebody."), claim
        )
    asked = f"<@{step.volunteer.user}>, can you help <@{question.asker}> with this?"
    why = " Nobody who knows the topic was free yet." if step.step == ANYONE and question.asked[:-1] else ""
    said = f"{asked}{why} *Next:* press *Claim*; if you cannot, it goes on without you."
    return message(section(said), claim)


def _for_organizers(question: Question, config: Config, at: datetime, way: str) -> Message:
    """`way` is the address of its card; "" where it has none."""
    topic = config.topics.entries.get(question.topic)
    title = escape(topic.title if topic else question.topic)
    waits, named = age(question.asked_at, at), link(way, f"Question {question.id}")
    return message(
        section(
            f"{named} of <@{question.asker}> about {title} was asked {waits}, and nobody has claimed it. "
            f"*Next:* find somebody for it in <#{config.channels.help}>, or claim it yourself."
        ),
        actions(_claim(question)),
    )


def _organizers(config: Config) -> str:
    """The organizers, mentioned: people and user groups."""
    named = (f"<!subteam^{name}>" if name.startswith("S") else f"<@{name}>" for name in config.organizers)
    return " ".join(named) or "Organizers"


def _claim(question: Question) -> dict[str, object]:
    return button("Claim", "question.claim", str(question.id), style="primary")
