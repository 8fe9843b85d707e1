"""Trend: a cycle over time in the terminal, and as rows for a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from okr_cli.shell.home import Home
from okr_cli.shell.ink import Ink
from okr_cli.shell.layout import MAX_WIDTH, left, right
from okr_cli.shell.options import CycleAt
from okr_cli.shell.output import on_terminal, print_json, print_rows, print_text, wants_colour
from okr_core.basics.exact import decimal_text, ratio_json, time_json
from okr_core.plan.plan import KeyResult, Objective
from okr_core.progress.trends import TrendLine
from okr_core.score.score_words import score_text
from okr_core.words.figures import NOTHING, day_text, percent
from okr_flows.documents.forecast import hit_of
from okr_flows.documents.score import TrendDocument
from okr_store.snapshot import ScoredTrend, read_scored_trend

_SPARK, _FIGURE, _GAP = 14, 6, 2
_COLUMN = _SPARK + _FIGURE + _GAP
_TITLE = MAX_WIDTH - 3 * _COLUMN
_COLUMNS = ("item", "kind", "at", "progress", "expected", "value", "confidence", "hit", "score")
_BLOCKS = "▁▂▃▄▅▆▇█"
UNKNOWN = "·"
_ROUNDED = Fraction(1, 10**5)
"""Stored shares are rounded: 2/7 must not become another block than its record."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A spark with its last figure."""

    shares: tuple[Fraction | None, ...]
    figure: str

    def drawn(self) -> str:
        """The cell, `_COLUMN` columns."""
        return " " * _GAP + left(spark(self.shares, _SPARK), _SPARK) + right(self.figure, _FIGURE)


def show_trend(
    home: Home, when: CycleAt, format_: str, *, tree: bool, ids: bool, by_score: bool
) -> int:
    """Print a cycle over time.

    Args:
        home: Where the store is.
        when: Cycle and time.
        format_: `text` or `json`.
        tree: The table in a pipe too, where plain rows are printed.
        ids: Show ids instead of titles.
        by_score: The third column is the score; else the forecast's probability of a hit.
    """
    with home.open_cycle(when) as (store, cycle, as_of):
        history = read_scored_trend(store, cycle.id, as_of)
    if format_ == "json":
        print_json(TrendDocument.of(history))
    elif tree or on_terminal():
        ink = Ink.of(colour=wants_colour(), environ=os.environ)
        print_text(trend_table(history, ink, ids=ids, by_score=by_score))
    else:
        print_rows(trend_rows(history))
    return 0


def trend_table(history: ScoredTrend, ink: Ink, *, ids: bool, by_score: bool) -> str:
    """Objectives and key results with three sparks each, in at most 100 columns."""
    cycle = history.snapshot.cycle
    last = min(cycle.day_of(history.snapshot.as_of), cycle.ends)
    weeks = f"{day_text(cycle.starts)} to {day_text(last)}"
    third = "score" if by_score else "chance of a hit"
    lines = [ink.bold(f"{cycle.id} · {weeks}, week by week"), ""]
    heads = ("progress", "confidence", third)
    lines.append(
        ink.faint(" " * _TITLE + "".join(" " * _GAP + left(h, _COLUMN - _GAP) for h in heads))
    )
    lines += [_team_line(history, team, by_score=by_score) for team in _teams(history)]
    for objective in history.snapshot.plan.active_objectives:
        lines += ["", ink.bold(_line(history, objective, "", ids=ids, by_score=by_score))]
        for kr in objective.active_key_results:
            lines.append(_line(history, kr, "  ", ids=ids, by_score=by_score))
    return "\n".join(line.rstrip() for line in lines)


def _teams(history: ScoredTrend) -> list[str]:
    """The whole cycle, then its teams in the order of the plan."""
    planned = dict.fromkeys(o.team for o in history.snapshot.plan.objectives if o.team)
    return ["", *(team for team in planned if team in history.trend.teams)]


def _team_line(history: ScoredTrend, team: str, *, by_score: bool) -> str:
    progress = history.trend.teams.get(team, ())
    cells = [_Cell(progress, percent(_last(progress))), _Cell((), "")]
    if by_score:
        scores = history.team_scores(team)
        cells.append(_Cell(scores, score_text(_last(scores))))
    name = _team_name(history, team) if team else "The whole cycle"
    return left(name, _TITLE) + "".join(cell.drawn() for cell in cells)


def _team_name(history: ScoredTrend, team: str) -> str:
    space = history.snapshot.workspace
    known = space.teams.get(team) if space else None
    return f"Team {(known.name if known else '') or team}"


def _line(
    history: ScoredTrend, item: Objective | KeyResult, indent: str, *, ids: bool, by_score: bool
) -> str:
    name = item.id if ids else " ".join(item.title.split())
    known = history.trend.items.get(item.id)
    if known is None:
        return left(indent + name, _TITLE)
    sure = tuple(None if each is None else Fraction(each, 10) for each in known.confidence)
    cells = (
        _Cell(known.progress, percent(_last(known.progress))),
        _Cell(sure, _sure(known)) if isinstance(item, KeyResult) else _Cell((), ""),
        _third(history, item, by_score=by_score),
    )
    return left(indent + name, _TITLE) + "".join(cell.drawn() for cell in cells)


def _third(history: ScoredTrend, item: Objective | KeyResult, *, by_score: bool) -> _Cell:
    if by_score:
        scores = history.scores(item.id)
        return _Cell(scores, score_text(_last(scores)))
    if isinstance(item, Objective):
        return _Cell((), "")
    hits = tuple(hit_of(each) for each in history.forecasts(item.id))
    return _Cell(hits, percent(_last(hits)))


def _sure(known: TrendLine) -> str:
    last = known.confidence[-1] if known.confidence else None
    return NOTHING if last is None else str(last)


def _last(several: tuple[Fraction | None, ...]) -> Fraction | None:
    return several[-1] if several else None


def trend_rows(history: ScoredTrend) -> Iterator[tuple[str, ...]]:
    """A header, then one row per item and time; empty cells where nothing is known."""
    yield _COLUMNS
    for team, progress in history.trend.teams.items():
        scores = history.team_scores(team)
        for place, at in enumerate(history.trend.times):
            figures = (_cell(progress[place]), "", "", "", "", _cell(scores[place]))
            yield (team, "team" if team else "cycle", time_json(at), *figures)
    for name, known in history.trend.items.items():
        scores, forecasts = history.scores(name), history.forecasts(name)
        for place, at in enumerate(history.trend.times):
            value = known.values[place]
            cells = (
                ratio_json(known.progress[place]),
                ratio_json(known.expected[place]),
                None if value is None else decimal_text(value),
                known.confidence[place],
                ratio_json(hit_of(forecasts[place])),
                ratio_json(scores[place]),
            )
            written = ("" if cell is None else str(cell) for cell in cells)
            yield (name, known.kind, time_json(at), *written)


def _cell(share: Fraction | None) -> str:
    return "" if share is None else str(ratio_json(share))


def spark(shares: Sequence[Fraction | None], width: int) -> str:
    """Shares in [0, 1] as blocks, the newest last, at most `width` of them.

    A full block stands for a share that is reached, nothing less.

    >>> spark([None, Fraction(0), Fraction(1, 2), Fraction(99, 100), Fraction(1)], 13)
    '·▁▄▇█'
    """
    return "".join(_block(share) for share in shares[-width:])


def _block(share: Fraction | None) -> str:
    if share is None:
        return UNKNOWN
    last = len(_BLOCKS) - 1
    return _BLOCKS[last if share >= 1 else max(int(share * last + _ROUNDED), 0)]
