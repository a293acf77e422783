"""What you can type, and what it does.

More on one: `/slam help status`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from inspect import getdoc

import commands
from bot.blocks import actions, button, context, escape, message, quote, section
from bot.reply import Call, Reply, Services
from commands import stuck

USAGE = "help [command]"


def run(call: Call, services: Services) -> Reply:
    if len(call.args) > 1 or call.args == ("me",):
        return stuck.offer(call)
    if call.args:
        return _one(call.args[0].lower().replace("-", "_"))
    organizes = call.user in services.organizers()
    intro = (
        f"I tell how far a project is on each badge of {escape(services.edition.name)}, and what to do next."
    )
    return Reply(
        message(
            section(f"{intro}\n\n{listed()}"),
            *([section(f"*For organizers*\n{listed(for_organizers=True)}")] if organizes else []),
            context("Only you see what I answer, until you share it."),
            section("*Next:* try `/slam status`."),
        )
    )


@dataclass(frozen=True)
class Help:
    usage: str
    text: str
    is_for_organizers: bool


@cache
def known() -> Mapping[str, Help]:
    """By file. A file in commands/ with a USAGE is a subcommand."""
    modules = [importlib.import_module(f"commands.{m.name}") for m in pkgutil.iter_modules(commands.__path__)]
    return {
        module.__name__.rpartition(".")[2]: Help(
            module.USAGE, getdoc(module) or "", getattr(module, "FOR_ORGANIZERS", False)
        )
        for module in modules
        if hasattr(module, "USAGE")
    }


def listed(*, for_organizers: bool = False) -> str:
    """A line of mrkdwn for each subcommand, of everybody's or of organizers'."""
    shown = [each for each in known().values() if each.is_for_organizers is for_organizers]
    return "\n".join(f"`/slam {each.usage}`  {each.text.splitlines()[0]}" for each in shown)


def _one(name: str) -> Reply:
    if name not in known():
        near = get_close_matches(name, known(), n=1)
        meant = f" Did you mean `/slam help {_typed(near[0])}`?" if near else ""
        typed = quote(f"/slam {_typed(name)}")
        return Reply(message(section(f"There is no {typed}.{meant} `/slam help` lists what there is.")))
    first, _, rest = known()[name].text.partition("\n")
    more = " ".join(rest.split())
    said = f"`/slam {known()[name].usage}`\n{first} {more}".rstrip()
    return Reply(
        message(
            section(f"{said}\n*Next:* try it, or press *Ask for help* where you are stuck."),
            actions(button("Ask for help", "ask.open")),
        )
    )


def _typed(name: str) -> str:
    """A file's name as people type it."""
    return name.replace("_", "-")
