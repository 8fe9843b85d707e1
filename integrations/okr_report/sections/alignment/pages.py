"""What the section prints: the trees, each objective one line, indented."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.reports import Header
from okr_report.sections.alignment.view import Node, View
from okr_report.voice import Voice, number, percent


def pages(view: View, voice: Voice, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """Objectives that are served, with what serves them; then those without a link."""
    return {
        "own_page": True,
        "trees": [row for node in view.trees for row in _rows(node, view, voice, 0)],
        "alone_heading": voice("alone"),
        "alone": [row for node in view.alone for row in _rows(node, view, voice, 0)],
    }


def _rows(node: Node, view: View, voice: Voice, depth: int) -> Iterator[dict[str, object]]:
    yield {
        "depth": depth,
        "title": node.title,
        "about": " · ".join(_about(node, voice)),
        "progress": percent(node.progress) if "progress" in view.sees else "",
        "status": node.status if view.shows_status else None,
        "status_text": voice(node.status) if node.status else "",
    }
    for child in node.children:
        yield from _rows(child, view, voice, depth + 1)


def _about(node: Node, voice: Voice) -> Iterator[str]:
    if node.team:
        yield node.team.name
    if node.link == "counted" and node.weight is not None:
        yield voice("counted", weight=number(node.weight))
    elif node.link == "drawn":
        yield voice("drawn")
    if node.repeated:
        yield voice("repeated")
