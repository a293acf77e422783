"""What you are reminded of, where and when next; and turning it off, for a while or for good.

For the project of this channel, else for yours. Another one: `/slam remind jaeger`. What is sent to you
directly: `/slam remind me`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from bot.blocks import Block, actions, button, escape, message, quote, section
from bot.reply import Call, Reply, Services
from commands import preferences, roles, which
from rules.model import Project
from rules.owed import known_kinds
from rules.slam import EVERYTHING

USAGE = "remind [project]"
ASKS_WHO = True

CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")  # as Slack hands on what somebody typed
DAYS = re.compile(r"[1-9][0-9]{0,2}")


def run(call: Call, services: Services) -> Reply:
    typed = " ".join(call.args)
    if typed.lower() == "me":
        return _page(call.user, call, services)
    if channel := CHANNEL.fullmatch(typed):
        project = services.store.projects.of_channel(channel[1])
        return _page(project.id if project else channel[1], call, services)
    if not typed and (holder := _here(call, services)):
        return _page(holder, call, services)
    found = which.meant(call.args, call, services, "remind")
    if isinstance(found, Reply):
        return found
    if len(found) > 1:
        mine = button("My direct messages", "remind.open", call.user)
        return Reply(message(*[_closer(standing.project) for standing in found], actions(mine)))
    return _page(found[0].project.id, call, services)


# --- Buttons -----------------------------------------------------------------------------------------------


def show(call: Call, services: Services) -> Reply:
    """The button's value is a holder, or nothing."""
    if not call.args or not preferences.SLACK_ID.fullmatch(call.args[0]):
        return run(call, services)
    return _page(call.user if preferences.is_person(call.args[0]) else call.args[0], call, services)


def mine(call: Call, services: Services) -> Reply:
    return run(replace(call, channel="", args=()), services)


def mute(call: Call, services: Services) -> Reply:
    """Of a message that the bot sent by itself: it stays, and whoever pressed is told what they did."""
    holder, kind, _ = _words(call)
    if refused := _unless_allowed(holder, kind, call, services):
        return refused
    services.store.preferences.mute(holder, kind, call.user, call.now)
    services.wake()
    said = f"{preferences.title(kind)} are muted for {preferences.name(holder, services)}."
    again = button("Unmute", "remind.on", f"{holder} {kind}")
    rest = button("All reminders", "remind.open", holder)
    return Reply(message(section(f"{said} *Next:* nothing, or change your mind:"), actions(again, rest)))


def off(call: Call, services: Services) -> Reply:
    """The button's value is "<holder> <kind> <days>", without days for good."""
    holder, kind, days = _words(call)
    if refused := _unless_allowed(holder, kind, call, services):
        return refused
    until = call.now + timedelta(days=int(days)) if DAYS.fullmatch(days) else None
    services.store.preferences.mute(holder, kind, call.user, call.now, until)
    return _changed(holder, call, services)


def on(call: Call, services: Services) -> Reply:
    holder, kind, _ = _words(call)
    if refused := _unless_allowed(holder, kind, call, services):
        return refused
    services.store.preferences.unmute(holder, kind)
    return _changed(holder, call, services)


def direct(call: Call, services: Services) -> Reply:
    """The button's value is "on" or "off"."""
    if refused := roles.unless_themselves(call, call.user):
        return refused
    if call.args == ("off",):
        services.store.preferences.no_direct(call.user)
    else:
        services.store.preferences.want_direct(call.user, call.now)
    return _changed(call.user, call, services)


BUTTONS = MappingProxyType({"open": show, "mine": mine, "mute": mute, "off": off, "on": on, "direct": direct})


def in_short(projects: Sequence[Project], call: Call, services: Services) -> Block:
    """One line on who is reminded, with a button to look closer."""
    closer = button("Reminders", "remind.open", spoken="What you are reminded of, and how to change it")
    said, without = [], [project for project in projects if not project.channel]
    is_direct = call.user in services.store.preferences.direct()
    if reached := [project for project in projects if project.channel]:
        where = "its channel" if len(reached) == 1 else "their channels"
        directly = " and to you directly" if is_direct else ""
        said.append(f"Reminders about {_names(reached)} go to {where}{directly}.")
    if without:
        has, it = ("has", "it") if len(without) == 1 else ("have", "them")
        told = f"reminders about {it} go to you directly" if is_direct else f"you are not reminded of {it}"
        said.append(f"{_names(without)} {has} no channel: {told}.")
    return section(f"🔔 {' '.join(said)}", closer)


def _names(projects: Sequence[Project]) -> str:
    return ", ".join(escape(project.name) for project in projects)


def _closer(project: Project) -> Block:
    closer = button("Reminders", "remind.open", project.id, spoken=f"Reminders of {project.name}")
    return section(f"*{escape(project.name)}*", closer)


def _here(call: Call, services: Services) -> str | None:
    """Who is told what is said where somebody asks; None: a project, or nobody."""
    if call.channel in preferences.channels(services):
        return None if services.store.projects.of_channel(call.channel) else call.channel
    is_told = call.channel.startswith("D") and call.user in services.store.preferences.direct()
    return call.user if is_told else None


def _words(call: Call) -> tuple[str, str, str]:
    holder, kind, days, *_ = (*call.args, "", "", "")
    return holder, kind, days


def _page(holder: str, call: Call, services: Services) -> Reply:
    may = _unless_allowed(holder, EVERYTHING, call, services) is None
    return Reply(preferences.page(holder, call, services, may=may))


def _changed(holder: str, call: Call, services: Services) -> Reply:
    services.wake()
    may = _unless_allowed(holder, EVERYTHING, call, services) is None
    return Reply(preferences.page(holder, call, services, may=may), replace=True)


def _unless_allowed(holder: str, kind: str, call: Call, services: Services) -> Reply | None:
    """None: whoever asks may change what this holder is told. Else what they are told."""
    if kind != EVERYTHING and kind not in known_kinds():
        return _said(f"Nothing of the kind {quote(kind)} is said any more. `/slam remind` shows what is.")
    if preferences.is_person(holder):
        return roles.unless_themselves(call, holder)
    if preferences.is_channel(holder):
        return roles.unless_organizer(call, services)
    project = services.store.projects.find(holder)
    if project is None:
        return _said(f"No project {quote(holder)} is registered. `/slam projects` lists those that are.")
    return roles.unless_maintainer(call, project, services)


def _said(text: str) -> Reply:
    return Reply(message(section(text)))
