from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.sources.http import AT_ONCE, LEFT_ALONE, Asker, Question, Response, Server, SourceError
from rules.model import Answer, Seen, Unavailable
from tests.bot.sources.conftest import IMPATIENT, Lookout
from tests.bot.sources.world import Repository, World, body, cut, sending_to, silence, status
from tests.builders import KELP, NOON

PATH = f"/repos/{KELP}"


def read_name(response: Response) -> str:
    return response.json(dict[str, object])["full_name"]  # type: ignore[return-value]


def question(world: World, path: str = PATH, **other: object) -> Question[str]:
    return Question(
        Server("GitHub", world.github_url, token=str(other.get("token", ""))),
        path,
        read_name,
        page=f"https://github.com/{KELP}",
        patience=other.get("patience", timedelta(0)),  # type: ignore[arg-type]
    )


@pytest.fixture(autouse=True)
def kelp(world: World) -> None:
    world.repositories[KELP] = Repository({"README.md": "# Kelp"})


async def ask(lookout: Lookout, **other: object) -> Answer[str]:
    return await lookout.asker.ask(question(lookout.world, **other))  # type: ignore[arg-type]


async def test_an_answer_comes_with_its_time_and_the_page_where_people_look(lookout):
    assert await ask(lookout) == Seen(KELP, NOON, f"https://github.com/{KELP}")


async def test_we_say_who_we_are(lookout, world):
    await ask(lookout)
    assert "slam-bot" in world.asked[0].headers["User-Agent"]


async def test_what_did_not_change_is_confirmed_by_its_validator(lookout, world):
    await ask(lookout)
    lookout.now.forward(minutes=10)
    answer = await ask(lookout)
    assert world.asked[1].headers["If-None-Match"]
    assert answer == Seen(KELP, NOON + timedelta(minutes=10), f"https://github.com/{KELP}")


async def test_a_last_modified_date_is_a_validator_too(lookout, world):
    world.etags = False
    world.headers["Last-Modified"] = "Fri, 20 Oct 2023 10:00:00 GMT"
    await ask(lookout)
    await ask(lookout)
    assert world.asked[1].headers["If-Modified-Since"] == "Fri, 20 Oct 2023 10:00:00 GMT"


async def test_an_answer_is_not_asked_for_again_while_it_is_fresh(lookout, world):
    world.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
    await ask(lookout)
    lookout.now.forward(seconds=59)
    assert (await ask(lookout)).as_of == NOON
    lookout.now.forward(seconds=2)
    await ask(lookout)
    assert len(world.asked) == 2


@pytest.mark.parametrize("told", ["no-cache, max-age=60", "no-store", "s-maxage=60", "max-age=soon"])
async def test_without_a_max_age_to_rely_on_it_is_asked_for_again(lookout, world, told):
    world.headers["Cache-Control"] = told
    await ask(lookout)
    await ask(lookout)
    assert len(world.asked) == 2


