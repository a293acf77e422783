"""Asks GitHub's REST API about repositories: their files, their releases, their owner's others."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from bot.sources.answers import all_of, since, told
from bot.sources.github_answers import (
    MOST_RELEASES,
    PAGES,
    About,
    File,
    Folder,
    OwnerPage,
    PublishedRelease,
    ReleasePage,
    Tree,
    joined,
    newest,
    read_about,
    read_attestations,
    read_file,
    read_folder,
    read_owned,
    read_presence,
    read_releases,
    read_tree,
)
from bot.sources.http import (
    NO_PATIENCE,
    Asker,
    Question,
    Response,
    Server,
    SourceError,
    TooLargeError,
)
from bot.sources.readers import addresses
from bot.sources.readers.addresses import GitHubAddress, Kind
from rules.model import Answer, Seen, Unavailable

T = TypeVar("T")
P = TypeVar("P", ReleasePage, OwnerPage)

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
RELEASE_PAGES = 10  # somebody may publish a prerelease every night
OWNER_PAGES = 10
PER_PAGE = 100
SMALL_PAGE = 10  # where a page of a hundred releases, each with hundreds of files, is too large to read
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+")
OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
FOUND = frozenset({200})
FOUND_OR_NOT = frozenset({200, 404})
POLICIES = ("SECURITY.md", ".github/SECURITY.md", "docs/SECURITY.md")
FOLDERS_THAT_MATTER = frozenset(
    {".github", ".github/workflows", ".gitlab", "doc", "docs", "docs/security", "security"}
)


def server(base_url: str, token: str = "") -> Server:
    return Server("GitHub", base_url, HEADERS, token)


class Api:
    """GitHub during one look at a project: whatever is wanted twice is asked for once."""

    def __init__(self, asker: Asker, github: Server, patience: timedelta = NO_PATIENCE) -> None:
        self._asker = asker
        self._server = github
        self._patience = patience
        self._locks: dict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._told: dict[Hashable, Any] = {}

    def now(self) -> datetime:
        return self._asker.now()

    async def tree(self, repository: str) -> Answer[Tree]:
        return await self._once(("tree", repository.lower()), lambda: self._tree(repository))

    async def text(self, repository: str, path: str, ref: str = "") -> Answer[File | None]:
        """What is at a path of the default branch, or of another branch, tag or commit; None: nothing is."""
        key = ("text", repository.lower(), path, ref)
        return await self._once(key, lambda: self._text(repository, path, ref))

    async def text_at(self, address: GitHubAddress) -> Answer[File | None]:
        """The file that an address leads to, whichever way its branch and its path are told apart."""
        answer: Answer[File | None] = Unavailable("the address is not that of a file")
        for place in address.places:
            answer = await self.text(address.repository, place.path, "" if place.ref == "HEAD" else place.ref)
            if isinstance(answer, Unavailable) or answer.value:
                return answer
        return answer

    async def listed_text(self, repository: str, path: str, tree: Seen[Tree]) -> Answer[File]:
        """A file that the tree has. What was read last stands while its hash is the one in the tree."""
        key = ("listed", repository.lower(), path)
        return await self._once(key, lambda: self._listed_text(repository, path, tree))

    async def releases(self, repository: str) -> Answer[tuple[PublishedRelease, ...]]:
        """Published releases, newest first, at most ten; neither drafts nor prereleases."""
        return await self._once(("releases", repository.lower()), lambda: self._releases(repository))

    async def owned(self, owner: str) -> Answer[tuple[str, ...]]:
        """An organization's or a person's public, unarchived repositories that are not forks."""
        return await self._once(("owned", owner.lower()), lambda: self._owned(owner))

    async def stored(self, repository: str, digest: str) -> Answer[bool]:
        """Is there an attestation for a file of this digest in GitHub's store?"""
        return await self._ask(
            self._question(
                f"/repos/{repository}/attestations/{digest}?per_page=1",
                read_attestations,
                f"/{repository}/attestations",
                statuses=FOUND_OR_NOT,
            )
        )

    async def exists(self, address: str) -> Answer[bool]:
        """Is there something at an address on GitHub? One on another host is not asked for."""
        place = addresses.parse(address)
        if place is None:
            return Unavailable(f"{address} is not on GitHub")
        match place.kind:
            case Kind.NOWHERE:
                return Seen(False, self._asker.now(), address)
            case Kind.OWNER:
                return await self._there(f"/users/{place.owner}", address)
            case Kind.FILE | Kind.FOLDER:
                return told(await self.text_at(place), lambda file: file is not None)
            case Kind.RELEASE if place.tag:
                tag = quote(place.tag, safe="")
                kinds = ("releases/tags", "git/ref/tags")  # a tag without a release has a page too
                return await self._any_there([f"/repos/{place.repository}/{k}/{tag}" for k in kinds], address)
            case Kind.ISSUE:
                return await self._there(f"/repos/{place.repository}/issues/{place.number}", address)
            case Kind.SECURITY_POLICY:
                return await self._has_policy(place.repository, place.owner, address)
            case _:
                return await self._there(f"/repos/{place.repository}", address)

    async def _there(self, path: str, address: str) -> Answer[bool]:
        question = self._question(path, read_presence, "", statuses=FOUND_OR_NOT)
        return await self._ask(replace(question, page=address))

    async def _any_there(self, paths: Sequence[str], address: str) -> Answer[bool]:
        """Whether one of the readings of an address leads somewhere, tried in turn."""
        answer: Answer[bool] = Unavailable(f"{address} could not be understood")
        for path in paths:
            answer = await self._there(path, address)
            if isinstance(answer, Unavailable) or answer.value:
                return answer
        return answer

    async def _has_policy(self, repository: str, owner: str, address: str) -> Answer[bool]:
        """A security policy's page shows the repository's own file or that of its owner."""
        there = await self._there(f"/repos/{repository}", address)
        if isinstance(there, Unavailable) or not there.value:
            return there
        for place in (repository, f"{owner}/.github"):
            files = await self._any_there([_contents(place, path) for path in POLICIES], address)
            if isinstance(files, Unavailable) or files.value:
                return files
        return files

    async def about(self, repository: str) -> Answer[About | None]:
        """None when GitHub has no such repository."""
        return await self._once(("about", repository.lower()), lambda: self._about(repository))

    # --- Trees ----------------------------------------------------------------------------------------------

    async def _tree(self, repository: str) -> Answer[Tree]:
        if unfit := _unfit(repository):
            return unfit
        question = self._tree_question(repository, "HEAD")
        try:
            tree: Answer[Tree] = await self._asker.hear(question)
        except SourceError as error:
            if error.status in (404, 422):
                return await self._tree_by_branch(repository, question)
            tree = await self._asker.standing(question, error)
        return await self._completed(repository, tree)

    async def _tree_by_branch(self, repository: str, by_head: Question[Tree]) -> Answer[Tree]:
        """For a server that does not know HEAD; and a repository that is gone is told from an empty one."""
        about = await self.about(repository)
        if isinstance(about, Unavailable):
            return await self._asker.standing(by_head, SourceError(about.reason))
        if about.value is None:
            gone = SourceError(f"GitHub has no repository {repository}")
            return await self._asker.standing(by_head, gone)
        question = self._tree_question(repository, quote(about.value.default_branch, safe=""))
        if about.failure:
            silent = SourceError(about.failure)
            tree = await self._asker.standing(by_head, silent)
            return tree if isinstance(tree, Seen) else await self._asker.standing(question, silent)
        try:
            return await self._completed(repository, await self._asker.hear(question))
        except SourceError as error:
            if error.status not in (404, 422):
                return await self._completed(repository, await self._asker.standing(question, error))
        listed = await self._folders(repository)
        if isinstance(listed, Seen) and listed.value.blobs:
            return listed
        before = await self._asker.standing(by_head, SourceError(f"GitHub gives no files of {repository}"))
        return before if isinstance(before, Seen) else listed

    def _tree_question(self, repository: str, ref: str) -> Question[Tree]:
        return self._question(
            f"/repos/{repository}/git/trees/{ref}?recursive=1",
            read_tree,
            f"/{repository}",
            statuses=frozenset({200, 409}),
        )

    async def _completed(self, repository: str, tree: Answer[Tree]) -> Answer[Tree]:
        """A tree too large to be told at once, with the folders that matter listed one by one."""
        if isinstance(tree, Unavailable) or tree.value.complete:
            return tree
        listed = await self._folders(repository)
        if isinstance(listed, Unavailable):
            return listed
        both = Tree({**tree.value.blobs, **listed.value.blobs}, complete=False)
        return since(replace(tree, value=both), listed)

    async def _folders(self, repository: str) -> Answer[Tree]:
        listings: list[Answer[Folder]] = []
        wanted = [""]
        while wanted:
            level = await asyncio.gather(*(self._folder(repository, folder) for folder in wanted))
            listings += level
            found = [path for one in level if isinstance(one, Seen) for path in one.value.folders]
            wanted = [path for path in found if path.lower() in FOLDERS_THAT_MATTER]
        return told(all_of(listings), joined)

    async def _folder(self, repository: str, folder: str) -> Answer[Folder]:
        listed = await self._listing(repository, _contents(repository, folder), folder)
        if isinstance(listed, Seen) and not folder and not listed.value.blobs:
            # the root: servers differ in whether its address ends with a slash
            return await self._listing(repository, f"/repos/{repository}/contents", folder)
        return listed

    async def _listing(self, repository: str, path: str, folder: str) -> Answer[Folder]:
        page = f"/{repository}/tree/HEAD/{folder}".rstrip("/")
        return await self._ask(self._question(path, read_folder, page, statuses=FOUND_OR_NOT))

    # --- Files ----------------------------------------------------------------------------------------------

    async def _text(self, repository: str, path: str, ref: str) -> Answer[File | None]:
        if unfit := _unfit(repository):
            return unfit
        question = self._text_question(repository, path, ref)
        return await self._ask(replace(question, statuses=FOUND_OR_NOT))

    async def _listed_text(self, repository: str, path: str, tree: Seen[Tree]) -> Answer[File]:
        question = self._text_question(repository, path)
        known = await self._asker.last(question)
        if known and known.value and known.value.blob == tree.value.blobs.get(path) and not tree.failure:
            return Seen(known.value, max(known.as_of, tree.as_of), known.url)
        answer = await self._ask(question)
        if isinstance(answer, Seen) and answer.value is None:
            return Unavailable(f"GitHub lists {path} in {repository} and does not give it")
        return told(answer, lambda file: file or File("", ""))

    def _text_question(self, repository: str, path: str, ref: str = "") -> Question[File | None]:
        return self._question(
            _contents(repository, path, ref),
            read_file,
            f"/{repository}/blob/{quote(ref or 'HEAD')}/{quote(path)}",
            missing=f"lists {path} in {repository} and does not give it",
        )

    # --- Lists ----------------------------------------------------------------------------------------------

    async def _releases(self, repository: str) -> Answer[tuple[PublishedRelease, ...]]:
        if unfit := _unfit(repository):
            return unfit

        def page(number: int, size: int) -> Question[ReleasePage]:
            return self._question(
                f"/repos/{repository}/releases?per_page={size}&page={number}",
                read_releases,
                f"/{repository}/releases",
                missing=f"has no repository {repository}",
            )

        def enough(pages: Sequence[Seen[ReleasePage]]) -> bool:
            return sum(len(one.value.published) for one in pages) >= MOST_RELEASES

        try:
            pages = await self._pages(page, PER_PAGE, RELEASE_PAGES, enough)
        except TooLargeError:
            try:
                pages = await self._pages(page, SMALL_PAGE, RELEASE_PAGES, enough)
            except TooLargeError as error:
                return Unavailable(error.reason)
        return told(pages, newest)

    async def _owned(self, owner: str) -> Answer[tuple[str, ...]]:
        if not OWNER.fullmatch(owner):
            return Unavailable(f"{owner} is not an owner on GitHub")

        def of_organization(number: int, size: int) -> Question[OwnerPage]:
            path = f"/orgs/{owner}/repos?type=public&per_page={size}&page={number}"
            return self._question(path, read_owned, f"/{owner}", statuses=FOUND_OR_NOT)

        def of_person(number: int, size: int) -> Question[OwnerPage]:
            path = f"/users/{owner}/repos?type=owner&per_page={size}&page={number}"
            return self._question(path, read_owned, f"/{owner}", missing=f"has no owner {owner}")

        pages = await self._all_pages(of_organization)
        if isinstance(pages, Seen) and not pages.value[0].known:
            pages = await self._all_pages(of_person)
        return told(pages, lambda pages: tuple(name for one in pages for name in one.names))

    async def _all_pages(
        self, page: Callable[[int, int], Question[OwnerPage]]
    ) -> Answer[tuple[OwnerPage, ...]]:
        try:
            return await self._pages(page, PER_PAGE, OWNER_PAGES, lambda _: False)
        except TooLargeError as error:
            return Unavailable(error.reason)

    async def _pages(
        self,
        page: Callable[[int, int], Question[P]],
        size: int,
        most: int,
        enough: Callable[[Sequence[Seen[P]]], bool],
    ) -> Answer[tuple[P, ...]]:
        """Pages from the first to the last, or until there are enough. Raises TooLargeError.

        Where `most` pages are not enough, nobody can say what the rest holds.
        """
        pages: list[Seen[P]] = []
        for number in range(1, most + 1):
            question = page(number, size)
            try:
                answer: Answer[P] = await self._asker.hear(question)
            except TooLargeError:
                raise
            except SourceError as error:
                answer = await self._asker.standing(question, error)
            if isinstance(answer, Unavailable):
                return answer
            pages.append(answer)
            told_next = answer.value.next
            more = answer.value.size >= size if told_next is None else told_next
            if not more or enough(pages):
                return all_of(pages)
        return Unavailable(f"GitHub has more of them than the newest {most * size} that are looked at")

    async def _about(self, repository: str) -> Answer[About | None]:
        if unfit := _unfit(repository):
            return unfit
        return await self._ask(
            self._question(f"/repos/{repository}", read_about, f"/{repository}", statuses=FOUND_OR_NOT)
        )

    # --- Asking ---------------------------------------------------------------------------------------------

    def _question(
        self,
        path: str,
        parse: Callable[[Response], T],
        page: str,
        statuses: frozenset[int] = FOUND,
        missing: str = "",
    ) -> Question[T]:
        return Question(self._server, path, parse, PAGES + page, statuses, self._patience, missing)

    async def _ask(self, question: Question[T]) -> Answer[T]:
        return await self._asker.ask(question)

    async def _once(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        async with self._locks[key]:
            if key not in self._told:
                self._told[key] = await ask()
            found: T = self._told[key]
            return found


def _contents(repository: str, path: str, ref: str = "") -> str:
    address = f"/repos/{repository}/contents/{quote(path)}"
    return f"{address}?ref={quote(ref, safe='')}" if ref else address


def _unfit(repository: str) -> Unavailable | None:
    if REPOSITORY.fullmatch(repository):
        return None
    return Unavailable(f"{repository[:100]} is not a repository on GitHub")
