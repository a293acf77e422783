from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot import blocks
from bot.config import Config
from bot.config.declared import Channels
from bot.envelope import UnreadableError
from bot.playground.blockkit import options_mistakes, view_mistakes
from bot.reply import NO_CHOICE, Reply, Services
from bot.slack import Answerers, RefusedError, ScopesMissingError, Slack, walk
from bot.store.people import Person
from rules.resources import Resources
from tests.builders import NOON, edition
from tests.fakes import BOT_USER, chosen, happened, looked_for, pressed, sent, typed, workspace

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def said(text: str, **differences: Any) -> Reply:
    return Reply(blocks.message(blocks.section(text)), **differences)


@dataclass
class Answering:
    """Gives back what the test wants, and remembers how it was asked."""

    reply: Reply | Exception = field(default_factory=lambda: said("hello"))
    calls: list[Any] = field(default_factory=list)

    def __call__(self, call, services):
        self.calls.append(call)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    @property
    def later(self):
        async def answer():
            if isinstance(self.reply, Exception):
                raise self.reply
            return self.reply

        return answer


@dataclass
class Finding:
    """Offers what the test wants, and remembers for whom."""

    options: Any = (("Kelp (cncf/kelp)", "cncf/kelp Kelp"),)
    calls: list[Any] = field(default_factory=list)

    def __call__(self, call, services):
        self.calls.append(call)
        return self.find

    async def find(self):
        if isinstance(self.options, Exception):
            raise self.options
        return self.options


def home(call, services):
    return blocks.home(blocks.section(f"Hello {call.user}"))


@pytest.fixture
async def slacks():
    async with workspace() as opened:
        yield opened


@pytest.fixture
def status():
    return Answering()


@pytest.fixture
def hello():
    return Answering(said("I am the Slam bot"))


@pytest.fixture
def services(store):
    slam = edition()
    library = Resources(())

    async def refresh(project):
        return "done"

    return Services(store, slam, library, Config(slam, library), refresh)


@pytest.fixture
def finding():
    return Finding()


@pytest.fixture
async def slack(slacks, services, status, hello, finding):
    async with aiohttp.ClientSession() as session:
        answerers = Answerers(
            {"status": status, "help": status, "mine": status},
            {"status.open": status, "help_desk.open": status},
            hello,
            home,
            views={"status.write": status, "help_desk.write": status, "mine.write": status},
            shortcuts={"status.about": status},
            options={"mine.found": finding},
            reply=status,
            asking_who=frozenset({"mine"}),
        )
        opened = Slack(
            services, session, lambda: NOON, token="xoxb-1", base_url=slacks.url, answerers=answerers
        )
        await opened.introduce()
        yield opened
        await opened.close(5)


async def answer(slack, raw, content_type=FORM):
    heard = await slack.hear(raw, content_type)
    return json.loads(heard.body) if heard.body else None


# --- Commands ----------------------------------------------------------------------------------------------


async def test_a_command_is_answered_in_the_response_to_itself(slack, slacks, status):
    told = await answer(slack, typed("status kelp"))
    assert (told["text"], told["response_type"]) == ("hello", "ephemeral")
    assert told["blocks"][0]["type"] == "section"
    assert status.calls[0].args == ("kelp",)
    assert [method for method, _ in slacks.calls] == ["auth.test"]


async def test_an_answer_for_everybody_is_seen_by_everybody(slack, status):
    status.reply = said("look", shared=True)
    assert (await answer(slack, typed("status")))["response_type"] == "in_channel"


async def test_a_mistyped_command_is_told_what_may_have_been_meant(slack):
    told = await answer(slack, typed("statsu kelp"))
    assert "Did you mean /slam status" in told["text"].replace("`", "")


async def test_what_was_typed_mentions_nobody(slack):
    told = await answer(slack, typed("<!channel> <@U2>"))
    assert "<!channel>" not in json.dumps(told)


async def test_what_took_too_long_may_have_been_done(slack, status):
    status.reply = TimeoutError()
    with capture_logs():
        told = await answer(slack, typed("status kelp"))
    assert "it may have been done" in told["text"]
    assert "try again" not in told["text"]


