"""Plain: times, values, readings, rows and revisions as the JSON documents hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_cli.documents import ChangeDocument, ReadingDocument, RevisionDocument, RowDocument
from okr_core.basics.exact import decimal_text
from okr_core.record.entries import Reading, RevisionDecision

if TYPE_CHECKING:
    from okr_core.plan.revision import Change
    from okr_core.record.evidence import Row
    from okr_store import RevisionHeader


def time_json(at: datetime) -> str:
    """An aware time in UTC, such as `2026-11-15T09:30:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def maybe_time(at: datetime | None) -> str | None:
    """A time, or null."""
    return None if at is None else time_json(at)


def maybe_value(value: Decimal | None) -> str | None:
    """A measured value as a decimal string, or null."""
    return None if value is None else decimal_text(value)


def reading_json(reading: Reading) -> ReadingDocument:
    """A reading with all that is known of it."""
    return {
        "id": reading.id,
        "part": reading.part or None,
        "at": time_json(reading.at),
        "value": decimal_text(reading.value),
        "state": reading.state,
        "source": reading.source,
        "observed_at": time_json(reading.observed_at or reading.at),
        "supersedes": reading.supersedes or None,
        "reason": reading.reason or None,
        "until": maybe_time(reading.until),
        "by": reading.by or None,
        "revision": reading.revision,
    }


def row_json(row: Row) -> RowDocument:
    """One thing that counted."""
    return {
        "id": row.id,
        "value": maybe_value(row.value),
        "weight": decimal_text(row.weight),
        "label": row.label,
    }


def revision_json(
    revision: RevisionHeader, decision: RevisionDecision | None = None
) -> RevisionDocument:
    """A revision without its document.

    Args:
        revision: What was recorded.
        decision: What was said when it was accepted or rejected, where somebody had to.
    """
    return {
        "kind": revision.kind,
        "scope": revision.scope,
        "number": revision.number,
        "digest": revision.digest,
        "base": revision.base,
        "at": time_json(revision.at),
        "by": revision.by,
        "via": revision.via,
        "reason": revision.reason or None,
        "reason_class": revision.reason_class or None,
        "state": revision.state,
        "decided_by": revision.decided_by or None,
        "decided_at": maybe_time(revision.decided_at),
        "decision_reason": (decision.reason or None) if decision else None,
        "decision_reason_class": (decision.reason_class or None) if decision else None,
    }


def change_json(change: Change) -> ChangeDocument:
    """One difference between two revisions."""
    return {
        "path": change.path,
        "item": change.item,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "kind": change.kind,
        "protected": change.protected,
    }
