"""Imports: what `okr import` read and changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Text
from okr_core.errors import Finding
from okr_core.sheets.cells import letters
from okr_flows.documents.plan import AppliedDocument

if TYPE_CHECKING:
    from okr_core.sheets.merging import SheetCheckIn
    from okr_core.sheets.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDocument:
    """A column; `field` is null where it is not read, `how` is `name` or `said`."""

    column: str
    header: str
    field: Text
    how: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDocument:
    """A table, by the line that names its columns."""

    kind: Literal["goals", "people"]
    sheet: Text
    line: int
    rows: int
    columns: tuple[ColumnDocument, ...]

    @classmethod
    def of(cls, table: Table) -> TableDocument:
        """A table as it was read."""
        return cls(
            kind=table.kind,
            sheet=table.sheet.name,
            line=table.line,
            rows=len(table.rows),
            columns=tuple(
                ColumnDocument(
                    column=letters(each.index), header=each.header, field=each.field, how=each.how
                )
                for each in table.columns
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkDocument:
    """What was concluded or left out; `cell` is null where the file as a whole is meant."""

    cell: Text
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCheckInDocument:
    """Where a key result stands; `day` is null where the day of the import is meant."""

    line: int
    key_result: str
    value: Text
    day: date | None
    confidence: int | None
    note: Text

    @classmethod
    def of(cls, said: SheetCheckIn) -> SheetCheckInDocument:
        """What a line says."""
        return cls(
            line=said.place.line,
            key_result=said.key_result,
            value=said.value,
            day=said.day,
            confidence=said.confidence,
            note=said.note,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDocument:
    """What `okr import csv` recorded, or would record.

    `left_out` are lines that were not understood; `mapping` is where the reading is kept.
    """

    schema: Literal["okr.import/1"] = "okr.import/1"
    source: str
    written: bool
    cycle: str
    mapping: str
    tables: tuple[TableDocument, ...]
    remarks: tuple[RemarkDocument, ...]
    left_out: tuple[Finding, ...]
    files: tuple[AppliedDocument, ...]
    check_ins: tuple[SheetCheckInDocument, ...]