async def test_a_failure_on_our_side_is_said_with_a_reference_that_is_in_the_log(slack, status):
    status.reply = RuntimeError("the table is on fire")
    with capture_logs() as logged:
        told = await answer(slack, typed("status kelp"))
    assert "failed on our side" in told["text"]
    reference = told["text"].split("reference ")[1].split(")")[0]
    assert len(reference) == 4
    assert [(entry["reference"], str(entry["exc_info"])) for entry in logged] == [
        (reference, "the table is on fire")
    ]
    assert "on fire" not in told["text"]
    assert slack.failures == 1


async def test_what_takes_its_time_answers_for_a_second_time(slack, slacks, status):
    second = Answering(said("and this is new", replace=True))
    status.reply = said("looking…", later=second.later)
    told = await answer(slack, typed("status kelp", response_url=slacks.response_url))
    assert told["text"] == "looking…"
    await slacks.until(lambda: slacks.answers)
    assert slacks.answers[0]["text"] == "and this is new"
    assert slacks.answers[0]["replace_original"] is True


async def test_what_takes_its_time_and_fails_is_said_too(slack, slacks, status):
    status.reply = said("looking…", later=Answering(RuntimeError("no")).later)
    await answer(slack, typed("status kelp", response_url=slacks.response_url))
    await slacks.until(lambda: slacks.answers)
    assert "failed on our side" in slacks.answers[0]["text"]


async def test_a_dialog_is_open_before_the_command_is_acknowledged(slack, slacks, status):
    status.reply = Reply(modal=blocks.Modal("status.x", "Title", (blocks.section("x"),)))
    assert await answer(slack, typed("status")) is None
    (opened,) = slacks.said("views.open")
    assert opened["trigger_id"] == "1.2.abc"


async def test_what_was_begun_is_finished_before_the_bot_stops(slack, slacks, status):
    status.reply = said("looking…", later=Answering(said("done")).later)
    await answer(slack, typed("status", response_url=slacks.response_url))
    await slack.close(5)
    assert [said["text"] for said in slacks.answers] == ["done"]


async def test_what_never_ends_does_not_keep_the_bot_from_stopping(slack, slacks, status):
    async def never():
        await asyncio.Event().wait()

    status.reply = said("looking…", later=never)
    await answer(slack, typed("status", response_url=slacks.response_url))
    await slack.close(0.05)
    assert slacks.answers == []


# --- Buttons -----------------------------------------------------------------------------------------------


async def test_a_button_is_answered_below_its_message(slack, slacks, status):
    press = pressed("status.open", "kelp", response_url=slacks.response_url)
    assert await answer(slack, press) is None
    await slacks.until(lambda: slacks.answers)
    told = slacks.answers[0]
    assert (told["text"], told["response_type"], told["replace_original"]) == ("hello", "ephemeral", False)
    assert status.calls[0].args == ("kelp",)


async def test_an_answer_that_takes_the_place_of_its_message_says_so(slack, slacks, status):
    status.reply = said("newer", replace=True)
    await answer(slack, pressed("status.open", response_url=slacks.response_url))
    await slacks.until(lambda: slacks.answers)
    assert slacks.answers[0]["replace_original"] is True


async def test_a_button_of_an_older_version_is_answered_politely(slack, slacks):
    await answer(slack, pressed("gone.away", response_url=slacks.response_url))
    await slacks.until(lambda: slacks.answers)
    assert "older version" in slacks.answers[0]["text"]


async def test_a_button_that_fails_says_so(slack, slacks, status):
    status.reply = RuntimeError("no")
    assert await answer(slack, pressed("status.open", response_url=slacks.response_url)) is None
    await slacks.until(lambda: slacks.answers)
    assert "failed on our side" in slacks.answers[0]["text"]


async def test_in_the_home_a_button_is_answered_by_a_dialog(slack, slacks):
    await answer(slack, pressed("status.open", channel=None, view={"id": "V0", "type": "home"}))
    (opened,) = slacks.said("views.open")
    assert "hello" in str(opened["view"])


async def test_in_a_dialog_a_button_is_answered_in_that_dialog_also_later(slack, slacks, status):
    status.reply = said("looking…", later=Answering(said("done")).later)
    await answer(slack, pressed("status.open", channel=None, view={"id": "V7", "type": "modal"}))
    await slacks.until(lambda: len(slacks.said("views.update")) == 2)
    first, second = slacks.said("views.update")
    assert (first["view_id"], second["view_id"]) == ("V7", "V1")
    assert "looking" in str(first["view"])
    assert "done" in str(second["view"])


# --- Dialogs -----------------------------------------------------------------------------------------------


