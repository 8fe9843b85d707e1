"""Charts of the section: the key results of each cycle as dots on one scale."""

from __future__ import annotations

import altair as alt

from okr_report.dots import packed
from okr_report.locale import Locale, score_text
from okr_report.sections.comparison.forms import findings
from okr_report.sections.comparison.view import CycleRow, View
from okr_report.theme import GREY, INK, Chart, Spec, spec_of

_TALLEST = 96


def charts(view: View, locale: Locale, width: int) -> dict[str, Chart]:
    """Name → chart, for a drawing of that many pixels; none below two scored cycles."""
    scored = [row for row in view.cycles if row.key_results]
    caption = findings(view, locale)["cycles"]
    if len(scored) < 2 or not caption:
        return {}
    columns = (locale("cycle"), locale("score"), locale("reached"), locale("key_results_at"))
    rows = tuple(_row(row) for row in view.cycles)
    return {"cycles": Chart(_spec(scored, locale, width), caption, columns, rows)}


def _row(row: CycleRow) -> tuple[str, ...]:
    reached = f"{row.reached} / {row.objectives}"
    return row.cycle, score_text(row.score), reached, str(len(row.key_results))


def _spec(cycles: list[CycleRow], locale: Locale, width: int) -> Spec:
    """One strip per cycle; all are as high as the fullest, so that piles compare."""
    line = width - 104
    packings = {row.cycle: packed(row.key_results, line - 16, _TALLEST) for row in cycles}
    step = min(packing.step for packing in packings.values())
    rise = min(packing.rise for packing in packings.values())
    rows = max(packing.rows for packing in packings.values())
    dots = [
        {"x": round(x, 4), "y": y, "cycle": cycle}
        for cycle, packing in packings.items()
        for x, y in packing.places
    ]
    means = [
        {"mean": float(row.score), "cycle": row.cycle} for row in cycles if row.score is not None
    ]
    strip = alt.layer(
        _points(locale, step, rows), _mean(locale), data=alt.NamedData(name="scores")
    ).properties(width=line, height=rise * rows + 4)
    head = alt.Row("cycle:N").sort([row.cycle for row in cycles])
    quiet = head.header(title=None, labelAngle=0, labelAlign="left", labelPadding=16)
    return spec_of(strip.facet(row=quiet, spacing=16), scores=[*dots, *means])


def _points(locale: Locale, step: int, rows: int) -> alt.Chart:
    drawn: alt.Chart = (
        alt.Chart()
        .transform_filter("isValid(datum.x)")
        .mark_point(filled=True, opacity=1, size=max(step - 3, 3) ** 2, color=GREY)
        .encode(
            x=_axis("x", locale),
            y=alt.Y("y:Q").axis(None).scale(domain=[-0.6, rows - 0.4], nice=False),
        )
    )
    return drawn


def _mean(locale: Locale) -> alt.Chart:
    drawn: alt.Chart = (
        alt.Chart()
        .transform_filter("isValid(datum.mean)")
        .mark_rule(strokeWidth=2, color=INK)
        .encode(x=_axis("mean", locale))
    )
    return drawn


def _axis(field: str, locale: Locale) -> alt.X:
    line = alt.X(f"{field}:Q").scale(domain=[0, 1], nice=False, padding=8)
    return line.axis(
        title=locale("chart_axis"), titleAnchor="start", values=[0, 0.4, 0.7, 1], format=".1f"
    )
