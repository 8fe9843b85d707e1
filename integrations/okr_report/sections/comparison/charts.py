"""Charts of the section: the key results of each cycle as dots on one scale."""

from __future__ import annotations

from okr_report.chart import Chart
from okr_report.dots import packed
from okr_report.sections.comparison.findings import findings
from okr_report.sections.comparison.view import CycleRow, View
from okr_report.theme import GREY, INK, Spec
from okr_report.voice import Voice, score_text

_TALLEST = 96


def charts(view: View, voice: Voice, width: int) -> dict[str, Chart]:
    """Name → chart, for a drawing of that many pixels; none below two scored cycles."""
    scored = [row for row in view.cycles if row.key_results]
    caption = findings(view, voice)["cycles"]
    if len(scored) < 2 or not caption:
        return {}
    columns = (voice("cycle"), voice("score"), voice("reached"), voice("key_results_at"))
    rows = tuple(_row(row) for row in view.cycles)
    return {"cycles": Chart(_spec(scored, voice, width), caption, columns, rows)}


def _row(row: CycleRow) -> tuple[str, ...]:
    reached = f"{row.reached} / {row.objectives}"
    return row.cycle, score_text(row.score), reached, str(len(row.key_results))


def _spec(cycles: list[CycleRow], voice: Voice, width: int) -> Spec:
    """One strip per cycle; all are as high as the fullest, so that piles compare."""
    line = width - 104
    packings = {row.cycle: packed(row.key_results, line, _TALLEST) for row in cycles}
    step = min(packing.step for packing in packings.values())
    rows = max(packing.rows for packing in packings.values())
    dots = [
        {"x": round(x, 4), "y": y, "cycle": cycle}
        for cycle, packing in packings.items()
        for x, y in packing.places
    ]
    means = [{"mean": float(row.score), "cycle": row.cycle} for row in cycles if row.score]
    return {
        "data": {"values": [*dots, *means]},
        "facet": {"row": _facet(cycles)},
        "spacing": 16,
        "spec": {
            "width": line,
            "height": step * rows + 4,
            "layer": [_points(voice, step, rows), _mean(voice)],
        },
    }


def _facet(cycles: list[CycleRow]) -> Spec:
    header = {"title": None, "labelAngle": 0, "labelAlign": "left", "labelPadding": 16}
    order = [row.cycle for row in cycles]
    return {"field": "cycle", "type": "nominal", "sort": order, "header": header}


def _points(voice: Voice, step: int, rows: int) -> Spec:
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [-0.6, rows - 0.4], "nice": False},
    }
    return {
        "transform": [{"filter": "isValid(datum.x)"}],
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": max(step - 3, 3) ** 2},
        "encoding": {"x": _axis("x", voice), "y": y, "color": {"value": GREY}},
    }


def _mean(voice: Voice) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.mean)"}],
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {"x": _axis("mean", voice), "color": {"value": INK}},
    }


def _axis(field: str, voice: Voice) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False, "padding": 8},
        "axis": {
            "title": voice("chart_axis"),
            "titleAnchor": "start",
            "values": [0, 0.4, 0.7, 1],
            "format": ".1f",
        },
    }
