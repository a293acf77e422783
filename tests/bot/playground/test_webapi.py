"""The sample Slack's Web API is as strict as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import world
from bot.playground.clock import MovableClock
from bot.playground.installation import Installation
from bot.playground.server import Playground
from tests.bot.playground.conftest import (
    KOFI,
    MARA,
    ORGANIZERS,
    ORLA,
    RANDOM,
    SLAM,
    Visitor,
    a_second_later,
    text,
)


@asynccontextmanager
async def granted(clock: MovableClock, *scopes: str) -> AsyncIterator[Visitor]:
    """A visitor of a workspace that granted the bot these scopes."""
    playground = Playground(clock, Installation(frozenset(scopes)))
    await playground.start()
    try:
        async with ClientSession() as session:
            yield Visitor(playground, session)
    finally:
        await playground.stop()


NOTICE = {"event_type": "slam_notice", "event_payload": {"key": "k", "keys": ["k"]}}


async def test_slacks_own_client_is_understood(visitor: Visitor) -> None:
    client = AsyncWebClient(
        token=visitor.playground.installation.bot_token,
        base_url=f"{visitor.playground.url}/api/",
        session=visitor.session,
        retry_handlers=[],
    )
    told = await client.auth_test()
    assert (told["user_id"], told["team_id"]) == (world.BOT, world.TEAM)
    assert "chat:write" in told.headers["x-oauth-scopes"]
    posted = await client.chat_postMessage(
        channel=SLAM, text="hello", blocks=[text()], metadata=NOTICE, unfurl_links=False
    )
    assert [m["ts"] for m in await visitor.seen()] == [posted["ts"]]
    assert (await client.conversations_open(users=MARA))["channel"]["id"] == "D0MARA"
    assert (await client.users_info(user=MARA))["user"]["tz"] == "Europe/Stockholm"
    published = await client.views_publish(user_id=MARA, view={"type": "home", "blocks": [text()]})
    assert published["view"]["type"] == "home"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        pytest.param("chat.shout", {}, "unknown_method", id="no such method"),
        pytest.param("chat.postMessage", {"text": "a"}, "invalid_arguments", id="no channel"),
        pytest.param(
            "chat.postMessage", {"channel": SLAM, "text": "a", "loud": 1}, "invalid_arguments", id="too much"
        ),
        pytest.param("chat.postMessage", {"channel": SLAM}, "no_text", id="nothing said"),
        pytest.param(
            "chat.postMessage",
            {"channel": SLAM, "text": "a", "blocks": [{"type": "nonsense"}]},
            "invalid_blocks",
            id="no such block",
        ),
        pytest.param(
            "chat.postMessage", {"channel": "C0NOWHERE", "text": "a"}, "channel_not_found", id="nowhere"
        ),
        pytest.param(
            "chat.postMessage", {"channel": RANDOM, "text": "a"}, "not_in_channel", id="not a member"
        ),
        pytest.param(
            "chat.postMessage",
            {"channel": SLAM, "text": "a", "thread_ts": "1.1"},
            "thread_not_found",
            id="no such thread",
        ),
        pytest.param(
            "chat.postMessage",
            {"channel": SLAM, "text": "a", "metadata": {"event_type": "a"}},
            "invalid_metadata_format",
            id="half of the metadata",
        ),
        pytest.param(
            "chat.postEphemeral",
            {"channel": ORGANIZERS, "user": MARA, "text": "a"},
            "user_not_in_channel",
            id="to somebody who is not there",
        ),
        pytest.param(
            "chat.update", {"channel": SLAM, "ts": "1.1", "text": "a"}, "message_not_found", id="no message"
        ),
        pytest.param("conversations.history", {"channel": SLAM}, "missing_scope", id="not granted"),
        pytest.param("users.info", {"user": "U0NOBODY"}, "user_not_found", id="nobody"),
        pytest.param(
            "views.open",
            {"trigger_id": "1.1", "view": {"type": "modal", "blocks": []}},
            "invalid_arguments",
            id="a dialog without a title",
        ),
    ],
)
async def test_what_slack_refuses_is_refused_and_said(
    method: str, arguments: dict[str, Any], error: str, visitor: Visitor
) -> None:
    told = await visitor.call(method, **arguments)
    assert (told["ok"], told["error"], told["status"]) == (False, error, 200)
    assert await visitor.seen() == []


async def test_a_refusal_gives_its_reason_and_is_shown_at_the_page(visitor: Visitor) -> None:
    told = await visitor.call("chat.postMessage", channel=SLAM, text="a", blocks=[text("x" * 3001)])
    assert "3001" in told["response_metadata"]["messages"][0]
    assert any("invalid_blocks" in trouble for trouble in visitor.playground.workspace.troubles)


async def test_only_the_bots_own_token_is_good(visitor: Visitor) -> None:
    assert (await visitor.call("auth.test", token="xoxb-other"))["error"] == "invalid_auth"
    async with visitor.session.post(f"{visitor.playground.url}/api/auth.test") as answer:
        assert (await answer.json())["error"] == "not_authed"


async def test_a_channel_takes_one_message_a_second(visitor: Visitor, clock: MovableClock) -> None:
    assert (await visitor.call("chat.postMessage", channel=SLAM, text="one"))["ok"]
    told = await visitor.call("chat.postMessage", channel=SLAM, text="two")
    assert (told["status"], told["error"], told["retry_after"]) == (429, "ratelimited", "1")
    assert (await visitor.call("chat.postMessage", channel="C0HELP", text="elsewhere"))["ok"]
    a_second_later(clock)
    assert (await visitor.call("chat.postMessage", channel=SLAM, text="two"))["ok"]
    assert [message["text"] for message in await visitor.seen()] == ["one", "two"]


async def test_a_method_may_be_called_so_often_a_minute(visitor: Visitor, clock: MovableClock) -> None:
    for _ in range(50):
        assert (await visitor.call("conversations.open", users=MARA))["ok"]
    told = await visitor.call("conversations.open", users=MARA)
    assert (told["status"], told["retry_after"]) == (429, "60")
    clock.forward(timedelta(minutes=1))
    assert (await visitor.call("conversations.open", users=MARA))["ok"]


async def test_a_public_channel_may_be_posted_to_where_that_was_granted(clock: MovableClock) -> None:
    async with granted(clock, "chat:write", "chat:write.public") as visitor:
        assert (await visitor.call("chat.postMessage", channel=RANDOM, text="hello"))["ok"]


async def test_a_message_may_be_changed_and_taken_back(visitor: Visitor) -> None:
    posted = await visitor.call("chat.postMessage", channel=SLAM, text="befor")
    changed = await visitor.call("chat.update", channel=SLAM, ts=posted["ts"], text="before")
    assert changed["ok"]
    (message,) = await visitor.seen()
    assert (message["text"], message["edited"]) == ("before", True)
    long = await visitor.call("chat.update", channel=SLAM, ts=posted["ts"], text="x" * 4001)
    assert long["error"] == "msg_too_long"
    assert (await visitor.call("chat.delete", channel=SLAM, ts=posted["ts"]))["ok"]
    assert (await visitor.seen())[0]["deleted"]


async def test_other_peoples_messages_are_not_changed(visitor: Visitor) -> None:
    await visitor.say("mine")
    (message,) = await visitor.seen()
    told = await visitor.call("chat.update", channel=SLAM, ts=message["ts"], text="ours")
    assert told["error"] == "cant_update_message"


async def test_an_ephemeral_message_is_for_one(visitor: Visitor) -> None:
    assert (await visitor.call("chat.postEphemeral", channel=SLAM, user=KOFI, text="psst"))["ok"]
    assert await visitor.seen(MARA) == []
    (message,) = await visitor.seen(KOFI)
    assert message["ephemeral"]


async def test_a_message_to_a_person_is_a_direct_message(visitor: Visitor) -> None:
    told = await visitor.call("chat.postMessage", channel=MARA, text="psst")
    assert told["channel"] == "D0MARA"


async def test_several_people_have_a_conversation_of_their_own(clock: MovableClock) -> None:
    async with granted(clock, "chat:write", "mpim:write") as visitor:
        opened = await visitor.call("conversations.open", users=f"{MARA},{KOFI}")
        again = await visitor.call("conversations.open", users=f"{KOFI},{MARA}")
        channel = opened["channel"]["id"]
        assert (opened["ok"], again["channel"]["id"]) == (True, channel)
        assert (await visitor.call("chat.postMessage", channel=channel, text="you two"))["ok"]
        assert [message["text"] for message in await visitor.seen(KOFI, channel)] == ["you two"]
        assert await visitor.seen(ORLA, channel) == []
        names = {
            user: [each["name"] for each in (await visitor.get("state", **{"as": user}))["channels"]]
            for user in (MARA, ORLA)
        }
        assert "Kofi Mensah and Slam Bot" in names[MARA]
        assert not any("Kofi" in name for name in names[ORLA])


@pytest.mark.parametrize(
    ("users", "error"),
    [
        pytest.param("", "users_list_not_supplied", id="nobody"),
        pytest.param(MARA, "missing_scope", id="one, which takes another scope"),
        pytest.param(f"{MARA},U0NOBODY", "user_not_found", id="a stranger"),
        pytest.param(",".join([MARA] * 9), "too_many_users", id="more than eight"),
    ],
)
async def test_a_conversation_is_not_opened_with_anybody(users: str, error: str, clock: MovableClock) -> None:
    async with granted(clock, "mpim:write") as visitor:
        assert (await visitor.call("conversations.open", users=users))["error"] == error


async def test_a_conversation_of_several_people_takes_a_scope_of_its_own(visitor: Visitor) -> None:
    told = await visitor.call("conversations.open", users=f"{MARA},{KOFI}")
    assert (told["error"], told["needed"]) == ("missing_scope", "mpim:write")


async def test_a_text_too_long_is_cut_and_said_to_be(visitor: Visitor) -> None:
    await visitor.call("chat.postMessage", channel=SLAM, text="x" * 40_001)
    (message,) = await visitor.seen()
    assert len(message["text"]) == 40_000
    assert any("40001" in trouble for trouble in visitor.playground.workspace.troubles)


async def test_blocks_without_a_text_are_told_to_nobody_who_cannot_see_them(visitor: Visitor) -> None:
    told = await visitor.call("chat.postMessage", channel=SLAM, blocks=[text()])
    assert told["warning"] == "missing_text_in_message"
    assert visitor.playground.workspace.troubles


async def test_history_gives_the_metadata_back_where_it_may_be_read(clock: MovableClock) -> None:
    playground = Playground(clock, Installation(frozenset({"chat:write", "channels:history"})))
    await playground.start()
    try:
        client = AsyncWebClient(
            token=playground.installation.bot_token, base_url=f"{playground.url}/api/", retry_handlers=[]
        )
        await client.chat_postMessage(channel=SLAM, text="hello", metadata=NOTICE)
        told = await client.conversations_history(channel=SLAM, include_all_metadata=True)
        assert told["messages"][0]["metadata"] == NOTICE
        told = await client.conversations_history(channel=SLAM)
        assert "metadata" not in told["messages"][0]
    finally:
        await playground.stop()


async def test_a_view_changed_meanwhile_is_not_overwritten(visitor: Visitor) -> None:
    home = {"type": "home", "blocks": [text()]}
    first = await visitor.call("views.publish", user_id=MARA, view=home)
    await visitor.call("views.publish", user_id=MARA, view=home)
    late = await visitor.call("views.publish", user_id=MARA, view=home, hash=first["view"]["hash"])
    assert late["error"] == "hash_conflict"


async def test_history_is_read_a_page_at_a_time(clock: MovableClock) -> None:
    async with granted(clock, "channels:history") as visitor:
        said = [visitor.playground.workspace.post(SLAM, KOFI, str(number)).ts for number in range(5)]
        first = await visitor.call("conversations.history", channel=SLAM, limit=3)
        assert [message["ts"] for message in first["messages"]] == said[:1:-1]
        cursor = first["response_metadata"]["next_cursor"]
        rest = await visitor.call("conversations.history", channel=SLAM, limit=3, cursor=cursor)
        assert [message["ts"] for message in rest["messages"]] == said[1::-1]
        assert not rest["has_more"]
        since = await visitor.call("conversations.history", channel=SLAM, oldest=said[3], inclusive=True)
        assert [message["ts"] for message in since["messages"]] == [said[4], said[3]]


async def test_a_person_has_a_time_zone_and_may_be_a_guest(visitor: Visitor) -> None:
    emi = (await visitor.call("users.info", user="U0EMI"))["user"]
    mara = (await visitor.call("users.info", user=MARA))["user"]
    assert (emi["tz"], emi["is_restricted"]) == ("Asia/Tokyo", True)
    assert (mara["is_restricted"], mara["deleted"]) == (False, False)


async def test_a_user_group_names_its_members_where_that_was_granted(clock: MovableClock) -> None:
    async with granted(clock, "usergroups:read") as visitor:
        told = await visitor.call("usergroups.users.list", usergroup="S0ORGS")
        assert told["users"] == ["U0ORLA", "U0NUNO"]
        assert (await visitor.call("usergroups.users.list", usergroup="S0X"))["error"] == "no_such_subteam"


async def test_while_slack_is_busy_no_message_is_taken(visitor: Visitor, clock: MovableClock) -> None:
    assert await visitor.post("trouble", busy=20) == {"ok": True}
    told = await visitor.call("chat.postMessage", channel=SLAM, text="a")
    assert (told["status"], told["error"], told["retry_after"]) == (429, "ratelimited", "20")
    clock.forward(timedelta(seconds=20))
    assert (await visitor.call("chat.postMessage", channel=SLAM, text="a"))["ok"]
    assert not visitor.playground.workspace.troubles, "the bot did nothing wrong"


async def test_an_answer_that_is_lost_leaves_its_message_said(visitor: Visitor, clock: MovableClock) -> None:
    assert await visitor.post("trouble", lose=True) == {"ok": True}
    with pytest.raises(ClientError):
        await visitor.call("chat.postMessage", channel=SLAM, text="a")
    assert [message["text"] for message in await visitor.seen()] == ["a"]
    a_second_later(clock)
    assert (await visitor.call("chat.postMessage", channel=SLAM, text="b"))["ok"]
