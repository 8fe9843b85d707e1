"""Sheets of the section: revisions term by term, and what people put right."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.sections.changes.view import View
from okr_report.voice import Voice
from okr_report.xlsx.book import Book
from okr_report.xlsx.cells import Cell, Column

_HALVES = {True: "early", False: "late"}


def sheet(book: Book, view: View, voice: Voice) -> None:
    """A sheet for each of the two that has rows."""
    if view.revisions:
        book.table(voice("sheet_changes"), _terms_head(voice), _terms(view, voice))
    if view.events or view.retired:
        rows = [*_events(view, voice), *_retired(view, voice)]
        book.table(voice("sheet_people"), _events_head(voice), rows)


def _terms_head(voice: Voice) -> list[Column]:
    return [
        Column(voice("revision_number"), "count", 9),
        Column(voice("when"), "moment", 16),
        Column(voice("who"), "text", 18),
        Column(voice("class"), "text", 18),
        Column(voice("reason"), "long", 46),
        Column(voice("id"), "text", 22),
        Column(voice("title"), "long", 40),
        Column(voice("field"), "text", 18),
        Column(voice("old"), "long", 28),
        Column(voice("new"), "long", 28),
    ]


def _terms(view: View, voice: Voice) -> Iterator[list[Cell]]:
    for each in view.revisions:
        by = each.by.name if each.by else None
        why = voice(each.reason_class) if each.reason_class else None
        for term in each.terms:
            what = term.field or voice(term.kind)
            about: list[Cell] = [term.item, term.title, what, term.old, term.new]
            yield [each.number, each.at, by, why, each.reason, *about]


def _events_head(voice: Voice) -> list[Column]:
    return [
        Column(voice("when"), "moment", 16),
        Column(voice("who"), "text", 18),
        Column(voice("what"), "text", 26),
        Column(voice("id"), "text", 22),
        Column(voice("title"), "long", 40),
        Column(voice("old"), "number", 12),
        Column(voice("new"), "number", 12),
        Column(voice("reason"), "long", 60),
    ]


def _events(view: View, voice: Voice) -> Iterator[list[Cell]]:
    for event in view.events:
        by = event.by.name if event.by else None
        what = voice(f"event_{event.kind}", version=event.version)
        about: list[Cell] = [event.item, event.title, event.old, event.new, event.reason]
        yield [event.at, by, what, *about]


def _retired(view: View, voice: Voice) -> Iterator[list[Cell]]:
    for gone in view.retired:
        what = f"{voice(gone.how)}, {voice(_HALVES[gone.early])}"
        yield [gone.at, None, what, gone.item, gone.title, None, None, gone.reason]
