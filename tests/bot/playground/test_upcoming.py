"""The next moment at which something is said is found, however far between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.playground.upcoming import next_moment
from tests.builders import NOON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("begins", "lasts"),
    [
        pytest.param(NOON + timedelta(minutes=7, seconds=3), DAY, id="soon"),
        pytest.param(NOON + 9 * DAY, HOUR * 2, id="in a while, and not for long"),
        pytest.param(NOON + 40 * DAY, DAY, id="late"),
    ],
)
async def test_the_first_moment_is_found_to_the_second(begins: datetime, lasts: timedelta) -> None:
    found = await next_moment(lambda at: begins <= at < begins + lasts, NOON)
    assert found is not None
    assert begins <= found <= begins + timedelta(seconds=1)


async def test_what_is_due_already_is_due_now() -> None:
    assert await next_moment(lambda at: True, NOON) == NOON


async def test_nothing_more_is_said_to_be_nothing() -> None:
    assert await next_moment(lambda at: False, NOON) is None
