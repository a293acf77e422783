"""An announcement from its first word to its approval, as Slack's own requests."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from bot import planning
from bot.playground.blockkit import message_mistakes, view_mistakes
from bot.slack import Slack
from bot.store import Store
from tests.builders import NOON
from tests.commands.organizing import ORLA, OTTO, REEF, Desk, config
from tests.fakes import Workspace, pressed, sent, typed, workspace

FORM = "application/x-www-form-urlencoded"
IN_A_DIALOG = {"channel": None, "view": {"id": "V7", "type": "modal"}}


@pytest.fixture
async def slacks():
    async with workspace() as opened:
        yield opened


@pytest.fixture
async def slack(slacks: Workspace, store: Store):
    store.projects.declare(REEF)
    async with aiohttp.ClientSession() as session:
        services = Desk().services(store)
        opened = Slack(services, session, lambda: NOON, token="xoxb-1", base_url=slacks.url)
        await opened.introduce()
        yield opened
        await opened.close(5)


def by(person: str) -> dict[str, Any]:
    return {"user": {"id": person, "username": "ada", "team_id": "T1"}}


async def hear(slack: Slack, raw: bytes) -> Any:
    heard = await slack.hear(raw, FORM)
    return json.loads(heard.body) if heard.body else None


def written(words: str) -> bytes:
    """The dialog as Orla sends it off."""
    values = {
        "text": {"type": "plain_text_input", "value": words},
        "audience": {"type": "multi_static_select", "selected_options": [{"value": "everyone"}]},
        "when": {"type": "datetimepicker", "selected_date_time": None},
    }
    return sent("announce.written", values).replace(b"U1", ORLA.encode())


async def test_from_the_first_word_to_the_approval(slack: Slack, slacks: Workspace, store: Store):
    told = await hear(slack, typed("announce", user_id=ORLA))
    assert "Write one" in json.dumps(told)

    await hear(slack, pressed("announce.write", **by(ORLA)))
    (opened,) = slacks.said("views.open")
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    assert view["callback_id"] == "announce.written"
    assert view_mistakes(view) == []

    shown = await hear(slack, written("The Slam *begins*"))
    assert shown["response_action"] == "update"
    assert view_mistakes(shown["view"]) == []
    assert "The Slam *begins*" in json.dumps(shown["view"])

    await hear(slack, pressed("announce.ask", "1", **by(ORLA), **IN_A_DIALOG))
    (updated,) = slacks.said("views.update")
    assert "waits for approval" in str(updated["view"])

    asked = pressed("announce.open", "1", **by(OTTO), response_url=slacks.response_url)
    await hear(slack, asked)
    await slacks.until(lambda: len(slacks.answers) == 1)
    assert slacks.answers[0]["replace_original"] is False  # it stands in the organizers' channel, for all
    assert message_mistakes(slacks.answers[0]["blocks"]) == []

    await hear(slack, pressed("announce.approve", "1", **by(OTTO), response_url=slacks.response_url))
    await slacks.until(lambda: len(slacks.answers) == 2)
    assert slacks.answers[1]["replace_original"] is True
    owed = planning.owed(store, config(), NOON)
    assert sorted(notice.reader.id for notice in owed.notices) == ["C0CORAL", "C0KELP"]


async def test_a_mistake_is_shown_at_its_field(slack: Slack):
    told = await hear(slack, written("   "))
    assert told == {"response_action": "errors", "errors": {"text": "Say something."}}


async def test_a_guest_who_is_named_as_organizer_approves_nothing(
    slack: Slack, slacks: Workspace, store: Store
):
    slacks.tells["users.info"] = {"user": {"id": OTTO, "tz": "UTC", "is_restricted": True}}
    number = store.announcements.write("Hello", ("everyone",), ORLA, NOON)
    store.announcements.ask(number, NOON)
    await hear(slack, pressed("announce.approve", "1", **by(OTTO), response_url=slacks.response_url))
    await slacks.until(lambda: slacks.answers)
    assert "Guests" in slacks.answers[0]["text"]
    assert store.announcements.find(number).approved_at is None
