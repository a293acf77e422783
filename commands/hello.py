"""What the bot says when it is mentioned, written to or invited: what it is for, and one next step."""

from __future__ import annotations

from bot.blocks import Block, actions, button, escape, message, section
from bot.reply import Call, Reply, Services
from bot.store import Standing
from commands import stuck, which
from commands.freshness import unseen
from commands.help import listed
from commands.next import COME_BACK, first
from commands.season import season
from rules.progress import measure


def run(call: Call, services: Services) -> Reply:
    """The greeting is seen by everybody in the channel, so its buttons answer only whoever presses them."""
    if (stuck_ := stuck.run(call, services)).message:
        return stuck_
    hello = (
        f"Hello! I tell how far a project is on each badge of {escape(services.edition.name)}, "
        f"and what to do next. {season(services.edition, call.now)}"
    )
    found = which.meant((), call, services, "status")
    project = _project(found[0], services) if isinstance(found, tuple) and len(found) == 1 else []
    begin = [] if project else [section("*Next:* try `/slam status`.")]
    return Reply(message(section(f"{hello}\n\n{listed()}"), *project, *begin))


def _project(standing: Standing, services: Services) -> list[Block]:
    project = standing.project
    closer = button("All badges", "status.open", project.id)
    if standing.evidence is None:
        return [section(f"{unseen(standing, services)} {COME_BACK}"), actions(closer)]
    line = first(standing, measure(services.edition, standing.evidence), services)
    step = button("Next step", "next.open", project.id, style="primary")
    return [section(f"*{escape(project.name)}*\n{line}"), actions(step, closer)]
