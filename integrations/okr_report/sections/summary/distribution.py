"""Distribution: one mark per key result on the line from 0 to 1, each leading to its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import altair as alt

from okr_core.score.grades import GREEN, YELLOW
from okr_report.chart import Chart
from okr_report.dots import Packing, packed
from okr_report.locale import Locale, percent, score_text
from okr_report.sections.summary.view import Dot, View
from okr_report.theme import MARKS, RULE, Look, spec_of

_LIMIT = 120
"""Characters of a title that a hover shows."""
_EDGES = (0.4, 0.7)
_BANDS = ((GREEN, "0.7–1.0"), (YELLOW, "0.4–0.7"), (Fraction(0), "0.0–0.4"))


def distribution(view: View, locale: Locale, width: int, caption: str) -> Chart:
    """The key results that have a score, or progress where there is no scorecard."""
    known = sorted(
        (dot for dot in view.dots if dot.share is not None), key=lambda dot: (_share(dot), dot.look)
    )
    packing = packed([_share(dot) for dot in known], width - 40)
    looks = list(dict.fromkeys(dot.look for dot in known))
    edges = [{"x": edge} for edge in _EDGES if view.judged]
    rules = (
        alt.Chart(alt.NamedData(name="edges")).mark_rule(color=RULE).encode(x=_axis(view, locale))
    )
    marks = _marks(view, locale, packing, looks)
    places = zip(known, packing.places, strict=True)
    dots = [_row(dot, x, y, locale, judged=view.judged) for dot, (x, y) in places]
    drawn = alt.layer(rules, marks) if edges else marks
    height = packing.rise * packing.rows + 8
    spec = spec_of(drawn.properties(width=width - 24, height=height), dots=dots, edges=edges)
    return Chart(spec, caption, *_table(view, locale, known, looks))


def _share(dot: Dot) -> Fraction:
    return dot.share or Fraction(0)


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
    title = dot.title if len(dot.title) <= _LIMIT else dot.title[: _LIMIT - 1] + "…"
    label = f"{title}: {figure}, {locale(dot.look)}"
    return {"x": round(x, 4), "y": y, "look": dot.look, "href": f"#{dot.id}", "label": label}


def _table(
    view: View, locale: Locale, dots: Sequence[Dot], looks: Sequence[Look]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Headings and rows: how many of each look stand in each band."""
    counts = Counter((dot.look, _band(dot, judged=view.judged)) for dot in dots)
    bands = sorted({band for _, band in counts}, key=lambda band: (len(band), band))
    rows = ((band, *(str(counts[look, band]) for look in looks)) for band in bands)
    return (_axis_title(view, locale), *(locale(look) for look in looks)), tuple(rows)


def _band(dot: Dot, *, judged: bool) -> str:
    """The row of the table that a dot is counted in: a grade, or a fifth of the way."""
    if judged:
        return next(name for least, name in _BANDS if _share(dot) >= least)
    fifth = min(int(_share(dot) * 5), 4)
    return f"{fifth * 20}–{fifth * 20 + 20} %"
