"""Every objective with its key results, as an outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from okr_core.score.score_words import score_text
from okr_core.score.scores import Score
from okr_core.words.figures import NOTHING, percent
from okr_report.locale import Locale
from okr_report.outline.pieces import (
    Heading,
    Line,
    Piece,
    Span,
    Table,
    bar,
    figure,
    line,
    sentence,
)
from okr_report.sections.objectives.key_results import KeyResultView
from okr_report.sections.objectives.page import (
    judged_words,
    objective_words,
    score_formula,
    score_words,
)
from okr_report.sections.objectives.view import ObjectiveView, View

_FIGURES = frozenset({"asked", "value", "expected", "score"})
_MANY = 30
"""Objectives beyond which a team's are one table: hundreds of tables are hard to read, and each is
several requests to Notion."""


_Row = dict[str, str]
"""Column → cell."""


def outline(view: View, locale: Locale) -> Iterator[Piece]:
    """Each objective with its key results in a table; of many objectives a table per team."""
    yield Heading(2, locale("title_objectives"))
    if len(view.objectives) > _MANY:
        yield from _by_team(view, locale)
        return
    for objective in view.objectives:
        yield Heading(3, line(objective.title))
        yield Line(tuple(_standing(objective, view, locale)))
        said = objective_words(objective, locale)
        if said:
            yield sentence(line(said))
        if objective.key_results:
            rows = [_cells(kr, locale) for kr in objective.key_results]
            yield _table(rows, view, locale)
        yield from _told(objective, view, locale)


def _told(objective: ObjectiveView, view: View, locale: Locale) -> Iterator[Piece]:
    """What a reader must know of the numbers."""
    yield from _beside(objective.id, score_words(objective, view.days, locale))
    for kr in objective.key_results:
        told = judged_words(kr, locale) or score_formula(kr, locale)
        yield from _beside(kr.id, [told, *score_words(kr, view.days, locale)])
        if kr.provenance and kr.provenance.note:
            yield Line((Span(kr.id, code=True), Span(f" {line(locale.note(kr.provenance.note))}")))


def _beside(item: str, told: Iterable[str]) -> Iterator[Line]:
    """What is to be known beside an item's figures, in one line; nothing where there is nothing."""
    text = " · ".join(line(each) for each in told if each)
    if text:
        yield Line((Span(item, code=True), Span(f" {text}")))


def _by_team(view: View, locale: Locale) -> Iterator[Piece]:
    teams: dict[str, list[ObjectiveView]] = {}
    for objective in view.objectives:
        name = objective.team.name if objective.team else locale("no_team")
        teams.setdefault(name, []).append(objective)
    for name, objectives in teams.items():
        yield Heading(3, line(name))
        rows = (row for objective in objectives for row in _rows(objective, locale))
        yield _table(list(rows), view, locale)


def _standing(objective: ObjectiveView, view: View, locale: Locale) -> Iterator[Span]:
    yield Span(objective.id, code=True)
    if objective.team:
        yield Span(f" · {line(objective.team.name)}")
    if "progress" in view.sees:
        yield Span(f" · {bar(objective.progress)}")
    if objective.look:
        yield Span(f" · {locale(objective.look)}")
    if _effective(objective.score) is not None:
        yield Span(f" · {locale('column_score')} {_score(objective)}")


def _table(rows: Sequence[_Row], view: View, locale: Locale) -> Table:
    """Of what the audience may see; the score where there is one."""
    progress = "progress" in view.sees
    shown = {
        "key_result": True,
        "asked": True,
        "value": progress,
        "progress": progress,
        "expected": progress,
        "status": view.shows_status,
        "score": any(row["score"] != NOTHING for row in rows),
    }
    names = [name for name, seen in shown.items() if seen]
    right = frozenset(at for at, name in enumerate(names) if name in _FIGURES)
    head = tuple(locale(f"column_{name}") for name in names)
    return Table(head, tuple(tuple(row[name] for name in names) for row in rows), right)


def _rows(objective: ObjectiveView, locale: Locale) -> Iterator[_Row]:
    """An objective, and its key results below it."""
    yield {
        "key_result": line(objective.title),
        "asked": "",
        "value": "",
        **_common(objective, locale),
    }
    for kr in objective.key_results:
        cells = _cells(kr, locale)
        yield {**cells, "key_result": f"– {cells['key_result']}"}


def _cells(kr: KeyResultView, locale: Locale) -> _Row:
    return {
        "key_result": line(kr.title),
        "asked": figure(line(locale.asked(kr.metric))),
        "value": figure(line(locale.value(kr.metric, kr.current))),
        **_common(kr, locale),
    }


def _common(item: ObjectiveView | KeyResultView, locale: Locale) -> _Row:
    return {
        "progress": bar(item.progress),
        "expected": figure(percent(item.expected)),
        "status": locale.word(item.look),
        "score": _score(item),
    }


def _score(item: ObjectiveView | KeyResultView) -> str:
    return score_text(_effective(item.score))


def _effective(score: Score | None) -> Fraction | None:
    """A score that is final: before the end it is the progress once more."""
    return score.figures.effective if score and score.final else None
