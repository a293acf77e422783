"""The badges, what each asks for, and where to learn how.

One badge in full: `/slam badges cleaner`.
"""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType

from bot.blocks import Block, actions, button, context, escape, header, link, message, quote, section
from bot.reply import Call, Reply, Services
from commands.season import season
from rules.model import Badge, Edition, Evidence, Project

USAGE = "badges [badge]"

NOTHING_SEEN = Evidence(Project("", ""))


def run(call: Call, services: Services) -> Reply:
    edition = services.edition
    if not call.args:
        return _all(call, services)
    word = call.args[-1].lower()
    badge = edition.badge(word)
    return _one(badge, services) if badge else _no_such(" ".join(call.args), word, edition)


BUTTONS = MappingProxyType({"open": run})


def in_short(edition: Edition) -> list[Block]:
    """A few lines for each badge, and a row of buttons for the rest."""
    lines = [section(f"*{escape(badge.title)}*\n{escape(badge.goal)}.") for badge in edition.badges]
    more = [
        button(badge.title, "badges.open", badge.id, spoken=f"More on {badge.title}")
        for badge in edition.badges
    ]
    return [*lines, actions(*more)]


def _all(call: Call, services: Services) -> Reply:
    edition = services.edition
    small = [season(edition, call.now), *([escape(edition.prizes.text) + "."] if edition.prizes else [])]
    return Reply(
        message(
            header(f"The badges of {edition.name}"),
            *in_short(edition),
            context("\n".join(small)),
            section("*Next:* see how far a project is with `/slam status`."),
        )
    )


def _one(badge: Badge, services: Services) -> Reply:
    wanted = "\n".join(f"• {escape(statement)}" for statement in _statements(badge))
    resources = [services.resources.find(name) for name in badge.resources]
    reading = "\n".join(f"• {link(r.url, escape(r.title))}: {escape(r.summary)}" for r in resources if r)
    rules = f" {link(badge.url, 'The rules in full')}." if badge.url else ""
    return Reply(
        message(
            header(badge.title),
            section(f"{escape(badge.goal)}.{rules}"),
            section(f"*What is looked at*\n{wanted}"),
            *([section(f"*Where to learn how*\n{reading}")] if reading else []),
            actions(
                button("All resources", "resources.open", badge.id, spoken=f"Resources for {badge.title}")
            ),
            section(f"*Next:* see how far your project is with `/slam status {badge.id}`."),
        )
    )


def _statements(badge: Badge) -> list[str]:
    """What the badge's criteria say, asked of a project of which nothing is known."""
    return [
        finding.statement
        for criterion in badge.criteria
        for finding in criterion.judge(criterion.settings, NOTHING_SEEN)
    ]


def _no_such(typed: str, word: str, edition: Edition) -> Reply:
    names = [badge.id for badge in edition.badges]
    near = get_close_matches(word, names, n=1)
    meant = f" Did you mean `/slam badges {near[0]}`?" if near else f" There are {', '.join(names)}."
    return Reply(message(section(f"There is no badge {quote(typed)}.{meant}")))
