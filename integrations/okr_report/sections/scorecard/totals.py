"""Totals: the scores of the cycle and its teams, counts by grade and by tenths, with a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from okr_report.locale import Locale
from okr_report.sections.scorecard.formulas import bands, mean_of_roots
from okr_report.sections.scorecard.view import Total, View
from okr_report.theme import GREY
from okr_report.xlsx.cells import Cell, Formula, Kind, Strong
from okr_report.xlsx.workbook import ReportWorkbook


def totals(workbook: ReportWorkbook, view: View, locale: Locale, cells: Mapping[str, str]) -> None:
    """The sheet of totals.

    Args:
        workbook: That it is written into.
        view: Of the section.
        locale: Its words.
        cells: Column of the scorecard → the range of its rows.
    """
    lines = _Lines(workbook, locale("totals"))
    _scores(lines, view, locale, cells)
    _grades(lines, view, locale, cells)
    _bands(lines, view, locale, cells)


class _Lines:
    """The page, filled line by line."""

    def __init__(self, workbook: ReportWorkbook, name: str) -> None:
        self.workbook = workbook
        self.page = workbook.page(name)
        self.row = 0
        self.page.set_column(0, 0, 36)
        self.page.set_column(1, 1, 12)

    def heading(self, text: str) -> None:
        """A heading, an empty line above it."""
        self.row += bool(self.row)
        self.workbook.write(self.page, self.row, 0, Strong(text[:1].upper() + text[1:]), "text")
        self.row += 1

    def add(self, name: str, cell: Cell, kind: Kind) -> None:
        """A name and its figure."""
        self.workbook.write(self.page, self.row, 0, name, "text")
        self.workbook.write(self.page, self.row, 1, cell, kind)
        self.row += 1


def _scores(lines: _Lines, view: View, locale: Locale, cells: Mapping[str, str]) -> None:
    lines.heading(locale("score"))
    names = Counter(total.team.name.casefold() for total in view.totals if total.team)
    for total in view.totals:
        name = total.team.name if total.team else locale("whole")
        alone = names[name.casefold()] < 2
        lines.add(name, _total(cells, total, lines.row, alone=alone), "score")


def _total(cells: Mapping[str, str], total: Total, row: int, *, alone: bool) -> Cell:
    """A formula where it gives the score: names of teams that are alike cannot be told apart."""
    if not total.adds_up or total.score is None or not alone:
        return total.score
    weights = cells["in_team" if total.team else "in_cycle"]
    team = (cells["team"], f"$A${row + 1}") if total.team else None
    return Formula(mean_of_roots(weights, cells["score"], team), total.score)


def _grades(lines: _Lines, view: View, locale: Locale, cells: Mapping[str, str]) -> None:
    lines.heading(locale("counts"))
    kinds, grades = cells["kind"], cells["grade"]
    for name, count in view.grades.items():
        counted = f'COUNTIFS({kinds},"{locale("objective")}",{grades},"{locale(name)}")'
        lines.add(locale(name), Formula(counted, count), "count")
    if view.retired:
        lines.add(locale("retired_early"), view.retired, "count")


def _bands(lines: _Lines, view: View, locale: Locale, cells: Mapping[str, str]) -> None:
    """Key results by tenths of the score, counted live, and their chart."""
    lines.heading(locale("bands"))
    first, scores = lines.row, _key_result_scores(view)
    for band in bands(cells["kind"], cells["score"], locale("key_result")):
        count = sum(band.holds(score) for score in scores)
        lines.add(band.name, Formula(band.formula, count), "count")
    _chart(lines, locale, first, lines.row - 1)


def _chart(lines: _Lines, locale: Locale, first: int, last: int) -> None:
    name = lines.page.get_name()
    across, up = {"name": locale("band")}, {"name": locale("band_count")}
    chart = lines.workbook.chart("column", locale("bands"), across, up)
    chart.add_series(
        {
            "name": locale("band_count"),
            "categories": [name, first, 0, last, 0],
            "values": [name, first, 1, last, 1],
            "fill": {"color": GREY},
            "gap": 40,
        }
    )
    chart.set_legend({"none": True})
    chart.set_size({"width": 560, "height": 300})
    place = {"description": locale("bands"), "object_position": 2}
    lines.page.insert_chart(0, 3, chart, place)


def _key_result_scores(view: View) -> list[Fraction]:
    found = (line.score.figures.effective for line in view.lines if line.score.kind == "key_result")
    return [score for score in found if score is not None]
