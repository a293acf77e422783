from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.fakes import SECRET, signed, typed, workspace

ROOT = Path(__file__).parents[2]
CONFIG = """
edition: slam-2023
projects:
  - {id: kelp, name: Kelp, clomonitor: cncf/kelp, repositories: [kelp-io/kelp]}
"""
REMINDERS = """
reminders:
  - {id: closing, kind: deadline, milestone: close, before: [14d, 7d]}
"""
SILENT = dict.fromkeys(("CLOMONITOR_URL", "GITHUB_API_URL", "SCORECARD_URL"), "http://127.0.0.1:9")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path


async def begun(folder, *words, **environ):
    surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **SILENT, **environ}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=folder, env=surroundings,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def ran(folder, *words, **environ):
    process = await begun(folder, *words, **environ)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return Ran(process.returncode, out.decode(), err.decode())


async def test_status_is_an_answer_even_before_the_first_look(folder):
    told = await ran(folder, "status", "kelp")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Kelp")
    assert "not looked at yet" in told.out


async def test_status_in_json_keeps_its_promised_shape(folder):
    told = await ran(folder, "status", "kelp", "--json")
    answer = json.loads(told.out)
    assert list(answer) == ["project", "edition", "gathered_at", "badges", "next_step"]
    assert (answer["project"], answer["edition"], answer["gathered_at"]) == ("kelp", "slam-2023", None)
    badge = answer["badges"][0]
    assert {"id", "title", "state", "awarded_at", "criteria"} <= set(badge)
    wanted = {"id", "statement", "outcome", "detail", "source", "as_of", "url", "resource"}
    assert all(wanted <= set(criterion) for badge in answer["badges"] for criterion in badge["criteria"])


async def test_a_look_at_silent_sources_is_an_answer_that_says_so(folder):
    told = await ran(folder, "status", "kelp", "--json", "--refresh")
    answer = json.loads(told.out)
    assert told.code == 0
    assert "could not be reached" in told.err
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer["gathered_at"])
    outcomes = {criterion["outcome"] for badge in answer["badges"] for criterion in badge["criteria"]}
    assert outcomes == {"unknown"}


async def test_a_project_that_nobody_registered_is_a_mistake_with_suggestions(folder):
    told = await ran(folder, "status", "klep")
    assert (told.code, told.out) == (2, "")
    assert "Did you mean kelp" in told.err


async def test_a_preview_says_what_the_clock_would_say_and_stores_nothing(folder):
    (folder / "config.yaml").write_text(CONFIG.replace("kelp]}", "kelp], channel: C0KELP}") + REMINDERS)
    told = await ran(folder, "preview", "--at", "2023-11-01T12:00:00Z", "--json")
    assert (told.code, told.err) == (0, "")
    (notice,) = json.loads(told.out)
    assert list(notice) == ["key", "kind", "project", "channel", "text"]
    assert notice["key"] == "slam-2023/closing/close@2023-11-06T23:59-12:00/7d/kelp/C0KELP"
    assert (notice["kind"], notice["project"], notice["channel"]) == ("deadline", "kelp", "C0KELP")
    assert notice["text"].startswith("Submissions close in 6 days: 7 Nov 2023, 11:59 UTC.")
    told = await ran(folder, "preview", "--at", "2023-11-01T14:00:00+02:00")
    assert told.out.startswith("C0KELP\n  Submissions close in 6 days")
    assert not (folder / "slam.db").exists()


@pytest.mark.parametrize("at", ["yesterday", "2023-11-01", "2023-11-01T12:00:00"])
async def test_a_preview_wants_a_moment_with_its_offset(folder, at):
    told = await ran(folder, "preview", "--at", at)
    assert told.code == 2
    assert "2023-10-30T12:00:00Z" in told.err


async def test_a_preview_of_a_database_that_is_not_migrated_is_a_failure(folder):
    (folder / "slam.db").touch()
    told = await ran(folder, "preview", "--at", "2023-11-01T12:00:00Z")
    assert (told.code, told.out) == (1, "")
    assert "python -m bot migrate" in told.err


async def test_every_mistake_in_the_configuration_is_named_at_once(folder):
    (folder / "config.yaml").write_text("edition: slam-2023\ntimezone: Mars\nprojcts: []\n")
    told = await ran(folder, "check-config", PORT="many")
    assert told.code == 2
    assert "config.yaml:2: timezone" in told.out
    assert "config.yaml:3: projcts" in told.out
    assert "PORT" in told.out


async def test_a_configuration_without_mistakes_is_said_to_be_so(folder):
    assert (await ran(folder, "check-config")).code == 0


