"""Sheets of the section: readings, and check-ins."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.records.view import CheckInRow, ReadingRow, View
from okr_report.xlsx.cells import Cell, Column, quantity
from okr_report.xlsx.workbook import ReportWorkbook

_WHO = Column("who", "text", 18, ("people",))
_READINGS = (
    Column("id", "text", 30),
    Column("part", "text", 12),
    Column("when", "moment", 16),
    Column("value", "number", 14, ("progress",)),
    Column("set_aside", "text", 12),
    Column("source", "text", 18),
    _WHO,
    Column("reason", "text", 40, ("notes",)),
)
_CHECK_INS = (
    Column("id", "text", 24),
    Column("title", "text", 40),
    Column("when", "moment", 16),
    _WHO,
    Column("confidence", "count", 11, ("confidence",)),
    Column("value", "number", 14, ("progress",)),
    Column("note_text", "long", 70, ("notes",)),
)


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """A sheet for each of the two that has rows."""
    if view.readings:
        readings = (_reading(row, locale) for row in view.readings)
        workbook.table("readings", _READINGS, readings, locale, sees=view.sees, frozen=1)
    if view.check_ins:
        said = map(_check_in, view.check_ins)
        workbook.table("check_ins", _CHECK_INS, said, locale, sees=view.sees, frozen=1)


def _reading(row: ReadingRow, locale: Locale) -> dict[str, Cell]:
    return {
        "id": row.key_result,
        "part": row.part,
        "when": row.at,
        "value": quantity(row.metric, row.value),
        # Nothing of those that count: it is about the others, and half a megabyte shorter.
        "set_aside": locale(f"state_{row.state}") if row.state != "observed" else None,
        "source": locale("manual") if row.source == "manual" else row.source,
        "who": row.by,
        "reason": row.reason,
    }


def _check_in(row: CheckInRow) -> dict[str, Cell]:
    return {
        "id": row.item,
        "title": row.title,
        "when": row.at,
        "who": row.by,
        "confidence": row.confidence,
        "value": quantity(row.metric, row.value),
        "note_text": row.note,
    }
