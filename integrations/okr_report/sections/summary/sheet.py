"""Sheets of the section: the quarter in one view, its way, what needs whom, what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale
from okr_report.sections.summary.attention import OpenDecision, Unknown
from okr_report.sections.summary.findings import findings
from okr_report.sections.summary.over_time import Lesson, Move
from okr_report.sections.summary.page import lesson_title
from okr_report.sections.summary.view import TeamLine, View
from okr_report.theme import GREY, INK
from okr_report.xlsx.cells import Cell, Column, Kind, Strong, points
from okr_report.xlsx.workbook import ReportWorkbook, Sheet, fit

_LINES = (
    (GREY, 1, "dash"),
    (INK, 2.5, "solid"),
    (GREY, 1.25, "solid"),
    (GREY, 1.25, "round_dot"),
    ("#9aa1a9", 1.75, "solid"),
    ("#9aa1a9", 1.75, "long_dash"),
)
"""What is expected, the whole, then teams: colour means status only, so strokes tell them apart."""
_FIRST, _OTHERS = 50, 17
"""Characters of the overview's columns."""
_ITEM = (Column("kind", "text", 22), Column("id", "text", 22), Column("title", "long", 50))
_DECISIONS = (
    Column("ask_id", "text", 10),
    *_ITEM,
    Column("asked_of", "text", 18),
    Column("answer_by", "day", 12),
    Column("reason", "long", 50),
    Column("to_do", "long", 50),
    Column("answers", "long", 60),
)
_UNKNOWNS = (*_ITEM, Column("since", "moment", 17), Column("reason", "long", 60))
Row = tuple[tuple[Cell, Kind], ...]


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """The overview; then progress over time, decisions and unknowns, where there are any."""
    _overview(workbook, view, locale)
    if view.ways:
        _ways(workbook, view, locale)
    if view.decisions:
        rows = (_open_decision(each, locale) for each in view.decisions)
        workbook.table("sheet_decisions", _DECISIONS, rows, locale)
    if view.unknown:
        rows = (_unknown(each, locale) for each in view.unknown)
        workbook.table("sheet_unknown", _UNKNOWNS, rows, locale)


def _open_decision(decision: OpenDecision, locale: Locale) -> dict[str, Cell]:
    return {
        "ask_id": decision.id,
        "kind": locale(f"ask_{decision.kind}"),
        "id": decision.item,
        "title": decision.title,
        "asked_of": decision.asked,
        "answer_by": decision.deadline,
        "reason": decision.text,
        "to_do": locale.translated(decision.fix),
        "answers": "\n".join(decision.answers),
    }


def _unknown(unknown: Unknown, locale: Locale) -> dict[str, Cell]:
    return {
        "kind": locale(f"gap_{unknown.kind}"),
        "id": unknown.item,
        "title": unknown.title,
        "since": unknown.at,
        "reason": locale.translated(unknown.reason),
    }