async def test_patience_saves_requests_but_not_while_a_source_fails(lookout, world):
    await ask(lookout)
    lookout.now.forward(minutes=5)
    await ask(lookout, patience=timedelta(minutes=10))
    assert len(world.asked) == 1
    world.faults[PATH] = status(500)
    await ask(lookout)
    await ask(lookout, patience=timedelta(minutes=10))
    assert len(world.asked) == 3


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        pytest.param(status(500), "GitHub answered 500", id="5xx"),
        pytest.param(status(503), "GitHub answered 503", id="unavailable"),
        pytest.param(status(404), "GitHub answered 404", id="gone"),
        pytest.param(status(401), "GitHub answered 401", id="a bad token"),
        pytest.param(status(403), "GitHub answered 403", id="forbidden is not a limit"),
        pytest.param(status(304), "GitHub answered 304", id="not modified, since nothing"),
        pytest.param(silence, "GitHub did not answer in time", id="time-out"),
        pytest.param(cut, "GitHub stopped in the middle of its answer", id="cut"),
        pytest.param(body(b"<html>", "text/html"), "a web page instead of JSON", id="html"),
        pytest.param(body(b"<html>"), "unreadable", id="html that says it is JSON"),
        pytest.param(body(b'{"full_name": "k'), "unreadable", id="cut JSON"),
        pytest.param(body('{"full_name": "kälp"}'.encode("latin-1")), "unreadable", id="a wrong encoding"),
        pytest.param(body(b"[" * 100_000), "unreadable", id="deep JSON"),
        pytest.param(body(b'{"full_name": NaN}'), "unreadable", id="no JSON at all"),
        pytest.param(body(b""), "unreadable", id="nothing"),
        pytest.param(body(b'"' + b"x" * 11_000_000 + b'"'), "more than 10 MiB", id="huge"),
        pytest.param(sending_to("https://elsewhere.example/x"), "sends us to another server", id="elsewhere"),
        pytest.param(sending_to(""), "sends us", id="nowhere"),
    ],
)
async def test_a_failure_is_said_and_the_last_good_answer_stands(lookout, world, fault, why):
    patient = lookout.asker
    if fault is silence:
        lookout.hurry()
    world.faults[PATH] = fault
    never = await ask(lookout)
    assert isinstance(never, Unavailable)
    assert why in never.reason
    world.faults.clear()
    world.etags = False
    await patient.ask(question(world))
    world.faults[PATH] = fault
    lookout.now.forward(hours=1)
    first = await ask(lookout)
    lookout.now.forward(hours=1)
    second = await ask(lookout)
    assert first.value == second.value == KELP
    assert first.as_of == second.as_of == NOON
    assert first.failing_since == second.failing_since == NOON + timedelta(hours=1)
    assert why in second.failure


async def test_after_a_failure_a_good_answer_ends_the_silence(lookout, world):
    await ask(lookout)
    world.faults[PATH] = status(500)
    await ask(lookout)
    world.faults.clear()
    assert (await ask(lookout)).failing_since is None


async def test_a_server_that_is_not_there_is_said(lookout):
    nobody = Question(Server("GitHub", "http://127.0.0.1:9"), PATH, read_name, page="")
    assert await lookout.asker.ask(nobody) == Unavailable("GitHub could not be reached")


@pytest.mark.parametrize(
    "where", ["{url}/repos/kelp-io/kelp", "/github/repos/kelp-io/kelp", "/repos/kelp-io/kelp"]
)
async def test_a_redirect_within_the_server_is_followed(lookout, world, where):
    world.faults["/old"] = sending_to(where.format(url=world.github_url))
    assert (await lookout.asker.ask(question(world, "/repos/old"))).value == KELP


async def test_an_address_that_is_too_long_is_not_asked(lookout, world):
    answer = await lookout.asker.ask(question(world, "/repos/" + "x" * 3000))
    assert answer == Unavailable("GitHub was not asked: the address is too long")
    assert not world.asked


async def test_circles_end(lookout, world):
    world.faults[PATH] = sending_to(f"{world.github_url}{PATH}")
    assert "circles" in (await ask(lookout)).reason


@pytest.mark.parametrize(
    ("refusal", "until"),
    [
        pytest.param(status(429), timedelta(minutes=1), id="a minute where nothing is told"),
        pytest.param(status(429, Retry_After="30"), timedelta(seconds=30), id="Retry-After in seconds"),
        pytest.param(
            status(503, Retry_After=format_datetime(NOON + timedelta(minutes=3), usegmt=True)),
            timedelta(minutes=3),
            id="Retry-After as a date",
        ),
        pytest.param(
            status(403, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(int(NOON.timestamp()) + 1200)),
            timedelta(minutes=20),
            id="the primary limit",
        ),
        pytest.param(status(429, Retry_After="99999999"), timedelta(days=1), id="a day at most"),
    ],
)
async def test_who_is_refused_stays_away_until_then_for_every_process(lookout, world, refusal, until):
    await ask(lookout)
    world.faults[PATH] = refusal
    refused = await ask(lookout)
    assert "limit is used up until" in refused.failure
    world.forget()
    another = Lookout(world, lookout.store, lookout.session, lookout.now)
    lookout.now.forward(seconds=until.total_seconds() - 1)
    assert (await ask(another)).value == KELP
    assert not world.asked
    world.faults.clear()
    lookout.now.forward(seconds=1)
    assert (await ask(another)).failing_since is None
    assert world.asked