async def test_a_dialog_whose_answer_is_nothing_closes(slack, status):
    status.reply = Reply()
    values = {
        "words": {"type": "plain_text_input", "value": " Soon! "},
        "audience": {"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]},
        "when": {"type": "datetimepicker", "selected_date_time": int(NOON.timestamp())},
    }
    assert await answer(slack, sent("status.write", values, private_metadata="7")) is None
    (call,) = status.calls
    assert (call.user, call.private) == ("U1", "7")
    assert (call.typed("words"), call.chosen("audience"), call.moment("when")) == ("Soon!", ("a", "b"), NOON)


async def test_what_is_wrong_with_a_field_is_said_at_the_field(slack, status):
    status.reply = Reply(errors={"words": "Write something"})
    told = await answer(slack, sent("status.write"))
    assert told == {"response_action": "errors", "errors": {"words": "Write something"}}


async def test_the_answer_to_a_dialog_takes_its_place(slack, status):
    for status.reply in (
        said("Thank you"),
        Reply(modal=blocks.Modal("a.b", "T", (blocks.section("Thank"),))),
    ):
        told = await answer(slack, sent("status.write"))
        assert told["response_action"] == "update"
        assert "Thank" in str(told["view"]["blocks"])
        assert view_mistakes(told["view"]) == []


def headed(heading: str) -> Reply:
    return Reply(blocks.message(blocks.header(heading), blocks.section("Thank you")))


@pytest.mark.parametrize(
    ("reply", "called"),
    [
        pytest.param(headed("Your questions"), ("Your questions", 1), id="its heading, not repeated"),
        pytest.param(headed("How long can a heading be?"), ("Help desk", 2), id="a heading that is too long"),
        pytest.param(said("Thank you"), ("Help desk", 1), id="what it belongs to"),
    ],
)
async def test_what_is_answered_in_a_dialog_is_called(slack, slacks, status, reply, called):
    status.reply = reply
    views = [(await answer(slack, sent("help_desk.write")))["view"]]
    for view in ({"id": "V0", "type": "home"}, {"id": "V7", "type": "modal"}):
        await answer(slack, pressed("help_desk.open", channel=None, view=view))
    views += [given["view"] for name in ("views.open", "views.update") for given in slacks.said(name)]
    assert len(views) == 3
    for view in views:
        assert (view["title"]["text"], len(view["blocks"])) == called
        assert view_mistakes(view) == []


async def test_what_takes_its_time_is_shown_in_the_dialog_later(slack, slacks, status):
    status.reply = said("looking…", later=Answering(said("done")).later)
    assert "looking" in str(await answer(slack, sent("status.write")))
    await slacks.until(lambda: slacks.said("views.update"))
    (update,) = slacks.said("views.update")
    assert update["view_id"] == "V7"
    assert "done" in str(update["view"])


async def test_a_dialog_that_fails_says_so_in_its_place(slack, status):
    status.reply = RuntimeError("no")
    assert "failed on our side" in str(await answer(slack, sent("status.write")))


async def test_a_dialog_of_an_older_version_is_answered_politely(slack):
    assert "older version" in str(await answer(slack, sent("gone.away")))


async def test_a_dialog_that_is_closed_is_left_alone(slack, status):
    body = {
        "type": "view_closed",
        "user": {"id": "U1"},
        "view": {"type": "modal", "callback_id": "status.write"},
    }
    assert await answer(slack, json.dumps(body).encode(), JSON) is None
    assert status.calls == []


# --- Fields that are searched ------------------------------------------------------------------------------


async def test_whoever_types_is_offered_what_is_found(slack, finding):
    told = await answer(slack, looked_for("mine.found", "kel"))
    assert told == {
        "options": [
            {
                "text": {"type": "plain_text", "text": "Kelp (cncf/kelp)", "emoji": True},
                "value": "cncf/kelp Kelp",
            }
        ]
    }
    assert finding.calls[0].typed("query") == "kel"


async def test_slacks_limits_are_kept_whatever_is_found(slack, finding):
    finding.options = [("Kelp " * 30, "k" * 151), *(("Kelp " * 30, f"{n}") for n in range(300))]
    told = await answer(slack, looked_for("mine.found", "kel"))
    assert len(told["options"]) == 99
    assert options_mistakes(told) == []


async def test_who_types_is_known_where_it_matters(slack, slacks, finding):
    slacks.tells["users.info"] = BERLIN
    await answer(slack, looked_for("mine.found", "kel"))
    assert finding.calls[0].person.is_guest


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(looked_for("gone.away", "kel"), id="a field of an older version"),
        pytest.param(b'{"type": "block_suggestion", "action_id": "a"}', id="by nobody, and nothing typed"),
    ],
)
async def test_what_nobody_finds_is_an_empty_list(slack, body):
    assert await answer(slack, body) == {"options": []}


