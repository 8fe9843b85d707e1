"""Plain: view models as JSON; every number as the interfaces say it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, JsonValue

from okr_core.basics.exact import decimal_text, ratio_json
from okr_core.plan.dump import plain as plain_model
from okr_core.score.scores import ExportedScore, Score


def plain(value: object) -> JsonValue:
    """A value of a view as JSON.

    Fractions are ratios with 6 places, decimals text as written, times ISO 8601 in UTC; records
    are objects, tuples arrays.

    >>> plain({"share": Fraction(2, 3), "value": Decimal("1.10"), "day": date(2026, 10, 1)})
    {'share': 0.666667, 'value': '1.10', 'day': '2026-10-01'}
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Fraction):
        return ratio_json(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return _time(value)
    return _many(value)


def _time(value: date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat()


def _many(value: object) -> JsonValue:
    """A record, mapping or sequence."""
    if isinstance(value, Score):
        return plain(ExportedScore.of(value))
    if isinstance(value, BaseModel):
        return plain(plain_model(value))
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: plain(each) for key, each in value._asdict().items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    raise TypeError(f"a {type(value).__name__} is no part of a view")
