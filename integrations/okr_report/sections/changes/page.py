"""What the section's template needs beside its view: what a changed field is called."""

from __future__ import annotations

from okr_report.sections.changes.view import Term, View
from okr_report.voice import Voice


def names(view: View, voice: Voice) -> dict[str, object]:  # noqa: ARG001 - one signature for all
    """`what`: the word for what a term changed."""
    return {"what": lambda term: field_text(term, voice)}


def field_text(term: Term, voice: Voice) -> str:
    """What a term changed, in words where there are some; else its path in the plan file."""
    if not term.field:
        return voice(term.kind)
    key = f"field_{term.field.rpartition('.')[2]}"
    return voice(key) if key in voice.words else term.field
