"""Walker: any record as a sight shows it, by what is declared of its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from types import NoneType
from typing import Any, Literal, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel, JsonValue
from pydantic_core import PydanticUndefined

from okr_core.progress.progress import Progress, unknown
from okr_report.audience.audience import Sight
from okr_report.audience.declared import RECORD, declared_of
from okr_report.audience.rules import ALWAYS, HIDDEN, NEVER, Rule, told

LEAVES: frozenset[object] = frozenset(
    {bool, int, float, str, Decimal, Fraction, date, datetime, time, NoneType, JsonValue}
)
"""What holds no record."""
_EMPTY = {str: "", tuple: (), dict: {}, Progress: unknown("not shown to this audience")}
"""What stands in the place of a hidden value whose field has no default; else its record goes."""
_DROPS, _MISSING = object(), (dataclasses.MISSING, PydanticUndefined)
_Record = TypeVar("_Record")
_Walk = Callable[[Any], object]
Declared = Callable[[type], Mapping[str, str]]
_Made = Callable[[Any, Mapping[str, object]], object]
_Blanks = Sequence[tuple[str, object]]


class Field(NamedTuple):
    """A field of a record: its type, its default (else `HIDDEN`), whether it may hold records."""

    annotation: object
    default: object
    inner: bool


class _Step(NamedTuple):
    """What is done to a field: its rules, then the walk inside; its blank where that hides it."""

    name: str
    rules: tuple[Callable[[object, object], object], ...]
    inner: bool
    blank: object


class Walker:
    """Shows records to one sight: models, dataclasses, named tuples, and what holds them.

    A field without a rule is hidden: its blank stands in its place. A record whose type is not
    declared is dropped.
    """

    def __init__(self, sight: Sight, declared: Declared = declared_of) -> None:
        self._sight = sight
        self._declared = declared
        self._walks: dict[type, _Walk] = {}

    def __call__(self, value: _Record) -> _Record:
        """The value as it is shown, itself where that is all; ValueError where it is nothing."""
        shown: object = self._walk(value)
        if shown is HIDDEN:
            raise ValueError(f"nothing of a {type(value).__name__} is shown to this audience.")
        return cast("_Record", shown)

    def _walk(self, value: object) -> object:
        kind = type(value)
        walk = self._walks.get(kind)
        if walk is None:
            walk = self._walks[kind] = self._of(kind)
        return walk(value)

    def _of(self, kind: type) -> _Walk:
        if kind in LEAVES:
            return _itself
        if fields_of(kind):
            return self._of_record(kind)
        if issubclass(kind, Mapping):
            return self._mapping
        return partial(self._several, kind) if kind in {tuple, list} else _nothing

    def _mapping(self, value: Mapping[object, object]) -> object:
        shown = ((name, self._walk(each)) for name, each in value.items())
        return {name: each for name, each in shown if each is not HIDDEN}

    def _several(self, kind: type, value: Iterable[object]) -> object:
        return kind(each for each in map(self._walk, value) if each is not HIDDEN)

    def _of_record(self, kind: type) -> _Walk:
        declared = self._declared(kind)
        if not declared or self._granted(declared.get(RECORD, ALWAYS)) is None:
            return _nothing
        blanks: list[tuple[str, object]] = []
        steps: list[_Step] = []
        for name, field in fields_of(kind).items():
            rules = self._granted(declared.get(name, NEVER))
            if rules is None and field.default is not HIDDEN:
                blanks.append((name, field.default))
            elif rules != () or field.inner:
                steps.append(self._step(name, field, rules))
        walk = partial(self._record, steps, blanks, _changing(kind))
        return walk if blanks or steps else _itself

    def _step(self, name: str, field: Field, rules: tuple[Rule, ...] | None) -> _Step:
        if rules is None:
            return _Step(name, (_nothing,), False, HIDDEN)
        blank = _DROPS if any(rule.drops for rule in rules) else field.default
        return _Step(name, tuple(partial(r.of, self._sight) for r in rules), field.inner, blank)

    def _granted(self, declaration: str) -> tuple[Rule, ...] | None:
        """The rules to apply, those left out that are freed by a word; None: it is hidden."""
        read = told(declaration)
        if read is None or not self._sight.sees(*read[0]):
            return None
        return tuple(r for r in read[1] if not (r.freed_by and self._sight.sees(r.freed_by)))

    def _record(self, steps: Sequence[_Step], blanks: _Blanks, made: _Made, record: Any) -> object:
        changed = {name: blank for name, blank in blanks if getattr(record, name) is not blank}
        for name, rules, inner, blank in steps:
            before = value = getattr(record, name)
            for rule in rules:
                if value is not HIDDEN:
                    value = rule(record, value)
            if inner and value is not HIDDEN:
                value = self._walk(value)
            if value is HIDDEN:
                value = _EMPTY.get(type(before), _DROPS) if blank is HIDDEN else blank
            if value is _DROPS:
                return HIDDEN
            if value is not before:
                changed[name] = value
        return made(record, changed) if changed else record


def _itself(value: object) -> object:
    return value


def _nothing(*_: object) -> object:
    return HIDDEN


def _changing(kind: type) -> _Made:
    """How a record of a kind is made anew with other values of some fields."""
    names = tuple(fields_of(kind))

    def made(record: Any, new: Mapping[str, object]) -> object:
        return kind(*[new[name] if name in new else getattr(record, name) for name in names])

    def copied(record: Any, new: Mapping[str, object]) -> object:
        copy = record.model_copy(update=new)
        if len(vars(copy)) > len(names):  # what `cached_property` worked out from the whole
            for name in vars(copy).keys() - set(names):
                del vars(copy)[name]
        return copy

    return copied if issubclass(kind, BaseModel) else made


@cache
def fields_of(kind: type) -> Mapping[str, Field]:
    """Field → what it is, of a model, dataclass or named tuple; empty for any other type."""
    if issubclass(kind, BaseModel):
        models = kind.model_fields.items()
        found = {name: each.get_default(call_default_factory=True) for name, each in models}
    elif dataclasses.is_dataclass(kind):
        found = {each.name: _default(each) for each in dataclasses.fields(kind)}
    else:
        defaults = getattr(kind, "_field_defaults", {})
        found = {name: defaults.get(name, _MISSING[0]) for name in getattr(kind, "_fields", ())}
    hints = get_type_hints(kind) if found else {}
    return {
        name: Field(
            hints[name], HIDDEN if each in _MISSING else each, not held(hints[name]) <= LEAVES
        )
        for name, each in found.items()
    }


def _default(field: dataclasses.Field[object]) -> object:
    return field.default_factory() if callable(field.default_factory) else field.default


def held(annotation: object) -> frozenset[object]:
    """The types at the leaves of an annotation: of `Mapping[str, Reading] | None`, three."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return frozenset(map(type, inner))
    several = (held(each) for each in inner if each is not Ellipsis)
    return frozenset[object]().union(*several) if inner else frozenset({annotation})
