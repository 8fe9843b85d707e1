"""What the section prints: the quarter on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from okr_report.dots import packed
from okr_report.locale import Locale, percent, score_text
from okr_report.reports import Header
from okr_report.sections.summary.attention import OpenDecision, Unknown
from okr_report.sections.summary.findings import findings
from okr_report.sections.summary.over_time import Lesson, Move
from okr_report.sections.summary.page import lesson_title
from okr_report.sections.summary.view import TeamLine, View

_MOST, _FEW, _TEAMS = 6, 4, 8
"""Lines of the lists: together they fit on the page."""
_FIGURES = ("progress", "expected", "objectives", "score")
"""Of a team, as far as the audience may see them."""
_LEFT = ("decisions", "learned")
"""Lists of the left column; the others stand in the right one."""
_LATER = 90
"""Lines of each list after the contents; more of them are easier found at their objectives."""
_TITLE, _NOTE, _WHY = 84, 120, 56
"""Characters of what people wrote, of why something is asked one line; the sections below have all
of it."""
_LINE, _TALLEST, _DOT = 482, 110, 8
"""Of the dots, in points: the line, the highest pile, the step of the largest dots."""


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:
    """Three answers, every key result as a dot, four short lists, the teams, the way."""
    lists = [each for each in _lists(view, locale) if each.items]
    return {
        "own_page": True,
        "judged": view.judged,
        "dots": _dots(view),
        "axis": _axis(view, locale),
        "labels": {name: locale(f"{name}_label") for name in ("goes", "needs", "unknown")},
        "lists": [each.first(locale) for each in lists],
        "later": [each.later(locale) for each in lists if len(each.items) > each.most],
        "teams": _teams(view, locale),
        "way": _way(view, locale, header),
        "legend": [[look, _legend(look, locale)] for look in view.legend],
    }


def _dots(view: View) -> dict[str, object]:
    """Where each stands on a line that is `_LINE` wide, as in the charts of the page."""
    packing = packed([share for share, _ in view.placed], _LINE, _TALLEST, _DOT)
    places = zip(view.placed, packing.places, strict=True)
    return {
        "width": _LINE,
        "step": packing.step,
        "rise": packing.rise,
        "rows": packing.rows,
        "places": [[x, row, dot.look] for (_, dot), (x, row) in places],
    }


def _axis(view: View, locale: Locale) -> str:
    if view.over and view.judged:
        return locale("score")
    return locale("distribution_axis_score" if view.judged else "distribution_axis_progress")


def _legend(look: str, locale: Locale) -> str:
    """Of what only seems well the mark says why; other dots may be stale too."""
    return locale("stale_dots" if look == "stale" else look)


def _lists(view: View, locale: Locale) -> list[_List]:
    moved = view.moved.largest if view.moved else ()
    return [
        _List("decisions", [_open_decision(ask, locale) for ask in view.decisions], _MOST),
        _List("unknown", [_gap(gap, locale) for gap in view.unknown], _MOST),
        _List("moved", [_move(move, locale) for move in moved], _FEW, _since(view, locale)),
        _List("learned", [_lesson(lesson, locale) for lesson in view.learned], _FEW),
    ]


class _List(NamedTuple):
    """A list of the first page, the rest of which stands on a later one.

    Attributes:
        items: Of each its title, what is said of it, and more.
        note: Sentences above the items.
    """

    name: str
    items: list[list[str]]
    most: int
    note: str = ""

    def first(self, locale: Locale) -> dict[str, object]:
        rest = len(self.items) - self.most
        return {
            "left": self.name in _LEFT,
            "heading": locale(f"{self.name}_heading"),
            "note": self.note,
            "items": self.items[: self.most],
            "rest": locale("more_later", count=rest) if rest > 0 else "",
        }

    def later(self, locale: Locale) -> dict[str, object]:
        end = self.most + _LATER
        rest = len(self.items) - end
        return {
            "heading": locale("continued", heading=locale(f"{self.name}_heading")),
            "note": "",
            "items": self.items[self.most : end],
            "rest": locale("more_there", count=rest) if rest > 0 else "",
        }


def _since(view: View, locale: Locale) -> str:
    """Since when it moved, and which objectives slipped after a change."""
    if view.moved is None:
        return ""
    moved = view.moved
    since = locale.short_day(moved.since)
    told = [locale(moved.words, day=since, rose=moved.rose, fell=moved.fell, still=moved.still)]
    if view.slipped:
        names = ", ".join(_cut(each.name) for each in view.slipped.objectives)
        told.append(f"{findings(view, locale)['slipped']}: {names}")
    return "\n".join(told)


def _open_decision(ask: OpenDecision, locale: Locale) -> list[str]:
    until = locale("until", day=locale.short_day(ask.deadline)) if ask.deadline else ""
    told = (f"{ask.id} {locale(f'ask_{ask.kind}')}", ask.asked, until)
    return [_cut(ask.title), " · ".join(filter(None, told)), _cut(ask.text, _WHY)]


def _gap(gap: Unknown, locale: Locale) -> list[str]:
    at = "gap_restated_at" if gap.kind == "restated" else "gap_at"
    when = f" · {locale(at, day=locale.day(gap.at))}" if gap.at else ""
    said = locale.translated(gap.reason) if gap.kind != "suspect" else ""
    return [_cut(gap.title), locale(f"gap_{gap.kind}") + when, _cut(said, _NOTE)]


def _move(move: Move, locale: Locale) -> list[str]:
    way = f"{percent(move.before)} → {percent(move.after)}"
    return [_cut(move.title), f"{way} · {locale.change(move.change)}", ""]


def _lesson(lesson: Lesson, locale: Locale) -> list[str]:
    why = f" · {locale(lesson.why)}" if lesson.why else ""
    title = lesson_title(lesson, locale)
    return [_cut(title), locale(f"lesson_{lesson.kind}") + why, _cut(lesson.text, _NOTE)]


def _cut(text: str, most: int = _TITLE) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _teams(view: View, locale: Locale) -> dict[str, object]:
    if len(view.teams) < 2:
        return {"rows": [], "later": []}
    names = [name for name in _FIGURES if name in {"objectives", *view.team_figures}]
    rows = [_team(line, names) for line in view.teams]
    rest = len(rows) - _TEAMS
    return {
        "heading": locale("teams_heading"),
        "head": [locale(name) for name in ("team", *names)],
        "bars": "progress" in names,
        "rows": rows[:_TEAMS],
        "rest": locale("more_later", count=rest) if rest > 0 else "",
        "continued": locale("continued", heading=locale("teams_heading")),
        "later": rows[_TEAMS:],
    }


def _team(line: TeamLine, names: Sequence[str]) -> dict[str, object]:
    figures = {
        "progress": percent(line.progress),
        "expected": percent(line.expected),
        "objectives": str(line.objectives),
        "score": score_text(line.score),
    }
    return {
        "name": _cut(line.team.name),
        "progress": line.progress,
        "expected": line.expected,
        "figures": [figures[name] for name in names],
    }


def _way(view: View, locale: Locale, header: Header) -> dict[str, object] | None:
    if not view.ways or view.ways[0].team is not None:
        return None
    way = view.ways[0]
    return {
        "heading": locale("ways_heading"),
        "progress": way.progress,
        "expected": way.expected,
        "at": header.places(way.times),
        "ends": [locale.short_day(header.starts), locale.short_day(header.ends)],
    }
