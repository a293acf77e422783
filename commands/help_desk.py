"""How the help desk does: what waits longest, how soon people are answered, what they get stuck on.

For organizers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import MappingProxyType

from bot.blocks import (
    Block,
    actions,
    age,
    button,
    context,
    counted,
    cut,
    escape,
    header,
    message,
    section,
)
from bot.reply import Call, Reply, Services
from bot.store.help_desk import Figures, Stats
from commands import first_aid, roles
from commands.card import called
from rules.help import ORGANIZERS, Question, QuestionState
from rules.phrases import lasting
from rules.routing import on_duty

USAGE = "help-desk"
ASKS_WHO = True
FOR_ORGANIZERS = True

PAGE = 8  # questions
TOPICS = 12
STUCK = 8
GLANCE = 120  # characters of a question
DIGITS = 6


def run(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    waiting, stats = _waiting(services), services.store.help_desk.stats()
    return Reply(
        message(
            header("Help desk"),
            section(_in_short(waiting, call, services)),
            *_page(waiting, 0, call, services),
            *_topics(stats, services),
            *_stuck(stats, services),
            section(f"*Next:* {_next(waiting)}"),
            actions(button("Refresh", "help_desk.refresh"), button("Volunteers", "volunteer.team")),
        )
    )


def refresh(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    return Reply(run(call, services).message, replace=True)


def more(call: Call, services: Services) -> Reply:
    """The button's value is how many questions stand before those."""
    if refusal := roles.unless_organizer(call, services):
        return refusal
    word = call.args[0] if call.args else ""
    start = int(word) if word.isascii() and word.isdecimal() and len(word) <= DIGITS else 0
    shown = _page(_waiting(services), start, call, services)
    back = actions(button("Back", "help_desk.refresh"))
    return Reply(message(*(shown or [section("That was the last of them.")]), back), replace=True)


BUTTONS = MappingProxyType({"open": run, "refresh": refresh, "more": more})


# --- What waits ---------------------------------------------------------------------------------------------


def _waiting(services: Services) -> Sequence[Question]:
    """Those that nobody has come first; of either the longest waiting."""
    found = services.store.questions.open()
    return sorted(found, key=lambda each: (each.state is QuestionState.CLAIMED, each.asked_at, each.id))


def _in_short(waiting: Sequence[Question], call: Call, services: Services) -> str:
    claimed = sum(each.state is QuestionState.CLAIMED for each in waiting)
    enrolled = services.store.volunteers.enrolled()
    helping = [each.volunteer for each in enrolled if each.is_approved]
    here = sum(on_duty(each, call.now) for each in helping)
    hoping = len(enrolled) - len(helping)
    wait = f", {hoping} waiting for approval" if hoping else ""
    left = counted(len(waiting) - claimed, "question")
    waits = f"*{left}* that nobody has, *{claimed}* being answered." if waiting else "Nobody waits."
    return f"{waits} {counted(len(helping), 'volunteer')}, {here} on duty now{wait}."


def _page(waiting: Sequence[Question], start: int, call: Call, services: Services) -> list[Block]:
    shown = [_line(each, call, services) for each in waiting[start : start + PAGE]]
    end = start + PAGE
    left = len(waiting) - end
    if shown and left > 0:
        shown.append(actions(button(f"{left} more", "help_desk.more", str(end))))
    return shown


def _line(question: Question, call: Call, services: Services) -> Block:
    mark = "🙋" if question.owner else "⏳"
    about = f"{age(question.asked_at, call.now)}, {escape(_title(question.topic, services))}"
    text = escape(cut(" ".join(question.text.split()), GLANCE))
    said = (
        f"{mark} *{called(question, services)}* of <@{question.asker}>, {about}\n{text}\n{_stands(question)}"
    )
    number = str(question.id)
    if question.owner:
        return section(said, button("Hand over", "question.give", number, spoken=f"Hand over {number}"))
    return section(said, button("Claim", "question.claim", number, spoken=f"Claim question {number}"))


def _stands(question: Question) -> str:
    if question.owner:
        wrote = "answered" if question.answered_at else "has it"
        return f"<@{question.owner}> {wrote}."
    if question.step >= ORGANIZERS:
        return "You were told: nobody could take it."
    return f"<@{question.asked[-1]}> was asked." if question.asked else "Nobody could be asked yet."


def _next(waiting: Sequence[Question]) -> str:
    if any(question.step >= ORGANIZERS and not question.owner for question in waiting):
        return "find somebody for those that nobody could take, or claim them."
    if waiting:
        return "nothing; who waits is carried on by itself, and you are told when nobody can take it."
    return "nothing; nobody waits."


# --- How it did ---------------------------------------------------------------------------------------------


def _topics(stats: Stats, services: Services) -> list[Block]:
    """The ones most asked about first."""
    most = sorted(stats.topics.items(), key=lambda item: (-item[1].asked, item[0]))
    lines = [f"• *{escape(_title(name, services))}*: {_figures(each)}" for name, each in most[:TOPICS]]
    if not lines:
        return [section("Nothing was asked in this edition yet.")]
    left = len(most) - TOPICS
    more = [context(f"And {counted(left, 'topic')} more.")] if left > 0 else []
    return [section("\n".join(["*By topic*", *lines])), *more]


def _figures(figures: Figures) -> str:
    said = [f"{figures.asked} asked"]
    if figures.by_aid:
        said.append(f"{figures.by_aid} solved by first aid")
    if figures.resolved:
        said.append(f"{figures.resolved} by people")
    if figures.open:
        said.append(f"{figures.open} open")
    return f"{', '.join(said)}{_times(figures.first_answer, figures.solution)}"


def _times(answer: timedelta | None, solution: timedelta | None) -> str:
    """Half of them were faster."""
    times = [("first answer", answer), ("solution", solution)]
    told = ", ".join(f"{what} after {lasting(length)}" for what, length in times if length is not None)
    return f"; {told}" if told else ""


def _stuck(stats: Stats, services: Services) -> list[Block]:
    most = list(stats.stuck.items())[:STUCK]
    lines = [f"• {escape(_check(name, services))}: {counted(count, 'time')}" for name, count in most]
    return [section("\n".join(["*What people get stuck on*", *lines]))] if lines else []


def _check(name: str, services: Services) -> str:
    """A badge, one of its criteria, or a first aid, as people call it."""
    badge_id, _, criterion = name.partition("/")
    if badge := services.edition.badge(badge_id):
        return f"{badge.title}, {criterion.replace('_', ' ')}" if criterion else badge.title
    return first_aid.title(name, services)


def _title(topic: str, services: Services) -> str:
    entry = services.config.topics.entries.get(topic)
    return entry.title if entry else topic
