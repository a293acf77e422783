"""First aid: what is known already about questions that come again and again, and about failing checks.

A question is recognised by what programs say, in part and word for word, or by concepts said close together,
each in any of its words, whatever their endings and with a slip of the finger.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log

from rules.model import FULL_MARKS, Scorecard, ScorecardCheck
from rules.resources import Resources

MOST = 3  # aids for one question
LONGEST = 20_000  # characters that are looked at
CLOSE = 40  # words within which everything is said
STEP = 10  # words by which one looks on
GAP = 2  # words that may stand inside of a phrase, between one word and the next
QUOTED = 10.0  # what a program said counts more than anything in somebody's own words
ENOUGH = 0.5  # of the best one's weight, to be shown beside it
SHORTEST_MISTYPED = 5  # letters: shorter words are not guessed at
RISKS = ("critical", "high", "medium", "low")
CHECK = "scorecard/"  # before the name of a check, in resources.yaml

_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_MINUS_ONE = re.compile(r"(?<![\w.,-])[-−–]\s?1(?![\w.,]*\d)")
_OUT_OF_TEN = re.compile(r"\b(\d+)\s?/\s?10\b")
_UNTOLD = re.compile(r"(?<=\s)\?(?=\s+[a-z])")
_SERVER_ERROR = re.compile(r"\b5(?:\d\d|xx)(?:s|ing|'s|'ing)?\b")
_RUN_KEY = re.compile(r"\brun\s?:(?!\w)")
_NOT = re.compile(r"\b(?:ca|do|does|did|is|are|was|were|wo|has|have|should|could|would)n['’]?t\b|\bcannot\b")
_WORD = re.compile(r"[a-z0-9]+")
_ENDING = re.compile(r"(?:ing|ed|es|s)$")


class FirstAidError(Exception):
    """Every mistake in first_aid.yaml, each as "aids.imposter-commit.when[0]: what is wrong"."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(self.mistakes))


@dataclass(frozen=True, slots=True)
class Aid:
    """What happened, why, and what to do about it."""

    id: str
    topic: str = ""
    title: str = ""
    cause: str = ""
    fix: str = ""
    resource: str = ""  # id in resources.yaml
    checks: tuple[str, ...] = ()  # of Scorecard's, that it explains
    errors: tuple[str, ...] = ()  # parts of what programs say
    when: tuple[str, ...] = ()  # what must be said close together: names of concepts, or a|b


@dataclass(frozen=True, slots=True)
class Failing:
    """A check of a project's that has no full marks, and what to do about it."""

    check: ScorecardCheck
    aid: Aid


@dataclass(frozen=True)
class Aids:
    """All of them by id, the words in which people ask, and how much is at risk by each check."""

    entries: Mapping[str, Aid] = field(default_factory=dict)
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    risks: Mapping[str, int] = field(default_factory=dict)  # by check; 0 is the worst

    def find(self, name: str) -> Aid | None:
        return self.entries.get(name)

    @cached_property
    def language(self) -> _Language:
        return _Language(self)


def recognise(text: str, aids: Aids, topic: str = "") -> tuple[Aid, ...]:
    """What is known about a question, best first; at most three. A topic that is given may be left unsaid."""
    weights = aids.language.weights(text, topic)
    best = max(weights.values(), default=0.0)
    order = {name: position for position, name in enumerate(aids.entries)}
    found = sorted(weights, key=lambda name: (-weights[name], order[name]))
    return tuple(aids.entries[name] for name in found[:MOST] if weights[name] >= ENOUGH * best)


def failing(scorecard: Scorecard, aids: Aids) -> tuple[Failing, ...]:
    """The checks without full marks of which something is known, the worst risk first, then the lowest score.

    A check that could not tell stands behind those of its risk: it does not count.
    """
    found = [
        Failing(check, aid)
        for check in scorecard.checks
        if check.score < FULL_MARKS and (aid := _explaining(check, aids))
    ]
    last = len(RISKS)

    def worst_first(one: Failing) -> tuple[int, bool, int, str]:
        check = one.check
        return aids.risks.get(check.name, last), check.score < 0, check.score, check.name

    return tuple(sorted(found, key=worst_first))


def _explaining(check: ScorecardCheck, aids: Aids) -> Aid | None:
    """The aid that knows the reason a check gives, else the one for the check whatever the reason."""
    about = [aid for aid in aids.entries.values() if check.name in aid.checks]
    said = aids.language.plain(check.reason)
    known = (aid for aid in about if any(aids.language.plain(error) in said for error in aid.errors))
    general = (aid for aid in about if aid.id == aid.resource)
    return next(known, None) or next(general, None) or next(iter(about), None)


# --- How people say things ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """Of each group of concepts one must be said close by, and none of those that stand behind a "!"."""

    said: tuple[frozenset[str], ...]
    unsaid: frozenset[str]

    @classmethod
    def of(cls, text: str) -> _Line:
        parts = text.split()
        said = tuple(frozenset(part.split("|")) for part in parts if not part.startswith("!"))
        unsaid = (part[1:].split("|") for part in parts if part.startswith("!"))
        return cls(said, frozenset(name for names in unsaid for name in names))

    @property
    def concepts(self) -> frozenset[str]:
        return self.unsaid.union(*self.said)

    def fits(self, concepts: set[str]) -> bool:
        return all(group & concepts for group in self.said) and not self.unsaid & concepts


