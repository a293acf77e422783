"""Finds a project's security self-assessments: where its links lead, at the CNCF, in its own repositories."""

from __future__ import annotations

import asyncio
from asyncio import to_thread  # reading somebody's file must not hold up an answer
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urljoin

from bot.sources.answers import all_of, since
from bot.sources.github import Api
from bot.sources.github_answers import NO_FILE, PAGES, File, Tree
from bot.sources.readers import addresses
from bot.sources.readers import self_assessment as reader
from bot.sources.readers.addresses import GitHubAddress, Kind
from rules.checks.self_assessment import HALF
from rules.model import Answer, Seen, SelfAssessment, Unavailable

SHARED = ("cncf/toc", "cncf/tag-security")
MOST_IN_ONE = 6  # documents of one repository that are read
MOST_LINKS = 10
HOPS = 2  # a pointer may point to a pointer
ELSEWHERE = "it is on a host that is not read"
NOT_A_FILE = "it leads to a page of GitHub that is not a document"


async def self_assessments(
    github: Api,
    links: Sequence[str],
    names: Sequence[str],
    repositories: Sequence[str],
    before: tuple[SelfAssessment, ...] = (),
) -> Answer[tuple[SelfAssessment, ...]]:
    """Everything that may be one; empty when there is nothing anywhere.

    While some place was never told of, only what is more than a stub elsewhere is an answer.
    A document that cannot be read is none where it could be read `before`: then that stands.
    """
    look = _Look(github, frozenset(found.url for found in before if not found.unread))
    places = await asyncio.gather(
        *(look.linked(link) for link in links[:MOST_LINKS]),
        *(look.shared(repository, names) for repository in SHARED),
        *(look.own(repository) for repository in repositories),
    )
    told = [place for place in places if isinstance(place, Seen)]
    untold = [place for place in places if isinstance(place, Unavailable)]
    found = tuple(document for place in told for document in place.value)
    if untold and not any(document.unread or document.headings >= HALF for document in found):
        return untold[0]
    url = next((document.url for document in found), f"{PAGES}/{SHARED[0]}")
    return since(Seen(found, told[0].as_of, url), *told)


@dataclass(frozen=True)
class _Look:
    github: Api
    readable: frozenset[str]  # addresses of documents that could be read before

    async def linked(self, link: str) -> Answer[tuple[SelfAssessment, ...]]:
        """What a link of the Security Insights file leads to; nothing when that is nowhere."""
        address = addresses.parse(link)
        place = f"SECURITY-INSIGHTS: {link}"
        if address is None:
            return self._unread(link, place, ELSEWHERE)
        if address.kind is Kind.FILE:
            file = await self.github.text_at(address)
            if isinstance(file, Unavailable):
                return file
            if file.value and file.value.trouble != NO_FILE:
                return await self._followed(since(Seen(file.value, file.as_of, link), file), link, place)
        if address.kind in (Kind.FILE, Kind.FOLDER, Kind.REPOSITORY):
            found = await self._in_folder(address)
            if isinstance(found, Unavailable) or found.value:
                return found
        there = await self.github.exists(link)
        if isinstance(there, Unavailable):
            return there
        return (
            self._unread(link, place, NOT_A_FILE, there)
            if there.value
            else since(Seen((), there.as_of, link))
        )

    async def shared(self, repository: str, names: Sequence[str]) -> Answer[tuple[SelfAssessment, ...]]:
        """What the CNCF keeps for the project."""
        tree = await self.github.tree(repository)
        if isinstance(tree, Unavailable):
            about = await self.github.about(repository)
            if isinstance(about, Seen) and about.value is None:  # given up, and all that it held with it
                return Seen((), about.as_of, about.url)
            return tree
        return await self._documents(repository, tree, reader.in_toc(tree.value.paths, names))

    async def own(self, repository: str) -> Answer[tuple[SelfAssessment, ...]]:
        tree = await self.github.tree(repository)
        if isinstance(tree, Unavailable):
            return tree
        return await self._documents(repository, tree, reader.candidates(tree.value.paths))

    async def _in_folder(self, address: GitHubAddress) -> Answer[tuple[SelfAssessment, ...]]:
        tree = await self.github.tree(address.repository)
        if isinstance(tree, Unavailable):
            return tree
        folders = {f"{place.path}/".lstrip("/") for place in address.places} or {""}
        documents = reader.candidates(tree.value.paths)
        inside = [path for path in documents if any(path.startswith(folder) for folder in folders)]
        return await self._documents(address.repository, tree, inside)

    async def _documents(
        self, repository: str, tree: Seen[Tree], paths: Iterable[str]
    ) -> Answer[tuple[SelfAssessment, ...]]:
        nothing: Seen[tuple[SelfAssessment, ...]] = since(Seen((), tree.as_of, tree.url), tree)
        documents = [self._document(repository, path, tree) for path in tuple(paths)[:MOST_IN_ONE]]
        if not documents:
            return nothing
        read = all_of(await asyncio.gather(*documents))
        if isinstance(read, Unavailable):
            return read
        return since(
            Seen(tuple(one for some in read.value for one in some), read.as_of, read.url), nothing, read
        )

    async def _document(
        self, repository: str, path: str, tree: Seen[Tree]
    ) -> Answer[tuple[SelfAssessment, ...]]:
        file = await self.github.listed_text(repository, path, tree)
        if isinstance(file, Unavailable):
            return file
        url = f"{PAGES}/{repository}/blob/HEAD/{quote(path)}"
        return await self._followed(since(file, tree), url, f"{repository}: {path}")

    async def _followed(
        self, file: Seen[File], url: str, place: str, hops: int = HOPS
    ) -> Answer[tuple[SelfAssessment, ...]]:
        """The document itself or, where it only points elsewhere, the one it points to."""
        target = await to_thread(reader.pointer, file.value.text) if hops else None
        if target is None:
            return await self._read(file, url, place)
        target = _absolute(target, url)
        address = addresses.parse(target)
        if address is None:
            return self._unread(target, place, ELSEWHERE, file)
        pointed = await self.github.text_at(address) if address.places else None
        if isinstance(pointed, Unavailable):
            return pointed
        if pointed is None or pointed.value is None:
            return await self._read(file, url, place)
        found = await self._followed(Seen(pointed.value, pointed.as_of, target), target, place, hops - 1)
        return found if isinstance(found, Unavailable) else since(found, file, pointed)

    async def _read(self, file: Seen[File], url: str, place: str) -> Answer[tuple[SelfAssessment, ...]]:
        trouble = file.value.trouble
        if trouble and url in self.readable:
            return Unavailable(f"{place} cannot be read: {trouble}")
        document = await to_thread(reader.read, file.value.text, url, place)
        if trouble and document.headings < HALF:
            return self._unread(url, place, trouble, file)
        return since(_one(document, file.as_of), file)

    def _unread(
        self, url: str, place: str, why: str, told: Seen[Any] | None = None
    ) -> Seen[tuple[SelfAssessment, ...]]:
        document = SelfAssessment(url, place, unread=why)
        return since(_one(document, told.as_of), told) if told else _one(document, self.github.now())


def _one(document: SelfAssessment, as_of: datetime) -> Seen[tuple[SelfAssessment, ...]]:
    return Seen((document,), as_of, document.url)


def _absolute(target: str, url: str) -> str:
    """Where a link in the document at `url` leads; one with a slash before it starts at the repository."""
    if not target.startswith("/"):
        return urljoin(url, target)
    return "/".join(url.split("/")[:7]) + target
