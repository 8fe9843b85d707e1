"""Status as plain rows for a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.basics.exact import decimal_text, ratio_json, time_json
from okr_core.plan.plan import KeyResult
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


def status_rows(snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    """A header, then one row per objective and key result; empty cells where nothing is known."""
    yield _COLUMNS
    for objective in snapshot.plan.objectives:
        known = snapshot.standings[objective.id]
        shown = known.shown if objective.active else objective.state
        progress = _cell(ratio_json(known.progress.clamped))
        yield (objective.id, "", shown, progress, "", "", "", "", "", objective.title)
        for kr in objective.key_results:
            yield (objective.id, kr.id, *_cells(snapshot, kr))


def _cells(snapshot: Snapshot, kr: KeyResult) -> Iterator[str]:
    known = snapshot.standings[kr.id]
    yield known.shown if kr.active else kr.state
    yield _cell(ratio_json(known.progress.clamped))
    yield _cell(ratio_json(known.expected))
    yield "" if known.current is None else decimal_text(known.current)
    yield kr.metric.unit
    yield _cell(known.confidence)
    yield "" if known.observed_at is None else time_json(known.observed_at)
    yield kr.title


def _cell(value: float | None) -> str:
    return "" if value is None else str(value)
