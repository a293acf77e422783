"""Time is moved in the demo's page, and what the bot says by itself is watched: each in a demo of its own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import PHONE, assert_accessible, assert_fits
from tests.visit import Visit, running, visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MARA, KOFI, RUTH, ORLA, NUNO = "U0MARA", "U0KOFI", "U0RUTH", "U0ORLA", "U0NUNO"
SLAM, DRIFT, SALT, LANTERN, ORGANIZERS = "C0SLAM", "C0DRIFT", "C0SALT", "C0LANTERN", "C0ORGS"


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, tmp_path: Path) -> AsyncIterator[Visit]:
    """It begins on Friday, 20 October 2023, at 9:00 UTC."""
    async with running(tmp_path) as demo, visiting(browser, demo) as one:
        yield one


async def test_a_deadline_comes_near_and_each_project_is_told_once(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.go_to_what_is_next("deadline for Driftwood")
    said = await visit.reads("Submissions close", "in 14 days", "Driftwood so far", "Next:")
    await expect(said).to_contain_text("Nov 7, 2023, 11:59")
    await visit.forward("1 hour")
    await visit.page.reload()
    await expect(visit.page.locator("article").filter(has_text="in 14 days")).to_have_count(1)


async def test_who_has_found_everything_is_not_reminded(visit: Visit) -> None:
    await visit.go(MARA, LANTERN)
    await visit.go_to_what_is_next("deadline for Driftwood")
    await visit.go(KOFI, DRIFT)
    await visit.reads("in 14 days")
    await visit.go(MARA, LANTERN)
    await expect(visit.page.locator("article:not(.ephemeral)")).to_have_count(0)


async def test_at_night_nothing_is_said_and_in_the_morning_it_is(visit: Visit) -> None:
    await visit.go(RUTH, SALT)
    await visit.go_to_what_is_next("deadline for Driftwood")
    clock = visit.page.get_by_role("button", name="The bot’s clock")
    await expect(clock).to_contain_text("Tue 24 Oct 2023, 04:59")
    await visit.go(RUTH, DRIFT)
    await visit.reads("in 14 days")
    await visit.go(RUTH, SALT)
    await expect(visit.page.locator("article").filter(has_text="in 14 days")).to_have_count(0)
    await visit.go_to_what_is_next("deadline for Saltmarsh")
    await expect(clock).to_contain_text("Tue 24 Oct 2023, 08:00")
    await visit.reads("Submissions close", "in 14 days", "Saltmarsh so far")


async def test_once_a_week_there_is_a_look_at_what_changed(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.go_to_what_is_next("digest for Driftwood")
    await expect(visit.page.get_by_role("button", name="The bot’s clock")).to_contain_text(
        "Mon 23 Oct 2023, 09:00"
    )
    await visit.reads("Driftwood this week", "documentation", "Next:")


async def test_who_was_told_a_date_that_moves_is_told_the_new_one_once(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.go_to_what_is_next("deadline for Driftwood")
    await visit.reads("in 14 days")
    async with visit.clock() as panel:
        await panel.get_by_role("button", name="Submissions close: 1 week later").click()
        await expect(panel.get_by_role("status")).to_contain_text("read again")
        await expect(panel).to_contain_text("Submissions close: Tue 14 Nov 2023, 11:59")
    await visit.reads("moved")
    await visit.forward("1 hour")
    await visit.page.reload()
    await expect(visit.page.locator("article").filter(has_text=re.compile("moved"))).to_have_count(1)


async def test_an_announcement_goes_out_once_a_second_organizer_approves(visit: Visit) -> None:
    await visit.go(ORLA, ORGANIZERS)
    await visit.say("/slam announce")
    await visit.press("Write one")
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="See how it looks").click()
    await expect(dialog).to_contain_text("Please complete this required field.")
    await dialog.get_by_label("What you want to tell").fill("Office hours on *Thursday* <!channel>")
    await dialog.get_by_role("button", name="See how it looks").click()
    await expect(dialog).to_contain_text("every registered project: 3 projects, in 3 channels")
    await expect(dialog.locator("strong", has_text="Thursday")).to_be_visible()
    await assert_accessible(visit.page)
    await dialog.get_by_role("button", name="Ask for approval").click()
    await expect(dialog).to_contain_text("waits for approval")
    await expect(dialog.get_by_role("button", name="Approve")).to_have_count(0)
    await visit.page.keyboard.press("Escape")
    await visit.go(NUNO, ORGANIZERS)
    await visit.reads("waits for a second organizer", "Office hours on Thursday <!channel>")
    await visit.press("Look at it")
    await expect(visit.last).to_contain_text("by @Orla Byrne")
    await visit.press("Approve")
    await expect(visit.last).to_contain_text("Approved by @Nuno Duarte")
    for channel in (DRIFT, LANTERN):
        await visit.go(NUNO, channel)
        await visit.reads("From the organizers", "Office hours on Thursday <!channel>")
    await visit.go(RUTH, SALT)  # where it is two in the morning
    await expect(visit.page.locator("article").filter(has_text="Office hours")).to_have_count(0)
    await visit.go_to_what_is_next("announcement for Saltmarsh")
    await visit.reads("From the organizers", "Office hours on Thursday")


async def test_a_maintainer_turns_a_kind_off_from_its_message(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.go_to_what_is_next("digest for Driftwood")
    said = await visit.reads("Driftwood this week")
    await said.get_by_role("button", name="Mute weekly looks").click()
    await expect(visit.last).to_contain_text("Weekly looks are muted for Driftwood")
    async with visit.clock() as panel:
        await expect(panel).not_to_contain_text("digest for Driftwood")


async def test_organizers_hear_of_a_channel_that_was_archived(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.page.get_by_role("button", name="More about this channel").click()
    await visit.page.get_by_role("menuitem", name="Archive this channel").click()
    await expect(visit.page.get_by_text("This channel is archived.")).to_be_visible()
    await visit.go_to_what_is_next("digest for Driftwood")
    await visit.go(ORLA, ORGANIZERS)
    await visit.reads("Driftwood's channel", "is_archived")
    await expect(await visit.say("/slam reach")).to_contain_text("Driftwood")
    await expect(await visit.say("/slam outbox closed")).to_contain_text("the channel is archived")


async def test_what_slack_took_without_saying_so_is_not_said_twice(visit: Visit) -> None:
    await visit.go(ORLA, DRIFT)
    async with visit.clock() as panel:
        await panel.get_by_role("button", name="Lose Slack’s next answer").click()
        await expect(panel.get_by_role("status")).to_contain_text("must not say it twice")
    await visit.go_to_what_is_next("digest for Driftwood")
    await visit.reads("Driftwood this week")
    await expect(await visit.say("/slam outbox")).to_contain_text("unconfirmed")
    await visit.forward("1 hour")
    await visit.page.reload()
    await expect(visit.page.locator("article").filter(has_text="Driftwood this week")).to_have_count(1)


async def test_a_busy_slack_is_waited_for(visit: Visit) -> None:
    await visit.go(KOFI, DRIFT)
    await visit.go_to_what_is_next("digest for Driftwood")
    await visit.reads("Driftwood this week")
    async with visit.clock() as panel:
        await panel.get_by_role("button", name="Slack is busy for 20 seconds").click()
    await visit.go_to_what_is_next("deadline for Driftwood")
    await visit.reads("in 14 days")
    await expect(visit.page.locator("article").filter(has_text="in 14 days")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_read_and_press_what_the_bot_says_by_itself(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    async with running(tmp_path) as demo, visiting(browser, demo, color_scheme=scheme, **PHONE) as visit:
        await visit.go(KOFI, DRIFT)
        async with visit.clock():
            await assert_accessible(visit.page)
            await assert_fits(visit.page)
        await visit.go_to_what_is_next("deadline for Driftwood")
        await visit.reads("in 14 days")
        await assert_accessible(visit.page)
        await assert_fits(visit.page)
        for command in ("remind", "deadlines"):
            await visit.say(f"/slam {command}")
            await assert_accessible(visit.page)
            await assert_fits(visit.page)


async def test_who_asks_for_direct_messages_is_told_there_at_their_own_time(visit: Visit) -> None:
    await visit.go(MARA, "D0MARA")
    await visit.say("/slam remind me")
    await visit.press("Send")
    await visit.go_to_what_is_next("digest for Tidewatch")
    clock = visit.page.get_by_role("button", name="The bot’s clock")
    await expect(clock).to_contain_text("Mon 23 Oct 2023, 09:00")  # in Stockholm
    await visit.reads("Tidewatch this week", "Next:")
