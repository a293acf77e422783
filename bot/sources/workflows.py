"""Reads a repository's GitHub Actions workflows, with what of the repository they call."""

from __future__ import annotations

import asyncio
from asyncio import to_thread  # reading somebody's file must not hold up an answer
from collections.abc import Iterable, Sequence

from bot.sources.answers import all_of, lines, since, told
from bot.sources.github import Api
from bot.sources.github_answers import PAGES, File, Tree
from bot.sources.readers import workflows as reader
from bot.sources.readers.workflows import Maker, Reading
from rules.model import Answer, Seen, Unavailable, Workflows

FOLDER = ".github/workflows"
MOST_WORKFLOWS = 100  # of one repository
MOST_CALLED = 30  # files that one workflow leads to
HOPS = 2  # a workflow calls a script that calls make


async def workflows(github: Api, repository: str, before: Workflows | None = None) -> Answer[Workflows]:
    """Every workflow on the default branch; none is an answer too.

    A workflow that cannot be read is no answer where it could be read `before`: then that stands.
    """
    tree = await github.tree(repository)
    if isinstance(tree, Unavailable):
        return tree
    paths = [path for path in tree.value.paths if _is_workflow(path)][:MOST_WORKFLOWS]
    nothing = since(Seen(Workflows(), tree.as_of, f"{PAGES}/{repository}/actions"), tree)
    if not paths:
        return nothing
    read = all_of(await asyncio.gather(*(_workflow(github, repository, path, tree) for path in paths)))
    if isinstance(read, Unavailable):
        return read
    readable = before.events.keys() - before.unreadable.keys() if before else ()
    for workflow in read.value:
        if workflow.unreadable and workflow.path in readable:
            return Unavailable(f"{workflow.path} in {repository} cannot be read: {workflow.unreadable}")
    return since(Seen(together(read.value), nothing.as_of, nothing.url), nothing, read)


def together(readings: Sequence[Reading]) -> Workflows:
    """A repository's workflows; of all that makes an SBOM or provenance in them, the first is kept."""
    return Workflows(
        events={one.path: lines(one.events) for one in readings},
        uses={one.path: lines(one.uses) for one in readings if one.uses},
        unreadable={one.path: one.unreadable for one in readings if one.unreadable},
        on_release=_first(maker for one in readings if one.on_release for maker in one.makers),
        makers=_first(maker for one in readings for maker in one.makers),
        called=_first(maker for one in readings for maker in one.called_makers),
    )


def _first(makers: Iterable[Maker]) -> dict[str, str]:
    """By what it makes, with its place."""
    found: dict[str, str] = {}
    for maker in makers:
        found.setdefault(maker.makes, f"{maker.name} ({maker.path}:{maker.line})")
    return found


def _is_workflow(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder == FOLDER and name.endswith((".yml", ".yaml"))


async def _workflow(github: Api, repository: str, path: str, tree: Seen[Tree]) -> Answer[Reading]:
    url = f"{PAGES}/{repository}/blob/HEAD/{path}"
    file = await github.listed_text(repository, path, tree)
    if isinstance(file, Unavailable):
        return file
    if file.value.trouble:
        return since(Seen(Reading(path, unreadable=file.value.trouble), file.as_of, url), file)
    called = await _called(github, repository, file.value.text, tree)
    if isinstance(called, Unavailable):
        return called
    reading = await to_thread(reader.read, path, file.value.text, called.value)
    return since(Seen(reading, file.as_of, url), file, called)


async def _called(github: Api, repository: str, text: str, tree: Seen[Tree]) -> Answer[dict[str, str]]:
    """The text of what a workflow calls in its own repository, by path; what is not there is left out."""
    files: dict[str, str] = {}
    answer = Seen(files, tree.as_of, tree.url)
    wanted = await to_thread(reader.calls, text)
    for _ in range(HOPS):
        paths = [path for path in dict.fromkeys(wanted) if path not in files][: MOST_CALLED - len(files)]
        if not paths:
            break
        found = all_of(await asyncio.gather(*(_file(github, repository, path, tree) for path in paths)))
        if isinstance(found, Unavailable):
            return found
        answer = since(answer, found)
        there = {path: file.text for path, file in zip(paths, found.value, strict=True) if file}
        files |= there
        wanted = tuple([path for text in there.values() for path in await to_thread(reader.calls, text)])
    return answer


async def _file(github: Api, repository: str, path: str, tree: Seen[Tree]) -> Answer[File | None]:
    if tree.value.lacks(path):
        return Seen(None, tree.as_of, tree.url)
    if path in tree.value.blobs:
        return told(await github.listed_text(repository, path, tree), lambda file: file)
    return await github.text(repository, path)
