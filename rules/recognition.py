"""Recognises what somebody asks about: by what programs say, and by concepts that are said close together."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log

LONGEST = 20_000  # characters that are looked at: the question in front and the error at the end
CLOSE = 40  # words within which everything is said
STEP = 10  # words by which one looks on
FEW = 3  # lines of a log that are quoted for what they say; more are there because they stood beside it
GAP = 2  # words that may stand inside of a phrase, between one word and the next
QUOTED = 100.0  # what a program said counts more than anything in somebody's own words
ELSEWHERE = 2  # groups of a line that have to be said, though the topic is known from elsewhere
SOMETHING_ELSE = "something_else"  # the concept that tells of others, where the topic itself is left unsaid
SHORTEST_MISTYPED = 5  # letters: shorter words are not guessed at
LONGEST_MISTYPED = 30  # letters: longer ones are no words
SPECIAL = 3  # subjects that share a concept at most, for its words to tell them apart
SLIGHTLY = 0.1  # of what the words of a subject say, to tell it from others that are recognised as well
LIKELY = 4.5  # how much the words of a subject have to say, to be guessed at

_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TIME = re.compile(r"\b\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?")
_LOG = re.compile(r"\s*(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d|##\[|\x1b\[|Run \S+@|(?:Start|Finish)\w+ \[|/\S+/)")
_TROUBLE = re.compile(r"error|fail|warn|fatal|denied|refused|invalid|must|not (?!\[)", re.IGNORECASE)
_MINUS_ONE = re.compile(r"(?<![\w.,-])[-−–]\s?1(?![\w.,]*\d)|\b(?:minus|negative) (?:1|one)\b")
_TOP_LEVEL = re.compile(r"\btop[- ]level\b")
_OUT_OF_TEN = re.compile(r"\b(\d+)\s?/\s?10\b")
_UNTOLD = re.compile(r"(?<=\s)\?(?=\s+[a-z/])")
_SERVER_ERROR = re.compile(r"\b5(?:\d\d|xx)(?:s|ing|'s|'ing)?\b")
_RUN_KEY = re.compile(r"\brun\s?:(?!\w)")
_NOT = re.compile(r"\b(?:ca|do|does|did|is|are|was|were|wo|has|have|should|could|would)n['’]?t\b|\bcannot\b")
_WORD = re.compile(r"[a-z0-9]+")
_ENDING = re.compile(r"(?:ing|ed|es|s)$")


@dataclass(frozen=True, slots=True)
class Signs:
    """By what a subject is recognised."""

    errors: tuple[str, ...]  # parts of what programs say
    when: tuple[str, ...]  # lines of concepts that are said together: "badge missing|how !deadline"
    text: str  # what is said about it, for guessing
    topic: str  # the concept that must be said before one guesses
    shared: tuple[str, ...] = ()  # what others say word for word, too


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

    def fits(self, concepts: set[str]) -> bool:
        return all(group & concepts for group in self.said) and not self.unsaid & concepts


@dataclass(frozen=True, slots=True)
class _Words:
    exact: list[str]  # as they stand
    stems: list[str]  # the same without endings and slips


@dataclass(frozen=True)
class Heard:
    """What somebody said, as a language reads it."""

    all: _Words
    own: _Words  # without what a log says
    together: list[set[str]]  # the concepts of each stretch of their own words

    @cached_property
    def said(self) -> set[str]:
        return set().union(*self.together)


def concepts_in(line: str) -> frozenset[str]:
    """The names of the concepts that a line of `when` is about."""
    parsed = _Line.of(line)
    return parsed.unsaid.union(*parsed.said)


def plain(text: str) -> str:
    """A text's words without their endings, for looking one text up in another."""
    return f" {' '.join(_stem(word) for word in _words(text))} "


