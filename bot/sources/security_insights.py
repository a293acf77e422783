"""Finds the Security Insights file that counts for a project, and whether what it links to exists."""

from __future__ import annotations

import asyncio
from asyncio import to_thread  # reading somebody's file must not hold up an answer
from dataclasses import dataclass

from bot.documents import Unreadable, load
from bot.sources.answers import all_of, since, told
from bot.sources.github import Api
from bot.sources.github_answers import PAGES, File, Tree
from bot.sources.readers import addresses
from bot.sources.readers import security_insights as reader
from bot.sources.readers.addresses import Kind
from rules.model import Answer, SecurityInsights, Seen, Unavailable

MOST_FILES = 8  # spellings in one repository that are read


async def security_insights(
    github: Api, repository: str, before: SecurityInsights | None = None
) -> Answer[SecurityInsights | None]:
    """The file that counts in a repository; None when it has none.

    A file that cannot be read is no answer where it could be read `before`: then that stands.
    """
    tree = await github.tree(repository)
    if isinstance(tree, Unavailable):
        return tree
    paths = reader.candidates(tree.value.paths)[:MOST_FILES]
    if not paths:
        return since(Seen(None, tree.as_of, f"{PAGES}/{repository}"), tree)
    files = all_of(await asyncio.gather(*(github.listed_text(repository, path, tree) for path in paths)))
    if isinstance(files, Unavailable):
        return files
    texts = {path: _text(file) for path, file in zip(paths, files.value, strict=True)}
    found = await to_thread(
        reader.read, repository, texts, lambda path: f"{PAGES}/{repository}/blob/HEAD/{path}"
    )
    if found is None:
        return since(Seen(None, tree.as_of, f"{PAGES}/{repository}"), tree)
    if before and (why := await to_thread(_unreadable, texts[found.path])):
        return Unavailable(f"{found.path} in {repository} cannot be read: {why}")
    parent = await _parent(github, texts[found.path], tree)
    if isinstance(parent, Unavailable):
        return parent
    counts: SecurityInsights | None = await to_thread(_with, parent.value, found)
    return since(Seen(counts, tree.as_of, found.url), tree, files, parent)


def links(insights: SecurityInsights) -> tuple[str, ...]:
    """The addresses on GitHub that have to exist: those of the policy and of the self-assessment."""
    given = dict.fromkeys((*insights.policy, *insights.assessment))
    return tuple(address for address in given if addresses.parse(address))


def _text(file: File) -> str | Unreadable:
    return Unreadable(file.trouble) if file.trouble else file.text


def _unreadable(text: str | Unreadable) -> str:
    """Why nothing can be told from a file; "" where it can be read, valid or not."""
    if isinstance(text, Unreadable):
        return str(text)
    try:
        load(text)
    except Unreadable as error:
        return str(error)
    return ""


@dataclass(frozen=True)
class _Parent:
    address: str
    text: str


async def _parent(github: Api, text: str | Unreadable, tree: Seen[Tree]) -> Answer[_Parent | None]:
    """The file that this one inherits from, if it is on GitHub and can be read; one hop and no more."""
    address = await to_thread(reader.parent_of, text) if isinstance(text, str) else None
    place = addresses.parse(address) if address else None
    if not address or place is None or place.kind is not Kind.FILE:
        return Seen(None, tree.as_of, tree.url)
    file = await github.text_at(place)
    return told(file, lambda file: _Parent(address, file.text) if file and not file.trouble else None)


def _with(parent: _Parent | None, insights: SecurityInsights) -> SecurityInsights:
    """With what its parent's `project` part documents."""
    if parent is None:
        return insights
    try:
        return reader.inherit(insights, parent.text, parent.address)
    except Unreadable:
        return insights
