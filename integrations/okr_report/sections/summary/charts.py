"""Charts of the section: the distribution of key results, and progress over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from okr_report.chart import Chart
from okr_report.sections.summary.findings import findings
from okr_report.sections.summary.view import Dot, View
from okr_report.sections.summary.ways import Way
from okr_report.theme import GREY, INK, RULE, STATUS_COLOURS, STATUS_SHAPES, Spec
from okr_report.voice import Voice, percent, score_text

_BINS = {True: 50, False: 20}
"""Columns of dots in the distribution: wide and narrow."""
_LIMIT = 120
"""Characters of a title that a hover shows."""


def charts(view: View, voice: Voice, width: int) -> dict[str, Chart]:
    """Name → chart, for a drawing of that many pixels."""
    found = findings(view, voice)
    drawn = {}
    if any(dot.share is not None for dot in view.dots):
        drawn["distribution"] = _distribution(view, voice, width, found["distribution"])
    if view.ways:
        drawn["ways"] = _ways(view, voice, width, found["ways"])
    return drawn


def _distribution(view: View, voice: Voice, width: int, caption: str) -> Chart:
    known = [dot for dot in view.dots if dot.share is not None]
    rows = _stacked(known, voice, _BINS[width > 500], judged=view.judged)
    highest = max(row["y"] for row in rows)
    edges = [0.4, 0.7] if view.judged else []
    key = "distribution_axis_score" if view.judged else "distribution_axis_progress"
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False, "padding": 8},
        "axis": {
            "title": voice(key),
            "values": [0, 0.4, 0.7, 1] if view.judged else [0, 0.25, 0.5, 0.75, 1],
            "format": ".1f" if view.judged else "%",
            "grid": False,
            "titleAnchor": "start",
        },
    }
    statuses = list(dict.fromkeys(dot.look for dot in known))
    step = max(min(14, 240 // (highest + 1)), 2)
    dots: Spec = {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": (step - 3) ** 2},
        "encoding": {
            "x": x,
            "y": {
                "field": "y",
                "type": "quantitative",
                "axis": None,
                "scale": {"domain": [-0.6, highest + 0.6], "nice": False},
            },
            "color": _scale(statuses, [STATUS_COLOURS[status] for status in statuses]),
            "shape": _scale(statuses, [STATUS_SHAPES[status] for status in statuses]),
            "href": {"field": "href"},
            "description": {"field": "label"},
        },
    }
    rules: Spec = {
        "data": {"values": [{"x": edge} for edge in edges]},
        "mark": {"type": "rule", "color": RULE},
        "encoding": {"x": x},
    }
    spec: Spec = {
        "width": width - 24,
        "height": step * (highest + 1) + 8,
        "layer": [rules, dots] if edges else [dots],
    }
    table = Counter((dot.look, _band_of(dot, view.judged)) for dot in known)
    bands = list(dict.fromkeys(band for _, band in sorted(table, key=lambda each: each[1])))
    columns = (voice(key), *(voice(status) for status in statuses))
    counts = tuple((band, *(str(table[(s, band)]) for s in statuses)) for band in bands)
    return Chart(spec, caption, columns, counts)


def _scale(domain: Sequence[str], values: Sequence[str]) -> Spec:
    return {
        "field": "status",
        "type": "nominal",
        "scale": {"domain": domain, "range": values},
        "legend": None,
    }


def _stacked(dots: list[Dot], voice: Voice, bins: int, *, judged: bool) -> list[Spec]:
    """Each dot at its share, above those of the same column."""
    heights: Counter[int] = Counter()
    rows = []
    for dot in sorted(dots, key=lambda dot: (dot.share or Fraction(0), dot.look)):
        share = dot.share or Fraction(0)
        column = min(int(share * bins), bins - 1) if share < 1 else bins
        figure = score_text(share) if judged else percent(share)
        title = dot.title if len(dot.title) <= _LIMIT else dot.title[: _LIMIT - 1] + "…"
        rows.append(
            {
                "x": column / bins,
                "y": heights[column],
                "status": dot.look,
                "href": f"#{dot.id}",
                "label": f"{title}: {figure}, {voice(dot.look)}",
            }
        )
        heights[column] += 1
    return rows


def _band_of(dot: Dot, judged: bool) -> str:
    """The row of the table that a dot is counted in: a grade, or a fifth of the way."""
    share = dot.share or Fraction(0)
    if judged:
        return (
            "0.0–0.4"
            if share < Fraction(4, 10)
            else "0.4–0.7"
            if share < Fraction(7, 10)
            else "0.7–1.0"
        )
    fifth = min(int(share * 5), 4)
    return f"{fifth * 20}–{fifth * 20 + 20} %"


def _ways(view: View, voice: Voice, width: int, caption: str) -> Chart:
    """Small multiples: the whole cycle first, then each team, all on one scale."""
    shown = view.ways[:9]
    across = len(shown) if width > 500 else 1
    each = max((width - 40 - 24 * (across - 1)) // max(across, 1), 120)
    rows = [row for way in shown for row in _way_rows(way, voice)]
    names = [_name(way, voice) for way in shown]
    if across > 4:
        across, each = 4, (width - 40 - 24 * 3) // 4
    spec: Spec = {
        "data": {"values": rows},
        "facet": {
            "field": "team",
            "type": "nominal",
            "sort": names,
            "header": {"title": None, "labelAnchor": "start"},
        },
        "columns": across,
        "spacing": 24,
        "spec": {"width": each, "height": 120, "layer": [_line("expected"), _line("progress")]},
    }
    table = tuple(
        (voice.short_day(at), *(percent(way.progress[i]) for way in shown))
        for i, at in enumerate(shown[0].times)
    )
    return Chart(spec, caption, (voice("when"), *names), table)


def _line(kind: str) -> Spec:
    dashed = {"strokeDash": [4, 4], "color": GREY, "strokeWidth": 1}
    solid = {"color": INK, "strokeWidth": 2}
    return {
        "transform": [{"filter": f"datum.kind === '{kind}'"}],
        "mark": {"type": "line", **(dashed if kind == "expected" else solid)},
        "encoding": {
            "x": {
                "field": "at",
                "type": "temporal",
                "scale": {"type": "utc"},
                "axis": {"title": None, "format": "%-d.%-m.", "tickCount": 3, "grid": False},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "axis": {"title": None, "format": "%", "values": [0, 0.5, 1], "domain": False},
            },
        },
    }


def _way_rows(way: Way, voice: Voice) -> list[Spec]:
    lines = {"progress": way.progress, "expected": way.expected}
    return [
        {"team": _name(way, voice), "at": at.isoformat(), "share": float(share), "kind": kind}
        for kind, shares in lines.items()
        for at, share in zip(way.times, shares, strict=True)
        if share is not None
    ]


def _name(way: Way, voice: Voice) -> str:
    return way.team.name if way.team else voice("whole")
