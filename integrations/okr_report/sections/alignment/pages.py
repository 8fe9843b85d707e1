"""What the section prints: the trees, each objective one line, indented."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale, number, percent
from okr_report.reports import Header
from okr_report.sections.alignment.view import Node, View


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """Objectives that are served, with what serves them; then those without a link."""
    return {
        "own_page": True,
        "trees": [row for node in view.trees for row in _rows(node, view, locale, 0)],
        "alone_heading": locale("alone"),
        "alone": [row for node in view.alone for row in _rows(node, view, locale, 0)],
    }


def _rows(node: Node, view: View, locale: Locale, depth: int) -> Iterator[dict[str, object]]:
    yield {
        "depth": depth,
        "title": node.title,
        "about": " · ".join(_about(node, locale)),
        "progress": percent(node.progress) if "progress" in view.sees else "",
        "status": node.status if view.shows_status else None,
        "status_text": locale(node.status) if node.status else "",
    }
    for child in node.children:
        yield from _rows(child, view, locale, depth + 1)


def _about(node: Node, locale: Locale) -> Iterator[str]:
    if node.team:
        yield node.team.name
    if node.link == "counted" and node.weight is not None:
        yield locale("counted", weight=number(node.weight))
    elif node.link == "drawn":
        yield locale("drawn")
    if node.repeated:
        yield locale("repeated")
