"""Export file: whether it is whole, and its rows, each checked before it goes anywhere."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import Column, Integer, Table

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_store.entries import body_of
from okr_store.export.lines import (
    CONTENT,
    MOST_BYTES,
    SCHEMA,
    TABLES,
    End,
    Header,
    Value,
    end_of,
    header_of,
    is_binary,
    json_of,
    stored_content,
)
from okr_store.export.values import fits_of
from okr_store.schema import UNSEALED, VERSIONS
from okr_store.tables import metadata

_END = b'{"end":'
_COPY_AGAIN = "Copy it again, or take an older one."
_UNPACKED = f"Name a file that {okr('export').code} wrote, not compressed."
_AS_WRITTEN = f"Restore the file as {okr('export').code} wrote it."
_ORDER = {name: place for place, name in enumerate(TABLES)}
_KEYS = {name: str(table.primary_key.columns[0].name) for name, table in TABLES.items()}
Place = tuple[int, int, str]
"""Table, number and name of a row: exports are sorted by it."""


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
    if table == "entries" and body_of(str(row["body"])).kind != row["kind"]:
        raise ValueError("a `body` of another kind than its `kind`")
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
    kind = int if isinstance(column.type, Integer) else str
    fits = fits_of(metadata.tables[table.name].c[str(column.name)])
    return _Field(str(column.name), kind, not column.nullable, fits)


_FIELDS = {
    name: tuple(_field(table, column) for column in table.columns if not is_binary(column))
    for name, table in TABLES.items()
}


_WITH_CONTENT = frozenset(
    name for name, table in TABLES.items() if any(map(is_binary, table.columns))
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an export and where it stands.

    Attributes:
        number: 1-based.
        size: Bytes of the line.
        row: Every column of its table.
    """

    number: int
    size: int
    table: str
    row: Mapping[str, Value]


