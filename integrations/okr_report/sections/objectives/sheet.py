"""Sheet of the section: every objective and key result with how it stands."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.plan.metrics import Binary, Grade, Metric
from okr_core.words.figures import target_of
from okr_report.facts import Named
from okr_report.sections.objectives.page import look_text
from okr_report.sections.objectives.view import KeyResultView, ObjectiveView, View
from okr_report.voice import Voice
from okr_report.xlsx.book import Book
from okr_report.xlsx.cells import Cell, Column, Kind, Strong, points, quantity
from okr_report.xlsx.seen import seen_columns

_COLUMNS: tuple[tuple[str, Kind, float], ...] = (
    ("kind", "text", 11),
    ("id", "text", 22),
    ("title", "long", 52),
    ("baseline", "number", 12),
    ("target", "number", 12),
    ("now", "number", 14),
    ("progress", "share", 12),
    ("expected", "share", 10),
    ("gap", "number", 14),
    ("status", "text", 11),
    ("confidence", "count", 11),
    ("likely", "share", 8),
    ("due", "day", 11),
    ("parent", "text", 16),
    ("team", "text", 16),
    ("role_name", "text", 16),
    ("holders", "text", 20),
    ("ambition", "text", 13),
    ("state", "text", 10),
    ("weight", "number", 8),
    ("unit", "text", 12),
    ("fresh", "text", 8),
    ("p10", "number", 12),
    ("p50", "number", 12),
    ("p90", "number", 12),
    ("observed", "moment", 16),
    ("cadence", "text", 10),
    ("source", "text", 18),
    ("query", "text", 36),
    ("rows", "count", 8),
    # One line each: the rows stay as high as their titles, and the cell has the whole text.
    ("known", "text", 50),
    ("note", "text", 50),
    ("reason", "text", 36),
)
_NEEDS = {
    **dict.fromkeys(("now", "progress", "expected", "gap", "fresh", "observed"), "progress"),
    **dict.fromkeys(("likely", "p10", "p50", "p90"), "forecasts"),
    **dict.fromkeys(("source", "query", "rows", "known"), "evidence"),
    "confidence": "confidence",
    "holders": "people",
    "note": "notes",
}
"""Column → what its audience has to see."""
_PRINTED = 13
"""Columns that fit on paper."""


def sheet(book: Book, view: View, voice: Voice) -> None:
    """Objectives, each followed by its key results."""
    shown = seen_columns(_COLUMNS, _NEEDS, view.sees)
    if not view.shows_status:
        shown = tuple(each for each in shown if each[0] != "status")
    columns = [
        Column(voice(name), kind, width, bars=name == "progress") for name, kind, width in shown
    ]
    names = [name for name, _, _ in shown]
    rows = ([row.get(name) for name in names] for row in _rows(view, voice))
    printed = sum(each in shown for each in _COLUMNS[:_PRINTED])
    book.table(voice("sheet_objectives"), columns, rows, frozen=3, printed=printed)


def _rows(view: View, voice: Voice) -> Iterator[dict[str, Cell]]:
    for objective in view.objectives:
        yield _objective(objective, voice)
        for kr in objective.key_results:
            yield _key_result(kr, objective, voice)


def _common(item: ObjectiveView | KeyResultView, voice: Voice) -> dict[str, Cell]:
    return {
        "id": item.id,
        "title": item.title,
        "role_name": _name(item.role),
        "holders": ", ".join(holder.name for holder in item.holders),
        "state": voice(f"state_{item.state}"),
        "weight": item.weight,
        "progress": item.progress,
        "expected": item.expected,
        "status": look_text(item, voice),
        "reason": "; ".join(each for each in (item.state_reason, _reason(item, voice)) if each),
    }


def _reason(item: ObjectiveView | KeyResultView, voice: Voice) -> str:
    """Why nothing is known; nothing for those who may not see what is."""
    return voice.said(item.reason) if item.status is not None else ""


def _objective(objective: ObjectiveView, voice: Voice) -> dict[str, Cell]:
    return {
        **_common(objective, voice),
        "title": Strong(objective.title),
        "kind": voice("objective"),
        "parent": objective.id,
        "team": _name(objective.team),
        "ambition": voice(objective.ambition) if objective.ambition else None,
    }


def _key_result(kr: KeyResultView, objective: ObjectiveView, voice: Voice) -> dict[str, Cell]:
    said = kr.provenance
    return {
        **_common(kr, voice),
        "kind": voice("key_result"),
        "parent": objective.id,
        "team": _name(objective.team),
        **_values(kr, voice),
        **_outlook(kr),
        "gap": points(kr.gap, voice),
        "fresh": voice("fresh_no" if kr.stale else "fresh_yes") if kr.observed_at else None,
        "confidence": kr.confidence,
        "observed": kr.observed_at,
        "due": kr.due,
        "cadence": kr.cadence,
        "source": (voice("manual") if said.source == "manual" else said.source) if said else None,
        "query": said.query if said else None,
        "rows": said.rows if said and said.query else None,
        "known": voice.note(said.note) if said and said.note else None,
        "note": kr.word.note if kr.word else None,
    }


def _values(kr: KeyResultView, voice: Voice) -> dict[str, Cell]:
    """Numbers with their unit; a judgement in words stays in words."""
    metric = kr.metric
    if isinstance(metric, Binary) or (isinstance(metric, Grade) and metric.worded):
        now = voice.value(metric, kr.current) if kr.current is not None else None
        return {"now": now, "target": voice.asked(metric)}
    low, high = getattr(metric, "baseline", None), target_of(metric)
    target = quantity(metric, high) if high is not None else voice.asked(metric)
    return {
        "baseline": quantity(metric, low),
        "target": target,
        "now": quantity(metric, kr.current),
        "unit": _unit(metric),
    }


def _unit(metric: Metric) -> str:
    return getattr(metric, "unit", "")


def _outlook(kr: KeyResultView) -> dict[str, Cell]:
    if kr.outlook is None:
        return {}
    band = kr.outlook.band
    values = band.values if band else (None, None, None)
    found: dict[str, Cell] = {"likely": kr.outlook.hit}
    for name, value in zip(("p10", "p50", "p90"), values, strict=True):
        found[name] = quantity(kr.metric, value)
    return found


def _name(named: Named | None) -> str | None:
    return named.name if named else None