class _Language:
    """The concepts and errors, made ready for being looked for."""

    def __init__(self, aids: Aids) -> None:
        self._aids = aids
        self._phrases: dict[str, list[tuple[str, tuple[str, ...]]]] = {}  # by their first word
        self._words: set[str] = set()
        self._mistyped: dict[str, str] = {}
        for concept, phrases in aids.concepts.items():
            for phrase in phrases:
                self._learn(concept, phrase)
        self._errors = [
            (aid.id, words)
            for aid in aids.entries.values()
            for error in aid.errors
            if (words := [_stem(word) for word in _words(error)])
        ]
        for _, words in self._errors:
            self._words.update(words)
        for word in sorted(self._words):
            for form in _forms(word):
                self._mistyped.setdefault(form, word)
        self._when = [(aid.id, _Line.of(line)) for aid in aids.entries.values() for line in aid.when]
        self._rarity = self._rarities()

    def weights(self, text: str, topic: str) -> dict[str, float]:
        """How much speaks for each aid; those for which nothing does are left out."""
        exact = _words(text)
        words = [self._corrected(word) for word in exact]
        found: dict[str, float] = {}
        said = f" {' '.join(words)} "
        for name, error in self._errors:
            if f" {' '.join(error)} " in said:
                found[name] = max(found.get(name, 0), QUOTED + len(error))
        together = list(self._together(exact, words, topic))
        for name, line in self._when:
            if any(line.fits(concepts) for concepts in together):
                weight = sum(min(self._rarity[concept] for concept in group) for group in line.said)
                found[name] = max(found.get(name, 0), weight)
        return found

    def plain(self, text: str) -> str:
        return " ".join(_stem(word) for word in _words(text))

    def _learn(self, concept: str, phrase: str) -> None:
        is_exact = phrase.startswith("=")
        words = _words(phrase)
        key = tuple(f"={word}" for word in words) if is_exact else tuple(_stem(word) for word in words)
        if not key:
            return
        self._phrases.setdefault(key[0], []).append((concept, key))
        if not is_exact:
            self._words.update(key)

    def _rarities(self) -> dict[str, float]:
        """A concept of few aids says more than one of many."""
        users: dict[str, set[str]] = {}
        for name, line in self._when:
            for group in line.said:
                for concept in group:
                    users.setdefault(concept, set()).add(name)
        return {concept: 1 + log(len(self._aids.entries) / len(names)) for concept, names in users.items()}

    def _together(self, exact: list[str], words: list[str], topic: str) -> Iterator[set[str]]:
        """The concepts that are said close together, one set for each stretch of the text."""
        places: list[tuple[int, int, str]] = []
        for start in range(len(words)):
            for key in (words[start], f"={exact[start]}"):
                for concept, phrase in self._phrases.get(key, ()):
                    end = _ends(phrase, start, exact, words)
                    if end is not None:
                        places.append((start, end, concept))
        unsaid = {topic} if topic in self._aids.concepts else set()
        for begin in range(0, max(1, len(words) - CLOSE + STEP), STEP):
            stretch = {concept for start, end, concept in places if start >= begin and end < begin + CLOSE}
            if stretch:
                yield stretch | unsaid

    @lru_cache(maxsize=4096)  # noqa: B019  # there is one for each configuration
    def _corrected(self, word: str) -> str:
        """The stem of a word or, of one that is not known, of the known word that it is nearly."""
        stem = _stem(word)
        if stem in self._words or len(word) < SHORTEST_MISTYPED or word.isdigit():
            return stem
        near = (self._mistyped.get(form, "") for form in _forms(stem))
        return next((known for known in near if known[:1] == stem[0]), stem)


def _ends(phrase: tuple[str, ...], start: int, exact: list[str], words: list[str]) -> int | None:
    """Where a phrase ends that begins here, with few words in between; None: it does not go on."""
    at = start
    for wanted in phrase[1:]:
        near = range(at + 1, min(at + 2 + GAP, len(words)))
        found = next((n for n in near if wanted in (words[n], f"={exact[n]}")), None)
        if found is None:
            return None
        at = found
    return at