async def test_the_last_request_of_the_hour_is_answered_and_the_next_one_waits(lookout, world):
    reset = NOON + timedelta(minutes=40)
    world.headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(reset.timestamp()))}
    assert (await ask(lookout)).value == KELP
    other = await lookout.asker.ask(question(world, "/repos/cncf/toc"))
    assert other == Unavailable("GitHub's limit is used up until 12:40 UTC")
    assert len(world.asked) == 1


async def test_whoever_waits_for_a_seat_sees_that_the_limit_is_used_up(lookout, world):
    world.headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOON.timestamp()) + 60)}
    paths = [f"/repos/{KELP}?{number}" for number in range(40)]
    await asyncio.gather(*(lookout.asker.ask(question(world, path)) for path in paths))
    assert len(world.asked) <= AT_ONCE


async def test_what_was_seen_is_not_called_failing_while_we_wait_politely(lookout, world):
    world.headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOON.timestamp()) + 60)}
    await ask(lookout)
    answer = await ask(lookout)
    assert (answer.value, answer.failing_since) == (KELP, None)


async def test_a_limit_is_that_of_one_server_also_where_two_share_a_host(lookout, world):
    world.faults[PATH] = status(429)
    await ask(lookout)
    other = Question(
        Server("CLOMonitor", world.clomonitor_url), "/api/projects/cncf/kelp", read_name, page=""
    )
    world.projects["cncf/kelp"] = {"full_name": "kelp"}
    assert (await lookout.asker.ask(other)).value == "kelp"


async def test_a_limit_is_that_of_a_token(lookout, world):
    world.faults[PATH] = status(429)
    await ask(lookout)
    world.faults.clear()
    assert (await ask(lookout, token="t1")).value == KELP


async def test_at_most_four_requests_are_under_way(lookout, world):
    paths = [f"/repos/{KELP}?{number}" for number in range(40)]
    await asyncio.gather(*(lookout.asker.ask(question(world, path)) for path in paths))
    assert len(world.asked) == 40
    assert world.busiest <= AT_ONCE


async def test_a_host_that_never_answers_is_left_alone_for_a_while(lookout, world):
    hurried = Asker(lookout.session, lookout.store, lookout.now, IMPATIENT)
    world.faults["/github"] = silence
    paths = [f"/repos/{KELP}?{number}" for number in range(40)]
    answers = await asyncio.gather(*(hurried.ask(question(world, path)) for path in paths))
    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert len(world.asked) < 15
    world.faults.clear()
    assert "does not answer" in (await hurried.ask(question(world))).reason
    lookout.now.forward(seconds=LEFT_ALONE.total_seconds() + 1)
    assert (await hurried.ask(question(world))).value == KELP


async def test_a_glance_is_kept_nowhere_and_tells_how_long_it_is_good(lookout, world):
    world.headers = {"Cache-Control": "max-age=60"}
    for _ in range(2):
        assert await lookout.asker.glance(question(world)) == (KELP, NOON + timedelta(seconds=60))
    assert len(world.asked) == 2
    assert await lookout.asker.last(question(world)) is None
    world.faults[PATH] = status(500)
    with pytest.raises(SourceError) as failure:
        await lookout.asker.glance(question(world))
    assert failure.value.reason == "GitHub answered 500"


async def test_what_is_stored_names_no_token(lookout, world):
    secret = "ghp_notarealtoken"
    asked = question(world, token=secret)
    await lookout.asker.ask(asked)
    assert world.asked[0].headers["Authorization"] == f"Bearer {secret}"
    assert secret not in asked.key
    assert secret not in repr(asked)
    assert asked.key != question(world, token="another").key


async def test_hearing_raises_where_asking_stands(lookout, world):
    await ask(lookout)
    world.faults[PATH] = status(500)
    with pytest.raises(SourceError) as raised:
        await lookout.asker.hear(question(world))
    assert raised.value.status == 500


async def test_on_postgresql_too(stores, world):
    async with asyncio.timeout(20):
        import aiohttp  # noqa: PLC0415

        async with aiohttp.ClientSession() as session:
            other = Lookout(world, stores, session)
            await ask(other)
            world.faults[PATH] = status(500)
            assert (await ask(other)).value == KELP
