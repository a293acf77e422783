"""The demo's page in headless Chromium: by mouse, by keyboard, on a phone, in the dark."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from bot.playground import world
from bot.playground.clock import MovableClock
from bot.playground.installation import Installation, Shortcut
from bot.playground.server import Playground
from rules.model import Milestone
from tests.bot.playground import gallery
from tests.browser import PATIENCE, PHONE, assert_accessible, assert_fits, watched_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MARA, KOFI = "U0MARA", "U0KOFI"
COMMANDS = ("badges", "help", "next", "projects", "status")
LANTERN, HELP, HOME = "C0LANTERN", "C0HELP", "A0HOME"

PIECES = (
    *"*_~`<>|&;:!@#[]()-+. \n\\aé1\ue000",
    *("&lt;", "&gt;", "&amp;", "```", "**", "~~", "*a*", "> ", "- ", "1. ", "# ", "|a|b|\n|--|--|\n"),
    *("<!date^1^{date}|f>", "<https://a.b|c>", "<javascript:x|y>", "<@U0MARA>", "<!here>", "https://a.b/c_d"),
    *(":tada:", ":nothing:", "\ue0001\ue000", "[a](javascript:x)", "[a](https://a.b)"),
)
READ_ALL = """async (sayings) => {
    const ways = await import("/text.js");
    const name = (id) => id;
    const reader = { me: "", zone: "UTC", now: () => 0, nameOf: name, channelOf: name, wayTo: () => null };
    return sayings.flatMap((said) => ["mrkdwn", "markdown", "plain"].filter((way) => {
        const drawn = document.createElement("div");
        drawn.append(...ways[way](said, reader).filter(Boolean));
        const unsafe = [...drawn.querySelectorAll("a")].some((link) => !/^https?:/.test(link.href));
        return unsafe || drawn.querySelector("script, iframe, img, style");
    }).map((way) => `${way}: ${said.slice(0, 80)}`));
}"""


@dataclass
class Bot:
    """A bot that remembers what Slack told it, and answers what it was told to answer."""

    playground: Playground
    heard: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)
    silent: asyncio.Event | None = None
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self, request: web.Request) -> web.Response:
        said = read(request.content_type, (await request.read()).decode())
        async with self.news:
            self.heard.append(said)
            self.news.notify_all()
        if self.silent:
            await self.silent.wait()
        if said.get("type") == "block_suggestion":
            names = ("lanternfish", "driftwood", "tidewatch")
            found = [gallery.option(name, name) for name in names if said["value"] in name]
            return web.json_response({"options": found})
        return web.json_response(self.answer) if self.answer else web.Response()

    @property
    def actions(self) -> list[dict[str, Any]]:
        return [said["actions"][0] for said in self.heard if said.get("type") == "block_actions"]

    @property
    def last(self) -> dict[str, Any]:
        return self.actions[-1]


def read(content_type: str, body: str) -> dict[str, Any]:
    """What Slack sends, in each of its three wrappings."""
    if content_type == "application/json":
        return dict(json.loads(body))
    form = {name: values[0] for name, values in parse_qs(body).items()}
    return dict(json.loads(form["payload"])) if "payload" in form else dict(form)


@dataclass
class Stage:
    """A playground with a bot, and a page that looks at it."""

    playground: Playground
    bot: Bot
    page: Page
    wrong: list[str]  # what the browser's console complains of

    def says(
        self,
        *blocks: dict[str, Any],
        channel: str = LANTERN,
        only: str | None = MARA,
        text: str = "What it says",
    ) -> Any:
        return self.playground.workspace.post(channel, world.BOT, text, list(blocks), seen_by=only)

    async def open(self, user: str = MARA, channel: str = LANTERN) -> None:
        await self.page.goto(f"{self.playground.url}/#{user}/{channel}")
        await expect(self.page.locator("nav a[aria-current]")).to_be_attached()

    async def type(self, text: str) -> None:
        await self.page.get_by_role("textbox", name="Message").fill(text)
        await self.page.keyboard.press("Enter")

    async def until(self, holds: Any) -> None:
        """Wait until the bot has heard what it should."""
        async with asyncio.timeout(PATIENCE / 1000), self.bot.news:
            await self.bot.news.wait_for(holds)


@asynccontextmanager
async def staged(browser: Browser, **how: Any) -> AsyncIterator[Stage]:
    menu = (Shortcut("Ask a volunteer", "ask.about"),)
    installation = Installation(shortcuts=menu)
    playground = Playground(MovableClock(lambda: world.OPENS_AT, world.OPENS_AT), installation)
    playground.commands = tuple(
        {"name": name, "note": f"About {name}", "project": name in ("next", "status")} for name in COMMANDS
    )
    playground.projects = ("driftwood", "lanternfish")
    await playground.start()
    bot = Bot(playground)
    app = web.Application()
    app.router.add_post("/slack/events", bot.listen)
    wrong: list[str] = []
    try:
        async with watched_page(browser, wrong, **how) as page, TestServer(app) as server:
            playground.connect(str(server.make_url("")).rstrip("/"))
            yield Stage(playground, bot, page, wrong)
            assert wrong == []
    finally:
        await playground.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    async with staged(browser) as one:
        yield one


# --- Reading ------------------------------------------------------------------------------------------------


async def test_a_message_reads_as_in_slack(stage: Stage) -> None:
    stage.says(*gallery.READING)
    await stage.open()
    message = stage.page.get_by_role("article").last
    await expect(message).to_contain_text("Only visible to you")
    await expect(message.get_by_role("heading")).to_contain_text("Where Lanternfish stands")
    await expect(message.locator("strong").first).to_have_text("Bold")
    await expect(message.locator("em").first).to_have_text("italic")
    await expect(message.locator("s")).to_have_text("struck")
    await expect(message.locator("pre")).to_have_text("make demo\nmake test")
    await expect(message.locator("blockquote")).to_have_text("quoted wordson two lines")
    await expect(message).to_contain_text("snake_case_stays and 2*3*4 too")
    await expect(message.get_by_role("link", name="a page")).to_have_attribute(
        "href", "https://example.org/a_b_c"
    )
    await expect(message.get_by_role("img", name="white check mark")).to_be_visible()
    await expect(message).to_contain_text("@Mara Lindqvist #slam-help @here")
    await message.get_by_role("link", name="#slam-help").click()
    await expect(stage.page.get_by_role("heading", level=1)).to_contain_text("slam-help")


async def test_nothing_that_is_said_becomes_html_or_code(stage: Stage) -> None:
    sneaky = "<img src=x onerror=alert(1)> &lt;b&gt;bold&lt;/b&gt; <javascript:alert(1)|x> <data:text/html,x>"
    stage.says(
        {"type": "section", "text": gallery.mrkdwn(sneaky)},
        {"type": "markdown", "text": "<b>x</b> [y](javascript:alert(1))"},
    )
    stage.says(text=sneaky)
    await stage.open()
    await expect(stage.page.get_by_role("article").last).to_contain_text("<b>bold</b>")
    assert await stage.page.locator("article :is(img[src='x'], b, script, iframe)").count() == 0
    assert await stage.page.locator("article a").count() == 0


async def test_whatever_is_said_can_be_read_and_leads_nowhere_unsafe(stage: Stage) -> None:
    choose = random.Random(2023)
    sayings = ["".join(choose.choices(PIECES, k=choose.randint(1, 90))) for _ in range(1_000)]
    endless = [piece * (40_000 // len(piece)) for piece in PIECES]
    await stage.open()
    assert await stage.page.evaluate(READ_ALL, [*sayings, *endless]) == []


async def test_lines_stay_indented(stage: Stage) -> None:
    stage.says({"type": "section", "text": gallery.mrkdwn("> permissions:\n>   id_token: write")})
    await stage.open()
    shown = await stage.page.locator("blockquote").inner_text()
    assert shown.replace("\xa0", " ") == "permissions:\n  id_token: write"


async def test_a_moment_is_shown_in_the_readers_own_zone(stage: Stage) -> None:
    stage.says({"type": "section", "text": gallery.mrkdwn(gallery.WRITING)}, only=None)
    await stage.open(MARA)
    await expect(stage.page.get_by_role("article")).to_contain_text("Oct 23, 2023 at 16:00")
    await stage.open(KOFI)
    await expect(stage.page.get_by_role("article")).to_contain_text("Oct 23, 2023 at 14:00")


@pytest.mark.parametrize(
    ("format_", "days", "shown"),
    [
        ("{date_num}", 0, "2023-10-20"),
        ("{date}", 2, "October 22nd, 2023"),
        ("{date_long}", 2, "Sunday, October 22nd, 2023"),
        ("{date_pretty}", -1, "Yesterday"),
        ("until {date_short_pretty}", 1, "until tomorrow"),
        ("{date_long_pretty} {time_secs}", 0, "Today 11:00:00"),
        ("{ago}", -3, "3 days ago"),
        ("{nonsense}", 0, "the fallback"),
    ],
)
async def test_dates_are_written_as_slack_writes_them(
    stage: Stage, format_: str, days: int, shown: str
) -> None:
    at = int(world.OPENS_AT.timestamp()) + days * 86_400
    stage.says({"type": "section", "text": gallery.mrkdwn(f"<!date^{at}^{format_}|the fallback>")})
    await stage.open()
    await expect(stage.page.locator("article .text")).to_have_text(shown)


async def test_markdown_rich_text_and_tables_are_drawn(stage: Stage) -> None:
    stage.says(*gallery.RICH)
    await stage.open()
    message = stage.page.get_by_role("article")
    await expect(message.get_by_role("heading", name="Verify a release")).to_be_visible()
    await expect(message.locator(".b-markdown ol > li").nth(1).locator("ul > li")).to_have_count(2)
    await expect(message.locator(".b-markdown pre")).to_have_text("cosign verify-blob --bundle b x")
    await expect(message.get_by_role("cell", name="3 of 6")).to_be_visible()
    await expect(message.locator(".b-rich strong s, .b-rich s strong")).to_contain_text("bold and struck")
    await expect(message).to_contain_text("A “unheard_of” block")


async def test_a_thread_stands_under_its_message(stage: Stage) -> None:
    begun = stage.says({"type": "section", "text": gallery.mrkdwn("A question")}, only=None)
    stage.playground.workspace.post(LANTERN, KOFI, "An answer", thread_ts=begun.ts)
    await stage.open()
    thread = stage.page.get_by_role("region", name="Thread, 1 reply to Slam Bot, 11:00: What it says")
    await expect(thread).to_contain_text("An answer")
    await stage.page.get_by_role("button", name="More about this message").first.click()
    await stage.page.get_by_role("menuitem", name="Reply in a thread").click()
    await stage.type("And another")
    await expect(stage.page.get_by_role("region", name="Thread, 2 replies")).to_contain_text("And another")


async def test_a_messages_menu_has_what_the_bot_put_there(stage: Stage) -> None:
    asked = stage.playground.workspace.post(LANTERN, KOFI, "How do I sign a release?")
    stage.playground.workspace.post(LANTERN, KOFI, "And verify it?", thread_ts=asked.ts)
    stage.says()
    await stage.open()
    await expect(stage.page.get_by_role("article")).to_have_count(3)
    menus = stage.page.get_by_role("button", name="More about this message")
    await expect(menus).to_have_count(2)  # and none on what only Mara sees
    await menus.last.click()
    await expect(stage.page.get_by_role("menuitem")).to_have_text(["Ask a volunteer"])
    await stage.page.get_by_role("menuitem").click()
    await stage.until(lambda: stage.bot.heard)
    told = stage.bot.heard[-1]
    assert (told["type"], told["callback_id"]) == ("message_action", "ask.about")
    assert (told["message"]["text"], told["message"]["thread_ts"]) == ("And verify it?", asked.ts)


async def test_a_conversation_that_is_begun_stands_among_the_direct_messages(stage: Stage) -> None:
    await stage.open()
    workspace = stage.playground.workspace
    channel = workspace.conversation(frozenset({MARA, KOFI}))
    workspace.post(channel.id, world.BOT, "You two can talk here")
    await stage.page.get_by_role("link", name="Kofi Mensah and Slam Bot").click()
    await expect(stage.page.get_by_role("article")).to_contain_text("You two can talk here")
    await expect(stage.page.get_by_role("heading", level=1)).to_have_text("Kofi Mensah and Slam Bot")
    await stage.type("Thank you!")
    await expect(stage.page.get_by_role("article")).to_have_count(2)
    await stage.page.set_viewport_size(PHONE["viewport"])
    box = stage.page.get_by_role("textbox", name="Message")
    await expect(box).to_have_attribute("placeholder", "Write here, or type /")
    await assert_fits(stage.page)
    await assert_accessible(stage.page)


async def test_a_message_shows_the_twin_that_notifications_get(stage: Stage) -> None:
    stage.says({"type": "divider"}, text="The twin of it")
    await stage.open()
    await stage.page.get_by_role("article").hover()
    await stage.page.get_by_role("button", name="More about this message").click()
    await stage.page.get_by_role("menuitem", name="Its plain-text twin").click()
    await expect(stage.page.get_by_role("dialog")).to_contain_text("The twin of it")


# --- Talking ------------------------------------------------------------------------------------------------


async def test_a_command_goes_to_the_bot_and_its_answer_is_seen_by_the_asker_alone(stage: Stage) -> None:
    stage.bot.answer = {"response_type": "ephemeral", "text": "Three of five", "blocks": [gallery.READING[0]]}
    await stage.open()
    await stage.type("/slam status lanternfish")
    await expect(stage.page.get_by_role("article")).to_contain_text("Where Lanternfish stands")
    assert (stage.bot.heard[-1]["command"], stage.bot.heard[-1]["text"]) == ("/slam", "status lanternfish")
    await stage.open(KOFI)
    await expect(stage.page.get_by_role("article")).to_have_count(0)


async def test_commands_and_projects_are_suggested_and_completed_by_keyboard(stage: Stage) -> None:
    await stage.open()
    await stage.page.keyboard.press("/")
    await expect(stage.page.get_by_role("option")).to_have_count(6)
    await stage.page.keyboard.type("slam st")
    await expect(stage.page.get_by_role("option")).to_contain_text(["/slam status"])
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.get_by_role("textbox", name="Message")).to_have_value("/slam status ")
    await stage.page.keyboard.type("lan")
    await stage.page.keyboard.press("Tab")
    await stage.page.keyboard.press("Enter")
    await stage.until(lambda: stage.bot.heard)
    assert stage.bot.heard[-1]["text"] == "status lanternfish"
    await stage.page.keyboard.press("ArrowUp")
    await expect(stage.page.get_by_role("textbox", name="Message")).to_have_value("/slam status lanternfish")


async def test_the_bot_can_be_mentioned(stage: Stage) -> None:
    await stage.open()
    box = stage.page.get_by_role("textbox", name="Message")
    await box.focus()
    await stage.page.keyboard.type("Hello @slam")
    await stage.page.keyboard.press("Tab")
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.get_by_role("article").last).to_contain_text("Hello @Slam Bot")
    await expect(stage.page.locator("article .mention")).to_have_text("@Slam Bot")


async def test_what_fails_is_said_and_what_was_typed_comes_back(stage: Stage) -> None:
    await stage.open()
    await stage.type("/shrug")
    await expect(stage.page.get_by_role("alert")).to_contain_text("/shrug is not a command here")
    await expect(stage.page.get_by_role("textbox", name="Message")).to_have_value("/shrug")
    await stage.page.get_by_role("button", name="Dismiss").click()
    await expect(stage.page.get_by_role("alert")).to_have_count(0)


async def test_what_slack_would_refuse_is_shown(stage: Stage) -> None:
    stage.bot.answer = {"text": "x", "blocks": [{"type": "nonsense"}]}
    await stage.open()
    await stage.type("/slam help")
    await expect(stage.page.get_by_role("alert").first).to_contain_text("Slack would refuse")


async def test_a_slow_answer_is_waited_for_aloud(stage: Stage) -> None:
    stage.bot.silent = asyncio.Event()
    await stage.open()
    await stage.type("/slam help")
    await expect(stage.page.get_by_role("status").first).to_contain_text("Slam Bot is at it")
    stage.bot.silent.set()
    await expect(stage.page.get_by_role("status").first).to_be_empty()


async def test_news_elsewhere_is_counted_and_read_by_going_there(stage: Stage) -> None:
    await stage.open()
    await expect(stage.page.get_by_role("heading", name="lanternfish", exact=False).first).to_be_visible()
    stage.playground.workspace.post(HELP, KOFI, "Anybody here?")
    there = stage.page.get_by_role("link", name="slam-help")
    await expect(there).to_contain_text("1 new message")
    await there.click()
    await expect(stage.page.get_by_role("article")).to_contain_text("Anybody here?")
    await expect(there).not_to_contain_text("new message")


async def test_a_new_answer_is_read_out_by_its_twin(stage: Stage) -> None:
    await stage.open()
    await expect(stage.page.get_by_role("region", name="The beginning")).to_be_visible()
    stage.says({"type": "divider"}, text="The Cleaner: 3 of 6")
    await expect(stage.page.locator("[aria-live=polite]").first).to_have_text("Slam Bot: The Cleaner: 3 of 6")


# --- Pressing and choosing ----------------------------------------------------------------------------------


async def test_a_button_tells_the_bot_its_value(stage: Stage) -> None:
    stage.says(*gallery.ACTING)
    await stage.open()
    await stage.page.get_by_role("button", name="Go ahead").click()
    await stage.until(lambda: stage.bot.actions)
    assert (stage.bot.last["action_id"], stage.bot.last["value"]) == ("a.go", "1")


async def test_a_button_that_asks_first_does_nothing_until_it_is_confirmed(stage: Stage) -> None:
    stage.says(*gallery.ACTING)
    await stage.open()
    await stage.page.get_by_role("button", name="Withdraw").click()
    await stage.page.get_by_role("dialog").get_by_role("button", name="Stay").click()
    await expect(stage.page.get_by_role("dialog")).to_have_count(0)
    assert stage.bot.actions == []
    await stage.page.get_by_role("button", name="Withdraw").click()
    await stage.page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    await stage.until(lambda: stage.bot.actions)
    assert stage.bot.last["value"] == "2"


async def test_a_button_with_an_address_is_a_link_that_tells_the_bot_too(stage: Stage) -> None:
    stage.says(*gallery.ACTING)
    await stage.open()
    page_button = stage.page.get_by_role("link", name="A page")
    await expect(page_button).to_have_attribute("rel", "noopener noreferrer")
    await expect(page_button).to_have_attribute("target", "_blank")


@pytest.mark.parametrize(
    ("button", "keys", "role", "sent"),
    [
        pytest.param(
            "A badge", ["ArrowDown", "Enter"], "option", {"selected_option": "cleaner"}, id="static"
        ),
        pytest.param(
            "A badge", ["t", "t", "Enter"], "option", {"selected_option": "chronicler"}, id="by its letter"
        ),
        pytest.param("Somebody", ["ArrowDown", "Enter"], "option", {"selected_user": KOFI}, id="people"),
        pytest.param(
            "More actions", ["End", "Enter"], "menuitem", {"selected_option": "hide"}, id="overflow"
        ),
    ],
)
async def test_lists_are_chosen_from_by_keyboard(
    stage: Stage, button: str, keys: list[str], role: Any, sent: dict[str, str]
) -> None:
    stage.says(*gallery.ACTING)
    await stage.open()
    opener = stage.page.get_by_role("button", name=re.compile(f"^{button}"))
    await opener.focus()
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.get_by_role(role).first).to_be_visible()
    for key in keys:
        await stage.page.keyboard.press(key)
    await stage.until(lambda: stage.bot.actions)
    ((name, value),) = sent.items()
    got = stage.bot.last[name]
    assert (got["value"] if isinstance(got, dict) else got) == value
    await expect(stage.page.get_by_role(role)).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_several_are_chosen_and_told_at_once(stage: Stage) -> None:
    stage.says(*gallery.ACTING)
    await stage.open()
    await stage.page.get_by_role("button", name="Badges", exact=True).click()
    await stage.page.get_by_role("option", name="The Chronicler").click()
    await stage.page.get_by_role("option", name="The Cleaner").click()
    await stage.page.keyboard.press("Escape")
    await stage.until(lambda: stage.bot.actions)
    assert [option["value"] for option in stage.bot.last["selected_options"]] == ["chronicler", "cleaner"]


async def test_an_external_list_is_searched_at_the_bots(stage: Stage) -> None:
    stage.says(*gallery.ACTING)
    await stage.open()
    await stage.page.get_by_role("button", name="A project").click()
    await expect(stage.page.get_by_text("Type a little more")).to_be_visible()
    await stage.page.keyboard.type("ti")
    await expect(stage.page.get_by_role("option")).to_have_text(["tidewatch"])
    await stage.page.keyboard.press("Enter")
    await stage.until(lambda: stage.bot.actions)
    assert stage.bot.last["selected_option"]["value"] == "tidewatch"


async def test_dates_radios_and_ticks_are_told(stage: Stage) -> None:
    stage.says(*gallery.ACTING)
    await stage.open()
    await stage.page.locator("input[type=date]").fill("2023-11-06")
    await stage.page.locator("input[type=date]").blur()
    await stage.until(lambda: len(stage.bot.actions) == 1)
    assert stage.bot.last["selected_date"] == "2023-11-06"
    moment = stage.page.get_by_label("Date and time in Europe/Stockholm")
    await expect(moment).to_have_value("2023-10-29T02:00")  # an hour before the clocks go back
    await moment.fill("2023-10-29T04:30")
    await moment.blur()
    await stage.until(lambda: len(stage.bot.actions) == 2)
    assert stage.bot.last["selected_date_time"] == 1698550200
    await stage.page.get_by_role("radio", name="The Cleaner").check()
    await stage.until(lambda: len(stage.bot.actions) == 3)
    assert stage.bot.last["selected_option"]["value"] == "cleaner"
    await stage.page.get_by_role("checkbox", name="The Chronicler").check()
    await stage.until(lambda: len(stage.bot.actions) == 4)
    assert [option["value"] for option in stage.bot.last["selected_options"]] == ["chronicler"]


async def test_an_answer_in_place_of_its_message_keeps_the_focus(stage: Stage) -> None:
    said = stage.says(gallery.ACTING[0])
    await stage.open()
    await stage.page.get_by_role("button", name="Go ahead").focus()
    stage.playground.slack.rewrite(said, {"text": "x", "blocks": [gallery.ACTING[0], gallery.READING[0]]})
    await expect(stage.page.get_by_role("article")).to_contain_text("Where Lanternfish stands")
    await expect(stage.page.get_by_role("button", name="Go ahead")).to_be_focused()


# --- Dialogs and the home -----------------------------------------------------------------------------------


async def test_a_dialog_says_what_is_missing_and_then_sends_what_was_filled_in(stage: Stage) -> None:
    await stage.open()
    stage.playground.slack.push(MARA, gallery.DIALOG)
    dialog = stage.page.get_by_role("dialog", name="Register a project")
    await dialog.get_by_role("button", name="Register").click()
    await expect(dialog.get_by_text("Please complete this required field.")).to_be_visible()
    name = dialog.get_by_label("Its name")
    await expect(name).to_be_focused()
    await name.fill("kelpforest")
    await dialog.get_by_role("button", name="First badge").click()
    await stage.page.get_by_role("option", name="The Cleaner").click()
    await dialog.get_by_role("radio", name="Daily").check()
    stage.bot.answer = {"response_action": "errors", "errors": {"name": "kelpforest is taken"}}
    await dialog.get_by_role("button", name="Register").click()
    await expect(dialog.get_by_text("kelpforest is taken")).to_be_visible()
    await expect(name).to_have_value("kelpforest")
    stage.bot.answer = {}
    await dialog.get_by_role("button", name="Register").click()
    await expect(dialog).to_have_count(0)
    values = stage.bot.heard[-1]["view"]["state"]["values"]
    assert values["name"]["v"]["value"] == "kelpforest"
    assert values["badge"]["v"]["selected_option"]["value"] == "cleaner"
    assert values["when"]["v"]["selected_option"]["value"] == "d"
    assert values["about"]["v"]["value"] is None


async def test_dialogs_that_are_open_are_there_again_after_a_reload(stage: Stage) -> None:
    stage.playground.slack.push(MARA, gallery.DIALOG)
    stage.playground.slack.push(MARA, {**gallery.DIALOG, "title": gallery.plain("On top")})
    await stage.open()
    await expect(stage.page.get_by_role("dialog", name="On top")).to_be_visible()
    await stage.page.keyboard.press("Escape")
    await expect(stage.page.get_by_role("dialog", name="Register a project")).to_be_visible()


async def test_a_dialog_over_a_dialog_gives_back_the_one_below(stage: Stage) -> None:
    await stage.open()
    stage.playground.slack.push(MARA, gallery.DIALOG)
    below = stage.page.get_by_role("dialog", name="Register a project")
    above = stage.page.get_by_role("dialog", name="On top")
    await below.get_by_label("Its name").fill("half typed")
    stage.playground.slack.push(MARA, {**gallery.DIALOG, "title": gallery.plain("On top")})
    await expect(above).to_be_visible()
    await stage.page.keyboard.press("Escape")
    await expect(above).to_have_count(0)
    await expect(below.get_by_label("Its name")).to_have_value("half typed")
    await stage.page.keyboard.press("Escape")
    await expect(below).to_have_count(0)
    assert stage.playground.workspace.views_of(MARA) == ()


async def test_the_home_is_drawn_when_the_bot_publishes_it(stage: Stage) -> None:
    await stage.open(channel=HOME)
    await expect(stage.page.get_by_role("region", name="Slam Bot’s home")).to_contain_text(
        "is drawing its home"
    )
    workspace = stage.playground.workspace
    workspace.publish_home(workspace.make_view(MARA, {"type": "home", "blocks": list(gallery.READING)}))
    await expect(stage.page.locator(".home")).to_contain_text("Look closer")
    await stage.page.get_by_role("button", name="Look closer").click()
    await stage.until(lambda: stage.bot.actions)
    assert stage.bot.last["action_id"] == "badges.look"


async def test_the_first_channel_says_what_there_is_to_do(stage: Stage) -> None:
    await stage.open(channel="C0SLAM")
    await expect(
        stage.page.get_by_role("heading", name="A small Slack to try the bot in")
    ).to_be_in_viewport()
    await stage.page.get_by_role("button", name="Who am I?").click()
    await expect(stage.page.get_by_role("option")).to_have_count(len(world.PEOPLE))
    await stage.page.keyboard.press("Escape")
    await stage.page.get_by_role("button", name="Move the clock").click()
    await expect(stage.page.get_by_role("dialog", name="The bot’s clock")).to_be_visible()
    await stage.page.keyboard.press("Escape")
    await stage.page.get_by_role("button", name="/slam help").click()
    await stage.until(lambda: stage.bot.heard)
    assert stage.bot.heard[-1]["text"] == "help"


# --- Who I am, the clock, the colours -----------------------------------------------------------------------


async def test_i_can_be_somebody_else_and_stay_so_after_a_reload(stage: Stage) -> None:
    await stage.open()
    await stage.page.get_by_role("button", name="I am Mara Lindqvist").click()
    await stage.page.get_by_role("option", name="Orla Byrne").click()
    await expect(stage.page.get_by_role("button", name="I am Orla Byrne")).to_be_visible()
    await expect(stage.page.get_by_role("link", name="slam-organizers")).to_be_visible()
    await stage.page.reload()
    await expect(stage.page.get_by_role("button", name="I am Orla Byrne")).to_be_visible()


async def test_an_address_that_names_a_stranger_leads_to_the_first_person(stage: Stage) -> None:
    await stage.page.goto(f"{stage.playground.url}/#NOBODY/NOWHERE")
    await expect(stage.page.get_by_role("button", name="I am Mara Lindqvist")).to_be_visible()
    await expect(stage.page.get_by_role("heading", level=1)).to_contain_text("security-slam")
    assert all("404" in complaint for complaint in stage.wrong)
    stage.wrong.clear()


async def test_the_clock_moves_forward_for_everybody(stage: Stage) -> None:
    await stage.open()
    clock = stage.page.get_by_role("button", name="The bot’s clock")
    await expect(clock).to_contain_text("Fri 20 Oct 2023, 11:00")
    await clock.click()
    await stage.page.get_by_role("button", name="Forward 1 day").click()
    await expect(clock).to_contain_text("Sat 21 Oct 2023, 11:00")
    assert stage.playground.clock().day == 21
    await stage.page.keyboard.press("Escape")
    await expect(clock).to_be_focused()


@dataclass
class Operator:
    """One who knows what is ahead, and moves one date."""

    close: datetime = world.OPENS_AT + timedelta(days=17)
    woken: int = 0

    def moved(self) -> None:
        self.woken += 1

    async def next_said(self, now: datetime) -> tuple[datetime, str] | None:
        said = world.OPENS_AT + timedelta(days=3)
        return (said, "digest for Lanternfish") if now < said else None

    def dates(self) -> tuple[Milestone, ...]:
        opened = Milestone("open", "The Slam opens", world.OPENS_AT - timedelta(days=10), "UTC")
        return opened, Milestone("close", "Submissions close", self.close, "UTC")

    async def move_date(self, milestone: str, by: timedelta) -> str:
        assert milestone == "close"
        self.close += by
        return "The configuration was read again."


async def test_the_clock_goes_to_the_next_moment_at_which_the_bot_speaks(stage: Stage) -> None:
    stage.playground.operator = operator = Operator()
    await stage.open()
    await stage.page.get_by_role("button", name="The bot’s clock").click()
    panel = stage.page.get_by_role("dialog", name="The bot’s clock")
    await expect(panel).to_contain_text("speaks next on Mon 23 Oct 2023, 11:00: digest for Lanternfish")
    await panel.get_by_role("button", name="Go to that moment").click()
    await expect(panel.locator(".clock-now")).to_have_text("Mon 23 Oct 2023, 11:00")
    await expect(panel.get_by_role("button", name="Go to that moment")).to_have_count(0)
    assert operator.woken == 1


async def test_a_date_that_is_ahead_can_be_moved(stage: Stage) -> None:
    stage.playground.operator = Operator()
    await stage.open()
    await stage.page.get_by_role("button", name="The bot’s clock").click()
    panel = stage.page.get_by_role("dialog", name="The bot’s clock")
    await expect(panel).to_contain_text("Submissions close: Mon 6 Nov 2023, 10:00")
    await expect(panel).not_to_contain_text("The Slam opens")
    await panel.get_by_role("button", name="Submissions close: 1 week later").click()
    await expect(panel.get_by_role("status")).to_have_text("The configuration was read again.")
    await expect(panel).to_contain_text("Submissions close: Mon 13 Nov 2023, 10:00")


async def test_slack_can_be_made_to_fail(stage: Stage) -> None:
    await stage.open()
    await stage.page.get_by_role("button", name="The bot’s clock").click()
    panel = stage.page.get_by_role("dialog", name="The bot’s clock")
    await panel.get_by_role("button", name="Slack is busy for 20 seconds").click()
    await expect(panel.get_by_role("status")).to_contain_text("when to come back")
    await panel.get_by_role("button", name="Lose Slack’s next answer").click()
    await expect(panel.get_by_role("status")).to_contain_text("must not say it twice")


async def test_a_channel_is_archived_and_opened_again_and_the_bot_shown_out_and_in(stage: Stage) -> None:
    await stage.open()
    doors = stage.page.get_by_role("button", name="More about this channel")
    box = stage.page.get_by_role("textbox", name="Message")
    await doors.click()
    await stage.page.get_by_role("menuitem", name="Archive this channel").click()
    await expect(stage.page.get_by_text("This channel is archived.")).to_be_visible()
    await expect(box).to_have_count(0)
    await assert_accessible(stage.page)
    await doors.click()
    await stage.page.get_by_role("menuitem", name="Open it again").click()
    await expect(box).to_be_visible()
    await expect(stage.page.get_by_role("article").last).to_contain_text("un-archived the channel")
    await doors.click()
    await stage.page.get_by_role("menuitem", name="Remove the bot").click()
    await expect(stage.page.get_by_role("article").last).to_contain_text("removed @Slam Bot from the channel")
    await doors.click()
    await stage.page.get_by_role("menuitem", name="Invite the bot").click()
    await expect(stage.page.get_by_role("article").last).to_contain_text("@Slam Bot has joined the channel")


async def test_colours_follow_the_device_until_somebody_chooses(browser: Browser) -> None:
    async with staged(browser, color_scheme="dark") as stage:
        await stage.open()
        ground = "getComputedStyle(document.querySelector('main')).backgroundColor"
        assert await stage.page.evaluate(ground) == "rgb(26, 28, 32)"
        await stage.page.get_by_role("button", name="Colours: as this device has them").click()
        await expect(stage.page.get_by_role("button", name="Colours: light")).to_be_visible()
        assert await stage.page.evaluate(ground) == "rgb(255, 255, 255)"
        await stage.page.reload()
        await expect(stage.page.get_by_role("button", name="Colours: light")).to_be_visible()


async def test_it_says_when_the_server_is_gone(stage: Stage) -> None:
    await stage.open()
    await stage.page.route("**/playground/**", lambda route: route.abort())
    await stage.type("/slam help")
    await expect(stage.page.get_by_role("alert").first).to_contain_text("does not answer")
    assert all("ERR_FAILED" in complaint for complaint in stage.wrong)
    stage.wrong.clear()


# --- For everybody ------------------------------------------------------------------------------------------


async def test_everything_is_within_reach_of_the_keyboard(stage: Stage) -> None:
    stage.says(gallery.ACTING[0])
    await stage.open()
    await expect(stage.page.get_by_role("article")).to_be_visible()
    await stage.page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(40):
        await stage.page.keyboard.press("Tab")
        reached.add(
            await stage.page.evaluate(
                "(document.activeElement.innerText || document.activeElement.id).trim()"
            )
        )
    assert {"Skip to the message box", "Go ahead", "Withdraw", "composer-text"} <= reached


async def test_f6_goes_from_area_to_area_and_alt_with_an_arrow_to_the_next_channel(stage: Stage) -> None:
    await stage.open()
    await stage.page.get_by_role("textbox", name="Message").focus()
    await stage.page.keyboard.press("F6")
    await expect(stage.page.get_by_role("button", name="The bot’s clock")).to_be_focused()
    await stage.page.keyboard.press("F6")
    await expect(stage.page.get_by_role("link", name="lanternfish")).to_be_focused()
    await stage.page.keyboard.press("F6")
    await expect(stage.page.get_by_role("region", name="lanternfish")).to_be_focused()
    await stage.page.keyboard.press("Alt+ArrowDown")
    await expect(stage.page.get_by_role("heading", level=1)).to_contain_text("driftwood")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_axe_finds_nothing_serious(browser: Browser, scheme: str, width: int) -> None:
    async with staged(browser, color_scheme=scheme, viewport={"width": width, "height": 740}) as stage:
        stage.playground.workspace.post(LANTERN, KOFI, "Hello :wave: <@U0MARA>")
        stage.says(*gallery.READING)
        stage.says(*gallery.RICH)
        stage.says(*gallery.ACTING)
        await stage.open()
        for begun in [stage.says(text=text, only=None) for text in ("A question", "Another")]:
            stage.playground.workspace.post(LANTERN, KOFI, "An answer", thread_ts=begun.ts)
        await expect(stage.page.get_by_role("article")).to_have_count(8)
        await assert_accessible(stage.page)
        await stage.page.get_by_role("button", name="More about this message").first.click()
        await expect(stage.page.get_by_role("menuitem").first).to_be_visible()
        await assert_accessible(stage.page)
        await stage.page.keyboard.press("Escape")
        await stage.page.get_by_role("button", name="A badge").click()
        await assert_accessible(stage.page)
        await stage.page.keyboard.press("Escape")
        await stage.page.get_by_role("button", name="The bot’s clock").click()
        await assert_accessible(stage.page)
        await stage.page.keyboard.press("Escape")
        await stage.page.get_by_role("textbox", name="Message").fill("/slam")
        await assert_accessible(stage.page)
        stage.playground.slack.push(MARA, gallery.DIALOG)
        await expect(stage.page.get_by_role("dialog")).to_be_visible()
        await assert_accessible(stage.page)


async def test_on_a_phone_nothing_is_cut_off_and_the_channels_are_in_a_drawer(browser: Browser) -> None:
    async with staged(browser, **PHONE) as stage:
        stage.says(*gallery.READING)
        stage.says(*gallery.RICH)
        stage.says(*gallery.ACTING)
        await stage.open()
        await expect(stage.page.get_by_role("article")).to_have_count(3)
        await assert_fits(stage.page)
        there = stage.page.get_by_role("link", name="slam-help", exact=True)
        await expect(there).to_have_count(0)
        await stage.page.get_by_role("button", name="Channels").click()
        await there.click()
        await expect(stage.page.get_by_role("heading", level=1)).to_contain_text("slam-help")
        await expect(there).to_have_count(0)


async def test_the_page_asks_nobody_else_for_anything(browser: Browser) -> None:
    async with staged(browser) as stage:
        asked: list[str] = []
        stage.page.on("request", lambda request: asked.append(request.url))
        stage.says(*gallery.READING)
        await stage.open()
        await expect(stage.page.get_by_role("article")).to_be_visible()
        assert [url for url in asked if not url.startswith(stage.playground.url)] == []
