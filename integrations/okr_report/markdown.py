"""Markdown: a report's outline for Prefect's UI and every place that shows Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from okr_core.words.markdown import safe, with_code
from okr_report.outline import Heading, Item, Line, Piece, Span, Spans, Table, outline
from okr_report.reports import Report


def markdown(report: Report) -> str:
    """The report as Markdown with tables (GitHub's flavour); what people wrote is no markup."""
    return "\n".join(_lines(outline(report))).strip() + "\n"


def _lines(pieces: Iterable[Piece]) -> Iterator[str]:
    listed = False
    for piece in pieces:
        if listed and not isinstance(piece, Item):
            yield ""
        listed = isinstance(piece, Item)
        match piece:
            case Heading():
                yield from (f"{'#' * piece.level} {safe(piece.text)}", "")
            case Item():
                yield f"- {_spans(piece.spans)}"
            case Line():
                yield from (_spans(piece.spans), "")
            case Table():
                yield from (*_table(piece), "")


def _table(table: Table) -> Iterator[str]:
    yield _row(table.head)
    marks = ("---:" if n in table.right else ":---" for n in range(len(table.head)))
    yield f"| {' | '.join(marks)} |"
    yield from map(_row, table.rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(safe, cells))} |"


def _spans(spans: Spans) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    if span.code:
        return f"`{span.text}`"
    if span.strong:
        return f"**{safe(span.text)}**"
    # A part of a line keeps the blanks around it.
    inner = span.text.strip()
    before, _, after = span.text.partition(inner) if inner else (span.text, "", "")
    return f"{before}{with_code(inner)}{after}"
