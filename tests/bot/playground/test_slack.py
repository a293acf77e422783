"""The sample Slack carries what people do to the bot, and lets pass what the real one would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.playground import world
from bot.playground.clock import MovableClock
from bot.playground.installation import Installation
from bot.playground.server import Playground
from tests.bot.playground.conftest import (
    ALL_EVENTS,
    ALL_SCOPES,
    KOFI,
    MARA,
    ORGANIZERS,
    ORLA,
    RANDOM,
    SLAM,
    FakeBot,
    Visitor,
    button,
    playing,
    row,
    text,
)


async def test_a_command_arrives_signed_with_everything_slack_sends(visitor: Visitor, bot: FakeBot) -> None:
    assert await visitor.say("/slam status lanternfish") == {"ok": True}
    assert bot.last["command"] == "/slam"
    assert bot.last["text"] == "status lanternfish"
    assert (bot.last["user_id"], bot.last["channel_id"]) == (MARA, SLAM)
    assert bot.last["channel_name"] == "security-slam"
    assert bot.last["response_url"].startswith(visitor.playground.url)
    assert bot.last["trigger_id"]


async def test_a_direct_message_is_called_so(visitor: Visitor, bot: FakeBot) -> None:
    await visitor.say("/slam", channel="D0MARA")
    assert bot.last["channel_name"] == "directmessage"


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        pytest.param("status @kofi", "status <@U0KOFI|kofi>", id="a person by handle"),
        pytest.param("status @Kofi Mensah now", "status <@U0KOFI|kofi> now", id="a person by name"),
        pytest.param("in #slam-help", "in <#C0HELP|slam-help>", id="a channel"),
        pytest.param("a & <!channel>", "a &amp; &lt;!channel&gt;", id="what has a meaning to Slack"),
        pytest.param("me@kofi.org", "me@kofi.org", id="an address is no mention"),
    ],
)
async def test_what_is_typed_arrives_escaped(
    typed: str, arrives: str, visitor: Visitor, bot: FakeBot
) -> None:
    await visitor.say(f"/slam {typed}")
    assert bot.last["text"] == arrives


async def test_an_answer_is_seen_by_the_asker_alone(visitor: Visitor, bot: FakeBot) -> None:
    bot.answer = {"text": "3 of 4", "blocks": [text("*3* of 4")]}
    await visitor.say("/slam status")
    (message,) = await visitor.seen()
    assert (message["text"], message["ephemeral"], message["bot"]) == ("3 of 4", True, True)
    assert await visitor.seen(KOFI) == []


async def test_a_shared_answer_is_seen_by_all_with_the_command(visitor: Visitor, bot: FakeBot) -> None:
    bot.answer = {"text": "3 of 4", "response_type": "in_channel"}
    await visitor.say("/slam status <!channel>")
    told = [message["text"] for message in await visitor.seen(KOFI)]
    assert told == ["/slam status &lt;!channel&gt;", "3 of 4"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param({"blocks": [{"type": "nonsense"}]}, "invalid_blocks", id="no such block"),
        pytest.param({"blocks": [text()] * 51, "text": "a"}, "50", id="too many blocks"),
        pytest.param({"response_type": "everyone", "text": "a"}, "in_channel", id="no such audience"),
        pytest.param({"response_type": "ephemeral"}, "no_text", id="nothing said"),
        pytest.param({"text": "a", "colour": "red"}, "unknown field: colour", id="an unknown field"),
        pytest.param(["a"], "not a JSON object", id="not an object"),
    ],
)
async def test_an_answer_slack_would_refuse_is_said_to_the_person(
    answer: Any, why: str, visitor: Visitor, bot: FakeBot
) -> None:
    bot.answer = answer
    said = await visitor.say("/slam status")
    assert not said["ok"]
    assert why in said["error"]
    assert any(why in trouble for trouble in visitor.playground.workspace.troubles)
    (message,) = await visitor.seen()
    assert message["name"] == "Slackbot"
    assert "/slam failed with the error" in message["text"]


async def test_a_bot_that_fails_is_said_to_have_failed(visitor: Visitor, bot: FakeBot) -> None:
    bot.status = 500
    said = await visitor.say("/slam status")
    assert "dispatch_failed" in said["error"]
    assert "status 500" in said["error"]


async def test_a_bot_that_is_not_there_is_said_to_be_missing(visitor: Visitor) -> None:
    assert "dispatch_failed" in (await visitor.say("/slam status"))["error"]


async def test_no_answer_in_time_is_a_failure(visitor: Visitor, bot: FakeBot) -> None:
    visitor.playground.line.answer_within = 0.05
    bot.delay = 0.3
    assert "operation_timeout" in (await visitor.say("/slam status"))["error"]


async def test_other_commands_are_not_sent(visitor: Visitor, bot: FakeBot) -> None:
    assert not (await visitor.say("/remind me"))["ok"]
    assert bot.heard == []


async def test_one_cannot_speak_where_one_is_not(visitor: Visitor, bot: FakeBot) -> None:
    assert not (await visitor.say("/slam", user=KOFI, channel="C0ORGS"))["ok"]
    assert not (await visitor.say("/slam", user=KOFI, channel="D0MARA"))["ok"]
    assert await visitor.seen(KOFI, "C0ORGS") == []
    assert bot.heard == []


# --- response_url -------------------------------------------------------------------------------------------


async def test_a_response_url_is_good_for_five_answers(visitor: Visitor, bot: FakeBot) -> None:
    await visitor.say("/slam status")
    url = bot.last["response_url"]
    answers = [await visitor.respond(url, text=f"answer {n}") for n in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [404]
    assert answers[-1][1]["error"] == "used_url"
    assert len(await visitor.seen()) == 5


async def test_a_response_url_is_good_for_half_an_hour(
    visitor: Visitor, bot: FakeBot, clock: MovableClock
) -> None:
    await visitor.say("/slam status")
    url = bot.last["response_url"]
    clock.forward(timedelta(minutes=30))
    assert (await visitor.respond(url, text="just in time"))[0] == 200
    clock.forward(timedelta(seconds=1))
    assert await visitor.respond(url, text="too late") == (404, {"ok": False, "error": "expired_url"})


async def test_a_refused_answer_does_not_use_the_address_up(visitor: Visitor, bot: FakeBot) -> None:
    await visitor.say("/slam status")
    url = bot.last["response_url"]
    for _ in range(6):
        assert (await visitor.respond(url, blocks=[{"type": "nonsense"}]))[0] == 400
    assert (await visitor.respond(url, text="right"))[0] == 200


# --- Presses ------------------------------------------------------------------------------------------------


async def pressed(visitor: Visitor, user: str = MARA, place: int = -1, **more: Any) -> Any:
    """Press the first button of a message."""
    message = (await visitor.seen(user))[place]
    block = next(block for block in message["blocks"] if block["type"] == "actions")
    element = block["elements"][0]
    where = {"channel": SLAM, "ts": message["ts"], "block_id": block["block_id"]}
    action = {"action_id": element["action_id"], "type": element["type"], **more}
    return await visitor.post("press", **{"as": user, **where, **action})


async def searched(visitor: Visitor, bot: FakeBot, query: str, options: list[Any]) -> None:
    """Type into the first field of the newest message, whatever it offers."""
    message = (await visitor.seen())[-1]
    block = next(block for block in message["blocks"] if block["type"] == "actions")
    bot.answer = {"options": options}
    field = {"action_id": block["elements"][0]["action_id"], "block_id": block["block_id"], "query": query}
    told = await visitor.get("options", channel=SLAM, ts=message["ts"], **field, **{"as": MARA})
    assert told == {"options": options}


async def test_a_press_carries_what_the_bot_put_into_the_button(visitor: Visitor, bot: FakeBot) -> None:
    bot.answer = {"text": "a", "blocks": [row(button("status.next", "lanternfish"))]}
    await visitor.say("/slam status")
    bot.answer = None
    assert await pressed(visitor, value="forged") == {"ok": True}
    assert bot.last["type"] == "block_actions"
    assert bot.last["actions"][0]["value"] == "lanternfish"
    assert bot.last["actions"][0]["action_id"] == "status.next"
    assert bot.last["container"]["is_ephemeral"]
    assert "message" not in bot.last


async def test_an_answer_to_a_press_may_take_the_messages_place(visitor: Visitor, bot: FakeBot) -> None:
    bot.answer = {"text": "before", "blocks": [row(button())]}
    await visitor.say("/slam status")
    bot.answer = None
    await pressed(visitor)
    status, _ = await visitor.respond(bot.last["response_url"], text="after", replace_original=True)
    assert status == 200
    assert [(m["text"], m["ephemeral"]) for m in await visitor.seen()] == [("after", True)]


async def test_an_answer_to_a_press_may_be_shared(visitor: Visitor, bot: FakeBot) -> None:
    bot.answer = {"text": "mine", "blocks": [row(button())]}
    await visitor.say("/slam status")
    bot.answer = None
    await pressed(visitor)
    await visitor.respond(bot.last["response_url"], text="ours", response_type="in_channel")
    assert [m["text"] for m in await visitor.seen(KOFI)] == ["ours"]


async def test_an_answer_to_a_press_may_take_the_message_away(visitor: Visitor, bot: FakeBot) -> None:
    bot.answer = {"text": "mine", "blocks": [row(button())]}
    await visitor.say("/slam status")
    bot.answer = None
    await pressed(visitor)
    await visitor.respond(bot.last["response_url"], delete_original=True)
    assert [m["deleted"] for m in await visitor.seen()] == [True]
    assert (await visitor.post("press", **{"as": MARA, "channel": SLAM, "ts": "1.1"}))["ok"] is False


async def test_nobody_presses_what_only_another_sees(visitor: Visitor, bot: FakeBot) -> None:
    bot.answer = {"text": "mine", "blocks": [row(button())]}
    await visitor.say("/slam status")
    (message,) = await visitor.seen()
    block = message["blocks"][0]
    where = {"channel": SLAM, "ts": message["ts"], "block_id": block["block_id"]}
    said = await visitor.post("press", **{"as": KOFI, **where, "action_id": "status.next"})
    assert not said["ok"]
    assert len(bot.heard) == 1


async def shortcut(visitor: Visitor, ts: str, user: str = MARA, name: str = "ask.about") -> Any:
    chosen = {"channel": SLAM, "ts": ts, "callback_id": name}
    return await visitor.post("shortcut", **chosen, **{"as": user})


async def test_a_shortcut_of_a_message_arrives_as_slack_sends_it(visitor: Visitor, bot: FakeBot) -> None:
    await visitor.say("How do I sign <this>?", user=KOFI)
    (message,) = await visitor.seen()
    assert await shortcut(visitor, message["ts"]) == {"ok": True}
    told = dict(bot.last)
    assert told.pop("trigger_id")
    assert told.pop("token")
    assert told.pop("action_ts") > message["ts"]
    assert told.pop("response_url").startswith(visitor.playground.url)
    assert told == {
        "type": "message_action",
        "callback_id": "ask.about",
        "team": {"id": world.TEAM, "domain": "sample"},
        "user": {"id": MARA, "name": "mara"},
        "channel": {"id": SLAM, "name": "security-slam"},
        "message_ts": message["ts"],
        "message": {
            "type": "message",
            "user": KOFI,
            "ts": message["ts"],
            "team": world.TEAM,
            "text": "How do I sign &lt;this&gt;?",
        },
        "enterprise": None,
        "is_enterprise_install": False,
    }


async def test_a_shortcut_may_open_a_dialog(visitor: Visitor, bot: FakeBot) -> None:
    await visitor.say("How?")
    (message,) = await visitor.seen()
    await shortcut(visitor, message["ts"])
    assert (await visitor.call("views.open", trigger_id=bot.last["trigger_id"], view=QUESTION))["ok"]


async def test_what_one_cannot_see_or_sees_alone_has_no_shortcut(visitor: Visitor, bot: FakeBot) -> None:
    bot.answer = {"text": "only for Mara"}
    await visitor.say("/slam status")
    (message,) = await visitor.seen()
    count = len(bot.heard)
    assert not (await shortcut(visitor, message["ts"]))["ok"]
    assert not (await shortcut(visitor, message["ts"], user=KOFI))["ok"]
    assert not (await shortcut(visitor, "1.000000"))["ok"]
    assert not (await shortcut(visitor, message["ts"], name="ask.other"))["ok"]
    assert len(bot.heard) == count


async def test_a_list_that_the_bot_fills_says_where_it_stands(visitor: Visitor, bot: FakeBot) -> None:
    view_id = await opened(visitor, bot)
    bot.answer = {"options": []}
    asked = {"action_id": "project", "block_id": "own", "query": "lan"}
    assert await visitor.get("options", view_id=view_id, **asked, **{"as": MARA}) == {"options": []}
    assert bot.last["type"] == "block_suggestion"
    assert (bot.last["action_id"], bot.last["block_id"], bot.last["value"]) == ("project", "own", "lan")
    assert bot.last["container"] == {"type": "view", "view_id": view_id}
    assert bot.last["view"]["callback_id"] == "help.ask"
    count = len(bot.heard)
    await visitor.get("options", view_id=view_id, **asked, **{"as": KOFI})
    assert len(bot.heard) == count, "it is not Kofi's dialog"


def option(label: str, value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": label}, "value": value}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        pytest.param([{"text": "Kelp", "value": "kelp"}], "options/0/text", id="a text of no kind"),
        pytest.param([option("Kelp " * 20, "kelp")], "less than 76", id="a long label"),
        pytest.param([option("Kelp", "")], "options/0/value", id="no value"),
        pytest.param([option("Kelp", f"{n}") for n in range(101)], "100", id="too many"),
    ],
)
async def test_a_list_that_slack_would_refuse_is_refused(
    visitor: Visitor, bot: FakeBot, options: list[Any], why: str
) -> None:
    view_id = await opened(visitor, bot)
    bot.answer = {"options": options}
    asked = {"action_id": "project", "block_id": "own", "query": "lan"}
    assert await visitor.get("options", view_id=view_id, **asked, **{"as": MARA}) == {"options": []}
    assert why in str(visitor.playground.workspace.troubles[-1])


async def test_only_what_was_offered_can_be_chosen(visitor: Visitor, bot: FakeBot) -> None:
    offered = {"text": {"type": "plain_text", "text": "Kelpforest"}, "value": "kelpforest"}
    chooser = {"type": "static_select", "action_id": "status.project", "options": [offered]}
    bot.answer = {"text": "which?", "blocks": [row(chooser)]}
    await visitor.say("/slam status")
    bot.answer = None
    assert not (await pressed(visitor, selected_option={"value": "everything"}))["ok"]
    assert await pressed(visitor, selected_option={"value": "kelpforest"}) == {"ok": True}
    assert bot.last["actions"][0]["selected_option"] == offered


async def test_of_a_list_that_is_searched_only_what_was_found_can_be_chosen(
    visitor: Visitor, bot: FakeBot
) -> None:
    chooser = {
        "type": "external_select",
        "action_id": "status.project",
        "initial_option": option("Coral", "coral"),
    }
    bot.answer = {"text": "which?", "blocks": [row(chooser)]}
    await visitor.say("/slam status")
    kelp, tide = option("Kelpforest", "kelpforest"), option("Tidewatch", "tidewatch")
    assert not (await pressed(visitor, selected_option=kelp))["ok"]
    await searched(visitor, bot, "kel", [kelp])
    await searched(visitor, bot, "tid", [tide])
    bot.answer = None
    for found in (kelp, tide):
        assert await pressed(visitor, selected_option=found) == {"ok": True}
        assert bot.last["actions"][0]["selected_option"] == found
    assert not (await pressed(visitor, selected_option=option("Else", "else")))["ok"]
    assert not (await pressed(visitor, selected_option={**kelp, "value": []}))["ok"]


# --- Dialogs and the home -----------------------------------------------------------------------------------

QUESTION = {
    "type": "modal",
    "callback_id": "help.ask",
    "title": {"type": "plain_text", "text": "Ask"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "question",
            "label": {"type": "plain_text", "text": "What is it?"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


async def opened(visitor: Visitor, bot: FakeBot, view: dict[str, Any] = QUESTION) -> str:
    await visitor.say("/slam ask")
    told = await visitor.call("views.open", trigger_id=bot.last["trigger_id"], view=view)
    assert told["ok"], told
    return str(told["view"]["id"])


def wrote(words: str) -> dict[str, Any]:
    return {"values": {"question": {"text": {"type": "plain_text_input", "value": words}}}}


async def test_a_dialog_is_sent_off_with_what_was_written(visitor: Visitor, bot: FakeBot) -> None:
    view_id = await opened(visitor, bot)
    sent = {"as": MARA, "view_id": view_id, "state": wrote("How?")}
    assert await visitor.post("submit", **sent) == {"ok": True}
    assert bot.last["type"] == "view_submission"
    assert bot.last["view"]["callback_id"] == "help.ask"
    assert bot.last["view"]["state"]["values"]["question"]["text"]["value"] == "How?"
    assert not (await visitor.post("submit", **sent))["ok"]


async def test_slack_itself_asks_for_what_is_required(visitor: Visitor, bot: FakeBot) -> None:
    view_id = await opened(visitor, bot)
    said = await visitor.post("submit", **{"as": MARA, "view_id": view_id, "state": wrote("")})
    assert said == {"ok": False, "errors": {"question": "Please complete this required field."}}
    assert bot.last["command"] == "/slam"


async def test_the_bot_may_find_a_field_wrong(visitor: Visitor, bot: FakeBot) -> None:
    view_id = await opened(visitor, bot)
    bot.answer = {"response_action": "errors", "errors": {"question": "Shorter, please."}}
    said = await visitor.post("submit", **{"as": MARA, "view_id": view_id, "state": wrote("How?")})
    assert said == {"ok": False, "errors": {"question": "Shorter, please."}}
    bot.answer = {"response_action": "errors", "errors": {"nothing": "No."}}
    said = await visitor.post("submit", **{"as": MARA, "view_id": view_id, "state": wrote("How?")})
    assert "not an input block" in said["error"]


async def test_a_trigger_opens_one_dialog_within_three_seconds(
    visitor: Visitor, bot: FakeBot, clock: MovableClock
) -> None:
    await opened(visitor, bot)
    again = await visitor.call("views.open", trigger_id=bot.last["trigger_id"], view=QUESTION)
    assert again["error"] == "exchanged_trigger_id"
    await visitor.say("/slam ask")
    clock.forward(timedelta(seconds=4))
    late = await visitor.call("views.open", trigger_id=bot.last["trigger_id"], view=QUESTION)
    assert late["error"] == "expired_trigger_id"


async def test_dialogs_stand_three_deep_and_no_deeper(visitor: Visitor, bot: FakeBot) -> None:
    await opened(visitor, bot)
    errors = []
    for _ in range(3):
        await visitor.say("/slam ask")
        told = await visitor.call("views.push", trigger_id=bot.last["trigger_id"], view=QUESTION)
        errors.append(told.get("error"))
    assert errors == [None, None, "push_limit_reached"]


async def test_opening_the_home_tells_the_bot_and_shows_what_it_publishes(
    visitor: Visitor, bot: FakeBot
) -> None:
    assert await visitor.get("home", **{"as": MARA}) == {"view": None}
    await visitor.playground.slack.events.settled()
    assert bot.last["event"] == bot.last["event"] | {"type": "app_home_opened", "user": MARA, "tab": "home"}
    await visitor.call("views.publish", user_id=MARA, view={"type": "home", "blocks": [text("Hello")]})
    told = await visitor.get("home", **{"as": MARA})
    assert told["view"]["blocks"][0]["text"]["text"] == "Hello"
    await visitor.playground.slack.events.settled()
    assert len(bot.heard) == 1, "looking at what was just published is not opening it anew"


# --- Events -------------------------------------------------------------------------------------------------


async def test_a_mention_and_a_direct_message_reach_the_bot(visitor: Visitor, bot: FakeBot) -> None:
    await visitor.say("hello @slam")
    await visitor.say("hello", channel="D0MARA")
    await visitor.say("nothing for it")
    await visitor.playground.slack.events.settled()
    kinds = [(told["event"]["type"], told["event"]["text"]) for told in bot.heard]
    assert kinds == [("app_mention", f"hello <@{world.BOT}>"), ("message", "hello")]
    assert bot.heard[0]["event_id"] != bot.heard[1]["event_id"]


async def test_where_history_was_granted_what_is_said_in_its_channels_reaches_the_bot(
    clock: MovableClock,
) -> None:
    scopes, events = ALL_SCOPES | {"channels:history"}, ALL_EVENTS | {"message.channels"}
    async with playing(clock, Installation(scopes, events)) as (visitor, bot):
        begun = visitor.playground.workspace.post(SLAM, world.BOT, "a card")
        await visitor.post("say", text="a reply", channel=SLAM, thread_ts=begun.ts, **{"as": MARA})
        await visitor.say("elsewhere", channel=RANDOM)
        await visitor.say("in private", user=ORLA, channel=ORGANIZERS)
        await visitor.playground.slack.events.settled()
        (told,) = [each["event"] for each in bot.heard]
        assert told == told | {"type": "message", "channel_type": "channel", "thread_ts": begun.ts}


async def test_the_bot_is_told_when_it_is_invited(visitor: Visitor, bot: FakeBot) -> None:
    assert await visitor.say("/invite @slam", channel=RANDOM) == {"ok": True}
    await visitor.playground.slack.events.settled()
    assert bot.last["event"]["type"] == "member_joined_channel"
    assert bot.last["event"]["user"] == world.BOT
    assert not (await visitor.say("/invite @slam", channel=RANDOM))["ok"]


async def test_an_event_nobody_took_is_sent_once_more(visitor: Visitor, bot: FakeBot) -> None:
    bot.status = 503
    await visitor.say("hello @slam", user=ORLA)
    await visitor.playground.slack.events.settled()
    assert [headers.get("X-Slack-Retry-Num") for headers in bot.headers] == [None, "1"]
    assert bot.heard[0]["event_id"] == bot.heard[1]["event_id"]


async def test_what_the_app_did_not_ask_for_it_is_not_told(clock: MovableClock) -> None:
    playground = Playground(clock)
    await playground.start()
    try:
        await playground.slack.say(MARA, SLAM, "hello @slam")
        await playground.slack.events.settled()
        assert not playground.workspace.troubles
    finally:
        await playground.stop()


# --- Doors --------------------------------------------------------------------------------------------------


async def test_an_archived_channel_takes_no_words_until_it_is_opened_again(visitor: Visitor) -> None:
    assert await visitor.say("/archive") == {"ok": True}
    assert not (await visitor.say("hello"))["ok"]
    assert (await visitor.call("chat.postMessage", channel=SLAM, text="a"))["error"] == "is_archived"
    assert await visitor.say("/unarchive") == {"ok": True}
    assert (await visitor.call("chat.postMessage", channel=SLAM, text="a"))["ok"]
    assert not visitor.playground.workspace.troubles, "a door that somebody shut is no mistake of the bot"


async def test_the_bot_can_be_removed_and_invited_again(visitor: Visitor) -> None:
    assert await visitor.say("/remove @slam") == {"ok": True}
    assert (await visitor.call("chat.postMessage", channel=SLAM, text="a"))["error"] == "not_in_channel"
    assert not (await visitor.say("/remove @slam"))["ok"]
    assert await visitor.say("/invite @slam") == {"ok": True}
    assert (await visitor.call("chat.postMessage", channel=SLAM, text="a"))["ok"]


async def test_a_private_channel_without_the_bot_is_none_to_it(visitor: Visitor) -> None:
    assert await visitor.say("/remove @slam", user=ORLA, channel=ORGANIZERS) == {"ok": True}
    told = await visitor.call("chat.postMessage", channel=ORGANIZERS, text="a")
    assert told["error"] == "channel_not_found"
    assert not visitor.playground.workspace.troubles


@pytest.mark.parametrize("typed", ["/archive", "/remove @slam", "/remove @mara", "/unarchive"])
async def test_a_direct_message_has_no_door(typed: str, visitor: Visitor) -> None:
    assert not (await visitor.say(typed, channel="D0MARA"))["ok"]