class ExportFile:
    """An export that is about to be restored.

    Args:
        file: Can be read twice; lines end with a line feed.
        name: How messages name it.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name

    def header(self) -> Header:
        """What the first line says.

        Raises:
            InputError: It is no header of an export that this release reads.
            RefusalError: It was made by a newer release.
        """
        self._file.seek(0)
        _, raw = next(self._lines(1), (1, b""))
        schema = _schema_of(raw)
        if not schema.startswith("okr."):
            raise self.wrong(1, "this is no export.", _UNPACKED)
        if schema != SCHEMA:
            raise self.wrong(
                1,
                f"schema `{schema}` is unknown to this release, which reads `{SCHEMA}`.",
                f"Name a file that {okr('export').code} wrote, or upgrade `prefect-okr` here.",
            )
        header = header_of(raw)
        if header is None:
            raise self.wrong(1, "the header is not as it was written.", _AS_WRITTEN)
        self._refuse_version(header.store)
        known = {name: int for name in TABLES if name not in _added_since(header.store)}
        if {name: type(count) for name, count in header.rows.items()} != known:
            raise self.wrong(1, "the header counts other tables.", _AS_WRITTEN)
        return header

    def check(self) -> End:
        """Whether the file is whole: nothing cut off, nothing altered.

        Raises:
            InputError: It is not; the message names the line.
            RefusalError: See `header`.
        """
        header = self.header()
        number, digest, end = self._read_through()
        if end is None:
            rows = sum(header.rows.values())
            found = f"{number - 1} of {rows} rows, and no end"
            raise self.wrong(number, f"the file is cut off here: {found}.", _COPY_AGAIN)
        if end.sha256 != digest:
            self._name_altered_line()
            what = "one of the lines above was altered: their digest is not the one named here."
            raise self.wrong(number, what, _AS_WRITTEN)
        if end.rows != header.rows or end.lines != number - 1:
            raise self.wrong(number, "this line and the first count differently.", _AS_WRITTEN)
        if end.heads is None and header.store not in UNSEALED:
            raise self.wrong(number, "it does not name the heads of the chain.", _AS_WRITTEN)
        return end

    def heads(self) -> dict[str, str]:
        """Scope → hash of the last link of its chain, of a file that is whole.

        Raises:
            InputError: See `check`.
            RefusalError: See `header`.
        """
        named = self.check().heads
        if named is not None:
            return dict(named)
        # Older releases did not name them at the end; the links themselves are there.
        links = (line.row for line in self.rows() if line.table == "chain")
        return {str(row["scope"]): str(row["hash"]) for row in links}

    def rows(self) -> Iterator[Line]:
        """The rows in the file's order, which is one in which they can be inserted.

        Raises:
            InputError: A line is no row, is there twice or in the wrong place, or a table has not
                as many as the first line says.
        """
        header = self.header()
        counts, added = header.rows, _added_since(header.store)
        found = Counter(dict.fromkeys(TABLES, 0))
        last: Place = (-1, 0, "")
        for number, raw in self._lines(2):
            if raw.startswith(_END):
                break
            line = self._row(raw, number)
            place = _place_of(line)
            if place <= last:
                where = "twice" if place == last else "after its place"
                name = place[2] or place[1]
                raise self.wrong(number, f"{line.table} `{name}` is there {where}.", _AS_WRITTEN)
            last = place
            if added & {line.table, line.row.get("row_table")}:
                message = f"it refers to what a store of version {header.store} did not have."
                raise self.wrong(number, message, _AS_WRITTEN)
            found[line.table] += 1
            yield line
        for table, count in found.items():
            told = counts.get(table, 0)
            if count != told:
                message = f"it says {told} rows of {table}; there are {count}."
                raise self.wrong(1, message, _AS_WRITTEN)

    def _lines(self, first: int) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of every line from here on; what no store writes is not read whole."""
        for number in itertools.count(first):
            raw = self._file.readline(MOST_BYTES + 1)
            if len(raw) > MOST_BYTES:
                size = MOST_BYTES // 2**20
                raise self.wrong(number, f"the line is longer than {size} MiB.", _AS_WRITTEN)
            if not raw:
                return
            yield number, raw

    def wrong(self, number: int, message: str, hint: str) -> InputError:
        """The error that names a line of this file."""
        return InputError(f"{self._name}:{number}: {message}", hint=hint)

    def _refuse_version(self, version: str) -> None:
        if version not in VERSIONS:
            raise RefusalError(
                f"{self._name}:1: it holds a store of version {version}, which is newer than this "
                f"release knows ({VERSIONS[-1]}).",
                hint="Upgrade `prefect-okr` here.",
            )

    def _read_through(self) -> tuple[int, str, End | None]:
        """Number of lines, digest of all but the last, and what the last one says."""
        digest, number, end = hashlib.sha256(), 0, None
        self._file.seek(0)
        for number, raw in self._lines(1):
            if end is not None:
                raise self.wrong(number, "a line follows the end of the export.", _AS_WRITTEN)
            if raw.startswith(_END):
                end = self._end(raw, number)
            else:
                digest.update(raw)
        return number, f"sha256:{digest.hexdigest()}", end

    def _end(self, raw: bytes, number: int) -> End:
        end = end_of(raw)
        if end is None:
            raise self.wrong(number, "the file is cut off in this line.", _COPY_AGAIN)
        return end

    def _name_altered_line(self) -> None:
        for _ in self.rows():
            pass

    def _row(self, raw: bytes, number: int) -> Line:
        match json_of(raw):
            case {"table": str(name), "row": dict(fields), **rest} if name in TABLES and not rest:
                try:
                    return Line(number, len(raw), name, row_of(name, fields))
                except ValueError as error:
                    raise self.wrong(number, f"{name} has {error}.", _AS_WRITTEN) from None
            case _:
                raise self.wrong(number, "this is no row of a store.", _AS_WRITTEN)


def _added_since(version: str) -> frozenset[str]:
    """Tables that a store of that version did not have."""
    return frozenset({"seals"}) if version in UNSEALED else frozenset()


def is_export(file: BinaryIO) -> bool:
    """Whether a file begins as an export does, of whatever release."""
    file.seek(0)
    return _schema_of(file.readline(MOST_BYTES)).startswith("okr.export/")


def _schema_of(raw: bytes) -> str:
    document = json_of(raw)
    schema = document.get("schema") if isinstance(document, dict) else None
    return schema if isinstance(schema, str) else ""


def _place_of(line: Line) -> Place:
    value = line.row[_KEYS[line.table]]
    number, name = (value, "") if isinstance(value, int) else (0, str(value or ""))
    return _ORDER[line.table], number, name
