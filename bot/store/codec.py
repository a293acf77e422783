"""Evidence as a JSON document and back.

The document holds what the sources told, without what is at its default. The project and the attestations are
rows of their own. Its shape follows from the type hints of `rules.model`: a field added there needs nothing here.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

import msgspec
from msgspec import UNSET

from rules.model import Attestation, Evidence, Project, Seen, Unavailable

ROWS = ("project", "attestations")


def encode(evidence: Evidence) -> str:
    told = {name: value for name, value in _plain(evidence).items() if name not in ROWS}
    return msgspec.json.encode(told).decode()


def decode(document: str, project: Project, attestations: tuple[Attestation, ...]) -> Evidence:
    """Raises msgspec.MsgspecError where an older version wrote what this one cannot read."""
    return Evidence(project=project, attestations=attestations, **_READ(_DECODER.decode(document)))


def _plain(value: Any) -> Any:
    """Dictionaries for dataclasses, without the fields that are at their default."""
    if is_dataclass(value):
        return {
            field.name: _plain(here)
            for field in fields(value)
            if (here := getattr(value, field.name)) is not field.default
            and not (field.default_factory is not MISSING and not here)
            and (field.default is MISSING or here != field.default)
        }
    if isinstance(value, Mapping):
        return {key: _plain(here) for key, here in value.items()}
    if isinstance(value, tuple):
        return [_plain(here) for here in value]
    return value


@dataclass(frozen=True)
class _Shape:
    """What msgspec is told to decode, and how the value is made of that. None: it is the value."""

    type: Any
    make: Callable[[Any], Any] | None = None


def _shape(hint: Any) -> _Shape:
    """msgspec decodes a dataclass by itself, but not a choice between two: those are looked for and mirrored."""
    if Unavailable in typing.get_args(hint):
        return _answer(hint)
    if is_dataclass(hint):
        return _mirror(hint)
    if typing.get_origin(hint) is Mapping:
        key, inner = typing.get_args(hint)
        shape = _shape(inner)
        if make := shape.make:
            return _Shape(dict[key, shape.type], lambda found: {k: make(v) for k, v in found.items()})
    return _Shape(hint)


def _answer(hint: Any) -> _Shape:
    seen = next(argument for argument in typing.get_args(hint) if typing.get_origin(argument) is Seen)
    inner = _shape(typing.get_args(seen)[0])
    hints = typing.get_type_hints(Seen) | typing.get_type_hints(Unavailable) | {"value": inner.type}
    make_value = inner.make

    def make(found: Any) -> Any:
        told = {name: value for name in hints if (value := getattr(found, name)) is not UNSET}
        if "reason" in told:
            return Unavailable(**told)
        if make_value:
            told["value"] = make_value(told["value"])
        return Seen(**told)

    return _Shape(_struct("Answer", hints), make)


def _mirror(cls: type) -> _Shape:
    shapes = {name: _shape(hint) for name, hint in typing.get_type_hints(cls).items()}
    if not any(shape.make for shape in shapes.values()):
        return _Shape(cls)
    struct, read = _fields(cls.__name__, shapes)
    return _Shape(struct, lambda found: cls(**read(found)))


def _fields(name: str, shapes: Mapping[str, _Shape]) -> tuple[type, Callable[[Any], dict[str, Any]]]:
    """A struct with these fields, and a way to read those out of it that are set."""
    makes = tuple((field, shape.make or _as_it_is) for field, shape in shapes.items())

    def read(found: Any) -> dict[str, Any]:
        return {f: make(value) for f, make in makes if (value := getattr(found, f)) is not UNSET}

    return _struct(name, {field: shape.type for field, shape in shapes.items()}), read


def _struct(name: str, hints: Mapping[str, Any]) -> type:
    optional = [(field, hint | msgspec.UnsetType, UNSET) for field, hint in hints.items()]
    return msgspec.defstruct(name, optional, frozen=True)


def _as_it_is(value: Any) -> Any:
    return value


_TOLD = {name: _shape(hint) for name, hint in typing.get_type_hints(Evidence).items() if name not in ROWS}
_STRUCT, _READ = _fields("Evidence", _TOLD)
_DECODER = msgspec.json.Decoder(_STRUCT)
