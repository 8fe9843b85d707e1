"""Sheet of the section: every objective and key result with how it stands."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.plan.metrics import Binary, Grade
from okr_core.words.figures import target_of
from okr_report.locale import Locale
from okr_report.sections.objectives.key_results import KeyResultView
from okr_report.sections.objectives.page import judged_words, objective_words
from okr_report.sections.objectives.view import ObjectiveView, View
from okr_report.xlsx.cells import Cell, Column, Strong, points, quantity
from okr_report.xlsx.workbook import ReportWorkbook

_COLUMNS = (
    Column("kind", "text", 11),
    Column("id", "text", 22),
    Column("title", "long", 52),
    Column("baseline", "number", 12),
    Column("target", "number", 12),
    Column("now", "number", 14, ("progress",)),
    Column("progress", "share", 12, ("progress",), bars=True),
    Column("expected", "share", 10, ("progress",)),
    Column("gap", "number", 14, ("progress",)),
    Column("status", "text", 11, ("progress", "scores")),
    Column("confidence", "count", 11, ("confidence",)),
    Column("likely", "share", 8, ("forecasts",)),
    Column("due", "day", 11),
    Column("parent", "text", 16),
    Column("team", "text", 16),
    Column("role_name", "text", 16),
    Column("holders", "text", 20, ("people",)),
    Column("ambition", "text", 13),
    Column("state", "text", 10),
    Column("weight", "number", 8),
    Column("unit", "text", 12),
    Column("fresh", "text", 8, ("progress",)),
    Column("p10", "number", 12, ("forecasts",)),
    Column("p50", "number", 12, ("forecasts",)),
    Column("p90", "number", 12, ("forecasts",)),
    Column("observed", "moment", 16, ("progress",)),
    Column("cadence", "text", 10),
    Column("source", "text", 18, ("evidence",)),
    Column("query", "text", 36, ("evidence",)),
    Column("rows", "count", 8, ("evidence",)),
    # One line each: the rows stay as high as their titles, and the cell has the whole text.
    Column("known", "text", 50, ("evidence",)),
    Column("note", "text", 50, ("notes",)),
    Column("reason", "text", 36),
    Column("beside", "text", 40, ("progress",)),
)
_PRINTED = 13
"""Columns that fit on paper."""


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """Objectives, each followed by its key results."""
    rows = _rows(view, locale)
    workbook.table(
        "sheet_objectives", _COLUMNS, rows, locale, sees=view.sees, frozen=3, printed=_PRINTED
    )


def _rows(view: View, locale: Locale) -> Iterator[dict[str, Cell]]:
    for objective in view.objectives:
        yield _objective(objective, locale)
        for kr in objective.key_results:
            yield _key_result(kr, objective, locale)


def _common(item: ObjectiveView | KeyResultView, locale: Locale) -> dict[str, Cell]:
    return {
        "id": item.id,
        "title": item.title,
        "role_name": item.role,
        "holders": ", ".join(holder.name for holder in item.holders),
        "state": locale(f"state_{item.state}"),
        "weight": item.weight,
        "progress": item.progress,
        "expected": item.expected,
        "status": locale.word(item.look),
        "reason": "; ".join(each for each in (item.state_reason, _reason(item, locale)) if each),
    }


def _reason(item: ObjectiveView | KeyResultView, locale: Locale) -> str:
    """Why nothing is known; nothing for those who may not see what is."""
    return locale.translated(item.reason) if item.status is not None else ""


def _objective(objective: ObjectiveView, locale: Locale) -> dict[str, Cell]:
    return {
        **_common(objective, locale),
        "beside": objective_words(objective, locale) or None,
        "title": Strong(objective.title),
        "kind": locale("objective"),
        "parent": objective.id,
        "team": objective.team,
        "ambition": locale.word(objective.ambition),
    }


def _key_result(kr: KeyResultView, objective: ObjectiveView, locale: Locale) -> dict[str, Cell]:
    said = kr.provenance
    return {
        **_common(kr, locale),
        "beside": judged_words(kr, locale) or None,
        "kind": locale("key_result"),
        "parent": objective.id,
        "team": objective.team,
        **_values(kr, locale),
        **_outlook(kr),
        "gap": points(kr.gap, locale),
        "fresh": locale("fresh_no" if kr.stale else "fresh_yes") if kr.observed_at else None,
        "confidence": kr.confidence,
        "observed": kr.observed_at,
        "due": kr.due,
        "cadence": kr.cadence,
        "source": (locale("manual") if said.source == "manual" else said.source) if said else None,
        "query": said.query if said else None,
        "rows": said.rows if said and said.query else None,
        "known": locale.note(said.note) if said and said.note else None,
        "note": kr.word.note if kr.word else None,
    }


def _values(kr: KeyResultView, locale: Locale) -> dict[str, Cell]:
    """Numbers with their unit; a judgement in words stays in words."""
    metric = kr.metric
    if isinstance(metric, Binary) or (isinstance(metric, Grade) and metric.worded):
        now = locale.value(metric, kr.current) if kr.current is not None else None
        return {"now": now, "target": locale.asked(metric)}
    low, high = getattr(metric, "baseline", None), target_of(metric)
    target = quantity(metric, high) if high is not None else locale.asked(metric)
    return {
        "baseline": quantity(metric, low),
        "target": target,
        "now": quantity(metric, kr.current),
        "unit": getattr(metric, "unit", ""),
    }


def _outlook(kr: KeyResultView) -> dict[str, Cell]:
    if kr.outlook is None:
        return {}
    band = kr.outlook.band
    values = band.values if band else (None, None, None)
    found: dict[str, Cell] = {"likely": kr.outlook.hit}
    for name, value in zip(("p10", "p50", "p90"), values, strict=True):
        found[name] = quantity(kr.metric, value)
    return found