def _overview(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    page = workbook.page(locale("sheet_overview"))
    page.set_column(0, 0, _FIRST)
    page.set_column(1, 5, _OTHERS)
    for number, row in enumerate(_lines(workbook, view, locale)):
        for column, (cell, kind) in enumerate(row):
            workbook.write(page, number, column, cell, kind)
            if kind == "long":
                fit(page, number, [(str(cell), _FIRST)])


def _lines(workbook: ReportWorkbook, view: View, locale: Locale) -> Iterator[Row]:
    yield from _facts(workbook, view, locale)
    found = findings(view, locale)
    for name in ("goes", "needs", "unknown"):
        if not found[name]:
            continue  # it would be about what the audience may not see
        yield ()
        yield ((Strong(locale(f"{name}_label")), "text"),)
        yield ((found[name], "text"),)
    if view.teams:
        yield ()
        yield from _teams(view, locale)
    if view.moved and view.moved.largest:
        yield ()
        yield _head(locale, "moved_heading", "before", "after", "change")
        yield from (_move(move, locale) for move in view.moved.largest)
    if view.learned:
        yield ()
        yield ((Strong(locale("learned_heading")), "text"),)
        yield from (_lesson(lesson, locale) for lesson in view.learned)


def _facts(workbook: ReportWorkbook, view: View, locale: Locale) -> Iterator[Row]:
    header = workbook.header
    facts: tuple[tuple[str, Cell, Kind], ...] = (
        ("organization", header.organization, "text"),
        ("cycle", header.cycle, "text"),
        ("starts", header.starts, "day"),
        ("ends", header.ends, "day"),
        ("as_of_word", header.as_of, "moment"),
        ("audience_word", header.audience, "text"),
        ("version_word", header.version, "count"),
        ("revision_word", header.revision, "count"),
        ("progress", view.progress, "share"),
        ("expected", view.expected, "share"),
        ("coverage", view.coverage, "share"),
        ("score", view.score, "score"),
    )
    for name, cell, kind in facts:
        if cell is not None and cell != "":
            yield ((locale(name), "text"), (cell, kind))


def _head(locale: Locale, *names: str) -> Row:
    return tuple((Strong(locale(name), right=at > 0), "text") for at, name in enumerate(names))


def _teams(view: View, locale: Locale) -> Iterator[Row]:
    """Each team with the figures that the audience may see."""
    progress = ("progress", "expected") if "progress" in view.sees else ()
    names = (*progress, *(("score",) if "scores" in view.sees else ()), "objectives")
    yield _head(locale, "teams_heading", *names)
    for line in view.teams:
        figures = _team(line)
        yield ((line.team.name, "text"), *(figures[name] for name in names))


def _team(line: TeamLine) -> dict[str, tuple[Cell, Kind]]:
    return {
        "progress": (line.progress, "share"),
        "expected": (line.expected, "share"),
        "score": (line.score, "score"),
        "objectives": (line.objectives, "count"),
    }


def _move(move: Move, locale: Locale) -> Row:
    change = points(move.change, locale)
    return (move.title, "long"), (move.before, "share"), (move.after, "share"), (change, "number")


def _lesson(lesson: Lesson, locale: Locale) -> Row:
    title, kind = lesson_title(lesson, locale), locale(f"lesson_{lesson.kind}")
    return ((title, "long"), (kind, "text"), (lesson.at, "moment"), (lesson.text, "text"))


def _ways(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """A line each, the expected one of the whole beside it, and their chart."""
    names = [way.team.name if way.team else locale("whole") for way in view.ways]
    expected = f"{names[0]}: {locale('expected')}"
    columns = [Column("when", "moment", 17), Column("expected", "share", 16, heading=expected)]
    columns += [Column(f"{at}", "share", 16, heading=name) for at, name in enumerate(names)]
    whole = view.ways[0]
    rows = (
        {
            "when": when,
            "expected": whole.expected[week],
            **{f"{at}": way.progress[week] for at, way in enumerate(view.ways)},
        }
        for week, when in enumerate(whole.times)
    )
    made = workbook.table("sheet_ways", columns, rows, locale)
    _way_chart(workbook, made, view, locale)


def _way_chart(workbook: ReportWorkbook, made: Sheet, view: View, locale: Locale) -> None:
    title = findings(view, locale)["ways"] or locale("ways_heading")
    across = {"date_axis": True, "num_format": "d mmm", "major_unit": 14}
    up = {"min": 0, "max": 1, "num_format": "0 %"}
    chart = workbook.chart("line", title, across, up)
    for number in range(min(len(view.ways) + 1, len(_LINES))):
        column = number + 1
        colour, width, dash = _LINES[number]
        chart.add_series(
            {
                "name": [made.name, 0, column],
                "categories": [made.name, 1, 0, made.rows, 0],
                "values": [made.name, 1, column, made.rows, column],
                "line": {"color": colour, "width": width, "dash_type": dash},
            }
        )
    chart.show_blanks_as("gap")
    chart.set_size({"width": 720, "height": 320})
    place = {"description": locale("ways_heading"), "object_position": 2}
    made.page.insert_chart(made.rows + 3, 0, chart, place)
