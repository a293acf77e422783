"""The command line: python -m bot COMMAND."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

# What a command needs is imported where the command is: nobody waits for the rest.
# ruff: noqa: PLC0415
if TYPE_CHECKING:
    from bot.config import Config, Need

DONE, FAILED, WRONG = 0, 1, 2


def now() -> datetime:
    return datetime.now(UTC)


def main(words: list[str]) -> int:
    """Run one command; gives back its exit code."""
    options = _parser().parse_args(words)
    from bot.config import ConfigError

    try:
        code: int = options.run(options)
    except ConfigError as error:
        _complain(*error.mistakes)
        return WRONG
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="The bot of the Security Slam.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], meaning: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=meaning, description=meaning)
        command.set_defaults(run=run)
        command.add_argument(
            "--config", type=Path, metavar="PATH", help="default: $SLAM_CONFIG, then config.yaml"
        )
        return command

    demo = add("demo", _demo, "the bot beside a small Slack to click in: no account, token or network")
    demo.add_argument("--port", type=_port, default=3000, metavar="N")
    demo.add_argument("--tour", action="store_true", help="print the tour and end")
    add("run", _run, "everything in one process: web, clock, delivery")
    add("web", _web, "what listens to Slack, any number of times beside a worker on one PostgreSQL")
    add("worker", _worker, "the clock and delivery, any number of times on one PostgreSQL")
    add("migrate", _migrate, "create or upgrade the database")
    add("check-config", _check_config, "name every mistake in the configuration, with file and line")
    add(
        "check-links", _check_links, "name every address in the resource library and the edition that is dead"
    )
    status = add("status", _status, "the answer of /slam status")
    status.add_argument("project")
    status.add_argument("--json", action="store_true", help="for programs")
    status.add_argument("--refresh", action="store_true", help="ask the sources first")
    preview = add("preview", _preview, "what the clock would send at a moment; sends and stores nothing")
    preview.add_argument("--at", type=_moment, required=True, metavar="TIME", help="2023-10-30T12:00:00Z")
    preview.add_argument("--json", action="store_true", help="for programs")
    add("manifest", _manifest, "print the Slack app manifest for this configuration")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 65535")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(
        f"{text!r} is not a moment with its offset, such as 2023-10-30T12:00:00Z"
    )


def _demo(options: argparse.Namespace) -> int:
    from bot import demo

    return demo.main(options.port, options.tour, now)


def _run(options: argparse.Namespace) -> int:
    from bot.config import Need

    return _serve(options, {Need.SLACK}, listens=True, works=True)


def _web(options: argparse.Namespace) -> int:
    from bot.config import Need

    return _serve(options, {Need.SLACK, Need.SHARED_DATABASE}, listens=True, works=False)


def _worker(options: argparse.Namespace) -> int:
    from bot.config import Need

    return _serve(options, {Need.SLACK, Need.SHARED_DATABASE}, listens=False, works=True)


def _serve(options: argparse.Namespace, needs: Collection[Need], *, listens: bool, works: bool) -> int:
    # until somebody listens to it: a bot told to read its configuration again while it starts would end
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
    gc.disable()  # imports leave no garbage, and more and more to look through
    config = _configured(options, needs)
    from bot.app import serve
    from bot.config import read
    from bot.slack import ScopesMissingError
    from bot.store import DatabaseError

    gc.enable()
    try:
        reread = partial(read, options.config, os.environ, needs)
        asyncio.run(serve(config, now, reread, listens=listens, works=works))
    except (DatabaseError, ScopesMissingError, OSError) as error:
        return _failed(error)
    return DONE


def _migrate(options: argparse.Namespace) -> int:
    config = _configured(options)
    from bot.store import DatabaseError, open_store

    try:
        with closing(open_store(config.environment.database_url.reveal(), config.edition.id)) as store:
            store.migrate()
    except (DatabaseError, OSError) as error:
        return _failed(error)
    return DONE


def _status(options: argparse.Namespace) -> int:
    config = _configured(options)
    from bot import terminal
    from bot.store import DatabaseError, NotReadyError, open_store

    try:
        with closing(open_store(config.environment.database_url.reveal(), config.edition.id)) as store:
            store.prepare(config.projects, config.volunteers)
            project = store.projects.find(options.project)
            if project is None:
                _complain(terminal.unregistered(options.project, store.projects.near(options.project)))
                return WRONG
            if options.refresh:
                _complain(asyncio.run(terminal.refresh(config, store, project.id, now)))
            answer = terminal.as_json if options.json else terminal.as_text
            print(answer(config, store, project.id, now))
    except (DatabaseError, NotReadyError, OSError) as error:
        return _failed(error)
    return DONE


def _preview(options: argparse.Namespace) -> int:
    config = _configured(options)
    from bot import terminal
    from bot.store import DatabaseError, as_it_is

    try:
        with as_it_is(config.environment.database_url.reveal(), config.edition.id) as store:
            print(terminal.foreseen(config, store, options.at, as_json=options.json))
    except (DatabaseError, OSError) as error:
        return _failed(error)
    return DONE


def _check_config(options: argparse.Namespace) -> int:
    from bot.config import ConfigError, read

    try:
        config = read(options.config, os.environ)
    except ConfigError as error:
        print(*error.mistakes, sep="\n")
        return WRONG
    print(f"No mistakes. {config.edition.name}, {len(config.projects)} projects.")
    return DONE


def _check_links(options: argparse.Namespace) -> int:
    from bot import links
    from bot.config import library_alone

    is_configured = options.config or os.environ.get("SLAM_CONFIG") or Path("config.yaml").exists()
    config = _configured(options) if is_configured else None
    library = config.resources if config else library_alone()
    told = links.addresses(library, config.edition if config else None)
    looks = asyncio.run(links.look_at(told))
    print(links.report(looks, told))
    return FAILED if any(look.found is links.Found.DEAD for look in looks) else DONE


def _manifest(options: argparse.Namespace) -> int:
    import json

    from bot.config import Need
    from bot.manifest import manifest

    print(json.dumps(manifest(_configured(options, {Need.PUBLIC_URL})), indent=2))
    return DONE


def _failed(error: Exception) -> int:
    _complain(f"It failed: {str(error).splitlines()[0]}")
    return FAILED


def _complain(*mistakes: str) -> None:
    print(*mistakes, sep="\n", file=sys.stderr)


def _configured(options: argparse.Namespace, needs: Collection[Need] = ()) -> Config:
    from bot import logs
    from bot.config import read

    config = read(options.config, os.environ, needs)
    logs.set_up(config.environment.log_level, config.environment.log_format)
    return config


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
