"""What the section's template needs beside its view: what a changed field is called."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.changes.view import Term, View


def page(view: View, locale: Locale) -> dict[str, object]:  # noqa: ARG001 - one signature for all
    """`what`: the word for what a term changed."""
    return {"what": lambda term: field_text(term, locale)}


def field_text(term: Term, locale: Locale) -> str:
    """What a term changed, in words where there are some; else its path in the plan file."""
    if not term.field:
        return locale(term.kind)
    key = f"field_{term.field.rpartition('.')[2]}"
    return locale(key) if key in locale else term.field