async def test_another_file_may_be_named(folder):
    (folder / "config.yaml").rename(folder / "other.yaml")
    assert (await ran(folder, "check-config")).code == 2
    assert (await ran(folder, "check-config", "--config", "other.yaml")).code == 0
    assert (await ran(folder, "check-config", SLAM_CONFIG="other.yaml")).code == 0


async def test_without_its_token_the_bot_does_not_run_and_says_what_is_missing(folder):
    told = await ran(folder, "run")
    assert told.code == 2
    assert "SLACK_BOT_TOKEN" in told.err
    assert "SLACK_SIGNING_SECRET" in told.err


async def test_one_half_alone_wants_a_database_that_both_can_use(folder):
    told = await ran(folder, "worker", SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET)
    assert told.code == 2
    assert "PostgreSQL" in told.err


async def test_links_of_a_configuration_that_is_wrong_are_not_looked_at(folder):
    (folder / "config.yaml").write_text("edition: slam-2032\n")
    assert (await ran(folder, "check-links")).code == 2
    assert (await ran(folder, "check-links", "--config", "none.yaml")).code == 2


async def test_words_that_it_does_not_know_are_a_mistake(folder):
    assert (await ran(folder, "statsu")).code == 2
    assert (await ran(folder)).code == 2


async def test_a_database_is_created_where_there_is_none(folder):
    assert (await ran(folder, "migrate")).code == 0
    assert (folder / "slam.db").exists()


async def test_a_database_that_cannot_be_used_is_a_failure(folder):
    told = await ran(folder, "status", "kelp", DATABASE_URL="postgresql://slam:hunter2@127.0.0.1:9/slam")
    assert told.code == 1
    assert told.err
    assert "hunter2" not in told.err
    assert "Traceback" not in told.err


async def test_the_manifest_is_json_for_this_address(folder):
    told = await ran(folder, "manifest", PUBLIC_URL="https://slam.example.org")
    assert told.code == 0
    assert json.loads(told.out)["settings"]["interactivity"]["request_url"].startswith(
        "https://slam.example.org/"
    )


@asynccontextmanager
async def started(folder, slacks):
    """A bot that listens, with the port on which it does."""
    process = await begun(
        folder, "run",
        SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=slacks.url,
        HOST="127.0.0.1", PORT="0", LOG_FORMAT="json",
    )  # fmt: skip
    try:
        yield process, (await logged(process, "listening"))["port"]
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def logged(process, event):
    async with asyncio.timeout(60):
        while (line := json.loads(await process.stderr.readline()))["event"] != event:
            pass
    return line


async def stopped(process, seconds):
    process.terminate()
    out, _ = await asyncio.wait_for(process.communicate(), seconds)
    return process.returncode, out


async def test_the_bot_runs_answers_and_stops_when_told_to(folder):
    async with workspace() as slacks, started(folder, slacks) as (process, port):
        raw = typed("status kelp")
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
            session.post("/slack/events", data=raw, headers=signed(raw, time.time())) as answer,
        ):
            assert (await answer.json())["text"].startswith("Kelp")
        assert await stopped(process, 15) == (0, b"")


async def test_told_to_hang_up_it_reads_its_configuration_again(folder):
    async with workspace() as slacks, started(folder, slacks) as (process, _):
        await logged(process, "welcome")
        (folder / "config.yaml").write_text(CONFIG + "timezone: Mars\n")
        process.send_signal(signal.SIGHUP)
        told = await logged(process, "the configuration has mistakes, the old one stays")
        assert "config.yaml:5: timezone" in str(told["mistakes"])
        (folder / "config.yaml").write_text(CONFIG + "timezone: Europe/Berlin\n")
        process.send_signal(signal.SIGHUP)
        await logged(process, "the configuration was read again")
        assert await stopped(process, 15) == (0, b"")


async def test_it_stops_within_ten_seconds_while_slack_does_not_answer(folder):
    soon = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    milestones = f'milestones:\n  - {{id: close, title: The end, at: "{soon}"}}\n'
    text = CONFIG.replace("kelp]}", "kelp], channel: C0KELP}") + REMINDERS + milestones
    (folder / "config.yaml").write_text(f'{text}quiet_hours: {{from: "00:00", to: "00:00"}}\n')
    async with (
        workspace() as slacks,
        slacks.silent("chat.postMessage"),
        started(folder, slacks) as (process, _),
    ):
        await slacks.until(lambda: slacks.said("chat.postMessage"), 30)
        assert await stopped(process, 10) == (0, b"")


async def test_a_port_that_is_taken_is_a_failure(folder):
    async with workspace() as slacks:
        port = slacks.url.split(":")[2].split("/")[0]
        told = await ran(
            folder, "run",
            SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=slacks.url,
            HOST="127.0.0.1", PORT=port,
        )  # fmt: skip
    assert told.code == 1
    assert "Traceback" not in told.err
