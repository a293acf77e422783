"""Where somebody's own questions stand, each with what they can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.blocks import Block, Element, Message, actions, button, cut, escape, header, message, section, when
from bot.reply import Call, Services
from bot.store.outbox import State
from bot.store.questions import Meeting
from commands.card import called, can_be_thanked, pressed
from rules.help import ORGANIZERS, Question, QuestionState
from rules.routing import expected_at, is_waited_for

Expected: TypeAlias = Mapping[int, datetime]
"""When somebody is asked, by the questions' ids."""

LATELY = timedelta(days=7)  # that a solved question is shown, to be reopened
GLANCE = 150  # characters of a question
SHOWN = 10
AT_HOME = 3


def page(call: Call, services: Services) -> Message:
    found = services.store.questions.of_asker(call.user, since=call.now - LATELY)[:SHOWN]
    asking = actions(button("Ask something", "ask.open", style="primary"))
    if not found:
        return message(
            section(
                "You have no open question. *Next:* ask one, as in `/slam ask scorecard why is my "
                "Branch-Protection -1?`; what I know I tell at once, and for the rest there are people."
            ),
            asking,
        )
    expected = _expected(found, call, services)
    blocks = [block for question in found for block in _question(question, call, services, expected)]
    return message(header("Your questions"), *blocks, asking)


def in_short(call: Call, services: Services) -> list[Block]:
    """For the app's home: their newest questions, and the way to ask."""
    asking = button("Ask for help", "ask.open", spoken="Ask a volunteer for help")
    found = services.store.questions.of_asker(call.user)[:AT_HOME]
    if not found:
        return [section("🙋 Stuck on something? What I know I tell at once, and volunteers help.", asking)]
    every = button("All questions", "ask.mine", spoken="All my questions")
    expected = _expected(found, call, services)
    lines = (section(_line(question, call, services, expected)) for question in found)
    return [*lines, actions(every, asking)]


def where_it_stands(
    question: Question, call: Call, services: Services, expected: Expected | None = None
) -> str:
    """One sentence of mrkdwn on what happens next with a question, and when."""
    place = f"the thread of its card in <#{services.config.channels.help}>"
    match question.state:
        case QuestionState.AIDED:
            told = "I showed you what I know" if question.shown else "I do not know this one"
            return f"{told}; nobody else was asked."
        case QuestionState.CLAIMED:
            since = f" {when(question.claimed_at, 'since')}" if question.claimed_at else ""
            return f"<@{question.owner}> has it{since}. You talk in {meeting_place(question, services)}."
        case QuestionState.RESOLVED:
            by = f" by <@{question.resolved_by}>" if question.resolved_by else ""
            return f"Resolved{by}."
        case QuestionState.WITHDRAWN:
            return "You took it back."
    return f"{expectation(question, call, services, expected)} The answer comes in {place}."


def meeting_place(question: Question, services: Services) -> str:
    """Where asker and owner talk, as each of them reads it."""
    thread = f"the thread of its card in <#{services.config.channels.help}>"
    conversation = "your conversation with them"
    match services.store.questions.meeting(question.id):
        case Meeting.THREAD:
            return thread
        case Meeting.CONVERSATION:
            return conversation
    return f"{conversation} or, where none can be opened, {thread}"


def _expected(questions: Iterable[Question], call: Call, services: Services) -> Expected:
    """When somebody is asked about those that nobody has taken; read once for all of them."""
    store, left = services.store, [each for each in questions if each.state is QuestionState.OPEN]
    return expected_at(left, store.volunteers.all(), call.now, store.questions.open()) if left else {}


def expectation(question: Question, call: Call, services: Services, expected: Expected | None = None) -> str:
    """When somebody can be expected, for a question that nobody has taken yet."""
    store = services.store
    at = (_expected([question], call, services) if expected is None else expected).get(question.id)
    is_told = question.step >= ORGANIZERS
    if is_waited_for(question, call.now):
        next_one = f"expect somebody else {when(at, 'from')} on" if at else "the organizers are told"
        if is_told and at is None:
            next_one = "the organizers look for somebody"
        return f"<@{question.asked[-1]}> was asked; if they cannot, {next_one}."
    told = "The organizers were told and look for somebody." if is_told else ""
    if question.id in store.questions.unread(State.UNCONFIRMED, State.FAILED, State.SENT):
        lost = "Slack did not say that its card is there, so no volunteer was asked yet."
        stays = "The organizers are told if that stays so."
        return f"{lost} {told or (stays if services.config.channels.organizers else 'Tell an organizer.')}"
    if at is None:
        return told or "No volunteer can take it at the moment; the organizers are told if that stays so."
    if at <= call.now:
        return "Somebody who can help is asked now."
    return f"{told} Nobody who can help is free now: expect somebody {when(at, 'from')} on.".lstrip()


def _question(question: Question, call: Call, services: Services, expected: Expected) -> list[Block]:
    row = _buttons(question)
    return [section(_line(question, call, services, expected)), *([actions(*row)] if row else [])]


def _line(question: Question, call: Call, services: Services, expected: Expected) -> str:
    marks = {QuestionState.CLAIMED: "🙋", QuestionState.RESOLVED: "✅", QuestionState.AIDED: "🩹"}
    asked = escape(cut(" ".join(question.text.split()), GLANCE))
    stands = where_it_stands(question, call, services, expected)
    return f"{marks.get(question.state, '⏳')} *{called(question, services)}*: {asked}\n{stands}"


def _buttons(question: Question) -> list[Element]:
    match question.state:
        case QuestionState.AIDED:
            return [*after_first_aid(question), *([_take_it_back(question)] if question.shown else [])]
        case QuestionState.OPEN | QuestionState.CLAIMED:
            return [pressed(question, "Mark as resolved", "resolve"), _take_it_back(question)]
        case QuestionState.RESOLVED:
            thanks = [pressed(question, "Say thanks", "thank")] if can_be_thanked(question) else []
            again = [pressed(question, "Reopen", "reopen")] if question.card else []
            return [*thanks, *again]
    return []


def _take_it_back(question: Question) -> Element:
    return pressed(question, "Take it back", "withdraw", confirm="Nobody answers it then.")


def after_first_aid(question: Question) -> list[Element]:
    """What somebody says to what was shown, or to hearing that nothing is known."""
    number = str(question.id)
    if not question.shown:
        return [
            button("Ask a volunteer", "ask.stuck", number, style="primary"),
            button("Never mind", "ask.dropped", number),
        ]
    return [
        button("That solved it", "ask.solved", number),
        button("Still stuck", "ask.stuck", number, style="primary"),
    ]
