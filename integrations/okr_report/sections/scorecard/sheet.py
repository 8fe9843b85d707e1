"""Sheets of the section: scores as live formulas over their weights, totals with a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from xlsxwriter.utility import xl_col_to_name

from okr_core.score.scores import Score
from okr_report.locale import Locale
from okr_report.sections.scorecard.formulas import grade, mean_of_parts, overridden
from okr_report.sections.scorecard.totals import totals
from okr_report.sections.scorecard.view import Line, View
from okr_report.xlsx.cells import Cell, Column, Formula, Kind, Strong
from okr_report.xlsx.workbook import ReportWorkbook

_COLUMNS: tuple[tuple[str, Kind, float], ...] = (
    ("kind", "text", 11),
    ("id", "text", 22),
    ("title", "long", 52),
    ("weight", "number", 9),
    ("score", "score", 9),
    ("grade", "text", 9),
    ("success", "text", 9),
    ("computed", "score", 10),
    ("override", "score", 10),
    ("current", "score", 10),
    ("time_weighted", "score", 10),
    ("coverage", "share", 10),
    ("due", "day", 11),
    ("objective", "text", 16),
    ("team", "text", 16),
    ("ambition", "text", 13),
    ("final", "text", 7),
    ("in_cycle", "number", 10),
    ("in_team", "number", 10),
    ("restated_from", "score", 10),
    ("reason", "text", 50),
)
_AT = {name: index for index, (name, _, _) in enumerate(_COLUMNS)}
_LETTER = {name: xl_col_to_name(index) for name, index in _AT.items()}
_PRINTED = 13
"""Columns that fit on paper."""
_LONGEST = 8000
"""Characters of a formula; programs hold 8,192."""


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """The scorecard, and its totals."""
    columns = [
        Column(locale(name), kind, width, bars=name == "score") for name, kind, width in _COLUMNS
    ]
    rows = _Rows(view, locale)
    card = workbook.table(locale("heading"), columns, rows.all(), frozen=3, printed=_PRINTED)
    totals(workbook, view, locale, {name: card.cells(at) for name, at in _AT.items()})


class _Rows:
    """The rows of the scorecard; a formula has to know where each score stands."""

    def __init__(self, view: View, locale: Locale) -> None:
        self._view = view
        self._locale = locale
        self._row = {line.id: number for number, line in enumerate(view.lines, 2)}
        self._many = Counter(line.objective for line in view.lines)

    def all(self) -> Iterator[list[Cell]]:
        """Cells by column, in the order of the lines."""
        for line in self._view.lines:
            found = self._cells(line)
            yield [found.get(name) for name, _, _ in _COLUMNS]

    def _cells(self, line: Line) -> dict[str, Cell]:
        score, locale = line.score, self._locale
        return {
            "kind": locale(score.kind),
            "id": line.id,
            "title": Strong(line.title) if score.kind == "objective" else line.title,
            "objective": line.objective,
            "team": line.team.name if line.team else None,
            "ambition": locale(score.ambition) if score.ambition else None,
            "weight": line.weight,
            "score": self._score(line),
            "grade": Formula(
                grade(self._cell("score", line.id), locale),
                locale(score.grade) if score.grade else None,
            ),
            "success": _success(score, locale),
            "computed": score.figures.computed,
            "override": score.override.score if score.override else None,
            "current": score.figures.current,
            "time_weighted": score.figures.time_weighted,
            "coverage": score.coverage,
            "due": score.due,
            "final": locale("yes" if score.final else "no"),
            "in_cycle": line.weight if line.in_cycle else None,
            "in_team": line.weight if line.in_team else None,
            "restated_from": score.restated.old if score.restated else None,
            "reason": _reason(line, locale),
        }

    def _cell(self, column: str, item: str) -> str:
        return f"{_LETTER[column]}{self._row[item]}"

    def _score(self, line: Line) -> Cell:
        """A formula where it gives the score, else the score."""
        score = line.score.figures.effective
        if line.score.kind == "key_result":
            return self._key_result(line, score)
        if not line.adds_up or score is None:
            return score
        first = self._row[line.id] + 1
        last = self._row[line.id] + self._many[line.objective] - 1
        children = [(self._cell("score", child), weight) for child, weight in line.children]
        text = mean_of_parts(_LETTER["weight"], _LETTER["score"], first, last, children)
        return Formula(text, score) if len(text) <= _LONGEST else score

    def _key_result(self, line: Line, score: Fraction | None) -> Cell:
        override = line.score.override
        if override is None or score != override.score:
            return score
        computed, by_hand = self._cell("computed", line.id), self._cell("override", line.id)
        return Formula(overridden(computed, by_hand), score)


def _success(score: Score, locale: Locale) -> str | None:
    """Whether it succeeded; open with its hypothesis, nothing before the end."""
    if score.success is None:
        return None
    if score.outcome is None:
        return locale("open")
    return locale("yes" if score.outcome else "no")


def _reason(line: Line, locale: Locale) -> str | None:
    score = line.score
    said = [each.reason for each in (score.override, score.restated) if each]
    return "; ".join([*said, *([locale.translated(score.reason)] if score.reason else [])]) or None
