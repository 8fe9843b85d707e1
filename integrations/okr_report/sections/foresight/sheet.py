"""Sheets of the section: confidence against outcomes, and questions."""

from __future__ import annotations

from okr_report.sections.foresight.view import View
from okr_report.voice import Voice
from okr_report.xlsx.book import Book
from okr_report.xlsx.cells import Column


def sheet(book: Book, view: View, voice: Voice) -> None:
    """A sheet for each of the two that has rows."""
    if view.thirds:
        columns = [
            Column(voice("third"), "text", 12),
            Column(voice("goals"), "count", 10),
            Column(voice("foreseen"), "score", 14),
            Column(voice("came"), "count", 14),
            Column(voice("brier"), "score", 12),
        ]
        book.table(
            voice("sheet_foresight"),
            columns,
            (
                [voice(f"third_{t.third}"), t.goals, t.expected, t.successes, t.score]
                for t in view.thirds
            ),
        )
    if view.questions:
        columns = [
            Column(voice("id"), "text", 22),
            Column(voice("title"), "long", 46),
            Column(voice("question"), "long", 80),
        ]
        book.table(
            voice("sheet_questions"),
            columns,
            (
                [each.subject.id, each.subject.name, voice(f"question_{each.rule}")]
                for each in view.questions
            ),
        )