def _words(text: str) -> list[str]:
    """Lower case words, without what a terminal adds; what is said by signs and numbers, as words."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    plain = _CONTROL.sub(" ", plain)
    plain = _MINUS_ONE.sub(" minusone ", plain)
    plain = _OUT_OF_TEN.sub(r" \1 ", plain)
    plain = _UNTOLD.sub(" inconclusive ", plain)
    plain = _SERVER_ERROR.sub(" servererror ", plain)
    plain = _RUN_KEY.sub(" runstep ", plain)
    plain = _NOT.sub(" not ", plain)
    return _WORD.findall(plain)


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    """A word without its ending: "published", "publishes" and "publishing" are one."""
    short = _ENDING.sub("", word)
    if len(short) < 3:
        return word
    if len(short) > 3 and short[-1] == short[-2] and short[-1] not in "ls":
        short = short[:-1]
    if len(short) > 3 and short.endswith("i"):
        return f"{short[:-1]}y"
    return short[:-1] if short.endswith("e") and len(short) > 3 else short


def _forms(word: str) -> Iterator[str]:
    """A word, and what is left of it without each of its letters: what two misspelt words have in common."""
    yield word
    if len(word) >= SHORTEST_MISTYPED - 1:
        for position in range(len(word)):
            yield word[:position] + word[position + 1 :]


# --- Reading first_aid.yaml ---------------------------------------------------------------------------------

_NEEDED = ("topic", "title", "cause", "fix", "resource")
_LISTS = ("checks", "errors", "when")


def parse(content: object, resources: Resources) -> Aids:
    """Read first_aid.yaml, and take the fixes of Scorecard's checks from the library.

    Raises FirstAidError naming every mistake.
    """
    mistakes: list[str] = []
    top = content if isinstance(content, Mapping) else {}
    concepts = {
        str(name): _texts(words, f"concepts.{name}", mistakes) for name, words in _of(top, "concepts")
    }
    risks = _risks(top, mistakes)
    entries = {str(name): _aid(str(name), entry, mistakes) for name, entry in _of(top, "aids")}
    fixes, said = _fixes(resources)
    for aid in entries.values():
        mistakes += _loose_ends(aid, concepts, resources)
    mistakes += [f"aids.{name}: a fix in resources.yaml is called so" for name in entries if name in fixes]
    if not entries:
        mistakes.append("aids: expected a mapping of id to entry")
    if mistakes:
        raise FirstAidError(mistakes)
    return Aids({**entries, **fixes}, {**concepts, **said}, risks)


def _risks(top: Mapping[object, object], mistakes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for risk, checks in _of(top, "risks"):
        if risk in RISKS:
            names = _texts(checks, f"risks.{risk}", mistakes)
            found.update(dict.fromkeys(names, RISKS.index(str(risk))))
        else:
            mistakes.append(f"risks.{risk}: expected one of {', '.join(RISKS)}")
    return found


def _aid(name: str, entry: object, mistakes: list[str]) -> Aid:
    where = f"aids.{name}"
    if not isinstance(entry, Mapping):
        mistakes.append(f"{where}: expected a mapping with {', '.join(_NEEDED)}, found {entry!r:.80}")
        return Aid(name)
    mistakes += [f"{where}.{key}: unknown key" for key in entry if key not in (*_NEEDED, *_LISTS)]
    for key in _NEEDED:
        if not isinstance(entry.get(key), str):
            mistakes.append(f"{where}.{key}: expected text, found {entry.get(key)!r:.80}")
    topic, title, cause, fix, resource = (str(entry.get(key)).strip() for key in _NEEDED)
    checks, errors, when = (_texts(entry.get(key, ()), f"{where}.{key}", mistakes) for key in _LISTS)
    return Aid(name, topic, title, cause, fix, resource, checks, errors, when)


def _loose_ends(aid: Aid, concepts: Mapping[str, object], resources: Resources) -> Iterator[str]:
    where = f"aids.{aid.id}"
    if aid.resource and resources.find(aid.resource) is None:
        yield f"{where}.resource: no resource {aid.resource!r}"
    if not aid.errors and not aid.when:
        yield f"{where}: expected errors or when, or nothing leads here"
    for number, line in enumerate(aid.when):
        for concept in sorted(_Line.of(line).concepts - set(concepts)):
            yield f"{where}.when[{number}]: no concept {concept!r}"


def _fixes(resources: Resources) -> tuple[dict[str, Aid], dict[str, tuple[str, ...]]]:
    """An aid for each of Scorecard's checks, from its fix; and the checks' names, as concepts."""
    aids: dict[str, Aid] = {}
    names: dict[str, tuple[str, ...]] = {}
    for fix in resources.entries.values():
        checks = tuple(name.removeprefix(CHECK) for name in fix.checks if name.startswith(CHECK))
        if not fix.is_fix or not checks:
            continue
        concept = f"{CHECK}{fix.id}"
        names[concept] = tuple(check.replace("-", " ") for check in checks)
        is_plain_word = not any("-" in check for check in checks)
        when = (
            (f"{concept} scorecard",) if is_plain_word else (f"{concept} scorecard", f"{concept} score|low")
        )
        aids[fix.id] = Aid(fix.id, "scorecard", fix.title, fix.cause, fix.todo, fix.id, checks, when=when)
    return aids, names


def _of(top: Mapping[object, object], key: str) -> Iterable[tuple[object, object]]:
    found = top.get(key)
    return found.items() if isinstance(found, Mapping) else ()


def _texts(value: object, where: str, mistakes: list[str]) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(isinstance(each, str) and each.strip() for each in value):
        return tuple(value)
    mistakes.append(f"{where}: expected a list of texts, found {value!r:.80}")
    return ()
