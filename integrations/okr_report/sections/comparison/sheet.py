"""Sheets of the section: cycles beside each other, and what was carried over."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.sections.comparison.view import CycleRow, View
from okr_report.voice import Voice
from okr_report.xlsx.book import Book
from okr_report.xlsx.cells import Cell, Column


def sheet(book: Book, view: View, voice: Voice) -> None:
    """A sheet for each of the two that has rows."""
    if len(view.cycles) > 1:
        book.table(voice("sheet_comparison"), _cycles_head(voice), map(_cycle, view.cycles))
    if view.lineages:
        book.table(voice("sheet_lineage"), _lineage_head(view, voice), _lineages(view))


def _cycles_head(voice: Voice) -> list[Column]:
    return [
        Column(voice("cycle"), "text", 14),
        Column(voice("starts"), "day", 12),
        Column(voice("ends"), "day", 12),
        Column(voice("score"), "score", 10, bars=True),
        Column(voice("reached"), "count", 14),
        Column(voice("objectives"), "count", 12),
        Column(voice("key_results_at"), "count", 12),
    ]


def _cycle(row: CycleRow) -> list[Cell]:
    counts: list[Cell] = [row.reached, row.objectives, len(row.key_results)]
    return [row.cycle, row.starts, row.ends, row.score, *counts]


def _lineage_head(view: View, voice: Voice) -> list[Column]:
    score = [Column(voice("score"), "score", 10)] if "scores" in view.sees else []
    return [
        Column(voice("id"), "text", 22),
        Column(voice("title"), "long", 46),
        *score,
        Column(voice("cycle"), "text", 14),
        Column(voice("ancestor"), "long", 46),
        *score,
    ]


def _lineages(view: View) -> Iterator[list[Cell]]:
    scored = "scores" in view.sees
    for line in view.lineages:
        now: list[Cell] = [line.score] if scored else []
        for old in line.ancestors:
            before: list[Cell] = [old.score] if scored else []
            yield [line.id, line.title, *now, old.cycle, old.title or old.id, *before]
