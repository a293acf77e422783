"""Silence everything that is sent by itself.

For organizers. Reminders and announcements wait until `/slam pause off`; commands still answer.
"""

from __future__ import annotations

from types import MappingProxyType

from bot.blocks import Message, actions, age, button, message, section, when
from bot.reply import Call, Reply, Services
from commands import roles

USAGE = "pause [off]"
ASKS_WHO = True
FOR_ORGANIZERS = True

OFF = ("off", "resume")


def run(call: Call, services: Services) -> Reply:
    if refusal := roles.unless_organizer(call, services):
        return refusal
    if not call.args:
        return Reply(_paused(call, services))
    if len(call.args) == 1 and call.args[0].lower() in OFF:
        return Reply(_resumed(call, services))
    return Reply(message(section(f"Type `/slam {USAGE}`: without a word it pauses, with `off` it resumes.")))


def off(call: Call, services: Services) -> Reply:
    return roles.unless_organizer(call, services) or Reply(_resumed(call, services), replace=True)


BUTTONS = MappingProxyType({"off": off})


def _paused(call: Call, services: Services) -> Message:
    services.store.switches.pause(call.user, call.now)
    first = services.store.switches.paused()
    since = f" {when(first.at, 'since')}, by <@{first.by}>" if first and first.at < call.now else ""
    return message(
        section(
            f"*Paused*{since}: nothing is sent by itself until somebody resumes. Commands still answer.\n"
            "What is on its way to Slack at this moment may still arrive. Nothing is lost: what is then "
            "still useful is said once, the rest is left out."
        ),
        section("*Next:* press *Resume*, or type `/slam pause off`."),
        actions(button("Resume", "pause.off", style="primary")),
    )


def _resumed(call: Call, services: Services) -> Message:
    paused = services.store.switches.paused()
    if not services.store.switches.resume():
        return message(section("It is not paused: what is due is sent. `/slam outbox` shows how that goes."))
    services.wake()
    how_long = f" It was paused {age(paused.at, call.now)} by <@{paused.by}>." if paused else ""
    return message(
        section(
            f"*Resumed.*{how_long} What is still useful goes out now, at the usual pace.\n"
            "*Next:* `/slam outbox` shows how that goes."
        )
    )