class Language:
    """How people speak of some subjects, made ready for being looked for."""

    def __init__(self, subjects: Mapping[str, Signs], concepts: Mapping[str, Iterable[str]]) -> None:
        self._subjects = subjects
        self._phrases: dict[str, list[tuple[str, tuple[str, ...]]]] = {}  # by their first word
        self._words: set[str] = set()
        for concept, phrases in concepts.items():
            for phrase in phrases:
                self._learn(concept, phrase)
        self._errors = [
            (name, plain(error), error in each.shared)
            for name, each in subjects.items()
            for error in (*each.errors, *each.shared)
        ]
        self._words.update(word for _, error, _ in self._errors for word in error.split())
        self._mistyped = {form: word for word in sorted(self._words, reverse=True) for form in _forms(word)}
        self._lines = [(name, _Line.of(line)) for name, each in subjects.items() for line in each.when]
        self._users = self._users_of_concepts()
        self._topics = {each.topic for each in subjects.values()}
        self._known_by = {name: self._own_words(name, concepts) for name in subjects}
        self._shared = Counter(word for words in self._known_by.values() for word in words)

    def heard(self, text: str) -> Heard:
        """A text read once, for whatever is asked about it."""
        own, log = _own_and_log(text)
        words = self._read(own)
        together = self._together(words, self._read(log))
        return Heard(words if own == text else self._read(text), words, together)

    def recognised(self, heard: Heard, topic: str = "") -> dict[str, float]:
        """How much speaks for each subject; those for which nothing does are left out.

        What programs say is worth more than QUOTED. A topic that is given need not be said.
        """
        found: dict[str, float] = {}
        text_said = f" {' '.join(heard.all.stems)} "
        others = {
            name
            for name, each in self._subjects.items()
            if SOMETHING_ELSE in heard.said and each.topic not in heard.said
        }
        for name, error, is_shared in self._errors:
            if error in text_said and not (is_shared and name in others):
                found[name] = max(found.get(name, 0), QUOTED + len(error.split()))
        for name, line in self._lines:
            known = {topic} if len(line.said) > ELSEWHERE and name not in others else set()
            if any(line.fits(concepts | known) for concepts in heard.together):
                weight = sum(min(self._rarity(concept) for concept in group) for group in line.said)
                found[name] = max(found.get(name, 0), weight)
        likely = self._likely(heard) if found else {}
        return {name: weight + SLIGHTLY * likely.get(name, 0) for name, weight in found.items()}

    def guessed(self, heard: Heard) -> dict[str, float]:
        """How much of what a short text says is said of each subject whose topic it names; mostly nothing."""
        return {name: weight for name, weight in self._likely(heard).items() if weight >= LIKELY}

    def _likely(self, heard: Heard) -> dict[str, float]:
        if len(heard.own.stems) > 2 * CLOSE:
            return {}
        words = set(heard.own.stems)
        return {
            name: sum(log(1 + len(self._subjects) / self._shared[word]) for word in known & words)
            for name, known in self._known_by.items()
            if self._subjects[name].topic in heard.said
        }

    def _read(self, text: str) -> _Words:
        exact = _words(text)
        corrected = {word: self._corrected(word) for word in set(exact)}
        return _Words(exact, [corrected[word] for word in exact])

    def _learn(self, concept: str, phrase: str) -> None:
        words = _words(phrase)
        as_it_is = phrase.startswith("=")
        key = tuple(f"={word}" for word in words) if as_it_is else tuple(_stem(word) for word in words)
        if key:
            self._phrases.setdefault(key[0], []).append((concept, key))
        if not as_it_is:
            self._words.update(key)

    def _users_of_concepts(self) -> Mapping[str, set[str]]:
        users: dict[str, set[str]] = {}
        for name, line in self._lines:
            for concept in set().union(*line.said):
                users.setdefault(concept, set()).add(name)
        return users

    def _rarity(self, concept: str) -> float:
        """A concept of few subjects says more than one of many."""
        return 1 + log(len(self._subjects) / len(self._users[concept]))

    def _own_words(self, name: str, concepts: Mapping[str, Iterable[str]]) -> frozenset[str]:
        """The words by which it is told from the others."""
        signs = self._subjects[name]
        special = [each for each, users in self._users.items() if name in users and len(users) <= SPECIAL]
        said = (signs.text, *signs.errors, *(phrase for each in special for phrase in concepts[each]))
        return frozenset(_stem(word) for text in said for word in _words(text)) - _PLAIN

    def _together(self, own: _Words, log: _Words) -> list[set[str]]:
        """The concepts that are said close together, one set for each stretch of somebody's own words.

        A log among them tells no more than what all of it is about.
        """
        topics = {concept for concept, _, _ in self._places(log)} & self._topics
        stretches: dict[int, set[str]] = {}
        for concept, start, end in self._places(own):
            first = (end - CLOSE) // STEP + 1 if end >= CLOSE else 0
            for number in range(first, start // STEP + 1):
                stretches.setdefault(number, set(topics)).add(concept)
        return list(stretches.values())

    def _places(self, words: _Words) -> Iterator[tuple[str, int, int]]:
        """Where each concept is said, from its first word to its last."""
        for start, word in enumerate(words.stems):
            for key in (word, f"={words.exact[start]}"):
                for concept, phrase in self._phrases.get(key, ()):
                    end = _end(phrase, start, words)
                    if end is not None:
                        yield concept, start, end

    def _corrected(self, word: str) -> str:
        """The stem of a word or, of one that is not known, of the known word that it is nearly."""
        stem = _stem(word)
        is_guessed_at = SHORTEST_MISTYPED - 1 <= len(word) <= LONGEST_MISTYPED
        if stem in self._words or not is_guessed_at or word.isdigit():
            return stem
        forms = _forms(stem) if len(word) >= SHORTEST_MISTYPED else (stem,)  # a letter is missing
        near = (self._mistyped.get(form, "") for form in forms)
        return next((known for known in near if known[:1] == stem[0]), stem)


def _own_and_log(text: str) -> tuple[str, str]:
    """Somebody's own words, with what a log says of trouble, and the rest of the log."""
    own: list[str] = []
    log: list[str] = []
    is_log = False
    for line in _TIME.sub(r"\n\g<0>", text).splitlines():
        is_log = bool(_LOG.match(line)) or (is_log and line[:1].isspace())
        (log if is_log and not _TROUBLE.search(line) else own).append(_TIME.sub("", line))
    if len(log) <= FEW:
        return _TIME.sub("", text), ""
    return "\n".join(own), "\n".join(log)


def _end(phrase: tuple[str, ...], start: int, words: _Words) -> int | None:
    """Where a phrase ends that begins here, with few words in between; None: it does not go on."""
    at = start
    for wanted in phrase[1:]:
        near = range(at + 1, min(at + 2 + GAP, len(words.exact)))
        found = next((n for n in near if wanted in (words.stems[n], f"={words.exact[n]}")), None)
        if found is None:
            return None
        at = found
    return at


def _words(text: str) -> list[str]:
    """Lower case words, without what a terminal adds; what is said by signs and numbers, as words."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = _CONTROL.sub(" ", plain)
    plain = _MINUS_ONE.sub(" minusone ", plain)
    plain = _TOP_LEVEL.sub("toplevel", plain)
    plain = _UNTOLD.sub(" inconclusive ", plain)
    plain = _OUT_OF_TEN.sub(r" \1 ", plain)
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


_PLAIN = frozenset(
    _stem(word)
    for word in _WORD.findall(
        "a about all also an and any are as at be been but by can could do does for from get had has "
        "have help here how i if in into is it its just me more most my no not of off on one only or "
        "other our out over please since so some than that the their them then there they this to too up "
        "us use was we what when where which who why will with would year you your"
    )
)
"""Words that tell nothing of what somebody asks about."""
