"""Sheets of the section: scores as live formulas over their weights, totals with a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xlsxwriter.utility import xl_col_to_name

from okr_core.basics.exact import decimal_text
from okr_core.score.scores import Score
from okr_core.words.vocabulary import GREEN, YELLOW
from okr_report.locale import Locale, number
from okr_report.sections.scorecard.view import Line, Total, View
from okr_report.theme import GREY
from okr_report.xlsx.cells import Cell, Column, Formula, Kind, Strong
from okr_report.xlsx.workbook import ReportWorkbook

_COLUMNS = (
    Column("kind", "text", 11),
    Column("id", "text", 22),
    Column("title", "long", 52),
    Column("weight", "number", 9),
    Column("score", "score", 9, bars=True),
    Column("grade", "text", 9),
    Column("success", "text", 9),
    Column("computed", "score", 10),
    Column("override", "score", 10),
    Column("current", "score", 10),
    Column("time_weighted", "score", 10),
    Column("as_agreed", "score", 10),
    Column("coverage", "share", 10),
    Column("due", "day", 11),
    Column("objective", "text", 16),
    Column("team", "text", 16),
    Column("ambition", "text", 13),
    Column("final", "text", 7),
    Column("in_cycle", "number", 10),
    Column("in_team", "number", 10),
    Column("before_metric_error", "score", 10),
    Column("restated_from", "score", 10),
    Column("self_approved", "text", 18),
    Column("reason", "text", 50),
    Column("formula", "text", 40),
)
_AT = {column.name: index for index, column in enumerate(_COLUMNS)}
_LETTER = {name: xl_col_to_name(index) for name, index in _AT.items()}
_PRINTED = 14
"""Columns that fit on paper."""
_LONGEST = 8000
"""Characters of a formula; programs hold 8,192."""
_PLACES = 12
"""To which a sum of floats is rounded before it is compared with the bound of a grade."""
_TENTHS = 10


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """The scorecard, and its totals."""
    rows = map(_Rows(view, locale).cells, view.lines)
    card = workbook.table("heading", _COLUMNS, rows, locale, frozen=3, printed=_PRINTED)
    totals(workbook, view, locale, {name: card.cells(at) for name, at in _AT.items()})


class _Rows:
    """The rows of the scorecard; a formula has to know where each score stands."""

    def __init__(self, view: View, locale: Locale) -> None:
        self._view = view
        self._locale = locale
        self._row = {line.id: number for number, line in enumerate(view.lines, 2)}
        self._many = Counter(line.objective for line in view.lines)

    def cells(self, line: Line) -> dict[str, Cell]:
        """Column → cell."""
        score, locale = line.score, self._locale
        return {
            "kind": locale(score.kind),
            "id": line.id,
            "title": Strong(line.title) if score.kind == "objective" else line.title,
            "objective": line.objective,
            "team": line.team,
            "ambition": locale.word(score.ambition),
            "weight": line.weight,
            "score": self._score(line),
            "grade": self._look(line),
            "success": _success(score, locale),
            "computed": score.figures.computed,
            "override": score.override.score if score.override else None,
            "current": score.figures.current,
            "time_weighted": score.figures.time_weighted,
            "as_agreed": score.figures.as_agreed,
            "coverage": score.coverage,
            "due": score.due,
            "final": locale("yes" if score.final else "no"),
            "in_cycle": line.weight if line.in_cycle else None,
            "in_team": line.weight if line.in_team else None,
            "before_metric_error": score.mended.before if score.mended else None,
            "restated_from": score.restated.old if score.restated else None,
            "self_approved": locale.alone(score) or None,
            "reason": self._reason(line),
            "formula": _formula(line, locale),
        }

    def _reason(self, line: Line) -> str | None:
        """What is to be known beside the score, and why there is none."""
        locale, metric = self._locale, line.metric

        def value(found: Decimal) -> str:
            return number(found) if metric is None else locale.value(metric, found)

        said = locale.notes(line.score, self._view.days, value)
        said += [locale.translated(line.score.reason)] if line.score.reason else []
        return "; ".join(said) or None

    def _cell(self, column: str, item: str) -> str:
        return f"{_LETTER[column]}{self._row[item]}"

    def _look(self, line: Line) -> Cell:
        """The outcome or the grade so far; a formula where the score alone decides it."""
        score, cell, locale = line.score, self._cell("score", line.id), self._locale
        word = locale.word(score.look)
        if score.look in {"learned", "open"}:
            return word
        if score.ambition == "committed" and score.final:
            return Formula(commitment(cell, locale), word)
        return Formula(grade(cell, locale), word)

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


def _formula(line: Line, locale: Locale) -> str | None:
    """How a key result's score came about, once it is final; nothing of values not seen."""
    score = line.score
    if line.metric is None or score.due is None or not score.final:
        return None
    value = score.reading.value if score.reading else None
    judged = locale.verdict(line.metric, line.verdict, line.current)
    return locale.score_formula(line.metric, value, score.figures.computed, score.due, judged)


