"""`python -m bot demo` as people use it: the real bot, seen through the page in headless Chromium."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import PHONE, assert_accessible, assert_fits
from tests.visit import STARTS_WITHIN, Visit, running, visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MARA, KOFI, ORLA, EMI = "U0MARA", "U0KOFI", "U0ORLA", "U0EMI"
LANTERN, RANDOM, HOME = "C0LANTERN", "C0RANDOM", "A0HOME"


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, demo: str) -> AsyncIterator[Visit]:
    async with visiting(browser, demo) as one:
        yield one


async def test_status_in_a_projects_channel_shows_every_badge_to_the_asker(visit: Visit) -> None:
    await visit.go(MARA, LANTERN)
    answer = await visit.say("/slam status")
    await expect(answer).to_contain_text("Only visible to you")
    for badge in ("Cleaner", "Defender", "Chronicler", "Inspector", "Mechanizer"):
        await expect(answer).to_contain_text(f"The {badge}")
    await expect(answer).to_contain_text("Next:")


async def test_from_the_overview_to_a_badge_and_back(visit: Visit) -> None:
    await visit.go(MARA, LANTERN)
    await visit.say("/slam status lanternfish")
    await visit.press("Details of The Cleaner")
    await expect(visit.page.get_by_role("article").last).to_contain_text("Lanternfish · The")
    await visit.press("All badges")
    await expect(visit.page.get_by_role("article").last).to_contain_text("Lanternfish · Security Slam 2023")


async def test_a_project_is_chosen_from_the_list_by_keyboard(visit: Visit) -> None:
    await visit.go(ORLA, "C0ORGS")
    answer = await visit.say("/slam projects")
    await answer.get_by_role("button", name="Look closer at").focus()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("option").first).to_be_visible()
    await visit.page.keyboard.press("t")
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("article").last).to_contain_text("Tidewatch · Security Slam 2023")


async def test_what_is_shared_is_seen_by_others(visit: Visit) -> None:
    await visit.go(MARA, LANTERN)
    await visit.say("/slam status lanternfish")
    await visit.press("Share here")
    await expect(visit.page.locator("article:not(.ephemeral)").last).to_contain_text("Lanternfish")
    await visit.go(KOFI, LANTERN)
    await expect(visit.page.get_by_role("article").last).to_contain_text("Lanternfish · Security Slam 2023")


async def test_a_refresh_says_how_it_went(visit: Visit) -> None:
    await visit.go(KOFI, "C0DRIFT")
    await visit.say("/slam status driftwood")
    await visit.press("Refresh")
    await expect(visit.page.get_by_role("article").last).to_contain_text("just now")


async def test_a_slip_of_the_thumb_is_forgiven(visit: Visit) -> None:
    await visit.go(EMI, RANDOM)
    answer = await visit.say("/slam status lanternfsh")
    await expect(answer).to_contain_text("Did you mean")
    await expect(await visit.say("/slam sttus")).to_contain_text("/slam status")


async def test_a_mention_and_a_message_are_answered(visit: Visit) -> None:
    await visit.go(EMI, "C0HELP")
    await visit.say("Hello @Slam Bot, what is this?")
    await expect(visit.page.get_by_role("article").last).to_contain_text("/slam status")
    await visit.go(EMI, "D0EMI")
    await visit.say("hello")
    await expect(visit.page.get_by_role("article").last).to_contain_text("/slam help")


async def test_an_invitation_is_answered_in_the_channel(visit: Visit) -> None:
    await visit.go(KOFI, RANDOM)
    await visit.say("/invite @slam")
    await expect(visit.page.get_by_role("article").last).to_contain_text("/slam")


async def test_the_home_has_the_callers_projects_and_opens_a_dialog(visit: Visit) -> None:
    await visit.go(MARA, HOME)
    await expect(visit.page.locator(".home")).to_contain_text("Lanternfish")
    await (
        visit.page.locator(".home")
        .get_by_role("button", name="The Cleaner")
        .or_(visit.page.locator(".home").get_by_role("button", name="More"))
        .first.click()
    )
    dialog = visit.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await assert_accessible(visit.page)
    await visit.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("how", [pytest.param(PHONE, id="phone"), pytest.param({}, id="desk")])
async def test_every_answer_can_be_read_by_everybody(
    browser: Browser, demo: str, scheme: str, how: dict[str, Any]
) -> None:
    async with visiting(browser, demo, color_scheme=scheme, **how) as visit:
        await visit.go(ORLA, RANDOM)
        for command in (
            "help",
            "badges",
            "projects",
            "status saltmarsh",
            "status tidewatch",
            "next driftwood",
        ):
            await visit.say(f"/slam {command}")
        await assert_fits(visit.page)
        await assert_accessible(visit.page)


async def test_evidence_grows_old_as_the_clock_moves_and_the_bot_looks_again(
    browser: Browser, tmp_path: Path
) -> None:
    async with running(tmp_path) as demo, visiting(browser, demo) as visit:
        await visit.go(ORLA, RANDOM)
        await expect(await visit.say("/slam status kelpforest")).to_contain_text("not looked at yet")
        await visit.page.get_by_role("button", name="The bot’s clock").click()
        await visit.page.get_by_role("button", name="Forward 1 hour").click()
        await visit.page.keyboard.press("Escape")
        async with asyncio.timeout(STARTS_WITHIN):
            while "not looked at yet" in await (await visit.say("/slam status kelpforest")).inner_text():
                await visit.page.wait_for_timeout(300)
