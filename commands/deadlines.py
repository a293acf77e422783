"""Every date of the Slam in your time zone, how long is left, and a calendar to subscribe to."""

from __future__ import annotations

from types import MappingProxyType

from bot.blocks import Block, age, button, context, escape, header, linked, message, section, when_in
from bot.reply import Call, Reply, Services
from commands.season import season
from rules.model import Milestone
from rules.phrases import lasting

USAGE = "deadlines"
ASKS_WHO = True

GLANCE = 3  # milestones
SHOWN = 40  # milestones; Slack takes 50 blocks a message


def run(call: Call, services: Services) -> Reply:
    zone = (call.person and call.person.timezone) or services.config.timezone
    milestones = services.edition.milestones
    return Reply(
        message(
            header(f"Dates of {services.edition.name}"),
            *[section(_dated(milestone, call, zone)) for milestone in milestones[:SHOWN]],
            *[context(line) for line in _calendar(services)],
            section(_next(call, services)),
        )
    )


BUTTONS = MappingProxyType({"open": run})


def in_short(call: Call, services: Services) -> list[Block]:
    """The dates that come next, with a button for all of them."""
    coming = [milestone for milestone in services.edition.milestones if call.now < milestone.at][:GLANCE]
    if not coming:
        return []
    zone = services.config.timezone
    lines = "\n".join(_dated(milestone, call, zone) for milestone in coming)
    return [section(lines, button("All dates", "deadlines.open"))]


def _dated(milestone: Milestone, call: Call, zone: str) -> str:
    """ "*Submissions close*: 7 Nov 2023, 12:59 CET, in 18 days"."""
    passed = milestone.at <= call.now
    left = age(milestone.at, call.now) if passed else f"in {lasting(milestone.at - call.now)}"
    title = escape(milestone.title)
    return f"{'☑️ ' if passed else '📅 '}*{title}*: {when_in(milestone.at, zone)}, {left}"


def _calendar(services: Services) -> list[str]:
    address = services.config.environment.public_url
    if address is None:
        return []
    feed = linked(f"{address}/calendar.ics")
    return [f"In your calendar, add {feed} as a calendar by its address: it follows when a date moves."]


def _next(call: Call, services: Services) -> str:
    if call.now < services.edition.ends.at:
        return (
            "*Next:* `/slam status` tells how far your project is, `/slam remind` what you are reminded of."
        )
    return f"{season(services.edition, call.now)} *Next:* `/slam status` shows how far your project came."
