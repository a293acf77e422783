from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import make_url

from bot.app import Bot
from bot.config import Need, read
from bot.slack import ScopesMissingError
from bot.store import DatabaseError, StoredAnswer, open_store
from commands.search import SILENT
from tests.bot.sources.world import silence, status
from tests.builders import NOON
from tests.fakes import SECRET, looked_for, signed, typed, workspace

CONFIG = """
edition: slam-2023
projects:
  - {id: kelp, name: Kelp, clomonitor: cncf/kelp, repositories: [kelp-io/kelp], channel: C0KELP}
"""
TRIGGERS = count(1)  # no two commands of Slack's are alike
REMINDED = f"""{CONFIG}
reminders:
  - {{id: closing, kind: deadline, milestone: close, before: [20d]}}
"""
NOWHERE = "http://127.0.0.1:9"  # nobody listens there


@pytest.fixture
async def slacks():
    async with workspace() as opened:
        yield opened


@pytest.fixture
def configured(tmp_path, slacks):
    """The configuration of a bot on a free port, whose sources are silent; a test states the differences."""

    def configure(text=CONFIG, **environ):
        path = tmp_path / "config.yaml"
        path.write_text(text)
        standard = {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slacks.url,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'slam.db'}",
            "HOST": "127.0.0.1",
            "PORT": "0",
            "CLOMONITOR_URL": NOWHERE,
            "GITHUB_API_URL": NOWHERE,
            "SCORECARD_URL": NOWHERE,
        }
        return read(path, standard | environ, {Need.SLACK})

    return configure


@asynccontextmanager
async def up(config, reread=None, now=lambda: NOON, **halves):
    bot = Bot(config, now, pauses=(0.01,), reread=reread, watching=0.05)
    try:
        await bot.start(**halves)
        yield bot
    finally:
        await bot.stop()


@asynccontextmanager
async def running(config, **halves):
    async with up(config, **halves) as bot, reached(bot) as session:
        yield session


@asynccontextmanager
async def reached(bot):
    async with aiohttp.ClientSession(f"http://127.0.0.1:{bot.port}") as session:
        yield session


async def ask(session, text):
    raw = typed(text, trigger_id=str(next(TRIGGERS)))
    async with session.post("/slack/events", data=raw, headers=signed(raw, NOON.timestamp())) as response:
        return await response.json()


async def look_for(session, typed_so_far):
    """What somebody who types is offered, by label."""
    raw = looked_for("search.projects", typed_so_far)
    async with session.post("/slack/events", data=raw, headers=signed(raw, NOON.timestamp())) as response:
        return [option["text"]["text"] for option in (await response.json())["options"]]


async def readiness(session):
    async with session.get("/readyz") as response:
        return response.status, await response.text()


async def until(true):
    async with asyncio.timeout(10):
        while not await true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # another process would ask again and again, too


async def is_ready(session):
    return (await readiness(session))[0] == 200


async def test_a_new_bot_answers_about_the_projects_of_its_configuration(configured):
    async with running(configured(), works=False) as session:
        told = await ask(session, "status kelp")
        assert told["text"].startswith("Kelp")
        assert await readiness(session) == (200, "ready\n")


async def test_what_is_registered_shows_in_the_very_next_answer(configured):
    config = configured()
    async with running(config, works=False) as session:
        assert "is registered" in (await ask(session, "status coral"))["text"]
        other = configured(CONFIG + "  - {id: coral, name: Coral}\n")
        async with running(other, listens=False, works=False):
            pass
        assert (await ask(session, "status coral"))["text"].startswith("Coral")


async def test_a_project_is_found_by_typing(configured, world):
    world.projects["cncf/coral"] = {"name": "coral", "foundation": "cncf", "display_name": "Coral"}
    async with running(configured(CLOMONITOR_URL=world.clomonitor_url), works=False) as session:
        assert await look_for(session, "cor") == ["Coral (cncf/coral)"]
        assert await look_for(session, "coral-io/coral") == ["Repository coral-io/coral"]
        assert await look_for(session, "kelp-io/kelp") == ["Takes part as kelp: Repository kelp-io/kelp"]


@pytest.mark.parametrize("fault", [silence, status(503)])
async def test_whoever_types_is_answered_in_time_whatever_clomonitor_does(configured, world, fault):
    world.faults["/search"] = fault
    async with running(configured(CLOMONITOR_URL=world.clomonitor_url), works=False) as session:
        async with asyncio.timeout(3):  # as long as Slack waits
            assert await look_for(session, "coral") == [SILENT]
        async with asyncio.timeout(3):
            assert "Repository coral-io/reef" in await look_for(session, "coral-io/reef")


async def test_on_postgresql_a_project_is_found_alike(configured, postgresql_url, world):
    config = configured(DATABASE_URL=postgresql_url, CLOMONITOR_URL=world.clomonitor_url)
    async with running(config, works=False) as session:
        assert await look_for(session, "coral-io/coral") == ["Repository coral-io/coral"]


