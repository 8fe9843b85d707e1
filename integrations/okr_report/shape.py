"""Shape: the JSON Schema of the document `okr.report/1`, from the view models themselves."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, JsonValue

from okr_core.score.scores import ExportedScore, Score
from okr_report.locale import LANGUAGES
from okr_report.reports import SCHEMA, Header
from okr_report.section import sections

Json = dict[str, JsonValue]
_RATIO = "A ratio, rounded half-even to 6 places."
_PLAIN: dict[object, Json] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    type(None): {"type": "null"},
    Fraction: {"type": "number", "description": _RATIO},
    Decimal: {"type": "string", "description": "A measured value, as it was written."},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def report_schema() -> Json:
    """The JSON Schema (draft 2020-12); a section without anything to show is left out."""
    shapes = _Shapes()
    known: dict[str, JsonValue] = {
        section.name: shapes.of(_view_of(section.view)) for section in sections()
    }
    header = shapes.of(Header)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report",
        "description": "All that `okr report` shows of a cycle, for one audience.",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "language": {"enum": [*LANGUAGES]},
            "header": header,
            "sections": {"type": "object", "properties": known, "additionalProperties": False},
        },
        "required": ["schema", "language", "header", "sections"],
        "additionalProperties": False,
        "$defs": dict(sorted(shapes.named.items())),
    }


def _view_of(view: object) -> object:
    """What a section shows, without the None that leaves it out."""
    said = get_type_hints(view)["return"]
    return next(each for each in get_args(said) if each is not type(None))


class _Shapes:
    """Schemas of types; records are named once."""

    def __init__(self) -> None:
        self.named: dict[str, JsonValue] = {}

    def of(self, kind: object) -> Json:
        """The schema of a type as `okr_report.plain` writes its values."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        origin = get_origin(kind)
        return self._record(kind) if origin is None else self._many(origin, get_args(kind))

    def _many(self, origin: object, inner: tuple[object, ...]) -> Json:
        """A type that is made of others."""
        if origin is Literal:
            return {"enum": [*inner]}  # type: ignore[list-item] # words
        if origin in (Union, types.UnionType):
            return self._either(inner)
        if origin is tuple:
            return self._tuple(inner)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        return {"type": "array", "items": self.of(inner[0])}

    def _either(self, kinds: tuple[object, ...]) -> Json:
        several: list[JsonValue] = []
        for kind in kinds:
            shape = self.of(kind)
            if shape not in several:
                several.append(shape)
        return {"anyOf": several} if len(several) > 1 else self.of(kinds[0])

    def _tuple(self, kinds: tuple[object, ...]) -> Json:
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            return {"type": "array", "items": self.of(kinds[0])}
        items: list[JsonValue] = [self.of(kind) for kind in kinds]
        return {"type": "array", "prefixItems": items, "items": False}

    def _record(self, kind: Any) -> Json:
        if issubclass(kind, BaseModel):
            return {"type": "object", "description": "As the plan or workspace file says it."}
        kind = ExportedScore if kind is Score else kind
        home = kind.__module__.removeprefix("okr_report.").removeprefix("sections.")
        if home.startswith("okr_core."):
            home = home.rpartition(".")[2]
        name = f"{home}.{kind.__name__}"
        if name not in self.named:
            self.named[name] = {}  # a record may hold itself
            self.named[name] = self._fields(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _fields(self, kind: Any) -> Json:
        hints = get_type_hints(kind)
        names = [each.name for each in fields(kind)] if is_dataclass(kind) else [*kind._fields]
        shapes: dict[str, JsonValue] = {name: self.of(hints[name]) for name in names}
        first = (kind.__doc__ or "").strip().split("\n", maxsplit=1)[0]
        return {
            "type": "object",
            "description": first,
            "properties": shapes,
            "required": [*names],
            "additionalProperties": False,
        }
