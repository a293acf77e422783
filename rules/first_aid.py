"""First aid: what is known already about questions that come again and again, and about failing checks.

A question is recognised by what programs say, in part and word for word, or by concepts said close together,
each in any of its words, whatever their endings and with a slip of the finger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.entries import MistakesError, texts
from rules.model import Scorecard, ScorecardCheck
from rules.recognition import QUOTED, Heard, Language, Signs, concepts_in, plain
from rules.resources import Resources

MOST = 3  # aids for one question
LOW = 8  # of ten: results from here on are good ones
ENOUGH = 0.5  # of the best one's weight, to be shown beside it
BESIDE = 2  # aids that are shown when one of them is a guess and another is not
RISKS = ("critical", "high", "medium", "low")
SEEN = "seen/"  # before the id of what was shown beside that, and is not what was asked about
CHECK = "scorecard/"  # before the name of a check, in resources.yaml


class FirstAidError(MistakesError):
    """Every mistake in first_aid.yaml, each as "aids.imposter-commit.when[0]: what is wrong"."""


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
    shared: tuple[str, ...] = ()  # parts of what other programs say, too
    when: tuple[str, ...] = ()  # lines of concepts that are said close together

    @property
    def is_general(self) -> bool:
        """It is the fix of a check, whatever its reason."""
        return self.id == self.resource

    @property
    def said(self) -> str:
        return f"{self.title} {self.cause} {self.fix}"


@dataclass(frozen=True, slots=True)
class Explained:
    """The result of a project's check, and what to do about it."""

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
    def language(self) -> Language:
        signs = {
            aid.id: Signs(aid.errors, aid.when, aid.said, aid.topic, aid.shared)
            for aid in self.entries.values()
        }
        return Language(signs, self.concepts)

    def heard(self, text: str) -> Heard:
        """A question read once, to be recognised with a topic and without."""
        return self.language.heard(text)


def recognise(said: str | Heard, aids: Aids, topic: str = "") -> tuple[Aid, ...]:
    """What is known about a question, best first; at most three. A topic that is given may be left unsaid.

    Where it names its topic, and no program is quoted, the rest is guessed by the words that are used. The
    fix of a check is left out beside what is known more precisely about it.
    """
    heard = aids.heard(said) if isinstance(said, str) else said
    certain = aids.language.recognised(heard, topic)
    found = _best(certain)
    if max(certain.values(), default=0.0) < QUOTED:
        guesses = [name for name in _best(aids.language.guessed(heard)) if name not in found]
        found += guesses[: max(0, BESIDE - len(found))] if found else guesses
    known = [aids.entries[name] for name in found]
    precise = {check for aid in known if not aid.is_general for check in aid.checks}
    return tuple(aid for aid in known if not (aid.is_general and precise.issuperset(aid.checks)))


def _best(weights: Mapping[str, float]) -> list[str]:
    enough = ENOUGH * max(weights.values(), default=0.0)
    found = sorted(weights, key=lambda name: -weights[name])
    return [name for name in found[:MOST] if weights[name] >= enough]


def named(text: str, scorecard: Scorecard, aids: Aids) -> tuple[Explained, ...]:
    """The checks that a question names, however good they are."""
    said = plain(text)
    found = (check for check in scorecard.checks if plain(check.name) in said)
    return tuple(Explained(check, aid) for check in found if (aid := _explaining(check, aids)))


def failing(scorecard: Scorecard, aids: Aids) -> tuple[Explained, ...]:
    """The checks with low results of which something is known, the worst risk first, then the lowest score.

    A check that could not tell stands behind those of its risk: it does not count.
    """
    found = [
        Explained(check, aid)
        for check in scorecard.checks
        if check.score < LOW and (aid := _explaining(check, aids))
    ]
    last = len(RISKS)

    def worst_first(one: Explained) -> tuple[int, bool, int, str]:
        check = one.check
        return aids.risks.get(check.name, last), check.score < 0, check.score, check.name

    return tuple(sorted(found, key=worst_first))


def _explaining(check: ScorecardCheck, aids: Aids) -> Aid | None:
    """The aid that knows the reason a check gives, else the one for the check whatever the reason."""
    about = [aid for aid in aids.entries.values() if check.name in aid.checks]
    said = plain(check.reason)
    known = (aid for aid in about if any(plain(error) in said for error in (*aid.errors, *aid.shared)))
    general = (aid for aid in about if aid.is_general)
    return next(known, None) or next(general, None) or next(iter(about), None)


# --- Reading first_aid.yaml ---------------------------------------------------------------------------------

_NEEDED = ("topic", "title", "cause", "fix", "resource")
_LISTS = ("checks", "errors", "shared", "when")


def parse(content: object, resources: Resources) -> Aids:
    """Read first_aid.yaml, and take the fixes of Scorecard's checks from the library.

    Raises FirstAidError naming every mistake.
    """
    mistakes: list[str] = []
    top = content if isinstance(content, Mapping) else {}
    concepts = {str(name): texts(words, f"concepts.{name}", mistakes) for name, words in _of(top, "concepts")}
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
            names = texts(checks, f"risks.{risk}", mistakes)
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
    checks, errors, shared, when = (texts(entry.get(key, ()), f"{where}.{key}", mistakes) for key in _LISTS)
    return Aid(name, topic, title, cause, fix, resource, checks, errors, shared, when)


def _loose_ends(aid: Aid, concepts: Mapping[str, object], resources: Resources) -> Iterator[str]:
    where = f"aids.{aid.id}"
    if aid.resource and resources.find(aid.resource) is None:
        yield f"{where}.resource: no resource {aid.resource!r}"
    if not (aid.errors or aid.shared or aid.when):
        yield f"{where}: expected errors or when, or nothing leads here"
    for number, line in enumerate(aid.when):
        for concept in sorted(concepts_in(line) - set(concepts)):
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