async def test_a_search_that_fails_says_so_in_the_list_and_is_no_choice(slack, finding):
    finding.options = RuntimeError("the list is on fire")
    with capture_logs() as logged:
        told = await answer(slack, looked_for("mine.found", "kel"))
    assert options_mistakes(told) == []
    (line,) = told["options"]
    assert f"failed on our side (reference {logged[0]['reference']})" in line["text"]["text"]
    assert line["value"] == NO_CHOICE


# --- Who somebody is ---------------------------------------------------------------------------------------

BERLIN = {"user": {"id": "U1", "tz": "Europe/Berlin", "is_restricted": True}}


async def test_whoever_asks_is_known_where_it_matters_and_asked_about_once_a_day(slack, slacks, status):
    slacks.tells["users.info"] = BERLIN
    for _ in range(2):
        await answer(slack, typed("mine"))
    person = status.calls[1].person
    assert (person.timezone, person.is_guest, person.is_deleted) == ("Europe/Berlin", True, False)
    assert slacks.said("users.info") == [{"user": "U1"}]


async def test_whoever_is_chosen_in_a_dialog_is_known_where_it_matters(slack, slacks, services, status):
    slacks.tells["users.info"] = BERLIN
    fields = {"heir": {"selected_user": "U2"}, "team": {"selected_users": ["U2", "U3"]}}
    await answer(slack, sent("mine.write", fields))
    assert sorted(each["user"] for each in slacks.said("users.info")) == ["U1", "U2", "U3"]
    assert services.store.people.find("U3").is_guest


async def test_the_workspaces_address_is_known_once_slack_told_it(slack, slacks):
    assert slack.workspace() == ""
    slacks.tells["auth.test"] = {"url": "https://sea.slack.com/", "user_id": BOT_USER}
    await slack.introduce()
    assert slack.workspace() == "https://sea.slack.com/"


async def test_where_it_does_not_matter_nobody_is_asked_about(slack, slacks, status):
    await answer(slack, typed("status"))
    assert status.calls[0].person is None
    assert slacks.said("users.info") == []


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(web.json_response({"ok": False, "error": "missing_scope"}), id="a scope is missing"),
        pytest.param(web.Response(text="<html>", status=502), id="Slack is broken"),
        pytest.param(web.json_response({"ok": True, "user": [5]}), id="Slack talks nonsense"),
        pytest.param(web.json_response([]), id="a list"),
        pytest.param(web.Response(text="ok"), id="no JSON"),
        pytest.param(web.Response(body=b"\xff{", content_type="application/json"), id="broken JSON"),
        pytest.param(web.json_response({"ok": True, "user": {"tz": 5}}), id="a zone that is none"),
    ],
)
async def test_where_slack_does_not_tell_who_asks_they_are_answered_still(slack, slacks, status, refusal):
    slacks.refusals["users.info"] = [refusal]
    assert (await answer(slack, typed("mine")))["text"] == "hello"
    assert status.calls[0].person is None


async def test_what_is_known_of_somebody_stands_while_slack_does_not_tell(slack, slacks, services, status):
    known = Person("Asia/Kolkata", is_guest=True, is_deleted=False, known_at=NOON - timedelta(days=3))
    services.store.people.keep("U1", known)
    slacks.refusals["users.info"] = [web.Response(status=500)]
    await answer(slack, typed("mine"))
    assert status.calls[0].person == known


async def test_organizers_may_be_a_user_group(slack, slacks, services):
    config = replace(services.config, organizers=("U0ORG1", "S0ORGS"))
    slack.reconfigure(replace(services, config=config))
    slacks.tells["usergroups.users.list"] = {"users": ["U0ORG2", 5]}
    assert slack.organizers() == {"U0ORG1"}
    await answer(slack, typed("mine"))
    assert slack.organizers() == {"U0ORG1", "U0ORG2"}
    assert slacks.said("usergroups.users.list") == [{"usergroup": "S0ORGS"}]


