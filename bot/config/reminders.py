"""What the clock says: entries of config.yaml, read by the type hints of their kind's Settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, fields
from datetime import time, timedelta
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from bot.config import kinds
from bot.config.entries import Entry, absent, wanted
from rules import audience
from rules.audience import Audience, AudienceError
from rules.model import Edition
from rules.owed import known_kinds
from rules.slam import ChannelId, MilestoneId, Reminder, Weekday

READERS: Mapping[object, Callable[[object], object]] = MappingProxyType(
    {
        str: kinds.text,
        int: kinds.count,
        float: kinds.number,
        bool: kinds.flag,
        timedelta: kinds.duration,
        time: kinds.clock,
        Weekday: kinds.weekday,
        ChannelId: kinds.channel,
        MilestoneId: kinds.word,
    }
)
"""How a setting is read, by its type; a tuple of one of these is a list of it."""


def reminders(top: Entry, edition: Edition | None, announcements: str | None) -> tuple[Reminder, ...]:
    """The entries, behind those that are on without one. `announcements` is the channel for those.

    Without an `edition` (it has mistakes of its own) nobody can say which milestones and badges there are.
    """
    asked: list[Reminder] = []
    names: set[str] = set()
    for entry in top.entries("reminders", _keys):
        if reminder := _reminder(entry, edition, names):
            _note_again(entry, reminder, asked)
            if not announcements and getattr(reminder.settings, "channels", None) == ():
                entry.note(
                    "channels", "missing; without them it goes to channels.announcements, and there is none"
                )
            asked.append(reminder)
    replaced = {reminder.kind for reminder in asked}
    return (*(reminder for reminder in _unasked() if reminder.kind not in replaced), *asked)


def can_read(hint: object) -> bool:
    """A setting of that type can stand in the configuration."""
    return hint in READERS or hint is Audience or get_origin(hint) is Literal or _each(hint) in READERS


def _unasked() -> tuple[Reminder, ...]:
    modules = ((kind, module) for kind, module in known_kinds().items() if hasattr(module, "UNASKED"))
    return tuple(Reminder(module.UNASKED.id, kind, module.UNASKED, module.due) for kind, module in modules)


def _keys(values: Mapping[str, object]) -> Collection[str]:
    """What an entry may hold: the settings of its kind, or of any while nobody knows which one is meant."""
    module = known_kinds().get(str(values.get("kind")))
    modules = [module] if module else known_kinds().values()
    return list(dict.fromkeys(["id", "kind", *(name for each in modules for name in _hints(each))]))


def _reminder(entry: Entry, edition: Edition | None, names: set[str]) -> Reminder | None:
    """None: it has a mistake, which was noted."""
    before = len(entry.mistakes)
    name = entry.unique("id", kinds.word, names)
    kind = entry.need("kind", kinds.word)
    if kind is None:
        return None
    if kind not in known_kinds():
        entry.note("kind", absent("kind", kind, known_kinds()))
        return None
    module = known_kinds()[kind]
    given = [
        field for field in fields(module.Settings) if field.name != "id" and _is_given(entry, field, kind)
    ]
    values = {field.name: _value(entry, field, _hints(module)[field.name], edition) for field in given}
    if len(entry.mistakes) > before:
        return None
    return Reminder(str(name), kind, module.Settings(id=name, **values), module.due)


def _note_again(entry: Entry, reminder: Reminder, before: list[Reminder]) -> None:
    """Ids are parts of keys, so they differ; and what has no settings but its id would be said twice."""
    if any(each.id == reminder.id and each.kind != reminder.kind for each in _unasked()):
        entry.note("id", f"{reminder.id!r} is what something else is called; take another word")
    if len(fields(reminder.settings)) == 1 and reminder.kind in {each.kind for each in before}:
        entry.note("kind", f"a second {reminder.kind!r} would say everything twice; take it out")


@cache
def _hints(module: ModuleType) -> Mapping[str, object]:
    return get_type_hints(module.Settings)


def _is_given(entry: Entry, field: Field[Any], kind: str) -> bool:
    if entry.values.get(field.name) is not None:
        return True
    if field.default is MISSING:
        entry.note(field.name, f"missing; a reminder of kind {kind!r} needs it")
    return False


def _value(entry: Entry, field: Field[Any], hint: object, edition: Edition | None) -> object:
    key = field.name
    if hint is Audience:
        return _audience(entry, key, edition)
    if get_origin(hint) is Literal:
        return _one_of(entry, key, get_args(hint))
    if each := _each(hint):
        return _list(entry, key, READERS[each], is_needed=field.default is MISSING)
    read = entry.get(key, READERS[hint], None)
    if hint is MilestoneId and read and edition:
        _note_absent(entry, key, str(read), edition)
    return read


def _audience(entry: Entry, key: str, edition: Edition | None) -> Audience | None:
    if edition is None:
        return None
    try:
        return audience.parse(entry.values[key], edition)
    except AudienceError as error:
        for mistake in error.mistakes:
            entry.note(key, mistake)
        return None


def _one_of(entry: Entry, key: str, words: tuple[str, ...]) -> object:
    value = entry.values[key]
    if value not in words:
        entry.note(key, wanted(" or ".join(words), value))
    return value


def _list(entry: Entry, key: str, read: Callable[[object], object], *, is_needed: bool) -> tuple[object, ...]:
    """Each value once."""
    before = len(entry.mistakes)
    found = tuple(dict.fromkeys(entry.each(key, read)))
    if is_needed and not found and len(entry.mistakes) == before:
        entry.note(key, wanted("a list with at least one entry", entry.values[key]))
    return found


def _note_absent(entry: Entry, key: str, milestone: str, edition: Edition) -> None:
    known = [each.id for each in edition.milestones]
    if milestone not in known:
        entry.note(key, absent("milestone", milestone, known))


def _each(hint: object) -> object:
    """What a list consists of; None: it is no list."""
    found = get_args(hint)
    return found[0] if get_origin(hint) is tuple and found[1:] == (...,) else None
