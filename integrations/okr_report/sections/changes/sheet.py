"""Sheets of the section: revisions term by term, and what people put right."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale
from okr_report.sections.changes.view import View
from okr_report.xlsx.cells import Cell, Column
from okr_report.xlsx.workbook import ReportWorkbook

_HALVES = {True: "early", False: "late"}


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """A sheet for each of the two that has rows."""
    if view.revisions:
        workbook.table(locale("sheet_changes"), _terms_head(locale), _terms(view, locale))
    if view.events or view.retired:
        rows = [*_events(view, locale), *_retired(view, locale)]
        workbook.table(locale("sheet_people"), _events_head(locale), rows)


def _terms_head(locale: Locale) -> list[Column]:
    return [
        Column(locale("revision_number"), "count", 9),
        Column(locale("when"), "moment", 16),
        Column(locale("who"), "text", 18),
        Column(locale("class"), "text", 18),
        Column(locale("reason"), "long", 46),
        Column(locale("id"), "text", 22),
        Column(locale("title"), "long", 40),
        Column(locale("field"), "text", 18),
        Column(locale("old"), "long", 28),
        Column(locale("new"), "long", 28),
    ]


def _terms(view: View, locale: Locale) -> Iterator[list[Cell]]:
    for each in view.revisions:
        by = each.by.name if each.by else None
        why = locale(each.reason_class) if each.reason_class else None
        for term in each.terms:
            what = term.field or locale(term.kind)
            about: list[Cell] = [term.item, term.title, what, term.old, term.new]
            yield [each.number, each.at, by, why, each.reason, *about]


def _events_head(locale: Locale) -> list[Column]:
    return [
        Column(locale("when"), "moment", 16),
        Column(locale("who"), "text", 18),
        Column(locale("what"), "text", 26),
        Column(locale("id"), "text", 22),
        Column(locale("title"), "long", 40),
        Column(locale("old"), "number", 12),
        Column(locale("new"), "number", 12),
        Column(locale("reason"), "long", 60),
    ]


def _events(view: View, locale: Locale) -> Iterator[list[Cell]]:
    for event in view.events:
        by = event.by.name if event.by else None
        what = locale(f"event_{event.kind}", version=event.version)
        about: list[Cell] = [event.item, event.title, event.old, event.new, event.reason]
        yield [event.at, by, what, *about]


def _retired(view: View, locale: Locale) -> Iterator[list[Cell]]:
    for gone in view.retired:
        what = f"{locale(gone.how)}, {locale(_HALVES[gone.early])}"
        yield [gone.at, None, what, gone.item, gone.title, None, None, gone.reason]