async def test_a_group_that_slack_does_not_tell_of_keeps_nobody_waiting(slack, slacks, services):
    slack.reconfigure(replace(services, config=replace(services.config, organizers=("U0ORG1", "S0ORGS"))))
    slacks.refusals["usergroups.users.list"] = [web.json_response({"ok": False, "error": "missing_scope"})]
    for _ in range(2):
        assert (await answer(slack, typed("mine")))["text"] == "hello"
    assert slack.organizers() == {"U0ORG1"}


async def test_an_entry_of_a_messages_menu_opens_a_dialog(slack, slacks, status):
    status.reply = Reply(modal=blocks.Modal("status.write", "Ask", (blocks.section("What?"),)))
    assert await answer(slack, chosen("status.about", "It fails.")) is None
    assert slacks.said("views.open")[0]["trigger_id"] == "1.2.abc"
    assert status.calls[0].typed("message") == "It fails."


async def test_who_is_in_the_help_channel_is_asked_where_that_is_allowed(slack, slacks, services):
    help_channel = Channels(help="C0HELP")
    slack.reconfigure(replace(services, config=replace(services.config, channels=help_channel)))
    slacks.scopes = "commands,chat:write,channels:read,mpim:write"
    await slack.introduce()
    slacks.tells["conversations.members"] = {"members": ["U1", 5]}
    assert slack.is_apart("U1")  # nobody is known to be in a channel of which Slack did not tell
    await answer(slack, typed("mine"))
    await answer(slack, typed("mine"))
    assert (slack.is_apart("U1"), slack.is_apart("U2")) == (False, True)
    assert len(slacks.said("conversations.members")) == 1


async def test_a_large_channel_that_slack_tells_of_slowly_keeps_nobody_waiting(slack, slacks, services):
    help_channel = Channels(help="C0HELP")
    slack.reconfigure(replace(services, config=replace(services.config, channels=help_channel)))
    slacks.scopes = "commands,chat:write,channels:read,mpim:write"
    await slack.introduce()
    slacks.tells["conversations.members"] = {"members": ["U1"], "response_metadata": {"next_cursor": "more"}}
    slacks.slow["conversations.members"] = 0.4
    assert (await answer(slack, typed("mine")))["text"] == "hello"


async def test_without_permission_for_conversations_of_three_nobody_is_apart(slack, slacks):
    await answer(slack, typed("mine"))
    assert not slack.is_apart("U2")
    assert slacks.said("conversations.members") == []


# --- Events ------------------------------------------------------------------------------------------------

MENTION = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "5.5", "text": f"<@{BOT_USER}> hi"}


async def test_a_mention_is_answered_in_its_thread(slack, slacks):
    assert await answer(slack, happened(MENTION), JSON) is None
    await slacks.until(lambda: slacks.said("chat.postMessage"))
    (posted,) = slacks.said("chat.postMessage")
    assert (posted["channel"], posted["thread_ts"], posted["text"]) == ("C1", "5.5", "I am the Slam bot")


async def test_a_direct_message_is_answered(slack, slacks, hello):
    event = {
        "type": "message",
        "channel_type": "im",
        "user": "U1",
        "channel": "D1",
        "ts": "1",
        "text": "help?",
    }
    await answer(slack, happened(event), JSON)
    await slacks.until(lambda: slacks.said("chat.postMessage"))
    (posted,) = slacks.said("chat.postMessage")
    assert (posted["channel"], posted.get("thread_ts")) == ("D1", None)
    assert hello.calls[0].args == ("help?",)


async def test_a_reply_in_a_thread_is_heard_and_not_answered(slack, slacks, status):
    event = {"type": "message", "channel_type": "channel", "user": "U1", "channel": "C1", "ts": "2.2"}
    await answer(slack, happened(event | {"text": "Hm?", "thread_ts": "1.1"}), JSON)
    (heard,) = status.calls
    assert (heard.channel, heard.typed("thread"), heard.typed("message")) == ("C1", "1.1", "Hm?")
    assert slacks.said("chat.postMessage") == []


async def test_whoever_invites_the_bot_is_greeted(slack, slacks, hello):
    event = {"type": "member_joined_channel", "user": BOT_USER, "channel": "C9", "inviter": "U1"}
    await answer(slack, happened(event), JSON)
    await slacks.until(lambda: slacks.said("chat.postMessage"))
    assert (hello.calls[0].user, hello.calls[0].channel) == ("U1", "C9")


