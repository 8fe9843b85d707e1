"""Charts of the section: the key results of each cycle as dots on one scale."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from okr_report.chart import Chart
from okr_report.sections.comparison.findings import findings
from okr_report.sections.comparison.view import CycleRow, View
from okr_report.theme import GREY, INK, Spec
from okr_report.voice import Voice, score_text

_BINS = 40


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
    dots = [dot for row in cycles for dot in _dots(row)]
    tallest = max(dot["y"] for dot in dots)
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False, "padding": 8},
        "axis": {
            "title": voice("chart_axis"),
            "titleAnchor": "start",
            "values": [0, 0.4, 0.7, 1],
            "format": ".1f",
        },
    }
    step = max(min(12, 120 // (tallest + 1)), 2)
    y = {
        "field": "y",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [-0.6, tallest + 0.6], "nice": False},
    }
    mean = [{"x": float(row.score), "cycle": row.cycle} for row in cycles if row.score is not None]
    points: Spec = {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": (step - 3) ** 2},
        "encoding": {"x": x, "y": y, "color": {"value": GREY}},
    }
    rule: Spec = {
        "transform": [{"filter": "isValid(datum.mean)"}],
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {"x": {**x, "field": "mean"}, "color": {"value": INK}},
    }
    return {
        "data": {"values": [*dots, *({**each, "mean": each["x"], "y": 0} for each in mean)]},
        "facet": {
            "row": {
                "field": "cycle",
                "type": "nominal",
                "sort": [row.cycle for row in cycles],
                "header": {
                    "title": None,
                    "labelAngle": 0,
                    "labelAlign": "left",
                    "labelPadding": 16,
                },
            }
        },
        "spacing": 16,
        "spec": {
            "width": width - 104,
            "height": step * (tallest + 1) + 4,
            "layer": [
                {**points, "transform": [{"filter": "!isValid(datum.mean)"}]},
                rule,
            ],
        },
    }


def _dots(row: CycleRow) -> list[Spec]:
    heights: Counter[int] = Counter()
    found = []
    for share in row.key_results:
        column = int(Fraction(share) * _BINS)
        found.append({"x": column / _BINS, "y": heights[column], "cycle": row.cycle})
        heights[column] += 1
    return found
