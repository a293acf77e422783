"""The resource library as people use it in the demo."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser import PHONE, assert_accessible, assert_fits
from tests.visit import visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MARA, LANTERN = "U0MARA", "C0LANTERN"


async def test_a_course_is_marked_as_done_and_not_offered_again(browser: Browser, demo: str) -> None:
    async with visiting(browser, demo) as visit:
        await visit.go(MARA, LANTERN)
        answer = await visit.say("/slam resources defender")
        await answer.get_by_role("button", name="Mark as done").click()
        await expect(answer).to_contain_text("is marked as done")
        await expect(answer).to_contain_text("Done: Securing Projects with OpenSSF Scorecard")
        await expect(answer.get_by_role("button", name="Mark as done")).to_have_count(0)
        await assert_accessible(visit.page)


async def test_a_fix_is_one_press_from_the_next_step(browser: Browser, demo: str) -> None:
    async with visiting(browser, demo) as visit:
        await visit.go(MARA, LANTERN)
        answer = await visit.say("/slam next driftwood")
        await answer.get_by_role("button", name="What else helps").click()
        await expect(visit.last.get_by_role("heading")).to_have_text("Driftwood · what helps next")


@pytest.mark.parametrize("words", ["", "driftwood", "cleaner", "sbom", "how do we sign", "pizza", "fixes"])
async def test_every_page_of_the_library_fits_a_phone(browser: Browser, demo: str, words: str) -> None:
    async with visiting(browser, demo, **PHONE) as visit:
        await visit.go(MARA, LANTERN)
        await expect(await visit.say(f"/slam resources {words}".strip())).to_contain_text("Next:")
        await assert_fits(visit.page)
        await assert_accessible(visit.page)
