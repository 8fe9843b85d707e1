"""Sheet of the section: the trees, one objective a row."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale, number
from okr_report.sections.alignment.view import Node, View
from okr_report.xlsx.cells import Cell, Column, Indented
from okr_report.xlsx.workbook import ReportWorkbook


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """Trees in their order, then what stands alone."""
    columns = {
        "depth": Column(locale("depth"), "count", 8),
        "id": Column(locale("id"), "text", 22),
        "title": Column(locale("title"), "text", 70),
        "team": Column(locale("team"), "text", 18),
        "serves": Column(locale("serves"), "text", 24),
    }
    if "progress" in view.sees:
        columns["progress"] = Column(locale("progress"), "share", 12, bars=True)
    if view.shows_status:
        columns["status"] = Column(locale("status"), "text", 12)
    told = (row for node in (*view.trees, *view.alone) for row in _rows(node, locale, 0))
    rows = ([row[name] for name in columns] for row in told)
    workbook.table(locale("sheet_alignment"), list(columns.values()), rows)


def _rows(node: Node, locale: Locale, depth: int) -> Iterator[dict[str, Cell]]:
    yield {
        "depth": depth,
        "id": node.id,
        "title": Indented(node.title, depth),
        "team": node.team.name if node.team else None,
        "serves": _link(node, locale),
        "progress": node.progress,
        "status": locale(node.status) if node.status else None,
    }
    for child in node.children:
        yield from _rows(child, locale, depth + 1)


def _link(node: Node, locale: Locale) -> str | None:
    if node.link == "counted" and node.weight is not None:
        return locale("counted", weight=number(node.weight))
    return locale("drawn") if node.link == "drawn" else None
