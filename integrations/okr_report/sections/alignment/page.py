"""What the section's template needs beside its view: what is said of an objective in a tree."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale, number, percent
from okr_report.sections.alignment.view import Node, View


def page(view: View, locale: Locale) -> dict[str, object]:
    """`about`: progress, and how it hangs on its parent."""
    return {"about": lambda node: list(about(node, view, locale))}


def about(node: Node, view: View, locale: Locale) -> Iterator[str]:
    """What is said of an objective beside its team, as far as the audience may see it."""
    if "progress" in view.sees:
        yield percent(node.progress)
    if node.link == "counted" and node.weight is not None:
        yield locale("counted", weight=number(node.weight))
    elif node.link == "drawn":
        yield locale("drawn")
    if node.repeated:
        yield locale("repeated")
