"""Outline: a report in headings, sentences, lists and tables, for everything that shows text.

Markdown, the Notion page and the digest are the same outline in other clothes. A section joins in
by functions of `outline.py`, or of `forms.py`, beside its view:

| function | gives |
|---|---|
| `outline(view, locale)` | its pieces |
| `digest(view, locale)` | what of them belongs on one screen; optional |
| `headline(view, header, locale)` | the whole report in one sentence; one section has it |

An outline names no person and quotes no note, so that it may stand where many can read it. Reasons
for which the agreed plan was changed are told to those who may see notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from okr_report.locale import Locale
from okr_report.outline.pieces import Heading, Item, Line, Piece, Span, Spans, Table, line, sentence
from okr_report.reports import Report

__all__ = [
    "Heading",
    "Item",
    "Line",
    "Piece",
    "Span",
    "Spans",
    "Table",
    "headline",
    "outline",
    "outline_locale",
    "version_note",
]


def outline_locale(report: Report) -> Locale:
    """How outlines of the report speak."""
    return report.locale(Path(__file__).parent)


def outline(report: Report) -> Iterator[Piece]:
    """The report as an outline: title, headline, what it is about, then the sections."""
    locale = outline_locale(report)
    head = report.header
    yield Heading(1, line(f"{head.organization} · OKR {head.cycle}".removeprefix(" · ")))
    yield sentence(headline(report))
    yield sentence(" ".join(_made(report, locale)))
    for part in report.parts:
        pieces = part.section.part("outline")
        if pieces is not None:
            yield from pieces(part.view, locale)


def headline(report: Report) -> str:
    """The report in one sentence: how it goes, what needs a decision, what is not known."""
    for part in report.parts:
        said = part.section.part("headline")
        if said is not None:
            return str(said(part.view, report.header, outline_locale(report)))
    return report.header.cycle


def _made(report: Report, locale: Locale) -> Iterator[str]:
    head = report.header
    yield locale(
        "made",
        cycle=head.cycle,
        starts=locale.day(head.starts),
        ends=locale.day(head.ends),
        as_of=locale.day(head.day),
        revision=head.revision,
    )
    note = version_note(report, locale)
    if note:
        yield note
    if head.audience != "company":
        yield locale("audience", audience=line(head.audience))


def version_note(report: Report, locale: Locale) -> str:
    """Which version of a closed cycle's report it is; empty while the cycle is open."""
    version = report.header.version
    if not version:
        return ""
    return locale("version_closed" if version == 1 else "version_restated", version=version)
