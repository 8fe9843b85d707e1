"""Charts of the section: the distribution of key results, and progress over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import altair as alt

from okr_core.words.vocabulary import GREEN, YELLOW
from okr_report.dots import Packing, packed
from okr_report.locale import Locale, percent, score_text
from okr_report.sections.summary.findings import findings
from okr_report.sections.summary.over_time import TeamTrend
from okr_report.sections.summary.view import Dot, View
from okr_report.theme import GREY, INK, MARKS, RULE, Chart, Look, spec_of

_MOST = 9
"""Small multiples that a reader compares at a glance; the list of teams has all."""
_BESIDE = 5
"""Of them that stand beside each other at most."""
_NAME_LENGTH = 40
"""Characters of a name above a small multiple."""
_GAP = 24
_TITLE_LENGTH = 120
"""Characters of a title that a hover shows."""
_EDGES = (0.4, 0.7)
_BANDS = ((GREEN, "0.7–1.0"), (YELLOW, "0.4–0.7"), (Fraction(0), "0.0–0.4"))


def charts(view: View, locale: Locale, width: int) -> dict[str, Chart]:
    """Name → chart, for a drawing of that many pixels."""
    found = findings(view, locale)
    drawn = {}
    if view.placed:
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
    return name if len(name) <= _NAME_LENGTH else name[: _NAME_LENGTH - 1] + "…"


def distribution(view: View, locale: Locale, width: int, caption: str) -> Chart:
    """The key results that have a score, or progress where there is no scorecard."""
    known = view.placed
    packing = packed([share for share, _ in known], width - 40)
    looks = list(dict.fromkeys(dot.look for _, dot in known))
    edges = [{"x": edge} for edge in _EDGES if view.judged]
    rules = (
        alt.Chart(alt.NamedData(name="edges")).mark_rule(color=RULE).encode(x=_axis(view, locale))
    )
    marks = _marks(view, locale, packing, looks)
    places = zip(known, packing.places, strict=True)
    dots = [_row(dot, x, y, locale, judged=view.judged) for (_, dot), (x, y) in places]
    drawn = alt.layer(rules, marks) if edges else marks
    height = packing.rise * packing.rows + 8
    spec = spec_of(drawn.properties(width=width - 24, height=height), dots=dots, edges=edges)
    return Chart(spec, caption, *_table(view, locale, looks))


def _axis(view: View, locale: Locale) -> alt.X:
    values = [0, 0.4, 0.7, 1] if view.judged else [0, 0.25, 0.5, 0.75, 1]
    line = alt.X("x:Q").scale(domain=[0, 1], nice=False, padding=8)
    return line.axis(
        title=_axis_title(view, locale),
        values=values,
        format=".1f" if view.judged else "%",
        grid=False,
        titleAnchor="start",
    )


def _axis_title(view: View, locale: Locale) -> str:
    if not view.judged:
        return locale("distribution_axis_progress")
    return locale("distribution_axis_score" if view.phase == "running" else "score")


def _marks(view: View, locale: Locale, packing: Packing, looks: Sequence[Look]) -> alt.Chart:
    gap = 3 if packing.step > 6 else 1
    colours, shapes = zip(*(MARKS[look] for look in looks), strict=True)
    drawn: alt.Chart = (
        alt.Chart(alt.NamedData(name="dots"))
        .mark_point(filled=True, opacity=1, size=(packing.step - gap) ** 2)
        .encode(
            x=_axis(view, locale),
            y=alt.Y("y:Q").axis(None).scale(domain=[-0.6, packing.rows - 0.4], nice=False),
            color=alt.Color("look:N").scale(domain=looks, range=colours).legend(None),
            shape=alt.Shape("look:N").scale(domain=looks, range=shapes).legend(None),
            href="href:N",
            description="label:N",
        )
    )
    return drawn


def _row(dot: Dot, x: float, y: int, locale: Locale, *, judged: bool) -> dict[str, object]:
    figure = score_text(dot.share) if judged else percent(dot.share)
    title = dot.title if len(dot.title) <= _TITLE_LENGTH else dot.title[: _TITLE_LENGTH - 1] + "…"
    label = f"{title}: {figure}, {locale(dot.look)}"
    return {"x": round(x, 4), "y": y, "look": dot.look, "href": f"#{dot.id}", "label": label}


def _table(
    view: View, locale: Locale, looks: Sequence[Look]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Headings and rows: how many of each look stand in each band."""
    counts = Counter((dot.look, _band(share, judged=view.judged)) for share, dot in view.placed)
    bands = sorted({band for _, band in counts}, key=lambda band: (len(band), band))
    rows = ((band, *(str(counts[look, band]) for look in looks)) for band in bands)
    return (_axis_title(view, locale), *(locale(look) for look in looks)), tuple(rows)


def _band(share: Fraction, *, judged: bool) -> str:
    """The row of the table that a dot is counted in: a grade, or a fifth of the way."""
    if judged:
        return next(name for least, name in _BANDS if share >= least)
    fifth = min(int(share * 5), 4)
    return f"{fifth * 20}–{fifth * 20 + 20} %"
