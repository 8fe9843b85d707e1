"""How the section is shown in each form: revisions, what was given up, what was put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from okr_report.locale import Locale, rounded, score_text
from okr_report.outline.pieces import Heading, Piece, Table, line
from okr_report.report_facts import Named
from okr_report.reports import Header
from okr_report.sections.changes.view import Event, Retired, Revision, Term, View
from okr_report.xlsx.cells import Cell, Column
from okr_report.xlsx.workbook import ReportWorkbook

_PRINTED = ("item", "field", "old", "new")
_TERMS = (
    Column("revision_number", "count", 9),
    Column("when", "moment", 16),
    Column("who", "text", 18),
    Column("class", "text", 18),
    Column("reason", "long", 46),
    Column("id", "text", 22),
    Column("title", "long", 40),
    Column("field", "text", 18),
    Column("old", "long", 28),
    Column("new", "long", 28),
)
_PEOPLE = (
    Column("when", "moment", 16),
    Column("who", "text", 18),
    Column("what", "text", 26),
    Column("id", "text", 22),
    Column("title", "long", 40),
    Column("old", "number", 12),
    Column("new", "number", 12),
    Column("reason", "long", 60),
)


def findings(view: View, locale: Locale) -> dict[str, str]:
    """`changes`: how much was changed, given up and put right."""
    others = [each for each in view.revisions if not _source_error(each)]
    counts = {
        "agreed": sum(any(term.agreed for term in each.terms) for each in others),
        "source_error": len(view.revisions) - len(others),
        "other": sum(all(_only_words(term) for term in each.terms) for each in others),
        "retired": len(view.retired),
        "events": len(view.events),
    }
    found = [locale(f"finding_{key}", count=count) for key, count in counts.items() if count]
    return {"changes": locale.among(found) + locale("full_stop")}


def _source_error(revision: Revision) -> bool:
    """Whether it put right where a number is read, and nothing that is scored."""
    sources = all(term.field.partition(".")[0] == "source" for term in revision.terms)
    return revision.reason_class == "metric_error" and sources


def _only_words(term: Term) -> bool:
    """Whether it changes neither what was agreed nor whether something is pursued."""
    return not term.agreed and term.field not in {"state", "state_reason"}


def page(view: View, locale: Locale) -> dict[str, object]:  # noqa: ARG001 - one signature for all
    """`what`: what a term changed, in words where there are some; else its path in the file."""

    def what(term: Term) -> str:
        if not term.field:
            return locale(term.kind)
        key = f"field_{term.field.rpartition('.')[2]}"
        return locale(key) if key in locale else term.field

    return {"what": what}


def outline(view: View, locale: Locale) -> Iterator[Piece]:
    """Each revision of what was agreed; nothing where there was none."""
    rows = tuple(
        (
            locale.day(revision.at),
            line(term.title or term.item or "–"),
            _now(revision, term, locale),
        )
        for revision in view.revisions
        for term in revision.terms
        if term.agreed
    )
    if rows:
        yield Heading(2, locale("title_changes"))
        yield Table(
            tuple(locale(f"column_{name}") for name in ("when", "key_result", "what")), rows
        )


def _now(revision: Revision, term: Term, locale: Locale) -> str:
    """What a term is now, and why: the class of the reason, and what was said."""
    old, new = (line(each or "–") for each in (term.old, term.new))
    text = locale("term_now", field=term.field or term.kind, old=old, new=new)
    if not revision.reason_class:
        return text
    why, reason = locale(revision.reason_class), line(revision.reason).rstrip(".")
    return f"{text} ({locale('term_why', why=why, reason=reason) if reason else why})"


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """What changed since the cycle began."""
    return {
        "note": locale("score_note"),
        "head": [locale(f"column_{name}") for name in _PRINTED],
        "revisions": [_revision(each, locale) for each in view.revisions],
        "retired_heading": locale("retired_heading"),
        "retired": [_retired(each, locale) for each in view.retired],
        "events_heading": locale("events_heading"),
        "events": [_event(each, locale) for each in view.events],
    }


def _revision(revision: Revision, locale: Locale) -> dict[str, object]:
    why = f" · {locale(revision.reason_class)}" if revision.reason_class else ""
    return {
        "title": locale("revision", number=revision.number) + why,
        "reason": revision.reason or locale("no_reason"),
        "by": _by(revision.by, revision.at, locale),
        "terms": [_term(each, locale) for each in revision.terms],
    }


def _term(term: Term, locale: Locale) -> list[str]:
    title = term.title or term.item or locale("whole_cycle")
    return [title, term.field or locale(term.kind), term.old or "–", term.new or "–"]


def _retired(item: Retired, locale: Locale) -> list[str]:
    half = locale("early" if item.early else "late")
    return [item.title, f"{locale(item.how)} · {locale.day(item.at)} · {half}", item.reason]


def _event(event: Event, locale: Locale) -> list[str]:
    text = [locale(f"event_{event.kind}", version=event.version), _by(event.by, event.at, locale)]
    if event.old is not None or event.new is not None:
        text.append(f"{_amount(event.old)} → {_amount(event.new)}")
    elif event.kind == "override":
        text.append(locale("withdrawn"))
    return [event.title, " · ".join(text), event.reason]


def _amount(value: Decimal | Fraction | None) -> str:
    return rounded(value) if isinstance(value, Decimal) else score_text(value)


def _by(by: Named | None, at: datetime, locale: Locale) -> str:
    return f"{locale.day(at)}, {by.name}" if by else locale.day(at)


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """Revisions term by term, and what people put right, where there are any."""
    if view.revisions:
        workbook.table("sheet_changes", _TERMS, _term_rows(view, locale), locale)
    if view.events or view.retired:
        workbook.table("sheet_people", _PEOPLE, _people_rows(view, locale), locale)


def _term_rows(view: View, locale: Locale) -> Iterator[dict[str, Cell]]:
    for revision in view.revisions:
        for term in revision.terms:
            yield {
                "revision_number": revision.number,
                "when": revision.at,
                "who": revision.by,
                "class": locale.word(revision.reason_class),
                "reason": revision.reason,
                "id": term.item,
                "title": term.title,
                "field": term.field or locale(term.kind),
                "old": term.old,
                "new": term.new,
            }


def _people_rows(view: View, locale: Locale) -> Iterator[dict[str, Cell]]:
    items: tuple[Event | Retired, ...] = (*view.events, *view.retired)
    for each in items:
        row: dict[str, Cell] = {"when": each.at, "id": each.item, "title": each.title}
        row["reason"] = each.reason
        if isinstance(each, Event):
            row |= {"who": each.by, "old": each.old, "new": each.new}
            row["what"] = locale(f"event_{each.kind}", version=each.version)
        else:
            row["what"] = f"{locale(each.how)}, {locale('early' if each.early else 'late')}"
        yield row
