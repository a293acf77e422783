"""Gathers everything that is known of a project: all sources at once, a failure in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias, TypeVar

import structlog

from bot.config import Environment
from bot.sources import clomonitor, github, scorecard
from bot.sources.answers import standing, told
from bot.sources.github import Api
from bot.sources.github_answers import PAGES, PublishedRelease
from bot.sources.guidance import files, guidance, readme_links
from bot.sources.http import NO_PATIENCE, Asker, Server, clock_time, inward
from bot.sources.readers.addresses import repository_of
from bot.sources.security_insights import links, security_insights
from bot.sources.self_assessments import self_assessments
from bot.sources.workflows import workflows
from bot.store import Store
from rules.model import (
    NEVER_ASKED,
    Answer,
    CLOMonitorProject,
    Evidence,
    GitHub,
    Lines,
    Page,
    Project,
    Releases,
    Scorecard,
    SecurityInsights,
    Seen,
    SelfAssessment,
    Unavailable,
    Workflows,
)
from rules.releases import insights_repository, releasing, repositories, sorted_out

T = TypeVar("T")
# called when its turn has come: a look may be broken off before
Ask: TypeAlias = Callable[[], Awaitable[Answer[T]]]

BETWEEN_LOOKS = timedelta(minutes=1)  # at one project
MOST_LINKS = 20  # of one Security Insights file that are looked at
MOST_SCORECARDS = 25  # repositories of one project that Scorecard is asked about
TOO_MANY_LINKS = Unavailable(f"more than {MOST_LINKS} addresses of one file are not looked at")
NO_REPOSITORY = Unavailable("the project has no repository")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sources:
    """Where the sources are; bases without a trailing slash."""

    clomonitor_url: str
    github_api_url: str
    github_token: str = field(default="", repr=False)
    scorecard_url: str = ""  # "": it is not asked

    @property
    def github(self) -> Server:
        return github.server(self.github_api_url, self.github_token)

    @property
    def servers(self) -> tuple[Server, ...]:
        """Those that are asked."""
        asked = (self.github, clomonitor.server(self.clomonitor_url))
        return (*asked, scorecard.server(self.scorecard_url)) if self.scorecard_url else asked

    @classmethod
    def of(cls, environment: Environment) -> Sources:
        token = environment.github_token
        return cls(
            environment.clomonitor_url,
            environment.github_api_url,
            token.reveal() if token else "",
            environment.scorecard_url,
        )


async def gather(
    project: Project,
    previous: Evidence | None,
    asker: Asker,
    sources: Sources,
    now: Callable[[], datetime],
    *,
    patience: timedelta = NO_PATIENCE,
) -> Evidence:
    """Ask every source about a project. What was seen before stands where there is no answer now.

    What is younger than `patience` is not asked for again.
    """
    api = Api(asker, sources.github, patience)
    look = _Look(project, previous or Evidence(project), asker, sources, now, patience, api)
    return await look.evidence()


@dataclass(frozen=True)
class _Look:
    """One look at one project."""

    project: Project
    before: Evidence
    asker: Asker
    sources: Sources
    now: Callable[[], datetime]
    patience: timedelta
    github: Api

    async def evidence(self) -> Evidence:
        async with asyncio.TaskGroup() as group:
            owned = group.create_task(self._owned())
            for name in self.project.repositories:  # wanted soon, whatever CLOMonitor says
                group.create_task(self._answer(partial(self.github.tree, name)))
            scores = await self._clomonitor()
            published = group.create_task(self._scorecards(scores))
            where = insights_repository(self.project, scores)
            from_where = releasing(self.project, scores)
            released = group.create_task(self._releases(from_where))
            automated = group.create_task(self._workflows([*from_where, *([where] if where else [])]))
            guides = group.create_task(self._guidance(where))
            in_sight = group.create_task(self._files(where))
            linked = group.create_task(self._readme_links(where))
            insights = await self._security_insights(where)
            alive = group.create_task(self._links(scores, insights))
            assessed = group.create_task(self._self_assessments(scores, insights))
        releases, stored = released.result()
        return Evidence(
            project=self.project,
            clomonitor=scores,
            github=GitHub(
                owned=owned.result(),
                releases=releases,
                stored=stored,
                workflows=automated.result(),
                links=alive.result(),
                security_insights=insights,
                guidance=guides.result(),
                self_assessments=assessed.result(),
                files=in_sight.result(),
                readme_links=linked.result(),
            ),
            scorecard=published.result(),
            attestations=self.before.attestations,
        )

    async def _answer(self, ask: Ask[T], before: Answer[T] | None = None) -> Answer[T]:
        try:
            answer = await ask()
        except Exception:  # one source's answer: the others go on, and an older one stands
            log.exception("an answer could not be read", project=self.project.id)
            answer = Unavailable("an answer could not be read, on our side")
        return standing(before, answer, self.now())

    async def _answers(
        self, asked: Mapping[str, Ask[T]], before: Mapping[str, Answer[T]]
    ) -> dict[str, Answer[T]]:
        answers = (self._answer(ask, before.get(name)) for name, ask in asked.items())
        return dict(zip(asked, await asyncio.gather(*answers), strict=True))

    # --- CLOMonitor ----------------------------------------------------------------------------------------

    async def _clomonitor(self) -> Answer[CLOMonitorProject | None]:
        name = self.project.clomonitor
        if name is None:
            return NEVER_ASKED
        url = self.sources.clomonitor_url
        before = self.before.clomonitor
        same = isinstance(before, Seen) and before.url == clomonitor.page(url, name)
        ask = partial(clomonitor.project, self.asker, url, name, self.patience)
        return await self._answer(ask, before if same else None)

    # --- Scorecard -----------------------------------------------------------------------------------------

    async def _scorecards(
        self, scores: Answer[CLOMonitorProject | None]
    ) -> dict[str, Answer[Scorecard | None]]:
        url = self.sources.scorecard_url
        names = repositories(Evidence(self.project, scores)) if url else ()
        asked = {
            name.lower(): partial(scorecard.scorecard, self.asker, url, name, self.patience)
            for name in names[:MOST_SCORECARDS]
            if scorecard.REPOSITORY.fullmatch(name)  # one elsewhere has its host before its name
        }
        return await self._answers(asked, self.before.scorecard)

    # --- GitHub ---------------------------------------------------------------------------------------------

    async def _owned(self) -> dict[str, Answer[tuple[str, ...]]]:
        owners = {
            name.partition("/")[0].lower(): name.partition("/")[0] for name in self.project.repositories
        }
        asked = {owner: partial(self.github.owned, owner) for owner in owners.values()}
        return await self._answers(asked, self.before.github.owned)

    async def _releases(
        self, names: Iterable[str]
    ) -> tuple[dict[str, Answer[Releases]], dict[str, Answer[bool]]]:
        """The releases of each repository; where they carry no provenance, what GitHub's store has."""
        published = await self._answers(
            {name: partial(self.github.releases, name) for name in dict.fromkeys(names)}, {}
        )
        asked = {
            name: partial(self.github.stored, name, digest)
            for name, answer in published.items()
            if isinstance(answer, Seen) and (digest := _digest_to_ask(answer.value))
        }
        earlier = self.before.github
        stored = await self._answers(asked, earlier.stored)
        for name, answer in published.items():
            if isinstance(answer, Unavailable) and name in earlier.stored:
                stored[name] = standing(earlier.stored[name], answer, self.now())
        releases = {
            name: standing(earlier.releases.get(name), told(answer, _releases), self.now())
            for name, answer in published.items()
        }
        return releases, stored

    async def _workflows(self, names: Iterable[str]) -> dict[str, Answer[Workflows]]:
        before = self.before.github.workflows
        asked = {
            name: partial(workflows, self.github, name, _value(before.get(name)))
            for name in dict.fromkeys(names)
        }
        return await self._answers(asked, before)

    async def _security_insights(self, where: str | None) -> Answer[SecurityInsights | None]:
        if where is None:
            return NO_REPOSITORY
        before = _of(where, self.before.github.security_insights)
        earlier = _value(before)
        readable = earlier if earlier and (earlier.version or earlier.is_valid) else None
        return await self._answer(partial(security_insights, self.github, where, readable), before)

    async def _links(
        self, scores: Answer[CLOMonitorProject | None], insights: Answer[SecurityInsights | None]
    ) -> dict[str, Answer[bool]]:
        file = _value(insights)
        wanted = links(file) if file else ()
        so_far = Evidence(self.project, scores, GitHub(security_insights=insights))
        own = {name.lower() for name in repositories(so_far)}
        asked = {address: partial(self._link, address, own) for address in wanted[:MOST_LINKS]}
        answers = await self._answers(asked, self.before.github.links)
        return {**dict.fromkeys(wanted, TOO_MANY_LINKS), **answers}

    async def _link(self, address: str, own: set[str]) -> Answer[bool]:
        """Does it exist? Nobody knows where it is of a repository of the project's that answers no more."""
        answer = await self.github.exists(address)
        name = repository_of(address) or ""
        if isinstance(answer, Unavailable) or answer.value or name.lower() not in own:
            return answer
        tree = await self.github.tree(name)
        if isinstance(tree, Unavailable):
            return tree
        return Unavailable(tree.failure) if tree.failure else answer

    async def _self_assessments(
        self, scores: Answer[CLOMonitorProject | None], insights: Answer[SecurityInsights | None]
    ) -> Answer[tuple[SelfAssessment, ...]]:
        before = self.before.github.self_assessments
        so_far = Evidence(self.project, scores, GitHub(security_insights=insights))
        file = _value(insights)
        ask = partial(
            self_assessments,
            self.github,
            links=file.assessment if file else (),
            names=_names(self.project, _value(scores)),
            repositories=repositories(so_far),
            before=_value(before) or (),
        )
        answer = await self._answer(ask, before)
        if isinstance(insights, Unavailable) and isinstance(answer, Seen) and not answer.value:
            return standing(before, insights, self.now())  # it might have linked to one
        return answer

    async def _guidance(self, where: str | None) -> Answer[tuple[Page, ...]]:
        if where is None:
            return NO_REPOSITORY
        before = _of(where, self.before.github.guidance)
        return await self._answer(partial(guidance, self.github, where, _value(before) or ()), before)

    async def _files(self, where: str | None) -> Answer[Lines]:
        if where is None:
            return NO_REPOSITORY
        return await self._answer(partial(files, self.github, where), _of(where, self.before.github.files))

    async def _readme_links(self, where: str | None) -> Answer[Lines]:
        if where is None:
            return NO_REPOSITORY
        before = _of(where, self.before.github.readme_links)
        return await self._answer(partial(readme_links, self.github, where), before)


