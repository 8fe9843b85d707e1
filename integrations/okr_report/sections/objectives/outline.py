"""Every objective with its key results, as an outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from okr_core.figures import percent, score_text
from okr_core.scores import Score
from okr_report.outline.bars import bar
from okr_report.outline.pieces import Heading, Line, Piece, Span, Table, figure, line
from okr_report.sections.objectives.view import KeyResultView, ObjectiveView, View
from okr_report.voice import Voice

_COLUMNS = ("key_result", "asked", "value", "progress", "expected", "status")
_FIGURES = frozenset({1, 2, 4, 6})
_MANY = 30
"""Objectives beyond which a team's are one table: hundreds of tables are hard to read, and each is
several requests to Notion."""


class _Row(NamedTuple):
    """A row of a table, and its score where there is one."""

    cells: tuple[str, ...]
    score: Fraction | None


def outline(view: View, voice: Voice) -> Iterator[Piece]:
    """Each objective with its key results in a table; of many objectives a table per team."""
    yield Heading(2, voice("title_objectives"))
    if len(view.objectives) > _MANY:
        yield from _by_team(view, voice)
        return
    for objective in view.objectives:
        yield Heading(3, line(objective.title))
        yield Line(tuple(_standing(objective, voice)))
        if objective.key_results:
            yield _table([_key_rows(objective, voice)], voice)


def _by_team(view: View, voice: Voice) -> Iterator[Piece]:
    teams: dict[str, list[ObjectiveView]] = {}
    for objective in view.objectives:
        name = objective.team.name if objective.team else voice("no_team")
        teams.setdefault(name, []).append(objective)
    for name, objectives in teams.items():
        yield Heading(3, line(name))
        yield _table([_rows(objective, voice) for objective in objectives], voice)


def _standing(objective: ObjectiveView, voice: Voice) -> Iterator[Span]:
    yield Span(objective.id, code=True)
    team = f" · {line(objective.team.name)}" if objective.team else ""
    yield Span(f"{team} · {bar(objective.progress)} · {_status(objective, voice)}")
    score = _effective(objective.score)
    if score is not None:
        yield Span(f" · {voice('column_score')} {score_text(score)}")


def _table(groups: Sequence[Sequence[_Row]], voice: Voice) -> Table:
    rows = [row for group in groups for row in group]
    scored = any(row.score is not None for row in rows)
    names = (*_COLUMNS, *(("score",) if scored else ()))
    cells = tuple((*row.cells, score_text(row.score)) if scored else row.cells for row in rows)
    return Table(tuple(voice(f"column_{name}") for name in names), cells, _FIGURES)


def _rows(objective: ObjectiveView, voice: Voice) -> list[_Row]:
    """An objective, and its key results below it."""
    cells = (
        line(objective.title),
        "",
        "",
        bar(objective.progress),
        figure(percent(objective.expected)),
        _status(objective, voice),
    )
    below = (
        row._replace(cells=(f"– {row.cells[0]}", *row.cells[1:]))
        for row in _key_rows(objective, voice)
    )
    return [_Row(cells, _effective(objective.score)), *below]


def _key_rows(objective: ObjectiveView, voice: Voice) -> list[_Row]:
    return [_Row(_cells(kr, voice), _effective(kr.score)) for kr in objective.key_results]


def _cells(kr: KeyResultView, voice: Voice) -> tuple[str, ...]:
    return (
        line(kr.title),
        figure(line(voice.asked(kr.metric))),
        figure(line(voice.value(kr.metric, kr.current))),
        bar(kr.progress),
        figure(percent(kr.expected)),
        _status(kr, voice),
    )


def _status(item: ObjectiveView | KeyResultView, voice: Voice) -> str:
    return voice(item.status if item.state == "active" else item.state)


def _effective(score: Score | None) -> Fraction | None:
    """A score that is final: before the end it is the progress once more."""
    return score.figures.effective if score and score.final else None
