"""Sheets of the section: cycles beside each other, and what was carried over."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale
from okr_report.sections.comparison.view import CycleRow, View
from okr_report.xlsx.cells import Cell, Column
from okr_report.xlsx.workbook import ReportWorkbook


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """A sheet for each of the two that has rows."""
    if len(view.cycles) > 1:
        workbook.table(locale("sheet_comparison"), _cycles_head(locale), map(_cycle, view.cycles))
    if view.lineages:
        workbook.table(locale("sheet_lineage"), _lineage_head(view, locale), _lineages(view))


def _cycles_head(locale: Locale) -> list[Column]:
    return [
        Column(locale("cycle"), "text", 14),
        Column(locale("starts"), "day", 12),
        Column(locale("ends"), "day", 12),
        Column(locale("score"), "score", 10, bars=True),
        Column(locale("reached"), "count", 14),
        Column(locale("objectives"), "count", 12),
        Column(locale("key_results_at"), "count", 12),
    ]


def _cycle(row: CycleRow) -> list[Cell]:
    counts: list[Cell] = [row.reached, row.objectives, len(row.key_results)]
    return [row.cycle, row.starts, row.ends, row.score, *counts]


def _lineage_head(view: View, locale: Locale) -> list[Column]:
    score = [Column(locale("score"), "score", 10)] if "scores" in view.sees else []
    return [
        Column(locale("id"), "text", 22),
        Column(locale("title"), "long", 46),
        *score,
        Column(locale("cycle"), "text", 14),
        Column(locale("ancestor"), "long", 46),
        *score,
    ]


def _lineages(view: View) -> Iterator[list[Cell]]:
    scored = "scores" in view.sees
    for line in view.lineages:
        now: list[Cell] = [line.score] if scored else []
        for old in line.ancestors:
            before: list[Cell] = [old.score] if scored else []
            yield [line.id, line.title, *now, old.cycle, old.title or old.id, *before]
