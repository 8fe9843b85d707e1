"""What the section prints: revisions with their terms, what was given up, what was put right."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from okr_report.locale import Locale, rounded, score_text
from okr_report.report_facts import Named
from okr_report.reports import Header
from okr_report.sections.changes.view import Event, Retired, Revision, Term, View

_COLUMNS = ("item", "field", "old", "new")


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """What changed since the cycle began."""
    return {
        "note": locale("score_note"),
        "head": [locale(f"column_{name}") for name in _COLUMNS],
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
    told = [locale(f"event_{event.kind}", version=event.version), _by(event.by, event.at, locale)]
    if event.old is not None or event.new is not None:
        told.append(f"{_amount(event.old)} → {_amount(event.new)}")
    elif event.kind == "override":
        told.append(locale("withdrawn"))
    return [event.title, " · ".join(told), event.reason]


def _amount(value: Decimal | Fraction | None) -> str:
    return rounded(value) if isinstance(value, Decimal) else score_text(value)


def _by(by: Named | None, at: datetime, locale: Locale) -> str:
    return f"{locale.day(at)}, {by.name}" if by else locale.day(at)
