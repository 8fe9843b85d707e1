"""What changed mid-cycle, as an outline: the terms, and the class of the reason."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.outline.pieces import Heading, Piece, Table, line
from okr_report.sections.changes.view import Revision, Term, View
from okr_report.words import Words


def outline(view: View, words: Words) -> Iterator[Piece]:
    """Each revision of what was agreed; nothing where there was none."""
    rows = tuple(
        (f"{revision.at:%Y-%m-%d}", _title(term), _told(revision, term, words))
        for revision in view.revisions
        for term in revision.terms
        if term.agreed
    )
    if rows:
        yield Heading(2, words("changes"))
        head = tuple(words(f"column_{name}") for name in ("when", "key_result", "what"))
        yield Table(head, rows)


def _title(term: Term) -> str:
    return line(term.title or term.item or "–")


def _told(revision: Revision, term: Term, words: Words) -> str:
    old, new = (line(each or "–") for each in (term.old, term.new))
    told = words("term_now", field=term.field or term.kind, old=old, new=new)
    why = (revision.reason_class or "").replace("_", " ")
    return f"{told} ({why})" if why else told
