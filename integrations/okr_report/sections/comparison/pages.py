"""What the section prints: cycles beside each other, and what was carried over."""

from __future__ import annotations

from fractions import Fraction

from okr_report.locale import Locale, score_text
from okr_report.reports import Header
from okr_report.sections.comparison.view import Ancestor, CycleRow, Lineage, View


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """This cycle first, then earlier ones."""
    names = ("cycle", "key_results_at", "reached", "score")
    return {
        "head": [locale(name) for name in names],
        "cycles": [_cycle(row, locale) for row in view.cycles],
        "lineage_heading": locale("lineage_heading"),
        "lineages": [_lineage(each, view, locale) for each in view.lineages],
    }


def _cycle(row: CycleRow, locale: Locale) -> dict[str, object]:
    state = "" if row.closed else locale("cycle_open")
    return {
        "cycle": row.cycle,
        "dates": f"{locale.day(row.starts)} – {locale.day(row.ends)}",
        "state": state,
        "shares": [float(score) for score in row.key_results],
        "reached": f"{row.reached} / {row.objectives}",
        "score": score_text(row.score),
    }


def _lineage(lineage: Lineage, view: View, locale: Locale) -> list[str]:
    before = [f"{_ancestor(old, view, locale)} →" for old in reversed(lineage.ancestors)]
    titles = (
        f"{old.cycle}: {old.title}"
        for old in lineage.ancestors
        if old.title and old.title != lineage.title
    )
    now = f"{locale('now')} {_score(lineage.score, view)}".rstrip()
    return [lineage.title, " ".join((*before, now)), "\n".join(titles)]


def _ancestor(old: Ancestor, view: View, locale: Locale) -> str:
    told = _score(old.score, view) if old.title else locale("unknown_ancestor")
    return f"{old.cycle} {told}".rstrip()


def _score(score: Fraction | None, view: View) -> str:
    """A score, for those who may see scores."""
    return score_text(score) if "scores" in view.sees else ""
