"""What the section prints: revisions with their terms, what was given up, what was put right."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from okr_report.report_facts import Named
from okr_report.reports import Header
from okr_report.sections.changes.view import Event, Retired, Revision, Term, View
from okr_report.voice import Voice, rounded, score_text

_COLUMNS = ("item", "field", "old", "new")


def pages(view: View, voice: Voice, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """What changed since the cycle began."""
    return {
        "note": voice("score_note"),
        "head": [voice(f"column_{name}") for name in _COLUMNS],
        "revisions": [_revision(each, voice) for each in view.revisions],
        "retired_heading": voice("retired_heading"),
        "retired": [_retired(each, voice) for each in view.retired],
        "events_heading": voice("events_heading"),
        "events": [_event(each, voice) for each in view.events],
    }


def _revision(revision: Revision, voice: Voice) -> dict[str, object]:
    why = f" · {voice(revision.reason_class)}" if revision.reason_class else ""
    return {
        "title": voice("revision", number=revision.number) + why,
        "reason": revision.reason or voice("no_reason"),
        "by": _by(revision.by, revision.at, voice),
        "terms": [_term(each, voice) for each in revision.terms],
    }


def _term(term: Term, voice: Voice) -> list[str]:
    title = term.title or term.item or voice("whole_cycle")
    return [title, term.field or voice(term.kind), term.old or "–", term.new or "–"]


def _retired(item: Retired, voice: Voice) -> list[str]:
    half = voice("early" if item.early else "late")
    return [item.title, f"{voice(item.how)} · {voice.day(item.at)} · {half}", item.reason]


def _event(event: Event, voice: Voice) -> list[str]:
    told = [voice(f"event_{event.kind}", version=event.version), _by(event.by, event.at, voice)]
    if event.old is not None or event.new is not None:
        told.append(f"{_amount(event.old)} → {_amount(event.new)}")
    elif event.kind == "override":
        told.append(voice("withdrawn"))
    return [event.title, " · ".join(told), event.reason]


def _amount(value: Decimal | Fraction | None) -> str:
    return rounded(value) if isinstance(value, Decimal) else score_text(value)


def _by(by: Named | None, at: datetime, voice: Voice) -> str:
    return f"{voice.day(at)}, {by.name}" if by else voice.day(at)
