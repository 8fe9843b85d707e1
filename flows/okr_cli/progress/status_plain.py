"""Status for programs: the JSON document, and plain rows for a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from okr_cli.documents import KeyResultDocument, ObjectiveDocument, StatusDocument
from okr_cli.shell.forecast import forecast_document
from okr_cli.shell.plain import maybe_time, maybe_value, time_json
from okr_core.basics.exact import decimal_text, ratio_json
from okr_core.plan.plan import KeyResult, Objective
from okr_core.snapshot import Snapshot

_COLUMNS = (
    "objective",
    "key_result",
    "status",
    "progress",
    "expected",
    "current",
    "unit",
    "confidence",
    "observed_at",
    "title",
)


def status_document(snapshot: Snapshot) -> StatusDocument:
    """What `okr status --format json` prints."""
    cycle = snapshot.figures.get("")
    return {
        "schema": "okr.status/1",
        "cycle": snapshot.plan.cycle.id,
        "revision": snapshot.revision,
        "as_of": time_json(snapshot.as_of),
        "synced_at": maybe_time(snapshot.synced_at),
        "closed_at": maybe_time(snapshot.closed_at),
        "progress": ratio_json(cycle.clamped) if cycle else None,
        "teams": {team: ratio_json(f.clamped) for team, f in snapshot.figures.items() if team},
        "objectives": [_objective(snapshot, objective) for objective in snapshot.plan.objectives],
    }


def status_rows(snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    """A header, then one row per objective and key result; empty cells where nothing is known."""
    yield _COLUMNS
    for objective in snapshot.plan.objectives:
        found = _objective(snapshot, objective)
        shown = found["shown"] if objective.active else objective.state
        ends = ("", "", "", "", "", objective.title)
        yield (objective.id, "", shown, _cell(found["progress"]), *ends)
        for kr, told in zip(objective.key_results, found["key_results"], strict=True):
            yield _row(objective.id, told, told["shown"] if kr.active else kr.state)


def _row(objective: str, kr: KeyResultDocument, shown: str) -> tuple[str, ...]:
    figures = (kr["progress"], kr["expected"], kr["current"], kr["unit"], kr["confidence"])
    cells = (*figures, kr["observed_at"], kr["title"])
    return (objective, kr["id"], shown, *(_cell(cell) for cell in cells))


def _cell(value: str | float | None) -> str:
    return "" if value is None else str(value)


def _objective(snapshot: Snapshot, objective: Objective) -> ObjectiveDocument:
    known = snapshot.standings[objective.id]
    return {
        "id": objective.id,
        "title": objective.title,
        "team": objective.team,
        "state": objective.state,
        "progress": ratio_json(known.progress.clamped),
        "coverage": ratio_json(known.progress.coverage) or 0.0,
        "reason": known.progress.reason or None,
        "status": known.status,
        "shown": known.shown,
        "pending": known.pending,
        "key_results": [_key_result(snapshot, kr) for kr in objective.key_results],
    }


def _key_result(snapshot: Snapshot, kr: KeyResult) -> KeyResultDocument:
    known = snapshot.standings[kr.id]
    trouble = snapshot.unavailable.get(kr.id)
    suspect = known.suspect
    return {
        "id": kr.id,
        "title": kr.title,
        "state": kr.state,
        "metric": kr.metric.kind,
        "unit": kr.metric.unit,
        "current": maybe_value(known.current),
        "raw": ratio_json(known.progress.raw),
        "progress": ratio_json(known.progress.clamped),
        "reason": known.progress.reason or None,
        "expected": ratio_json(known.expected),
        "gap": ratio_json(known.gap),
        "status": known.status,
        "shown": known.shown,
        "stale": known.stale,
        "confidence": known.confidence,
        "forecast": forecast_document(snapshot.forecasts.get(kr.id)),
        "observed_at": maybe_time(known.observed_at),
        "suspect": None
        if suspect is None
        else {
            "reading": suspect.id,
            "value": decimal_text(suspect.value),
            "reason": suspect.reason,
            "observed_at": time_json(suspect.observed_at or suspect.at),
        },
        "unavailable": None
        if trouble is None
        else {"reason": trouble.reason, "hint": trouble.hint},
    }