def _digest_to_ask(releases: tuple[PublishedRelease, ...]) -> str | None:
    """GitHub's store is asked once a repository, and only where no release carries provenance by name."""
    carried = "provenance" in _releases(releases).carrying
    return releases[0].digest if releases and not carried else None


def _releases(found: tuple[PublishedRelease, ...]) -> Releases:
    """What is judged of them."""
    return sorted_out((one.tag, one.files) for one in found)


def _value(answer: Answer[T] | None) -> T | None:
    return answer.value if isinstance(answer, Seen) else None


def _of(repository: str, answer: Answer[T]) -> Answer[T]:
    """An earlier answer, if it is about this repository: which one counts can change."""
    about = f"{PAGES}/{repository}/".lower()
    return answer if isinstance(answer, Seen) and f"{answer.url}/".lower().startswith(about) else NEVER_ASKED


def _names(project: Project, scores: CLOMonitorProject | None) -> tuple[str, ...]:
    """What others may call the project."""
    own = (project.id, project.name, (project.clomonitor or "").rpartition("/")[2])
    theirs = (scores.name, scores.display_name) if scores else ()
    return tuple(dict.fromkeys(name for name in (*own, *theirs) if name))


# --- Looking again ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """How a look at a project went. `paused_until` is set when GitHub's limit cut it short."""

    said: str
    paused_until: datetime | None = None


