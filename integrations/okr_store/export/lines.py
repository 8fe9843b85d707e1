"""Lines: how an export is written: a header, a line per row, an end that proves it whole.

Rows leave out what is null, so that a column that a later version adds changes no older line.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import orjson
from sqlalchemy import Column, LargeBinary, MetaData, String, Table
from sqlalchemy.types import TypeDecorator

from okr_store.evidence import unpacked
from okr_store.tables import (
    PASSING,
    chain,
    entries,
    evidence,
    metadata,
    people,
    readings,
    revisions,
    seals,
    texts,
)

SCHEMA: Final = "okr.export/1"
CONTENT = ("text", "base64", "zlib")
"""Fields of evidence, one of them per row: text, other bytes, or as it is kept, compressed."""
MOST_BYTES = 48 * 2**20
"""Of one line: a longer one is not read into memory, and no store writes one."""
_MOST_PLAIN = 16 * 2**20
Value = str | int | bytes | None
"""What a column holds; bytes are evidence, compressed."""


def _plain(table: Table, into: MetaData) -> Table:
    """A table with its columns as they are stored: times and numbers are text."""
    columns: list[Column[Any]] = [
        Column(
            column.name,
            String() if isinstance(column.type, TypeDecorator) else column.type,
            primary_key=column.primary_key,
            nullable=column.nullable,
        )
        for column in table.columns
    ]
    return Table(table.name, into, *columns)


_plain_metadata = MetaData()
# Plain text as keys: SQLAlchemy's names are a kind of their own, which not every encoder takes.
TABLES = {
    str(table.name): _plain(table, _plain_metadata)
    for table in (people, texts, evidence, revisions, readings, entries, seals, chain)
}
"""Every table of records, in an order in which each row refers to earlier rows only."""
assert set(TABLES) == set(metadata.tables) - PASSING, "an export would leave a table out"


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an export.

    Attributes:
        store: Version of the store's tables.
        cycles: The cycles that were asked for; None: all of the store.
        rows: Table → its number of rows in the file.
    """

    schema: Literal["okr.export/1"] = field(default=SCHEMA, kw_only=True)
    store: str
    cycles: tuple[str, ...] | None
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of a table; what is null is left out, times and measured values are text."""

    table: Literal[
        "people", "texts", "evidence", "revisions", "readings", "entries", "seals", "chain"
    ]
    row: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class End:
    """What the last line of an export says.

    Attributes:
        lines: Lines before this one.
        rows: See `Header`.
        sha256: Digest over all bytes before this line.
        heads: Scope → hash of the last link of its chain; None in exports of stores in which only
            decisions were chained.
    """

    lines: int
    rows: dict[str, int]
    sha256: str
    heads: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class EndLine:
    """The last line of an export."""

    end: End


Line = Header | RowLine | EndLine


def header_line(header: Header) -> bytes:
    """The header with its line end."""
    return _line(header)


def header_of(raw: bytes) -> Header | None:
    """The header that a line holds, None for any other line."""
    match json_of(raw):
        case {
            "schema": "okr.export/1",
            "store": str(store),
            "cycles": list() | None as cycles,
            "rows": dict(rows),
        }:
            return Header(store, None if cycles is None else tuple(cycles), rows)
    return None


def end_of(raw: bytes) -> End | None:
    """The end that a line holds, None for any other line."""
    match json_of(raw):
        case {"end": {"lines": int(lines), "rows": dict(rows), "sha256": str(sha256), **more}}:
            match more:
                case {"heads": dict(heads)} if all(
                    isinstance(each, str) for each in heads.values()
                ):
                    return End(lines, rows, sha256, heads)
                case {} if not more:
                    return End(lines, rows, sha256)
    return None


def json_of(raw: bytes) -> object:
    """What a line says, None where it is no JSON."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def row_line(table: str, row: Mapping[str, Value]) -> bytes:
    """A row with its line end.

    Raises:
        TypeError: It holds what no store writes.
    """
    fields = {str(name): value for name, value in row.items() if value is not None}
    if table == "evidence":
        content = fields.pop("content", None)
        fields = {**fields, **_content_fields(content)}
    return _line({"table": table, "row": fields})


def end_line(end: End) -> bytes:
    """The end with its line end."""
    return _line(EndLine(end))


def stored_content(parts: Mapping[str, object]) -> bytes | None:
    """The compressed evidence that one of the `CONTENT` fields holds; None for anything else.

    Raises:
        ValueError: It is not base64.
    """
    match list(parts.items()):
        case [("text", str(text))]:
            return zlib.compress(text.encode())
        case [("base64", str(coded))]:
            return zlib.compress(base64.b64decode(coded, validate=True))
        case [("zlib", str(coded))]:
            return base64.b64decode(coded, validate=True)
        case _:
            return None


def is_binary(column: Column[object]) -> bool:
    """Whether a column holds evidence."""
    return isinstance(column.type, LargeBinary)


def _content_fields(content: Value) -> dict[str, str]:
    """Evidence as text that people and other programs can read; as kept where damaged or large."""
    if not isinstance(content, bytes):
        raise TypeError(f"evidence is {type(content).__name__}, not bytes")
    plain = unpacked(content)
    if plain is None or len(plain) > _MOST_PLAIN:
        return {"zlib": base64.b64encode(content).decode()}
    try:
        return {"text": plain.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(plain).decode()}


def _line(document: Line | Mapping[str, object]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