async def test_where_the_bot_is_invited_it_is_heard_again(slack, slacks, services):
    woken = asyncio.Event()
    slack.reconfigure(replace(services, wake=woken.set))
    services.store.closed.close("C9", "not_in_channel", NOON)
    event = {"type": "member_joined_channel", "user": BOT_USER, "channel": "C9", "inviter": "U1"}
    await answer(slack, happened(event), JSON)
    await asyncio.wait_for(woken.wait(), 5)
    assert services.store.closed.all() == {}


async def test_an_event_that_slack_delivers_four_times_is_answered_once(slack, slacks):
    for _ in range(4):
        await answer(slack, happened(MENTION), JSON)
    await slack.close(5)
    assert len(slacks.said("chat.postMessage")) == 1


async def test_what_slack_put_off_is_said_a_moment_later(slack, slacks):
    put_off = web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "0"}
    )
    slacks.refusals["chat.postMessage"] = [put_off]
    await answer(slack, happened(MENTION), JSON)
    await slacks.until(lambda: slacks.said("chat.postMessage"))


async def test_what_slack_refuses_is_logged_and_no_more(slack, slacks):
    slacks.refusals["chat.postMessage"] = [web.json_response({"ok": False, "error": "is_archived"})]
    with capture_logs() as logged:
        await answer(slack, happened(MENTION), JSON)
        await slack.close(5)
    assert "is_archived" in str(logged[0]["exc_info"])
    assert slacks.said("chat.postMessage") == []


async def test_the_home_is_drawn_when_it_is_opened(slack, slacks):
    event = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}
    await answer(slack, happened(event), JSON)
    await slacks.until(lambda: slacks.said("views.publish"))
    (published,) = slacks.said("views.publish")
    assert published["user_id"] == "U1"
    assert "Hello U1" in str(published["view"])


async def test_the_messages_tab_is_no_home(slack, slacks):
    await answer(slack, happened({"type": "app_home_opened", "user": "U1", "tab": "messages"}), JSON)
    await slack.close(5)
    assert slacks.said("views.publish") == []


# --- The rest ----------------------------------------------------------------------------------------------


async def test_slacks_challenge_is_given_back(slack):
    heard = await slack.hear(b'{"type": "url_verification", "challenge": "3eZbrw1"}', JSON)
    assert heard.body == b"3eZbrw1"


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        pytest.param(b"ssl_check=1&token=x", FORM, id="a check of our certificate"),
        pytest.param(b'{"type": "app_rate_limited"}', JSON, id="a warning"),
        pytest.param(
            b'{"type": "shortcut", "callback_id": "a", "user": {"id": "U1"}}', JSON, id="a shortcut"
        ),
        pytest.param(b'{"type": "workflow_step_edit", "callback_id": "a"}', JSON, id="a step of long ago"),
        pytest.param(happened({"type": "reaction_added"}), JSON, id="an event nobody listens to"),
        pytest.param(happened({"type": "app_mention"}), JSON, id="a mention by nobody"),
    ],
)
async def test_what_nobody_listens_to_is_acknowledged(slack, raw, content_type):
    assert await answer(slack, raw, content_type) is None


async def test_what_cannot_be_read_is_not_heard(slack):
    with pytest.raises(UnreadableError):
        await slack.hear(b"payload=%7Bbad", FORM)


async def test_a_database_that_may_stall_is_asked_beside_the_loop(slacks, services, status, hello):
    class Stalling:
        blocking = True

    async with aiohttp.ClientSession() as session:
        answerers = Answerers({"status": status}, {}, hello, home)
        slack = Slack(
            replace(services, store=Stalling()), session, lambda: NOON,
            token="xoxb-1", base_url=slacks.url, answerers=answerers,
        )  # fmt: skip
        assert (await answer(slack, typed("status")))["text"] == "hello"


def test_every_file_in_commands_with_a_usage_is_a_subcommand():
    found = walk()
    assert {"help", "status", "next", "badges", "projects"} <= set(found.subcommands)
    assert all("." in button for button in found.buttons)


