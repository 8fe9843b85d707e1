"""Charts of the section: the distribution of key results, and progress over time."""

from __future__ import annotations

from okr_report.chart import Chart
from okr_report.sections.summary.distribution import distribution
from okr_report.sections.summary.findings import findings
from okr_report.sections.summary.view import View
from okr_report.sections.summary.ways import Way
from okr_report.theme import GREY, INK, Spec
from okr_report.voice import Voice, percent


def charts(view: View, voice: Voice, width: int) -> dict[str, Chart]:
    """Name → chart, for a drawing of that many pixels."""
    found = findings(view, voice)
    drawn = {}
    if any(dot.share is not None for dot in view.dots):
        drawn["distribution"] = distribution(view, voice, width, found["distribution"])
    if view.ways:
        drawn["ways"] = _ways(view, voice, width, found["ways"])
    return drawn


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
