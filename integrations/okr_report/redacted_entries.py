"""Redacted entries and readings: what an audience may see of what was said and measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from okr_core.record.entries import (
    Body,
    CheckIn,
    Entry,
    HypothesisClosed,
    Override,
    Reading,
    SyncRecord,
)
from okr_core.record.score_records import Closing, ForecastRecord, Restatement, Scored
from okr_report.sight import Sight

_Value = TypeVar("_Value")
_CYCLE_WIDE = ("scored", "closing", "sync")
"""Kinds of entries about the whole cycle that sections look at; no others leave."""


def redacted_readings(
    sight: Sight, readings: Mapping[str, Sequence[Reading]]
) -> dict[str, list[Reading]]:
    """Readings of what is seen; without `evidence` only the kind of their source."""
    if not sight.sees("progress"):
        return {}
    return {
        item: [redacted_reading(sight, reading) for reading in several]
        for item, several in readings.items()
        if item in sight.items
    }


def redacted_reading(sight: Sight, reading: Reading) -> Reading:
    """A reading as it is seen: why it is suspect names queries and rows, which are evidence."""
    evident = sight.sees("evidence")
    return replace(
        reading,
        by=sight.text(reading.by, "people"),
        reason=sight.text(reading.reason, "evidence", "notes"),
        evidence=reading.evidence if evident else "",
        source=reading.source if evident else reading.source.partition(":")[0],
    )


def redacted_entries(
    sight: Sight, entries: Mapping[str, Sequence[Entry]]
) -> dict[str, list[Entry]]:
    """Entries about what is seen, and the cycle's own cut down to it."""
    found: dict[str, list[Entry]] = {}
    for item, several in entries.items():
        if item in sight.items or item == "":
            kept = [_entry(sight, entry) for entry in several]
            found[item] = [entry for entry in kept if entry is not None]
    return found


def _entry(sight: Sight, entry: Entry) -> Entry | None:
    wide = entry.key_result == ""
    if wide and entry.body.kind not in _CYCLE_WIDE:
        return None
    body = _body(sight, entry.body)
    if body is None:
        return None
    # Who closed or scored the whole cycle may be of another part of it.
    by = "" if wide and not sight.whole else sight.text(entry.by, "people")
    return replace(entry, body=body, by=by, key="")


def _body(sight: Sight, body: Body) -> Body | None:
    found: Body | None
    match body:
        case CheckIn():
            found = _check_in(sight, body)
        case HypothesisClosed():
            note, evidence = sight.text(body.note, "notes"), sight.text(body.evidence, "notes")
            found = body.model_copy(update={"note": note, "evidence": evidence})
        case Override() | Restatement():
            reason = {"reason": sight.text(body.reason, "notes")}
            found = body.model_copy(update=reason) if sight.sees("scores") else None
        case Scored():
            found = _scored(sight, body)
        case Closing():
            found = _closing(sight, body)
        case SyncRecord():
            found = _sync(sight, body) if sight.sees("evidence") else None
        case _:
            found = _decision(sight, body)
    return found


def _decision(sight: Sight, body: Body) -> Body | None:
    """Corrections, acceptances and the like are changes; their words are notes."""
    if not sight.sees("changes"):
        return None
    update: dict[str, object] = {
        field: sight.text(getattr(body, field), "notes")
        for field in ("reason", "note")
        if hasattr(body, field)
    }
    if hasattr(body, "value") and not sight.sees("progress"):
        update["value"] = None
    return body.model_copy(update=update)


def _check_in(sight: Sight, body: CheckIn) -> CheckIn | None:
    return body.model_copy(
        update={
            "confidence": body.confidence if sight.sees("confidence") else None,
            "note": sight.text(body.note, "notes"),
            "value": body.value if sight.sees("progress") else None,
        }
    )


def _scored(sight: Sight, body: Scored) -> Scored:
    scores, forecasts = sight.sees("scores"), sight.sees("forecasts")
    return body.model_copy(
        update={
            "lines": _seen(sight, body.lines) if scores else {},
            "teams": {},
            "forecasts": {k: _forecast(sight, v) for k, v in _seen(sight, body.forecasts).items()}
            if forecasts
            else {},
            "status": _seen(sight, body.status) if sight.sees("progress") else {},
        }
    )


def _forecast(sight: Sight, record: ForecastRecord) -> ForecastRecord:
    """A forecast; one that rests on confidence says how sure people are."""
    if record.basis != "confidence" or sight.sees("confidence"):
        return record
    return record.model_copy(update={"basis": "none", "hit": None})


def _closing(sight: Sight, body: Closing) -> Closing:
    lines = _seen(sight, body.lines) if sight.sees("scores") else {}
    reason = sight.text(body.reason, "notes") if sight.whole else ""
    return body.model_copy(update={"lines": lines, "teams": {}, "reason": reason})


def _sync(sight: Sight, body: SyncRecord) -> SyncRecord | None:
    """A sync, as far as it is about what is seen."""
    observed = tuple(item for item in body.observed if item in sight.items)
    suspect = tuple(item for item in body.suspect if item in sight.items)
    unavailable = tuple(each for each in body.unavailable if each.key_result in sight.items)
    if not (observed or suspect or unavailable or sight.whole):
        return None
    return body.model_copy(
        update={
            "observed": observed,
            "suspect": suspect,
            "unavailable": unavailable,
            "counts": {},
            "failed": body.failed if sight.whole else "",
        }
    )


def _seen(sight: Sight, found: Mapping[str, _Value]) -> dict[str, _Value]:
    return {item: value for item, value in found.items() if item in sight.items}
