"""JSON: a report as the document `okr.report/1`, and the schema of that document."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, JsonValue

from okr_core.basics.command import okr
from okr_core.basics.exact import decimal_text, ratio_json
from okr_core.plan.dump import plain
from okr_core.score.scores import ExportedScore, Score
from okr_report.locale import LANGUAGES
from okr_report.reports import Header, Report
from okr_report.section import sections

SCHEMA = "okr.report/1"
Json = dict[str, JsonValue]
_PLAIN: dict[object, Json] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    type(None): {"type": "null"},
    Fraction: {"type": "number", "description": "A ratio, rounded half-even to 6 places."},
    Decimal: {"type": "string", "description": "A measured value, as it was written."},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def as_json(report: Report) -> dict[str, JsonValue]:
    """Everything that the report shows: ratios with 6 places, values as text, times in UTC."""
    return {
        "schema": SCHEMA,
        "language": report.language,
        "header": json_value(report.header),
        "sections": {part.section.name: json_value(part.view) for part in report.parts},
    }


def json_value(value: object) -> JsonValue:
    """A value of a view as JSON.

    Fractions are ratios with 6 places, decimals text as written, times ISO 8601 in UTC; records
    are objects, tuples arrays.

    >>> json_value({"share": Fraction(2, 3), "value": Decimal("1.10"), "day": date(2026, 10, 1)})
    {'share': 0.666667, 'value': '1.10', 'day': '2026-10-01'}
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Fraction):
        return ratio_json(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else _many(value)


def _many(value: object) -> JsonValue:
    """A record, mapping or sequence."""
    if isinstance(value, Score):
        return json_value(ExportedScore.of(value))
    if isinstance(value, BaseModel):
        return json_value(plain(value))
    if is_dataclass(value):
        return {each.name: json_value(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): json_value(each) for key, each in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: json_value(each) for key, each in value._asdict().items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(each) for each in value]
    raise TypeError(f"a {type(value).__name__} is no part of a view")


def report_schema() -> Json:
    """The JSON Schema (draft 2020-12); a section without anything to show is left out."""
    schemas = _Schemas()
    known: dict[str, JsonValue] = {
        section.name: schemas.of(_view_of(section.view)) for section in sections()
    }
    header = schemas.of(Header)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report",
        "description": f"All that {okr('report').code} shows of a cycle, for one audience.",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "language": {"enum": [*LANGUAGES]},
            "header": header,
            "sections": {"type": "object", "properties": known, "additionalProperties": False},
        },
        "required": ["schema", "language", "header", "sections"],
        "additionalProperties": False,
        "$defs": dict(sorted(schemas.named.items())),
    }


def _view_of(view: object) -> object:
    """What a section shows, without the None that leaves it out."""
    returned = get_type_hints(view)["return"]
    return next(each for each in get_args(returned) if each is not type(None))


class _Schemas:
    """Schemas of types; records are named once."""

    def __init__(self) -> None:
        self.named: dict[str, JsonValue] = {}

    def of(self, kind: object) -> Json:
        """The schema of a type as `okr_report.report_json` writes its values."""
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
            schema = self.of(kind)
            if schema not in several:
                several.append(schema)
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
        module = kind.__module__.removeprefix("okr_report.").removeprefix("sections.")
        # By its section, or by its module of the core: the modules of a section may move.
        home = module.rpartition(".")[2] if module.startswith("okr_core.") else module.split(".")[0]
        name = f"{home}.{kind.__name__}"
        if name not in self.named:
            self.named[name] = {}  # a record may hold itself
            self.named[name] = self._fields(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _fields(self, kind: Any) -> Json:
        hints = get_type_hints(kind)
        names = [each.name for each in fields(kind)] if is_dataclass(kind) else [*kind._fields]
        properties: dict[str, JsonValue] = {name: self.of(hints[name]) for name in names}
        first = (kind.__doc__ or "").strip().split("\n", maxsplit=1)[0]
        return {
            "type": "object",
            "description": first,
            "properties": properties,
            "required": [*names],
            "additionalProperties": False,
        }
