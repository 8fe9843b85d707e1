"""Sheets of the section: readings, and check-ins."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from okr_core.plan.metrics import Metric
from okr_report.locale import Locale
from okr_report.sections.records.view import CheckInRow, ReadingRow, View
from okr_report.xlsx.cells import Cell, Column, Kind, Named, quantity, seen_columns
from okr_report.xlsx.workbook import ReportWorkbook

_READINGS: tuple[tuple[str, Kind, float], ...] = (
    ("id", "text", 30),
    ("part", "text", 12),
    ("when", "moment", 16),
    ("value", "number", 14),
    ("set_aside", "text", 12),
    ("source", "text", 18),
    ("who", "text", 18),
    ("reason", "text", 40),
)
_CHECK_INS: tuple[tuple[str, Kind, float], ...] = (
    ("id", "text", 24),
    ("title", "text", 40),
    ("when", "moment", 16),
    ("who", "text", 18),
    ("confidence", "count", 11),
    ("value", "number", 14),
    ("note_text", "long", 70),
)


_NEEDS = {
    "value": "progress",
    "who": "people",
    "confidence": "confidence",
    "note_text": "notes",
    "reason": "notes",
}
"""Column → what its audience has to see."""


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """A sheet for each of the two that has rows."""
    if view.readings:
        told = (_reading(row, locale) for row in view.readings)
        _table(workbook, locale, "readings", seen_columns(_READINGS, _NEEDS, view.sees), told)
    if view.check_ins:
        shown = seen_columns(_CHECK_INS, _NEEDS, view.sees)
        _table(workbook, locale, "check_ins", shown, map(_check_in, view.check_ins))


def _table(
    workbook: ReportWorkbook,
    locale: Locale,
    name: str,
    shown: tuple[Named, ...],
    rows: Iterable[dict[str, Cell]],
) -> None:
    columns = [Column(locale(column), kind, width) for column, kind, width in shown]
    names = [column for column, _, _ in shown]
    workbook.table(locale(name), columns, ([row[each] for each in names] for row in rows), frozen=1)


def _reading(row: ReadingRow, locale: Locale) -> dict[str, Cell]:
    return {
        "id": row.key_result,
        "part": row.part,
        "when": row.at,
        "value": _value(row.metric, row.value),
        # Nothing of those that count: it is about the others, and half a megabyte shorter.
        "set_aside": locale(f"state_{row.state}") if row.state != "observed" else None,
        "source": locale("manual") if row.source == "manual" else row.source,
        "who": row.by.name if row.by else None,
        "reason": row.reason,
    }


def _check_in(row: CheckInRow) -> dict[str, Cell]:
    return {
        "id": row.item,
        "title": row.title,
        "when": row.at,
        "who": row.by.name if row.by else None,
        "confidence": row.confidence,
        "value": _value(row.metric, row.value),
        "note_text": row.note,
    }


def _value(metric: Metric | None, value: Decimal | None) -> Cell:
    return quantity(metric, value) if metric is not None else value
