"""Every objective with its key results, as an outline."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from okr_core.figures import percent, range_text, score_text, value_text
from okr_core.scores import Score
from okr_report.outline.bars import bar
from okr_report.outline.pieces import Heading, Line, Piece, Span, Table, line
from okr_report.sections.objectives.view import KeyResultView, ObjectiveView, View
from okr_report.words import Words

_COLUMNS = ("key_result", "asked", "value", "progress", "expected", "status")
_FIGURES = frozenset({1, 2, 4, 6})


def outline(view: View, words: Words) -> Iterator[Piece]:
    """Each objective: how it stands, and its key results in a table."""
    yield Heading(2, words("objectives"))
    for objective in view.objectives:
        yield Heading(3, line(objective.title))
        yield Line(tuple(_standing(objective, words)))
        if objective.key_results:
            yield _table(objective, words)


def _standing(objective: ObjectiveView, words: Words) -> Iterator[Span]:
    yield Span(objective.id, code=True)
    team = f" · {line(objective.team.name)}" if objective.team else ""
    yield Span(f"{team} · {bar(objective.progress)} · {_status(objective, words)}")
    score = _effective(objective.score)
    if score is not None:
        yield Span(f" · {words('column_score')} {score_text(score)}")


def _table(objective: ObjectiveView, words: Words) -> Table:
    scored = any(_effective(kr.score) is not None for kr in objective.key_results)
    names = (*_COLUMNS, *(("score",) if scored else ()))
    rows = tuple(_row(kr, words, scored=scored) for kr in objective.key_results)
    return Table(tuple(words(f"column_{name}") for name in names), rows, _FIGURES)


def _row(kr: KeyResultView, words: Words, *, scored: bool) -> tuple[str, ...]:
    cells = (
        line(kr.title),
        line(range_text(kr.metric)),
        line(value_text(kr.metric, kr.current)),
        bar(kr.progress),
        percent(kr.expected),
        _status(kr, words),
    )
    return (*cells, score_text(_effective(kr.score))) if scored else cells


def _status(item: ObjectiveView | KeyResultView, words: Words) -> str:
    return words(f"status_{item.status}" if item.state == "active" else f"state_{item.state}")


def _effective(score: Score | None) -> Fraction | None:
    """A score that is final: before the end it is the progress once more."""
    return score.figures.effective if score and score.final else None
