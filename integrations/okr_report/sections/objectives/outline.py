"""Every objective with its key results, as an outline."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from okr_core.figures import percent, score_text
from okr_core.scores import Score
from okr_report.outline.bars import bar
from okr_report.outline.pieces import Heading, Line, Piece, Span, Table, figure, line
from okr_report.sections.objectives.view import KeyResultView, ObjectiveView, View
from okr_report.voice import Voice

_COLUMNS = ("key_result", "asked", "value", "progress", "expected", "status")
_FIGURES = frozenset({1, 2, 4, 6})


def outline(view: View, voice: Voice) -> Iterator[Piece]:
    """Each objective: how it stands, and its key results in a table."""
    yield Heading(2, voice("title_objectives"))
    for objective in view.objectives:
        yield Heading(3, line(objective.title))
        yield Line(tuple(_standing(objective, voice)))
        if objective.key_results:
            yield _table(objective, voice)


def _standing(objective: ObjectiveView, voice: Voice) -> Iterator[Span]:
    yield Span(objective.id, code=True)
    team = f" · {line(objective.team.name)}" if objective.team else ""
    yield Span(f"{team} · {bar(objective.progress)} · {_status(objective, voice)}")
    score = _effective(objective.score)
    if score is not None:
        yield Span(f" · {voice('column_score')} {score_text(score)}")


def _table(objective: ObjectiveView, voice: Voice) -> Table:
    scored = any(_effective(kr.score) is not None for kr in objective.key_results)
    names = (*_COLUMNS, *(("score",) if scored else ()))
    rows = tuple(_row(kr, voice, scored=scored) for kr in objective.key_results)
    return Table(tuple(voice(f"column_{name}") for name in names), rows, _FIGURES)


def _row(kr: KeyResultView, voice: Voice, *, scored: bool) -> tuple[str, ...]:
    cells = (
        line(kr.title),
        figure(line(voice.asked(kr.metric))),
        figure(line(voice.value(kr.metric, kr.current))),
        bar(kr.progress),
        figure(percent(kr.expected)),
        _status(kr, voice),
    )
    return (*cells, score_text(_effective(kr.score))) if scored else cells


def _status(item: ObjectiveView | KeyResultView, voice: Voice) -> str:
    return voice(item.status if item.state == "active" else item.state)


def _effective(score: Score | None) -> Fraction | None:
    """A score that is final: before the end it is the progress once more."""
    return score.figures.effective if score and score.final else None
