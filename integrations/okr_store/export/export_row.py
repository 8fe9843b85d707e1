"""Export row: whether a row of an export is one that a store would have written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Integer, Table
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.types import TypeDecorator

from okr_store.export.lines import CONTENT, TABLES, Value, is_binary, stored_content
from okr_store.tables import metadata

_LARGEST = 2**63 - 1
_DIALECT = DefaultDialect()


class _Field(NamedTuple):
    """What a column takes; `fits` is None where any value of that kind does."""

    name: str
    kind: type[int | str]
    needed: bool
    fits: Callable[[Any], bool] | None


def row_of(table: str, fields: Mapping[str, object]) -> dict[str, Value]:
    """Every column of a row.

    Raises:
        ValueError: What it has that no store writes.
    """
    given = dict(fields)
    row: dict[str, Value] = {}
    for name, kind, needed, fits in _FIELDS[table]:
        value: Any = given.pop(name, None)
        if value is None:
            if needed:
                raise ValueError(f"no `{name}`")
        elif type(value) is not kind or (fits is not None and not fits(value)):
            raise ValueError(f"a `{name}` that cannot be one ({str(value)[:40]})")
        row[name] = value
    if table in _WITH_CONTENT:
        row["content"] = _content(given)
    if given:
        raise ValueError(f"an unknown field `{next(iter(given))}`")
    return row


def _content(given: dict[str, object]) -> bytes:
    parts = {name: given.pop(name) for name in CONTENT if name in given}
    try:
        content = stored_content(parts)
    except ValueError:
        raise ValueError("content that is not base64") from None
    if content is None:
        raise ValueError(f"no content: one of {', '.join(CONTENT)}")
    return content


def _field(table: Table, column: Column[Any]) -> _Field:
    name = str(column.name)
    if isinstance(column.type, Integer):
        return _Field(name, int, not column.nullable, _is_small)
    kind = metadata.tables[table.name].c[name].type
    fits = _writer_of(kind) if isinstance(kind, TypeDecorator) else None
    return _Field(name, str, not column.nullable, fits)


def _is_small(number: int) -> bool:
    return abs(number) <= _LARGEST


def _writer_of(kind: TypeDecorator[Any]) -> Callable[[str], bool]:
    """Whether a text is what that type writes for the value that it reads from it."""

    @lru_cache(maxsize=4096)  # a sync gives thousands of readings the same times
    def fits(text: str) -> bool:
        try:
            value = kind.process_result_value(text, _DIALECT)
            return bool(kind.process_bind_param(value, _DIALECT) == text)
        except (ValueError, ArithmeticError):
            return False

    return fits


_FIELDS = {
    name: tuple(_field(table, column) for column in table.columns if not is_binary(column))
    for name, table in TABLES.items()
}
_WITH_CONTENT = frozenset(
    name for name, table in TABLES.items() if any(map(is_binary, table.columns))
)
