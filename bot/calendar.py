"""The Slam's dates as a calendar that people subscribe to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import TRANSP, Calendar, Event

from rules.model import Edition, Milestone

FRESH = timedelta(hours=1)  # after which calendars ask again; a milestone may move


def feed(edition: Edition, now: datetime) -> bytes:
    """Every milestone as an event, in iCalendar's format (RFC 5545). One that moves keeps its identity."""
    calendar = Calendar.new(
        prodid="-//Security Slam//Slam Bot//EN",
        uid=f"{edition.id}@security-slam",
        name=edition.name,
        url=edition.url or None,
        refresh_interval=FRESH,
        subcomponents=[_event(milestone, edition, now) for milestone in edition.milestones],
    )
    calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"  # without it RFC 7986 does not let it count
    return bytes(calendar.to_ical())


def _event(milestone: Milestone, edition: Edition, now: datetime) -> Event:
    return Event.new(
        uid=f"{milestone.id}.{edition.id}@security-slam",
        summary=f"{edition.name}: {milestone.title}",
        description="Type /slam status in Slack: how far your project is, and what to do next.",
        start=milestone.at.astimezone(UTC),
        stamp=now,
        url=edition.url or None,
        transparency=TRANSP.TRANSPARENT,
    )
