"""How the section is shown in each form: cycles beside each other, and what was carried over."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from okr_report.locale import Locale, score_text
from okr_report.reports import Header
from okr_report.sections.comparison.view import Ancestor, CycleRow, Lineage, View
from okr_report.xlsx.cells import Cell, Column
from okr_report.xlsx.workbook import ReportWorkbook

_PRINTED = ("cycle", "key_results_at", "reached", "score")
_CYCLES = (
    Column("cycle", "text", 14),
    Column("starts", "day", 12),
    Column("ends", "day", 12),
    Column("score", "score", 10, bars=True),
    Column("reached", "count", 14),
    Column("objectives", "count", 12),
    Column("key_results_at", "count", 12),
)
_LINEAGE = (
    Column("id", "text", 22),
    Column("title", "long", 46),
    Column("score", "score", 10, ("scores",)),
    Column("cycle", "text", 14),
    Column("ancestor", "long", 46),
    Column("ancestor_score", "score", 10, ("scores",)),
)


def findings(view: View, locale: Locale) -> dict[str, str]:
    """`cycles`: this cycle beside the one before; `lineage`: what was carried over."""
    return {"cycles": _compared(view, locale), "lineage": _carried(view, locale)}


def _compared(view: View, locale: Locale) -> str:
    scored = [row for row in view.cycles if row.objectives]
    if len(scored) < 2 or scored[0] is not view.cycles[0]:
        return ""
    now, before = scored[:2]
    return locale(
        "finding_score" if now.closed else "finding_so_far",
        reached=now.reached,
        count=now.objectives,
        cycle=now.cycle,
        before=before.reached,
        total=before.objectives,
        earlier=before.cycle,
    )


def _carried(view: View, locale: Locale) -> str:
    again = sum(len(lineage.ancestors) > 1 for lineage in view.lineages)
    found = [locale("finding_carried", count=len(view.lineages))] if view.lineages else []
    found += [locale("finding_again", count=again)] if again else []
    return locale.among(found) + locale("full_stop") if found else ""


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """This cycle first, then earlier ones."""
    return {
        "head": [locale(name) for name in _PRINTED],
        "cycles": [_cycle(row, locale) for row in view.cycles],
        "lineage_heading": locale("lineage_heading"),
        "lineages": [_lineage(each, view, locale) for each in view.lineages],
    }


def _cycle(row: CycleRow, locale: Locale) -> dict[str, object]:
    return {
        "cycle": row.cycle,
        "dates": f"{locale.day(row.starts)} – {locale.day(row.ends)}",
        "state": "" if row.closed else locale("cycle_open"),
        "shares": row.key_results,
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
    text = _score(old.score, view) if old.title else locale("unknown_ancestor")
    return f"{old.cycle} {text}".rstrip()


def _score(score: Fraction | None, view: View) -> str:
    """A score, for those who may see scores."""
    return score_text(score) if "scores" in view.sees else ""


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """A sheet for each of the two that has rows."""
    if len(view.cycles) > 1:
        workbook.table("sheet_comparison", _CYCLES, map(_cycle_row, view.cycles), locale)
    if view.lineages:
        rows = _lineage_rows(view)
        workbook.table("sheet_lineage", _LINEAGE, rows, locale, sees=view.sees)


def _cycle_row(row: CycleRow) -> dict[str, Cell]:
    return {
        "cycle": row.cycle,
        "starts": row.starts,
        "ends": row.ends,
        "score": row.score,
        "reached": row.reached,
        "objectives": row.objectives,
        "key_results_at": len(row.key_results),
    }


def _lineage_rows(view: View) -> Iterator[dict[str, Cell]]:
    for lineage in view.lineages:
        for old in lineage.ancestors:
            yield {
                "id": lineage.id,
                "title": lineage.title,
                "score": lineage.score,
                "cycle": old.cycle,
                "ancestor": old.title or old.id,
                "ancestor_score": old.score,
            }
