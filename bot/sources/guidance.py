"""Looks where a repository tells its users how to verify a release; and what it has and links to besides."""

from __future__ import annotations

import asyncio
from asyncio import to_thread  # reading somebody's file must not hold up an answer

from bot.sources.answers import all_of, lines, since, told
from bot.sources.github import Api
from bot.sources.github_answers import PAGES, Tree
from bot.sources.readers import guidance as reader
from bot.sources.readers import readme
from rules.model import Answer, Lines, Page, Seen, Unavailable

MOST_PAGES = 20  # documents of one repository that are read
FOLDERS = ("", ".github", "docs")


async def guidance(github: Api, repository: str, before: tuple[Page, ...] = ()) -> Answer[tuple[Page, ...]]:
    """The documents that show a verifying command in a code block.

    A document that cannot be read is no answer where it showed one `before`: then that stands.
    """
    tree = await github.tree(repository)
    if isinstance(tree, Unavailable):
        return tree
    paths = reader.candidates(tree.value.paths)[:MOST_PAGES]
    nothing: Seen[tuple[Page, ...]] = since(Seen((), tree.as_of, f"{PAGES}/{repository}"), tree)
    if not paths:
        return nothing
    files = all_of(await asyncio.gather(*(github.listed_text(repository, path, tree) for path in paths)))
    if isinstance(files, Unavailable):
        return files
    showed = {page.path for page in before}
    pages: list[Page] = []
    for path, file in zip(paths, files.value, strict=True):
        if file.trouble and path in showed:
            return Unavailable(f"{path} in {repository} cannot be read: {file.trouble}")
        if command := await to_thread(reader.verifying_command, file.text, path):
            pages.append(Page(path, f"{PAGES}/{repository}/blob/HEAD/{path}", command))
    return since(Seen(tuple(pages), nothing.as_of, nothing.url), nothing, files)


async def files(github: Api, repository: str) -> Answer[Lines]:
    """What is directly at the root, in .github/ and in docs/."""
    return told(await github.tree(repository), lambda tree: lines(_in_sight(tree)))


async def readme_links(github: Api, repository: str) -> Answer[Lines]:
    """The addresses that the README links to; none where there is no README."""
    tree = await github.tree(repository)
    if isinstance(tree, Unavailable):
        return tree
    path = _readme(tree.value)
    if path is None:
        return since(Seen("", tree.as_of, f"{PAGES}/{repository}"), tree)
    file = await github.listed_text(repository, path, tree)
    if isinstance(file, Unavailable):
        return file
    links = await to_thread(readme.links, file.value.text, path)
    return told(file, lambda _: lines(links))


def _in_sight(tree: Tree) -> tuple[str, ...]:
    return tuple(path for path in tree.paths if path.rpartition("/")[0].lower() in FOLDERS)


def _readme(tree: Tree) -> str | None:
    """The one that GitHub shows: in .github/, at the root, in docs/, in this order."""
    order = (".github", "", "docs")
    found = [
        path for path in _in_sight(tree) if path.rpartition("/")[2].lower().partition(".")[0] == "readme"
    ]
    return min(found, key=lambda path: (order.index(path.rpartition("/")[0].lower()), path), default=None)
