"""Finds what to read in the resource library: by badge, by check, by words."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rules.model import Edition
from rules.once import once
from rules.resources import KINDS, Resource, Resources

LONGEST = 500  # characters of what somebody typed that are looked at
MOST_WORDS = 12
SHORTEST = 4  # letters; a shorter word is neither completed nor taken for a misspelt one
NEAR = 0.75  # how alike a misspelt word must be
GUESSED = 0.8  # what a word counts that was completed or corrected
ENOUGH = 0.6  # of the best score; what fits less is not worth reading
NAMED, SAID = 3.0, 1.0  # what a word counts that names a resource, and one that stands in its text

WORD = re.compile(r"[a-z0-9]+")

PLAIN = frozenset(
    WORD.findall(
        "a about add all an and any are as at be been by can check checks could do does doesn error fail "
        "failed failing fails fix for from get got had has have help how i if in into is it its just me my "
        "need no not of on one or our please say says score should show shows so some t that the their them "
        "there these they this to up us use want wants was we what when where which who why will with wrong "
        "you your"
    )
)
"""Words that tell nothing of what somebody looks for."""


def for_badge(library: Resources, edition: Edition, badge: str) -> tuple[Resource, ...]:
    """What is for a badge, as the edition says or the library: courses first and fixes last."""
    declared = edition.badge(badge)
    ids = declared.resources if declared else ()
    names = {badge, f"{edition.id}/{badge}"}
    found = [each for each in library.entries.values() if each.id in ids or names.intersection(each.badges)]
    return tuple(sorted(found, key=lambda resource: (resource.is_fix, not resource.is_course)))


def for_check(library: Resources, name: str) -> tuple[Resource, ...]:
    """What is about a check, however it is spelt: "changelog", "Token-Permissions", "clomonitor/sbom"."""
    wanted = "".join(_words(name))
    found = [resource for resource in library.entries.values() if wanted in _check_names(resource)]
    return tuple(sorted(found, key=lambda resource: not resource.is_fix))


def search(library: Resources, text: str, most: int = 5) -> tuple[Resource, ...]:
    """What fits these words, the best first, though words may be misspelt. Empty: nothing does."""
    index = _index(library)
    scores: Counter[str] = Counter()
    for word in _looked_for(text):
        scores.update(index.scores(word))
    enough = max(index.least, ENOUGH * max(scores.values(), default=0.0))
    found = [library.entries[name] for name, score in scores.items() if score > enough]
    found.sort(key=lambda resource: (-scores[resource.id], KINDS.index(resource.kind), resource.id))
    return tuple(found[:most])


# --- The index ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Index:
    weights: Mapping[str, Mapping[str, float]]
    """By word: what it counts for each resource."""
    names: tuple[str, ...]
    """The words that name something; a misspelt word is taken for one of these."""
    least: float
    """What a single word gives that stands in a single text: too little to go by."""

    def scores(self, word: str) -> Mapping[str, float]:
        """By resource: how well it fits a word. What few resources have counts more."""
        if word in self.weights:
            return self.weights[word]
        best: dict[str, float] = {}
        for guess, likeness in self._guesses(word):
            for name, weight in self.weights[guess].items():
                best[name] = max(best.get(name, 0.0), weight * likeness * GUESSED)
        return best

    def _guesses(self, word: str) -> Iterator[tuple[str, float]]:
        if len(word) < SHORTEST:
            return
        if completed := [name for name in self.names if name.startswith(word)]:
            yield from ((name, 1.0) for name in completed)
            return
        alike = [name for name in self.names if abs(len(name) - len(word)) <= 2 + len(word) // 6]
        for name in difflib.get_close_matches(word, alike, n=3, cutoff=NEAR):
            yield name, difflib.SequenceMatcher(None, word, name).ratio()


@once
def _index(library: Resources) -> _Index:
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)
    names: set[str] = set()
    for resource in library.entries.values():
        for word in _stems(" ".join([resource.summary, resource.wants, resource.cause, resource.todo])):
            weights[word][resource.id] = SAID
        for phrase in _phrases(resource):
            stems = _stems(phrase)
            for word in [*stems, *_pairs(stems)]:
                weights[word][resource.id] = NAMED
                names.add(word)
    every = len(library.entries)
    rarity = {word: math.log(1 + every / len(of)) for word, of in weights.items()}
    return _Index(
        {word: {name: w * rarity[word] for name, w in of.items()} for word, of in weights.items()},
        tuple(sorted(names - PLAIN)),
        SAID * math.log(1 + every),
    )


def _phrases(resource: Resource) -> Iterator[str]:
    """What a resource is called."""
    yield resource.title
    yield resource.kind
    if not resource.is_fix:  # a fix is named by its checks
        yield resource.id
    yield from resource.words
    for check in resource.checks:
        yield check.partition("/")[2]
    for badge in resource.badges:
        yield badge.rpartition("/")[2]


def _check_names(resource: Resource) -> set[str]:
    whole = ["".join(_words(check)) for check in resource.checks]
    return {*whole, *("".join(_words(check.partition("/")[2])) for check in resource.checks)}


# --- Words -------------------------------------------------------------------------------------------------


def _looked_for(text: str) -> list[str]:
    """The words of a question that tell something, and each two that may be one: "change log"."""
    stems = [word for word in _stems(text[:LONGEST]) if word not in PLAIN][:MOST_WORDS]
    return list(dict.fromkeys([*stems, *_pairs(stems)]))


def _pairs(words: list[str]) -> Iterable[str]:
    return [first + second for first, second in pairwise(words)]


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _words(text)]


def _stem(word: str) -> str:
    """Without a plural, and as Americans spell it: "policies" is policy, "licences" license."""
    if word.endswith("ies") and len(word) > 4:
        word = f"{word[:-3]}y"
    elif word.endswith("s") and not word.endswith(("ss", "is", "us")) and len(word) > 3:
        word = word[:-1]
    return "license" if word == "licence" else word


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())