async def test_its_worker_looks_at_projects_and_stops_in_time(configured):
    async with running(configured()) as session:

        async def is_looked_at():
            return "not looked at yet" not in (await ask(session, "status kelp"))["text"]

        await until(is_looked_at)
        began = datetime.now(UTC)
    assert (datetime.now(UTC) - began).total_seconds() < 10


async def test_it_is_not_ready_while_slack_refuses_the_token_and_then_it_is(configured, slacks):
    refusal = web.json_response({"ok": False, "error": "invalid_auth"})
    slacks.refusals["auth.test"] = [refusal]
    bot = Bot(configured(), lambda: NOON, pauses=(3600,))
    try:
        await bot.start(works=False)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{bot.port}") as session:
            assert await readiness(session) == (503, "slack: Slack refused the token: invalid_auth\n")
            assert (await ask(session, "status kelp"))["text"].startswith("Kelp")
    finally:
        await bot.stop()


async def test_a_slack_that_comes_back_is_found(configured, slacks):
    slacks.refusals["auth.test"] = [web.Response(status=503), web.Response(status=503)]
    async with running(configured(), works=False) as session:
        await until(lambda: is_ready(session))


async def test_a_database_server_that_is_away_is_waited_for(configured):
    away = "postgresql://slam:hunter2@127.0.0.1:9/slam"
    async with running(configured(DATABASE_URL=away), works=False) as session:
        status, why = await readiness(session)
        assert status == 503
        assert why.startswith("database: ")
        assert "hunter2" not in why
        assert "failed on our side" in (await ask(session, "status kelp"))["text"]


async def test_on_a_server_somebody_else_migrates(configured, empty_postgresql_url):
    async with running(configured(DATABASE_URL=empty_postgresql_url), works=False) as session:
        assert await readiness(session) == (503, "database: not migrated: run `python -m bot migrate`\n")


async def test_on_postgresql_it_answers_alike(configured, postgresql_url):
    async with running(configured(DATABASE_URL=postgresql_url), works=False) as session:
        await until(lambda: is_ready(session))
        assert (await ask(session, "status kelp"))["text"].startswith("Kelp")


async def test_the_two_halves_work_together_on_one_server(configured, postgresql_url):
    config = configured(DATABASE_URL=postgresql_url)
    async with running(config, works=False) as session, running(config, listens=False):

        async def is_looked_at():
            return "not looked at yet" not in (await ask(session, "status kelp"))["text"]

        await until(lambda: is_ready(session))
        await until(is_looked_at)


async def test_without_its_scopes_it_does_not_start(configured, slacks):
    slacks.scopes = "chat:write"
    with pytest.raises(ScopesMissingError, match="commands"):
        async with running(configured(), works=False):
            pass


async def test_a_database_file_that_cannot_be_used_stops_the_start(configured, tmp_path):
    with pytest.raises(DatabaseError):
        async with running(configured(DATABASE_URL=f"sqlite:///{tmp_path}"), works=False):
            pass


async def test_the_worker_half_listens_nowhere(configured):
    async with running(configured(), listens=False) as session:
        with pytest.raises(aiohttp.ClientError):
            await ask(session, "status kelp")


# --- What it says by itself ---------------------------------------------------------------------------------


async def test_the_clock_deletes_questions_ninety_days_after_the_edition(configured):
    config = configured()
    late = config.edition.ends.at + timedelta(days=90)
    with closing(open_store(config.environment.database_url.reveal(), "slam-2023")) as store:
        store.migrate()
        number = store.questions.ask("U0ADA", "UTC", "sbom", "Where does it go?", NOON).id

        async def is_deleted():
            return store.questions.find(number) is None

        async with up(config, now=lambda: late, listens=False):
            await until(is_deleted)


async def test_the_clock_deletes_answers_that_nobody_asked_for_in_over_a_year(configured):
    config = configured()
    old = StoredAnswer("https://api.example/gone", b"{}", NOON - timedelta(days=401))
    with closing(open_store(config.environment.database_url.reveal(), "slam-2023")) as store:
        store.migrate()
        store.answers.keep(old)

        async def is_deleted():
            return store.answers.find(old.address) is None

        async with up(config, listens=False):
            await until(is_deleted)


@pytest.mark.parametrize("works", [True, False])
async def test_a_beat_and_the_stop_leave_nothing_of_what_was_deleted_beside_the_database(configured, works):
    config = configured()
    url = config.environment.database_url.reveal()
    log = Path(f"{make_url(url).database}-wal")

    def is_there():
        return b"Where does it go?" in log.read_bytes()

    async def is_gone():
        return not is_there()

    with closing(open_store(url, "slam-2023")) as store:  # as long as it is open, SQLite keeps its log
        store.migrate()
        store.questions.ask("U0ADA", "UTC", "sbom", "Where does it go?", NOON)
        assert is_there()
        async with up(config, listens=not works, works=works):
            if works:
                await until(is_gone)
        assert not is_there()


