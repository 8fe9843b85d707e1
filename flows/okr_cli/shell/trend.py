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
from okr_cli.shell.output import (
    on_terminal,
    page_width,
    print_json,
    print_rows,
    print_text,
    wants_colour,
)
from okr_cli.shell.titles import ROOMY, title_lines
from okr_core.basics.exact import decimal_text, ratio_json, time_json
from okr_core.plan.plan import KeyResult, Objective
from okr_core.progress.trends import TrendLine
from okr_core.score.score_words import score_text
from okr_core.words.figures import NOTHING, day_text, percent
from okr_flows.documents.forecast import hit_of
from okr_flows.documents.score import TrendDocument
from okr_store.scored_trend import ScoredTrend, read_scored_trend

_SPARK, _FIGURE = 14, 5
_COLUMN, _NARROW = 22, 20
"""Columns of a spark with its figure and the blanks before them, and where there is less room."""
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

    def drawn(self, width: int) -> str:
        """The cell, `width` columns."""
        shown = left(spark(self.shares, _SPARK), _SPARK)
        gap = (width - _SPARK - _FIGURE + 1) // 2
        return " " * gap + shown + right(self.figure, width - gap - _SPARK)


@dataclass(frozen=True, slots=True)
class TrendSheet:
    """What a trend is drawn on.

    Attributes:
        ids: Show ids instead of titles.
        by_score: The third column is the score; else the chance of a hit.
        width: Columns of the terminal.
    """

    ink: Ink
    ids: bool = False
    by_score: bool = False
    width: int = MAX_WIDTH

    @property
    def roomy(self) -> bool:
        """Whether the columns stand beside the title; else below it."""
        return self.width >= ROOMY

    @property
    def column(self) -> int:
        """Columns of a spark with its figure."""
        return _COLUMN if self.width >= 3 * _COLUMN else _NARROW

    @property
    def title(self) -> int:
        """Columns of a title."""
        return self.width - (3 * self.column if self.roomy else 0)

    @property
    def before(self) -> int:
        """Columns that are left free before the sparks."""
        return self.title if self.roomy else min(2, self.width - 3 * self.column)

    def item(self, name: str, cells: Sequence[_Cell], *, strong: bool = False) -> Iterator[str]:
        """A name with its sparks beside it or below, indented as the name is."""
        indent = " " * (len(name) - len(name.lstrip()))
        room = self.title - len(indent)
        first, *more = title_lines(name.strip(), room, self.ink, strong=strong)
        sparks = "".join(cell.drawn(self.column) for cell in cells)
        yield f"{indent}{first}{sparks if self.roomy else ''}".rstrip()
        yield from (f"{indent}{line}".rstrip() for line in more)
        if cells and not self.roomy:
            yield (" " * self.before + sparks).rstrip()


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
        print_text(trend_table(history, TrendSheet(ink, ids, by_score, page_width())))
    else:
        print_rows(trend_rows(history))
    return 0


def trend_table(history: ScoredTrend, sheet: TrendSheet) -> str:
    """Objectives and key results with three sparks each."""
    cycle = history.snapshot.cycle
    last = min(cycle.day_of(history.snapshot.as_of), cycle.ends)
    weeks = f"{day_text(cycle.starts)} to {day_text(last)}"
    heads = ("progress", "confidence", "score" if sheet.by_score else "chance of a hit")
    gap = " " * ((sheet.column - _SPARK - _FIGURE + 1) // 2)
    lines = [
        sheet.ink.bold(f"{cycle.id} · {weeks}, week by week"),
        "",
        sheet.ink.faint(
            " " * sheet.before + "".join(left(gap + head, sheet.column) for head in heads).rstrip()
        ),
    ]
    for team in _teams(history):
        lines += _team_lines(history, sheet, team)
    for objective in history.snapshot.plan.active_objectives:
        lines += ["", *_item_lines(history, sheet, objective)]
        for kr in objective.active_key_results:
            lines += _item_lines(history, sheet, kr)
    return "\n".join(lines)


def _teams(history: ScoredTrend) -> list[str]:
    """The whole cycle, then its teams in the order of the plan."""
    planned = dict.fromkeys(o.team for o in history.snapshot.plan.objectives if o.team)
    return ["", *(team for team in planned if team in history.trend.teams)]


def _team_lines(history: ScoredTrend, sheet: TrendSheet, team: str) -> Iterator[str]:
    progress = history.trend.teams.get(team, ())
    cells = [_Cell(progress, percent(_last(progress))), _Cell((), "")]
    if sheet.by_score:
        scores = history.team_scores(team)
        cells.append(_Cell(scores, score_text(_last(scores))))
    yield from sheet.item(_team_name(history, team) if team else "The whole cycle", cells)


def _team_name(history: ScoredTrend, team: str) -> str:
    space = history.snapshot.workspace
    known = space.teams.get(team) if space else None
    return f"Team {(known.name if known else '') or team}"


def _item_lines(
    history: ScoredTrend, sheet: TrendSheet, item: Objective | KeyResult
) -> Iterator[str]:
    title = " ".join(item.title.split()).replace(" %", "\N{NO-BREAK SPACE}%")
    indent = "  " if isinstance(item, KeyResult) else ""
    name = indent + (item.id if sheet.ids else title)
    strong = isinstance(item, Objective)
    known = history.trend.items.get(item.id)
    if known is None:
        yield from sheet.item(name, (), strong=strong)
        return
    sure = tuple(None if each is None else Fraction(each, 10) for each in known.confidence)
    cells = (
        _Cell(known.progress, percent(_last(known.progress))),
        _Cell((), "") if strong else _Cell(sure, _sure(known)),
        _third(history, item, by_score=sheet.by_score),
    )
    yield from sheet.item(name, cells, strong=strong)


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
