"""What you can type, and what it does.

More on one: `/slam help status`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from inspect import getdoc

import commands
from bot.blocks import context, escape, message, quote, section
from bot.reply import Call, Reply, Services

USAGE = "help [command]"


def run(call: Call, services: Services) -> Reply:
    if call.args:
        return _one(call.args[0].lower().replace("-", "_"))
    intro = (
        f"I tell how far a project is on each badge of {escape(services.edition.name)}, and what to do next."
    )
    return Reply(
        message(
            section(f"{intro}\n\n{listed()}"),
            context("Only you see what I answer, until you share it."),
            section("*Next:* try `/slam status`."),
        )
    )


@cache
def known() -> Mapping[str, tuple[str, str]]:
    """By file: its usage and its help. A file in commands/ with a USAGE is a subcommand."""
    modules = [importlib.import_module(f"commands.{m.name}") for m in pkgutil.iter_modules(commands.__path__)]
    return {
        module.__name__.rpartition(".")[2]: (module.USAGE, getdoc(module) or "")
        for module in modules
        if hasattr(module, "USAGE")
    }


def listed() -> str:
    """A line of mrkdwn for each subcommand."""
    return "\n".join(f"`/slam {usage}`  {text.splitlines()[0]}" for usage, text in known().values())


def _one(name: str) -> Reply:
    if name not in known():
        near = get_close_matches(name, known(), n=1)
        meant = f" Did you mean `/slam help {_typed(near[0])}`?" if near else ""
        typed = quote(f"/slam {_typed(name)}")
        return Reply(message(section(f"There is no {typed}.{meant} `/slam help` lists what there is.")))
    usage, text = known()[name]
    first, _, rest = text.partition("\n")
    more = " ".join(rest.split())
    return Reply(message(section(f"`/slam {usage}`\n{first} {more}".rstrip())))


def _typed(name: str) -> str:
    """A file's name as people type it."""
    return name.replace("_", "-")