async def look(
    project_id: str,
    store: Store,
    asker: Asker,
    sources: Sources,
    now: Callable[[], datetime],
    *,
    patience: timedelta = NO_PATIENCE,
) -> Look:
    """Look at a project and remember what was found."""
    standing = await inward(store, store.evidence.standing, project_id)
    if standing is None:
        return Look(f"No project {project_id!r} is registered.")
    found = await gather(standing.project, standing.evidence, asker, sources, now, patience=patience)
    await inward(store, store.evidence.keep, standing.project.id, found, now())
    paused = await asker.paused_until(sources.github)
    return Look(_said(found, paused), paused)


async def refresh(
    project_id: str, store: Store, asker: Asker, sources: Sources, now: Callable[[], datetime]
) -> str:
    """Look at a project now; one sentence on how that went."""
    return (await look(project_id, store, asker, sources, now)).said


async def refresh_on_demand(
    project_id: str, store: Store, asker: Asker, sources: Sources, now: Callable[[], datetime]
) -> str:
    """Like `refresh`, for a button that anybody may press: once a minute a project, whoever presses where."""
    if not await claim(project_id, store, now()):
        return "It was looked at less than a minute ago; this is what was found."
    return await refresh(project_id, store, asker, sources, now)


async def claim(project_id: str, store: Store, at: datetime) -> bool:
    """May the caller look at a project now? Not while another process does, or did within the last minute."""
    turn = f"a look at {store.edition}/{project_id}"
    until = await inward(store, store.hosts.paused_until, turn)
    if until and until > at:
        return False
    await inward(store, store.hosts.pause, turn, at + BETWEEN_LOOKS, "being looked at")
    return True


def _said(found: Evidence, paused_until: datetime | None) -> str:
    seen = any(isinstance(answer, Seen) for answer in answers(found))
    stands = "what was seen before stands" if seen else "nothing is known of it yet"
    if paused_until:
        return f"GitHub's limit is used up until {clock_time(paused_until)}; {stands}."
    troubles = tuple(dict.fromkeys(_troubles(found)))
    if not troubles:
        return "Every source answered just now."
    rest = f" (and {len(troubles) - 1} more like this)" if len(troubles) > 1 else ""
    return f"{troubles[0]}{rest}; {stands}."


def _troubles(found: Evidence) -> Iterator[str]:
    """Why there is no answer of now, where there is none."""
    for answer in answers(found):
        reason = answer.reason if isinstance(answer, Unavailable) else answer.failure
        if reason and answer not in (NEVER_ASKED, NO_REPOSITORY):
            yield reason


def answers(found: Evidence) -> Iterator[Answer[Any]]:
    """Every answer that the evidence is made of."""
    yield found.clomonitor
    yield from found.scorecard.values()
    for field_of_github in fields(GitHub):
        value = getattr(found.github, field_of_github.name)
        yield from value.values() if isinstance(value, Mapping) else (value,)
