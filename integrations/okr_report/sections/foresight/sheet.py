"""Sheets of the section: confidence against outcomes, and questions."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.foresight.view import View
from okr_report.xlsx.cells import Column
from okr_report.xlsx.workbook import ReportWorkbook


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """A sheet for each of the two that has rows."""
    if view.thirds:
        columns = [
            Column(locale("third"), "text", 12),
            Column(locale("goals"), "count", 10),
            Column(locale("foreseen"), "score", 14),
            Column(locale("came"), "count", 14),
            Column(locale("brier"), "score", 12),
        ]
        workbook.table(
            locale("sheet_foresight"),
            columns,
            (
                [locale(f"third_{t.third}"), t.goals, t.expected, t.successes, t.score]
                for t in view.thirds
            ),
        )
    if view.questions:
        columns = [
            Column(locale("id"), "text", 22),
            Column(locale("title"), "long", 46),
            Column(locale("question"), "long", 80),
        ]
        workbook.table(
            locale("sheet_questions"),
            columns,
            (
                [each.subject.id, each.subject.name, locale(f"question_{each.rule}")]
                for each in view.questions
            ),
        )