def totals(workbook: ReportWorkbook, view: View, locale: Locale, cells: Mapping[str, str]) -> None:
    """The sheet of totals; `cells`: column of the scorecard → the range of its rows."""
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
    first = lines.row
    scored = (line.score for line in view.lines if line.score.kind == "key_result")
    scores = [s.figures.effective for s in scored if s.figures.effective is not None]
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


def overridden(computed: str, override: str) -> str:
    """A key result's score: the override where there is one.

    >>> overridden("K3", "L3")
    'IF(ISNUMBER(L3),L3,K3)'
    """
    return f"IF(ISNUMBER({override}),{override},{computed})"


def grade(score: str, locale: Locale) -> str:
    """The grade of a score; nothing where there is none."""
    exact = f"ROUND({score},{_PLACES})"
    bounds = ((GREEN, "green"), (YELLOW, "yellow"))
    text = f'"{locale("red")}"'
    for bound, name in reversed(bounds):
        text = f'IF({exact}>={float(bound)},"{locale(name)}",{text})'
    return f'IF(ISNUMBER({score}),{text},"")'


def commitment(score: str, locale: Locale) -> str:
    """Whether a committed score is reached; nothing where there is none."""
    word = f'IF(ROUND({score},{_PLACES})>=1,"{locale("reached")}","{locale("not_reached")}")'
    return f'IF(ISNUMBER({score}),{word},"")'


def mean_of_parts(
    weight: str, score: str, first: int, last: int, children: Sequence[tuple[str, Decimal]]
) -> str:
    """An objective's score: the weighted mean of the key results and children that have one.

    Args:
        weight: Column of the weights.
        score: Column of the scores.
        first: Row of its first key result; there is none where `last` lies before it.
        last: Row of its last.
        children: Cells of counted objectives' scores, with the weights by which they count.

    >>> mean_of_parts("G", "H", 3, 4, [("H9", Decimal(2))])
    '(SUMPRODUCT(G3:G4,H3:H4)+2*N(H9))/(SUMPRODUCT(G3:G4,--ISNUMBER(H3:H4))+2*ISNUMBER(H9))'
    """
    over, under = [], []
    if first <= last:
        weights, scores = f"{weight}{first}:{weight}{last}", f"{score}{first}:{score}{last}"
        over.append(f"SUMPRODUCT({weights},{scores})")
        under.append(f"SUMPRODUCT({weights},--ISNUMBER({scores}))")
    for cell, counted in children:
        over.append(f"{decimal_text(counted)}*N({cell})")
        under.append(f"{decimal_text(counted)}*ISNUMBER({cell})")
    return f"({'+'.join(over)})/({'+'.join(under)})"


def mean_of_roots(weights: str, scores: str, team: tuple[str, str] | None) -> str:
    """The score of the cycle or a team: the weighted mean of the objectives that have one.

    Args:
        weights: Range of weights, empty in every row that does not count.
        scores: Range of scores.
        team: Range of teams, and the cell that names the one that is meant; None: all rows.
    """
    chosen = f"--({team[0]}={team[1]})," if team else ""
    return (
        f"SUMPRODUCT({chosen}{weights},{scores})/SUMPRODUCT({chosen}{weights},--ISNUMBER({scores}))"
    )


@dataclass(frozen=True, slots=True)
class Band:
    """A tenth of the scores.

    Attributes:
        formula: Counts the key results in it.
    """

    name: str
    low: Fraction
    high: Fraction
    formula: str

    def holds(self, score: Fraction) -> bool:
        """Whether a score lies in it; the last one holds 1, too."""
        return self.low <= score < self.high or (score == self.high == 1)


def bands(kinds: str, scores: str, key_result: str) -> Iterator[Band]:
    """Ten bands of scores.

    Args:
        kinds: Range that says what each row is.
        scores: Range of scores.
        key_result: What it says of key results.
    """
    for tenth in range(_TENTHS):
        low, high = Fraction(tenth, _TENTHS), Fraction(tenth + 1, _TENTHS)
        below = "<=" if high == 1 else "<"
        # Joined, not written into the text: a program may use another decimal sign.
        formula = (
            f'COUNTIFS({kinds},"{key_result}",{scores},">="&{float(low)},'
            f'{scores},"{below}"&{float(high)})'
        )
        yield Band(f"{float(low):.1f} – {float(high):.1f}", low, high, formula)
