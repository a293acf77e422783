"""Evidence as a JSON document and back.

The document holds what the sources told, without what is at its default. The project and the attestations are
rows of their own. Its shape follows from the type hints of `rules.model`: one more field needs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from types import GenericAlias
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET

from rules.model import Attestation, Evidence, Project, Seen, Unavailable

ROWS = ("project", "attestations")
KINDS = {Seen: "seen", Unavailable: "unavailable"}  # an answer says in the document which of the two it is

Hint: TypeAlias = Any
Value: TypeAlias = Any


def encode(evidence: Evidence) -> str:
    told = {name: value for name, value in _plain(evidence).items() if name not in ROWS}
    return msgspec.json.encode(told).decode()


def decode(document: str, project: Project, attestations: tuple[Attestation, ...]) -> Evidence:
    """Raises msgspec.MsgspecError where an older version wrote what this one cannot read."""
    told = _TOLD.make(_DECODER.decode(document))
    return Evidence(project=project, attestations=attestations, **told)


# --- Writing ------------------------------------------------------------------------------------------------


def _plain(value: Value) -> Value:
    """Dictionaries in the place of dataclasses, without what is at its default."""
    if is_dataclass(value):
        found = ((field, getattr(value, field.name)) for field in fields(value))
        plain = {field.name: _plain(here) for field, here in found if here != _default(field)}
        return {kind: plain} if (kind := KINDS.get(type(value))) else plain
    if isinstance(value, Mapping):
        return {key: _plain(here) for key, here in value.items()}
    if isinstance(value, tuple):
        return [_plain(here) for here in value]
    return value


def _default(field: Field[Value]) -> Value:
    return field.default if field.default_factory is MISSING else field.default_factory()


# --- Reading ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    """What msgspec is told to decode, and how a value is made of that; `is_direct` where it is the value."""

    type: Hint
    make: Callable[[Value], Value]
    is_direct: bool = False


def _shape(hint: Hint) -> _Shape:
    """msgspec decodes dataclasses by itself, but no choice between two: around those, structs stand in."""
    if Unavailable in get_args(hint):
        return _answer(hint)
    if is_dataclass(hint):
        return _dataclass(hint)
    origin: Hint = get_origin(hint)
    if origin is get_origin(Mapping[str, str]):
        return _mapping(hint)
    return _Shape(hint, _as_it_is, is_direct=True)


def _answer(hint: Hint) -> _Shape:
    kinds = {KINDS[get_origin(kind) or kind]: kind for kind in get_args(hint)}
    return _Shape(
        _struct("Answer", kinds), lambda told: told.unavailable if told.seen is UNSET else told.seen
    )


def _dataclass(kind: Hint) -> _Shape:
    shape = _fields(kind.__name__, get_type_hints(kind))
    return (
        _Shape(kind, _as_it_is, True)
        if shape.is_direct
        else _Shape(shape.type, lambda f: kind(**shape.make(f)))
    )


def _mapping(hint: Hint) -> _Shape:
    key, inner = get_args(hint)
    shape = _shape(inner)
    if shape.is_direct:
        return _Shape(hint, _as_it_is, is_direct=True)
    make = shape.make
    return _Shape(GenericAlias(dict, (key, shape.type)), lambda told: {k: make(v) for k, v in told.items()})


def _fields(name: str, hints: Mapping[str, Hint]) -> _Shape:
    """A struct with these fields, all of them optional; made into a dictionary of those that are set."""
    shapes = {field: _shape(hint) for field, hint in hints.items()}
    makes = tuple((field, shape.make) for field, shape in shapes.items())

    def make(told: Value) -> dict[str, Value]:
        return {field: made(value) for field, made in makes if (value := getattr(told, field)) is not UNSET}

    is_direct = all(shape.is_direct for shape in shapes.values())
    return _Shape(_struct(name, {field: shape.type for field, shape in shapes.items()}), make, is_direct)


def _struct(name: str, hints: Mapping[str, Hint]) -> type:
    optional = [(field, hint | msgspec.UnsetType, UNSET) for field, hint in hints.items()]
    return msgspec.defstruct(name, optional, frozen=True)


def _as_it_is(value: Value) -> Value:
    return value


_TOLD = _fields("Told", {name: hint for name, hint in get_type_hints(Evidence).items() if name not in ROWS})
_DECODER: msgspec.json.Decoder[Value] = msgspec.json.Decoder(_TOLD.type)
