"""Sheet of the section: the trees, one objective a row."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.sections.alignment.view import Node, View
from okr_report.voice import Voice, number
from okr_report.xlsx.book import Book
from okr_report.xlsx.cells import Cell, Column, Indented


def sheet(book: Book, view: View, voice: Voice) -> None:
    """Trees in their order, then what stands alone."""
    columns = [
        Column(voice("depth"), "count", 8),
        Column(voice("id"), "text", 22),
        Column(voice("title"), "text", 70),
        Column(voice("team"), "text", 18),
        Column(voice("serves"), "text", 24),
        Column(voice("progress"), "share", 12, bars=True),
        Column(voice("status"), "text", 12),
    ]
    rows = (row for node in (*view.trees, *view.alone) for row in _rows(node, voice, 0))
    book.table(voice("sheet_alignment"), columns, rows)


def _rows(node: Node, voice: Voice, depth: int) -> Iterator[list[Cell]]:
    team = node.team.name if node.team else None
    title = Indented(node.title, depth)
    status = voice(node.status) if node.status else None
    yield [depth, node.id, title, team, _link(node, voice), node.progress, status]
    for child in node.children:
        yield from _rows(child, voice, depth + 1)


def _link(node: Node, voice: Voice) -> str | None:
    if node.link == "counted" and node.weight is not None:
        return voice("counted", weight=number(node.weight))
    return voice("drawn") if node.link == "drawn" else None
