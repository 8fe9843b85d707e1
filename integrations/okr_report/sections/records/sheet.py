"""Sheets of the section: readings, and check-ins."""

from __future__ import annotations

from decimal import Decimal

from okr_core.metrics import Metric
from okr_report.sections.records.view import CheckInRow, ReadingRow, View
from okr_report.voice import Voice
from okr_report.xlsx.book import Book
from okr_report.xlsx.cells import Cell, Column, Kind, quantity

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


def sheet(book: Book, view: View, voice: Voice) -> None:
    """A sheet for each of the two that has rows."""
    if view.readings:
        rows = (_reading(row, voice) for row in view.readings)
        book.table(voice("readings"), _columns(_READINGS, voice), rows, frozen=1)
    if view.check_ins:
        book.table(
            voice("check_ins"),
            _columns(_CHECK_INS, voice),
            map(_check_in, view.check_ins),
            frozen=1,
        )


def _columns(columns: tuple[tuple[str, Kind, float], ...], voice: Voice) -> list[Column]:
    return [Column(voice(name), kind, width) for name, kind, width in columns]


def _reading(row: ReadingRow, voice: Voice) -> list[Cell]:
    return [
        row.key_result,
        row.part,
        row.at,
        _value(row.metric, row.value),
        # Nothing of those that count: it is about the others, and half a megabyte shorter.
        voice(f"state_{row.state}") if row.state != "observed" else None,
        voice("manual") if row.source == "manual" else row.source,
        row.by.name if row.by else None,
        row.reason,
    ]


def _check_in(row: CheckInRow) -> list[Cell]:
    by = row.by.name if row.by else None
    return [
        row.item,
        row.title,
        row.at,
        by,
        row.confidence,
        _value(row.metric, row.value),
        row.note,
    ]


def _value(metric: Metric | None, value: Decimal | None) -> Cell:
    return quantity(metric, value) if metric is not None else value
