"""What I hold about you, and how to have it deleted, at once and for good.

It is shown first, and deleted when you say so.
"""

from __future__ import annotations

from types import MappingProxyType

from bot.blocks import Block, Element, actions, button, context, counted, escape, header, message, section
from bot.reply import Call, Reply, Services
from bot.store.people import Held
from bot.store.posts import Post
from commands import card
from rules.help import Question, QuestionState
from rules.model import Project

# no ASKS_WHO: asking Slack about somebody would keep anew what was just deleted

USAGE = "forget-me"

SHOWN = 10  # projects
STAYS = (
    "What stays: what the configuration file says of you, for an organizer to change; what you decided as an "
    "organizer; what was posted in Slack, which you or an organizer can delete there. Your words go from the "
    "cards of your questions, and from where you talked with whoever helped."
)


def run(call: Call, services: Services) -> Reply:
    lines = _lines(services.store.people.held(call.user))
    if not lines:
        return Reply(message(section("I hold nothing about you. *Next:* nothing."), context(STAYS)))
    return Reply(
        message(
            header("What I hold about you"),
            section("\n".join(f"• {line}" for line in lines)),
            *_alone(call, services),
            section(
                "*Next:* nothing, or have all of it deleted, in every edition. Questions that wait are taken "
                "back, those that you answer go to somebody else, and nobody can bring it back."
            ),
            actions(_for_good()),
            context(STAYS),
        )
    )


def _for_good() -> Element:
    lost = "All that I hold about you is deleted, in every edition. Nobody can bring it back."
    spoken = "Forget me, for good"
    return button("Forget me", "forget_me.sure", style="danger", spoken=spoken, confirm=lost)


def sure(call: Call, services: Services) -> Reply:
    """They said so."""
    store = services.store.questions
    theirs = (*store.with_card(call.user), *store.of_owner(call.user))
    scenes = {each.id: card.scene(each, services) for each in theirs}
    ended = {each.id for each in theirs if each.state in (QuestionState.RESOLVED, QuestionState.WITHDRAWN)}

    def say(now: Question) -> tuple[Post, ...]:
        if now.id not in scenes:
            return ()
        if now.id in ended:  # the card without their words; nothing else is left to say
            return card.updated(now, scenes[now.id])
        is_back = now.state is QuestionState.WITHDRAWN
        said = card.withdrawn(now) if is_back else card.released(now, call.user)
        return said, *card.updated(now, scenes[now.id])

    services.store.people.forget(call.user, call.now, say)
    services.wake()
    return Reply(
        message(section("All of it is deleted. *Next:* nothing; take care!"), context(STAYS)), replace=True
    )


BUTTONS = MappingProxyType({"open": run, "sure": sure})


def _lines(held: Held) -> list[str]:
    """One for each thing that there is."""
    said = {
        "your time zone, and whether you are a guest, as Slack told me": held.told_by_slack,
        f"{counted(held.preferences, 'choice')} on what you are reminded of": held.preferences,
        f"{counted(held.courses, 'course')} that you marked as done": held.courses,
        f"{counted(held.questions, 'question')} that you asked": held.questions,
        f"{counted(held.helped, 'question')} that you helped with, or were asked to": held.helped,
        "that you are a volunteer: topics, hours, and how often you were thanked": held.is_volunteer,
        f"that you speak for {counted(held.projects, 'project')}": held.projects,
        f"that you asked to join {counted(held.wishes, 'project')}": held.wishes,
        f"that you registered {counted(held.registered, 'project')}": held.registered,
        f"{counted(held.messages, 'message')} that I sent to you alone": held.messages,
    }
    return [line for line, is_there in said.items() if is_there]


def _alone(call: Call, services: Services) -> list[Block]:
    """Projects for which nobody would speak any more."""
    mine = services.store.projects.of_maintainer(call.user)
    alone = [project for project in mine if _is_alone(project, call, services)]
    return [
        section(
            f"⚠️ Nobody else speaks for *{escape(project.name)}*: hand it over first.",
            button("Hand over", "register.give", project.id, spoken=f"Hand over {project.name}"),
        )
        for project in alone[:SHOWN]
    ]


def _is_alone(project: Project, call: Call, services: Services) -> bool:
    others = set(project.maintainers) - {call.user}
    is_declared = services.store.projects.is_declared(project.id)
    return not is_declared and not others - services.store.people.barred(others)
