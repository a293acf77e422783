"""The topics of questions, as entries of topics.yaml: which one a badge, a word or a question is about."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from rules.entries import MistakesError, nearest, texts
from rules.help import Topic

OTHER = Topic("other", "Something else")
WORD = re.compile(r"[a-z0-9]+")
BADGE = re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+)?")
MISTYPED = 0.8  # how alike a word and the one that was meant are
KNOWN = tuple(each.name for each in fields(Topic) if each.name != "id")


class TopicsError(MistakesError):
    """Every mistake in topics.yaml, each as "sbom.words: what is wrong"."""


@dataclass(frozen=True)
class Topics:
    """All of them, by id; what none of them covers is about something else."""

    entries: Mapping[str, Topic] = field(default_factory=dict)

    def find(self, word: str) -> Topic | None:
        """The topic of that id, or that people call so: "SBOMs" is sbom. None: there is no such topic."""
        name = _plain(word)
        return self._names.get(name) or self._names.get(name.removesuffix("s"))

    def topic_for(self, badge: str, criterion: str = "") -> str:
        """The id of the topic that a badge's criterion is about, else the badge itself, else "other"."""
        name = criterion.partition(":")[0]  # a criterion of one repository is named after that too
        return self._badges.get(f"{badge}/{name}") or self._badges.get(badge) or OTHER.id

    def about(self, text: str) -> str:
        """The id of the topic that a question is about: the one most of whose words it uses, or "other"."""
        said = _plain(text)
        found: dict[str, int] = {}
        for name, topic in self._names.items():
            if re.search(rf"\b{name}s?\b", said):
                found[topic.id] = found.get(topic.id, 0) + len(name)
        return max(found, key=lambda topic: found[topic], default=OTHER.id)

    def suggest(self, word: str) -> str | None:
        """The id of the topic that somebody may have meant."""
        near = difflib.get_close_matches(_plain(word), self._names, n=1, cutoff=MISTYPED)
        return self._names[near[0]].id if near else None

    @cached_property
    def _names(self) -> Mapping[str, Topic]:
        """What each topic is called; its id or title is no other's word."""
        topics = self.entries.values()
        words = {_plain(word): topic for topic in topics for word in topic.words}
        return words | {_plain(name): topic for topic in topics for name in (topic.title, topic.id)}

    @cached_property
    def _badges(self) -> Mapping[str, str]:
        return {badge: topic.id for topic in self.entries.values() for badge in topic.badges}


def parse(content: object) -> Topics:
    """Read topics.yaml's mapping of id to entry. Raises TopicsError naming every mistake."""
    mistakes: list[str] = []
    entries = content.items() if isinstance(content, Mapping) else ()
    topics = {str(name): _topic(str(name), entry, mistakes) for name, entry in entries}
    if not topics:
        mistakes.append("no topics: expected a mapping of id to entry")
    mistakes += _claimed_twice("badges", {topic.id: topic.badges for topic in topics.values()})
    words = {topic.id: sorted({_plain(word) for word in topic.words}) for topic in topics.values()}
    mistakes += _claimed_twice("words", words)
    if mistakes:
        raise TopicsError(mistakes)
    return Topics({**topics, OTHER.id: topics.get(OTHER.id, OTHER)})


def _claimed_twice(key: str, claims: Mapping[str, Iterable[str]]) -> Iterator[str]:
    taken: dict[str, str] = {}
    for topic, names in claims.items():
        for name in names:
            if name in taken:
                yield f"{topic}.{key}: {name!r} is about {taken[name]!r} already"
            taken[name] = topic


def _topic(name: str, entry: object, mistakes: list[str]) -> Topic:
    if not isinstance(entry, Mapping):
        mistakes.append(f"{name}: expected a mapping with {', '.join(KNOWN)}, found {entry!r:.80}")
        return Topic(name, name)
    for key in entry:
        if key not in KNOWN:
            mistakes.append(f"{name}.{key}: unknown key{nearest(str(key), KNOWN)}")
    title = entry.get("title")
    if not isinstance(title, str) or not title.strip():
        mistakes.append(f"{name}.title: expected text, found {title!r:.80}")
    badges, words = (texts(entry.get(key, ()), f"{name}.{key}", mistakes) for key in ("badges", "words"))
    for badge in badges:
        if not BADGE.fullmatch(badge):
            mistakes.append(f"{name}.badges: expected <badge> or <badge>/<criterion>, found {badge!r:.80}")
    course = entry.get("course")
    return Topic(name, str(title), badges, words, str(course) if course else None)


def _plain(text: str) -> str:
    """Lower case, without punctuation: "Security-Insights" is "security insights"."""
    return " ".join(WORD.findall(text.lower()))
