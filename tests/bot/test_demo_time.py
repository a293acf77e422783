"""Time is moved in the demo's page, and what the bot says by itself is watched: each in a demo of its own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import chromium
from tests.visit import Visit, running, visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MARA, KOFI, RUTH, ORLA, NUNO = "U0MARA", "U0KOFI", "U0RUTH", "U0ORLA", "U0NUNO"
SLAM, DRIFT, SALT, LANTERN, ORGANIZERS = "C0SLAM", "C0DRIFT", "C0SALT", "C0LANTERN", "C0ORGS"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(loop_scope="module")
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
    await expect(visit.page.get_by_role("article")).to_have_count(0)


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
