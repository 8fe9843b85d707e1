"""The scorecard for people: objectives and key results, from 60 columns up to 100."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from okr_cli.shell.figures import compact, count, short_value
from okr_cli.shell.ink import STATUS_WIDTH, Ink
from okr_cli.shell.layout import MAX_WIDTH, hang, right, wrap
from okr_cli.shell.open_text import first_lines
from okr_cli.shell.titles import title_lines
from okr_core.basics.exact import ratio_json
from okr_core.open.entries import open_entries
from okr_core.plan.metrics import Metric
from okr_core.plan.plan import KeyResult, Objective
from okr_core.record.score_records import ForecastRecord
from okr_core.score.notes import score_notes
from okr_core.score.score_words import (
    additions_text,
    card_notes,
    grades_text,
    score_text,
)
from okr_core.score.scores import Score
from okr_core.words.figures import NOTHING, day_text, percent
from okr_flows.documents.forecast import hit_of
from okr_flows.score.report import ScoreReport

_FIRST = 5
"""Lines of what waits for a person."""
_GRADE, _SCORE, _NOW, _OVER, _VALUE, _AHEAD, _HIT = STATUS_WIDTH, 6, 6, 7, 10, 19, 6
_COLUMNS = ("objective", "key_result", "grade", "score", "current", "time_weighted", "hit", "title")
_FIGURES = _SCORE + _NOW + _OVER + _VALUE
_LEAD = _GRADE + 1
_MIN_TITLE = 28
"""Columns of a title that figures stand beside; with less they stand below."""


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """What a scorecard is drawn on.

    Attributes:
        ids: Show ids instead of titles.
        ahead: Whether forecasts are shown: not of a cycle that is over.
        width: Columns of the terminal.
    """

    ink: Ink
    ids: bool = False
    ahead: bool = True
    width: int = MAX_WIDTH

    @property
    def roomy(self) -> bool:
        """Whether figures stand beside the title; else below it."""
        return self.width - _LEAD - self.figures >= _MIN_TITLE

    @property
    def figures(self) -> int:
        """Columns of all figures."""
        return _FIGURES + (_AHEAD + _HIT if self.ahead else 0)

    @property
    def title(self) -> int:
        """Columns of a title."""
        return self.width - _LEAD - (self.figures if self.roomy else 0)

    @property
    def before_figures(self) -> int:
        """Columns that are left free before the figures, where they stand below."""
        if self.roomy:
            return _LEAD + self.title
        return min(_LEAD + 2, self.width - self.figures)

    def name(self, item: Objective | KeyResult) -> str:
        """What an item is called on this sheet."""
        title = " ".join(item.title.split())
        return item.id if self.ids else title.replace(" %", "\N{NO-BREAK SPACE}%")


def score_table(report: ScoreReport, sheet: ScoreSheet) -> str:
    """The whole of `okr score` for people."""
    lines = [*_head(report, sheet), ""]
    for objective in report.snapshot.agreement.plan.objectives:
        lines += [*_objective(report, sheet, objective), ""]
    lines += _needs_you(report, sheet)
    lines += _foresight(report, sheet)
    lines += _questions(report, sheet)
    return "\n".join(lines).rstrip("\n")


def _head(report: ScoreReport, sheet: ScoreSheet) -> Iterator[str]:
    card, cycle = report.card, report.snapshot.cycle
    figures = card.teams.get("")
    score = score_text(figures.effective) if figures else NOTHING
    objectives = [s for s in card.scores.values() if s.kind == "objective"]
    grades = grades_text(s.look for s in objectives)
    version = f" · version {card.version}" if card.version else ""
    day = day_text(cycle.day_of(card.as_of))
    head = f"{card.cycle} · score {score} · {day}{version}"
    yield from map(sheet.ink.bold, wrap(head, sheet.width))
    gone = f"; {count(card.retired, 'key result')} retired early" if card.retired else ""
    yield from wrap(f"{grades}{gone}", sheet.width)
    if notes := card_notes(card):
        yield from hang("; ".join(notes), "", sheet.width)
    yield ""
    yield sheet.ink.faint(
        " " * sheet.before_figures
        + right("score", _SCORE)
        + right("now", _NOW)
        + right("over t", _OVER)
        + right("value", _VALUE)
        + (right("forecast", _AHEAD) + right("hit", _HIT) if sheet.ahead else "")
    )


def _objective(report: ScoreReport, sheet: ScoreSheet, objective: Objective) -> Iterator[str]:
    score = report.card.scores[objective.id]
    mark, name = sheet.ink.mark(_word(score)), sheet.name(objective)
    titles = list(title_lines(name, sheet.title, sheet.ink, strong=True))
    yield from _item(sheet, mark, titles, _figures(score))
    yield from _notes(sheet, _remarks(report, score))
    added = additions_text(report.card, objective, report.snapshot.cycle)
    yield from _notes(sheet, [added] if added else [])
    for kr in objective.key_results:
        yield from _key_result(report, sheet, kr)


def _item(sheet: ScoreSheet, mark: str, titles: list[str], figures: str) -> Iterator[str]:
    """Mark and title, with the figures beside or below."""
    first, *more = titles
    beside = figures if sheet.roomy else ""
    yield f"{mark} {first}{beside}".rstrip()
    indent = " " * (sheet.width - sheet.title) if not sheet.roomy else " " * _LEAD
    yield from ((indent + line).rstrip() for line in more)
    if not sheet.roomy and figures.strip():
        yield (" " * sheet.before_figures + figures).rstrip()


def _word(score: Score) -> str:
    """What the mark says: the outcome or the grade so far, else why there is none."""
    if score.look is not None:
        return score.look
    return score.retired.how if score.retired is not None else "pending"


def _figures(score: Score) -> str:
    """The headline, and the two beside it where they say something else."""
    figures = score.figures
    headline = score_text(figures.computed)
    beside = (score_text(figures.current), score_text(figures.time_weighted))
    now, over = ("" if text == headline else text for text in beside)
    return right(score_text(figures.effective), _SCORE) + right(now, _NOW) + right(over, _OVER)


def _key_result(report: ScoreReport, sheet: ScoreSheet, kr: KeyResult) -> Iterator[str]:
    score, forecast = report.card.scores[kr.id], report.forecasts.get(kr.id)
    value = short_value(kr.metric, score.reading.value if score.reading else None)
    ahead = right(_ahead(forecast), _AHEAD) + right(percent(hit_of(forecast)), _HIT)
    figures = _figures(score) + right(value, _VALUE) + (ahead if sheet.ahead else "")
    titles = list(title_lines(sheet.name(kr), sheet.title - 2, sheet.ink))
    lines = _item(sheet, "  " + sheet.ink.mark(_word(score)), titles, figures)
    yield from lines
    yield from _notes(sheet, _remarks(report, score, kr.metric))


def _ahead(forecast: ForecastRecord | None) -> str:
    """The forecast with its band, such as `41 (38–44)`."""
    if forecast is None or forecast.p10 is None or forecast.p50 is None or forecast.p90 is None:
        return ""
    low, high = sorted((forecast.p10, forecast.p90))
    return f"{_figure(forecast.p50)} ({_figure(low)}–{_figure(high)})"


def _figure(value: Decimal) -> str:
    """Three digits that matter: a forecast has no more."""
    places = 2 - value.adjusted() if value else 0
    return compact(
        round(value, places).normalize() + 0 if places < 0 else round(value, max(places, 0))
    )


def _notes(sheet: ScoreSheet, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from hang(text, " " * (_LEAD + 2), sheet.width)


def _remarks(report: ScoreReport, score: Score, metric: Metric | None = None) -> Iterator[str]:
    cycle = report.snapshot.cycle
    yield from score_notes(score, cycle, report.open_until, metric=metric)


def _needs_you(report: ScoreReport, sheet: ScoreSheet) -> Iterator[str]:
    """What waits for a person: the list that `okr status` shows."""
    asked = open_entries(report.snapshot)
    if asked:
        yield "Needs you"
        for line in first_lines(report.snapshot, asked, _FIRST):
            yield from hang(line, "  ", sheet.width, more="    ")
        yield ""


def _foresight(report: ScoreReport, sheet: ScoreSheet) -> Iterator[str]:
    """How well the last confidence foresaw success, once something has ended."""
    last = next((each for each in reversed(report.brier) if each.goals), None)
    if last is None:
        return
    expected = f"{float(last.expected):.1f}"
    score = "" if last.score is None else f", Brier score {float(last.score):.2f}"
    told = (
        f"Foresight: of {count(last.goals, 'key result')} with a confidence, {expected} successes "
        f"were expected and {last.successes} came{score}."
    )
    yield from wrap(told, sheet.width)
    yield ""


def _questions(report: ScoreReport, sheet: ScoreSheet) -> Iterator[str]:
    """Prompts of calibration, as questions."""
    found = report.prompts
    if not found:
        return
    yield "Worth asking"
    for prompt in found:
        yield from hang(f"{prompt.subject}: {prompt.text}", "  ", sheet.width, more="    ")


def score_rows(report: ScoreReport) -> Iterator[tuple[str, ...]]:
    """A header, then one row per objective and key result; empty cells where nothing is known."""
    yield _COLUMNS
    for objective in report.snapshot.agreement.plan.objectives:
        yield _row(objective.id, "", report.card.scores[objective.id], None, objective.title)
        for kr in objective.key_results:
            found = report.card.scores[kr.id]
            yield _row(objective.id, kr.id, found, report.forecasts.get(kr.id), kr.title)


def _row(
    objective: str, key_result: str, score: Score, forecast: ForecastRecord | None, title: str
) -> tuple[str, ...]:
    figures = score.figures
    ratios = (figures.effective, figures.current, figures.time_weighted, hit_of(forecast))
    cells = ("" if each is None else str(ratio_json(each)) for each in ratios)
    return (objective, key_result, score.grade or "", *cells, title)
