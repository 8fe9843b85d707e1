"""Sheet of the section: the trees, one objective a row."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.sections.alignment.view import Node, View
from okr_report.voice import Voice, number
from okr_report.xlsx.book import Book
from okr_report.xlsx.cells import Cell, Column, Indented


def sheet(book: Book, view: View, voice: Voice) -> None:
    """Trees in their order, then what stands alone."""
    columns = {
        "depth": Column(voice("depth"), "count", 8),
        "id": Column(voice("id"), "text", 22),
        "title": Column(voice("title"), "text", 70),
        "team": Column(voice("team"), "text", 18),
        "serves": Column(voice("serves"), "text", 24),
    }
    if "progress" in view.sees:
        columns["progress"] = Column(voice("progress"), "share", 12, bars=True)
    if view.shows_status:
        columns["status"] = Column(voice("status"), "text", 12)
    told = (row for node in (*view.trees, *view.alone) for row in _rows(node, voice, 0))
    rows = ([row[name] for name in columns] for row in told)
    book.table(voice("sheet_alignment"), list(columns.values()), rows)


def _rows(node: Node, voice: Voice, depth: int) -> Iterator[dict[str, Cell]]:
    yield {
        "depth": depth,
        "id": node.id,
        "title": Indented(node.title, depth),
        "team": node.team.name if node.team else None,
        "serves": _link(node, voice),
        "progress": node.progress,
        "status": voice(node.status) if node.status else None,
    }
    for child in node.children:
        yield from _rows(child, voice, depth + 1)


def _link(node: Node, voice: Voice) -> str | None:
    if node.link == "counted" and node.weight is not None:
        return voice("counted", weight=number(node.weight))
    return voice("drawn") if node.link == "drawn" else None
