"""How the section is shown in each form: the trees, an objective a line."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale, number, percent
from okr_report.reports import Header
from okr_report.sections.alignment.view import Node, View
from okr_report.xlsx.cells import Cell, Column, Indented
from okr_report.xlsx.workbook import ReportWorkbook

_COLUMNS = (
    Column("depth", "count", 8),
    Column("id", "text", 22),
    Column("title", "text", 70),
    Column("team", "text", 18),
    Column("serves", "text", 24),
    Column("progress", "share", 12, ("progress",), bars=True),
    Column("status", "text", 12, ("progress", "scores")),
)


def findings(view: View, locale: Locale) -> dict[str, str]:
    """`links`: which links move numbers, and how many cross teams."""
    count = view.counted + view.drawn
    text = locale("finding", counted=view.counted, drawn=view.drawn, count=count)
    crossing = locale("finding_crossing", count=view.crossing) if view.crossing else ""
    return {"links": text + crossing + locale("full_stop")}


def page(view: View, locale: Locale) -> dict[str, object]:
    """`about`: progress, as far as the audience may see it, and how it hangs on its parent."""
    progress = "progress" in view.sees

    def about(node: Node) -> list[str]:
        return [*([percent(node.progress)] if progress else ()), *_link(node, locale)]

    return {"about": about}


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """Objectives that are served, with what serves them; then those without a link."""
    trees, alone = (
        [_printed(node, depth, view, locale) for node, depth in _below(nodes)]
        for nodes in (view.trees, view.alone)
    )
    return {"own_page": True, "trees": trees, "alone_heading": locale("alone"), "alone": alone}


def _printed(node: Node, depth: int, view: View, locale: Locale) -> dict[str, object]:
    team = [node.team.name] if node.team else []
    return {
        "depth": depth,
        "title": node.title,
        "about": " · ".join((*team, *_link(node, locale))),
        "progress": percent(node.progress) if "progress" in view.sees else "",
        "status": node.status if view.shows_status else None,
        "status_text": locale.word(node.status),
    }


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """Trees in their order, then what stands alone."""
    nodes = _below((*view.trees, *view.alone))
    rows = (_row(node, depth, locale) for node, depth in nodes)
    workbook.table("sheet_alignment", _COLUMNS, rows, locale, sees=view.sees)


def _row(node: Node, depth: int, locale: Locale) -> dict[str, Cell]:
    return {
        "depth": depth,
        "id": node.id,
        "title": Indented(node.title, depth),
        "team": node.team,
        "serves": next(_hangs(node, locale), None),
        "progress": node.progress,
        "status": locale.word(node.status),
    }


def _below(nodes: tuple[Node, ...], depth: int = 0) -> Iterator[tuple[Node, int]]:
    """Nodes with all that hangs below them, and how deep each stands."""
    for node in nodes:
        yield node, depth
        yield from _below(node.children, depth + 1)


def _link(node: Node, locale: Locale) -> Iterator[str]:
    """How an objective hangs on its parent, and whether it stands in full before."""
    yield from _hangs(node, locale)
    if node.repeated:
        yield locale("repeated")


def _hangs(node: Node, locale: Locale) -> Iterator[str]:
    if node.link == "counted" and node.weight is not None:
        yield locale("counted", weight=number(node.weight))
    elif node.link == "drawn":
        yield locale("drawn")