@pytest.mark.parametrize(
    "text", ["", "help", "status", "projects", "badges", "next", "help statsu", "nonsense"]
)
async def test_every_subcommand_answers_in_an_empty_slam(slacks, services, text):
    async with aiohttp.ClientSession() as session:
        slack = Slack(services, session, lambda: NOON, token="xoxb-1", base_url=slacks.url)
        told = await answer(slack, typed(text))
    assert told["blocks"]
    assert "failed on our side" not in told["text"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("help-desk", "That is for the organizers", id="a dash for a file's underscore"),
        pytest.param("help_desk", "That is for the organizers", id="the underscore itself"),
        pytest.param("I'm stuck on Scorecard", "Shall I help?", id="in their own words"),
        pytest.param("stuck", "Shall I help?", id="in one"),
        pytest.param("helpdesk", "Did you mean `/slam help-desk`?", id="mistyped"),
    ],
)
async def test_what_people_type_has_dashes(slacks, services, text, said):
    async with aiohttp.ClientSession() as session:
        slack = Slack(services, session, lambda: NOON, token="xoxb-1", base_url=slacks.url)
        assert said in (await answer(slack, typed(text)))["text"]


async def test_slack_tells_who_we_are_and_what_we_may(slacks, slack):
    welcome = await slack.introduce()
    assert welcome.team == "Kelp"
    assert welcome.scopes == ("commands", "chat:write", "im:write", "users:read")


async def test_without_the_scopes_that_it_needs_it_does_not_start(slacks, slack):
    slacks.scopes = "chat:write,users:read"
    with pytest.raises(ScopesMissingError, match="commands"):
        await slack.introduce()


async def test_a_token_that_slack_does_not_accept_is_refused(slacks, slack):
    slacks.refusals["auth.test"] = [web.json_response({"ok": False, "error": "invalid_auth"})]
    with pytest.raises(RefusedError, match="invalid_auth"):
        await slack.introduce()


@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
async def test_a_slack_that_answers_nonsense_is_no_slack(slacks, slack, kind, status):
    slacks.refusals["auth.test"] = [web.Response(text="<html>", content_type=kind, status=status)]
    with pytest.raises(RefusedError):
        await slack.introduce()


async def test_a_slack_that_is_not_there_is_no_slack(services):
    async with aiohttp.ClientSession() as session:
        slack = Slack(services, session, lambda: NOON, token="xoxb-1", base_url="http://127.0.0.1:9/")
        with pytest.raises(RefusedError):
            await slack.introduce()


# --- Socket Mode -------------------------------------------------------------------------------------------


class Socket:
    """The other end of Socket Mode: hands out envelopes and remembers what came back."""

    def __init__(self):
        self.envelopes = asyncio.Queue()
        self.answers = asyncio.Queue()
        self.url = ""

    async def open(self, request):
        assert request.headers["Authorization"] == "Bearer xapp-1"
        return web.json_response({"ok": True, "url": self.url})

    async def listen(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        sending = asyncio.create_task(self._send(socket))
        async for message in socket:
            await self.answers.put(message.json())
        sending.cancel()
        return socket

    async def _send(self, socket):
        while True:
            await socket.send_json(await self.envelopes.get())


async def test_socket_mode_feeds_the_same_listeners(services, status, hello, finding):
    far = Socket()
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", far.open)
    app.router.add_get("/socket", far.listen)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        far.url = str(server.make_url("/socket"))
        slack = Slack(
            services, session, lambda: NOON, token="xoxb-1",
            base_url=str(server.make_url("/api/")),
            answerers=Answerers({"status": status}, {}, hello, home, options={"a.b": finding}),
        )  # fmt: skip
        await slack.connect("xapp-1")
        command = {"command": "/slam", "text": "status kelp", "user_id": "U1", "channel_id": "C1"}
        await far.envelopes.put({"type": "slash_commands", "envelope_id": "E1", "payload": command})
        told = await asyncio.wait_for(far.answers.get(), 5)
        assert (told["envelope_id"], told["payload"]["text"]) == ("E1", "hello")
        await far.envelopes.put({"type": "interactive", "envelope_id": "E2", "payload": {"type": 5}})
        assert (await asyncio.wait_for(far.answers.get(), 5))["envelope_id"] == "E2"
        search = {"type": "block_suggestion", "action_id": "a.b", "user": {"id": "U1"}, "value": "kel"}
        await far.envelopes.put({"type": "interactive", "envelope_id": "E3", "payload": search})
        (offered,) = (await asyncio.wait_for(far.answers.get(), 5))["payload"]["options"]
        assert offered["value"] == "cncf/kelp Kelp"
        await slack.close(5)
