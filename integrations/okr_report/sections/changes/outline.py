"""What changed mid-cycle, as an outline: the terms, and the class of the reason."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale
from okr_report.outline.pieces import Heading, Piece, Table, line
from okr_report.sections.changes.view import Revision, Term, View


def outline(view: View, locale: Locale) -> Iterator[Piece]:
    """Each revision of what was agreed; nothing where there was none."""
    rows = tuple(
        (locale.day(revision.at), _title(term), _told(revision, term, locale))
        for revision in view.revisions
        for term in revision.terms
        if term.agreed
    )
    if rows:
        yield Heading(2, locale("title_changes"))
        head = tuple(locale(f"column_{name}") for name in ("when", "key_result", "what"))
        yield Table(head, rows)


def _title(term: Term) -> str:
    return line(term.title or term.item or "–")


def _told(revision: Revision, term: Term, locale: Locale) -> str:
    old, new = (line(each or "–") for each in (term.old, term.new))
    told = locale("term_now", field=term.field or term.kind, old=old, new=new)
    return f"{told} ({locale(revision.reason_class)})" if revision.reason_class else told
