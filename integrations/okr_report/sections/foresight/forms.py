"""How the section is shown in each form: confidence against outcomes, and questions."""

from __future__ import annotations

from okr_core.score.calibration import Foresight
from okr_report.locale import Locale
from okr_report.reports import Header
from okr_report.sections.foresight.view import View
from okr_report.xlsx.cells import Cell, Column
from okr_report.xlsx.workbook import ReportWorkbook

_THIRDS = (
    Column("third", "text", 12),
    Column("goals", "count", 10),
    Column("foreseen", "score", 14),
    Column("came", "count", 14),
    Column("brier", "score", 12),
)
_QUESTIONS = (Column("id", "text", 22), Column("title", "long", 46), Column("question", "long", 80))


def findings(view: View, locale: Locale) -> dict[str, str]:
    """`foresight`: the last third's score, or that there are too few goals; else nothing."""
    if not view.thirds:
        return {}
    goals = max(third.goals for third in view.thirds)
    last = next((third for third in view.thirds if third.third == 3), None)
    if last is None or last.score is None:
        return {"foresight": locale("finding_few", count=goals) + locale("full_stop")}
    text = locale("finding_score", count=last.goals, score=f"{float(last.score):.2f}")
    return {"foresight": text + locale("full_stop")}


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """Thirds of the cycle, then what is worth asking."""
    return {
        "head": [locale(column.name) for column in _THIRDS],
        "thirds": [_third(each, view.enough, locale) for each in view.thirds],
        "note": locale("note"),
        "questions_heading": locale("questions_heading"),
        "questions": [[q.subject.name, locale(f"question_{q.rule}")] for q in view.questions],
    }


def _third(third: Foresight, enough: int, locale: Locale) -> list[str]:
    score = third.score
    return [
        locale(f"third_{third.third}"),
        str(third.goals),
        f"{float(third.expected):.1f}",
        str(third.successes),
        locale("too_few", enough=enough) if score is None else f"{float(score):.2f}",
    ]


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """A sheet for each of the two that has rows."""
    if view.thirds:
        thirds = (_third_row(each, locale) for each in view.thirds)
        workbook.table("sheet_foresight", _THIRDS, thirds, locale)
    if view.questions:
        questions: list[dict[str, Cell]] = [
            {"id": q.subject.id, "title": q.subject, "question": locale(f"question_{q.rule}")}
            for q in view.questions
        ]
        workbook.table("sheet_questions", _QUESTIONS, questions, locale)


def _third_row(third: Foresight, locale: Locale) -> dict[str, Cell]:
    return {
        "third": locale(f"third_{third.third}"),
        "goals": third.goals,
        "foreseen": third.expected,
        "came": third.successes,
        "brier": third.score,
    }
