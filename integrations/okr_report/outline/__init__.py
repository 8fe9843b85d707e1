"""Outline: a report in headings, sentences, lists and tables, for everything that shows text.

Markdown, the Notion page and the digest are the same outline in other clothes. A section joins in
by a module `outline.py` beside its view:

| function | gives |
|---|---|
| `outline(view, locale)` | its pieces |
| `digest(view, locale)` | what of them belongs on one screen; optional |
| `headline(view, header, locale)` | the whole report in one sentence; one section has it |

An outline names no person and quotes no note, so that it may stand where many can read it.
"""

from okr_report.outline.build import headline, outline, outline_locale
from okr_report.outline.pieces import Heading, Item, Line, Piece, Span, Spans, Table

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
]