def keys(slacks):
    return [
        key for said in slacks.said("chat.postMessage") for key in said["metadata"]["event_payload"]["keys"]
    ]


async def test_what_is_due_is_said_once_however_often_it_starts(configured, slacks):
    for _ in range(3):
        async with up(configured(REMINDED)) as bot:
            await slacks.until(lambda: keys(slacks))
            await until(lambda: has_settled(bot))
    assert keys(slacks) == ["slam-2023/closing/close@2023-11-06T23:59-12:00/20d/kelp/C0KELP"]


async def has_settled(bot):
    async with reached(bot) as session, session.get("/metrics") as response:
        return 'slam_messages{state="sent"} 1.0' in await response.text()


async def test_it_is_not_ready_when_slack_refuses_the_token_later(configured, slacks):
    slacks.refusals["chat.postMessage"] = [web.json_response({"ok": False, "error": "account_inactive"})]
    async with running(configured(REMINDED)) as session:

        async def is_unready():
            return await readiness(session) == (503, "slack: Slack refuses the token: account_inactive\n")

        await until(is_unready)


async def test_a_process_that_only_listens_asks_whether_slack_still_takes_the_token(configured, slacks):
    async with running(configured(), works=False) as session:
        assert await is_ready(session)
        slacks.refusals["auth.test"] = [web.json_response({"ok": False, "error": "token_revoked"})]

        async def is_unready():
            return await readiness(session) == (503, "slack: Slack refuses the token: token_revoked\n")

        await until(is_unready)
        await until(lambda: is_ready(session))


async def test_a_process_that_only_listens_sends_nothing(configured, slacks):
    async with running(configured(REMINDED), works=False):
        await asyncio.sleep(0.2)
    assert keys(slacks) == []


# --- Its configuration --------------------------------------------------------------------------------------


async def test_a_configuration_is_read_again_whole(configured, slacks):
    async with up(configured(), lambda: configured(REMINDED)) as bot, reached(bot) as session:
        assert "is registered" in (await ask(session, "status coral"))["text"]
        assert bot.reload() == ()
        await slacks.until(lambda: keys(slacks))


async def test_with_a_mistake_the_old_configuration_stays(configured, slacks):
    mistaken = REMINDED.replace("deadline", "dedline") + "timezone: Kelpland\n"
    async with up(configured(), lambda: configured(mistaken)) as bot, reached(bot) as session:
        assert [mistake.split(":")[2] for mistake in bot.reload()] == [" reminders[0].kind", " timezone"]
        assert (await ask(session, "status kelp"))["text"].startswith("Kelp")
    assert keys(slacks) == []


async def test_another_edition_needs_a_new_start(configured):
    another = CONFIG.replace("slam-2023", "slam26-fall")
    async with up(configured(), lambda: configured(another), works=False) as bot:
        (mistake,) = bot.reload()
        assert mistake.startswith("edition: 'slam26-fall' is another one")


async def test_every_process_follows_when_one_is_told_to_read_it_again(configured, slacks):
    before, after = configured(), configured(REMINDED)
    async with up(before, lambda: after):
        with closing(open_store(before.environment.database_url.reveal(), before.edition.id)) as store:
            store.switches.reload("U0ORG1", NOON + timedelta(seconds=1))
        await slacks.until(lambda: keys(slacks))


async def test_a_process_that_is_told_to_read_it_again_tells_the_others(configured, slacks):
    before, after = configured(), configured(REMINDED)
    ticks = count()

    def now():
        return NOON + timedelta(milliseconds=next(ticks))

    async with up(before, lambda: after, now, works=False) as told, up(before, lambda: after, now):
        told.reload_aside()
        await slacks.until(lambda: keys(slacks))


async def test_nobody_plans_with_dates_that_another_process_knows_to_have_moved(configured, slacks):
    moved = 'milestones: [{id: close, at: "2023-11-05T23:59:00", timezone: Etc/GMT+12}]'
    often = REMINDED + "max_messages_per_day: 9\n"
    before, after = configured(often), configured(often + moved)
    began = time.monotonic()

    def now():
        return NOON + timedelta(seconds=time.monotonic() - began)

    async with up(before, lambda: after, now) as older:
        await slacks.until(lambda: keys(slacks))
        async with up(after, now=now):
            await slacks.until(lambda: len(keys(slacks)) == 3)
            await older.catch_up()
            await asyncio.sleep(1.2)  # as long as one channel has to wait for its next message
    assert sorted(key.split("/")[1:3] for key in keys(slacks)) == [
        ["closing", "close@2023-11-05T23:59-12:00"],
        ["closing", "close@2023-11-06T23:59-12:00"],
        ["moved", "close@2023-11-05T23:59-12:00"],
    ]
