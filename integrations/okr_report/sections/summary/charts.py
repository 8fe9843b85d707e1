"""Charts of the section: the distribution of key results, and progress over time."""

from __future__ import annotations

from datetime import date

import altair as alt

from okr_report.chart import Chart
from okr_report.locale import Locale, percent
from okr_report.sections.summary.distribution import distribution
from okr_report.sections.summary.findings import findings
from okr_report.sections.summary.view import View
from okr_report.sections.summary.ways import TeamTrend
from okr_report.theme import GREY, INK, spec_of

_MOST = 9
"""Small multiples that a reader compares at a glance; the list of teams has all."""
_BESIDE = 5
"""Of them that stand beside each other at most."""
_LIMIT = 40
"""Characters of a name above a small multiple."""
_GAP = 24


def charts(view: View, locale: Locale, width: int) -> dict[str, Chart]:
    """Name → chart, for a drawing of that many pixels."""
    found = findings(view, locale)
    drawn = {}
    if any(dot.share is not None for dot in view.dots):
        drawn["distribution"] = distribution(view, locale, width, found["distribution"])
    if view.ways:
        drawn["ways"] = _ways(view, locale, width, found["ways"])
    return drawn


def _ways(view: View, locale: Locale, width: int, caption: str) -> Chart:
    """Small multiples: the whole cycle first, then each team, all on one scale."""
    shown = view.ways[:_MOST]
    names = [_name(way, locale) for way in shown]
    across = _across(len(shown)) if width > 500 else 1
    each = (width - 40 - _GAP * (across - 1)) // across
    rows = [row for way in shown for row in _way_rows(way, locale)]
    lines = alt.layer(
        _line("expected", view, locale).mark_line(strokeDash=[4, 4], color=GREY, strokeWidth=1),
        _line("progress", view, locale).mark_line(color=INK, strokeWidth=2),
        data=alt.NamedData(name="ways"),
    ).properties(width=each, height=120)
    head = alt.Facet("team:N").sort(names).header(title=None, labelAnchor="start")
    drawn = lines.facet(facet=head, columns=across, spacing=_GAP)
    table = tuple(
        (locale.short_day(at), *(percent(way.progress[i]) for way in shown))
        for i, at in enumerate(shown[0].times)
    )
    return Chart(spec_of(drawn, ways=rows), caption, (locale("when"), *names), table)


def _across(count: int) -> int:
    """How many stand beside each other so that the last row is nearly full."""
    rows = -(-count // _BESIDE)
    return -(-count // rows)


def _line(kind: str, view: View, locale: Locale) -> alt.Chart:
    ends = _ends(view)
    at = alt.X("at:T").scale(type="utc", domain=ends, nice=False)
    share = alt.Y("share:Q").scale(domain=[0, 1])
    return (
        alt.Chart()
        .transform_filter(alt.datum.kind == kind)
        .encode(
            x=at.axis(
                title=None, format=locale("axis_day"), values=ends, labelFlush=True, grid=False
            ),
            y=share.axis(title=None, format="%", values=[0, 0.5, 1], domain=False),
        )
    )


def _ends(view: View) -> list[dict[str, int]]:
    """The cycle's first and last day: the axis is as long while the cycle runs."""
    first, last = view.ways[0].cycle
    return [_utc(first), {**_utc(last), "hours": 23, "minutes": 59}]


def _utc(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}


def _way_rows(way: TeamTrend, locale: Locale) -> list[dict[str, object]]:
    lines = {"progress": way.progress, "expected": way.expected}
    return [
        {"team": _name(way, locale), "at": at.isoformat(), "share": float(share), "kind": kind}
        for kind, shares in lines.items()
        for at, share in zip(way.times, shares, strict=True)
        if share is not None
    ]


def _name(way: TeamTrend, locale: Locale) -> str:
    name = way.team.name if way.team else locale("whole")
    return name if len(name) <= _LIMIT else name[: _LIMIT - 1] + "…"
