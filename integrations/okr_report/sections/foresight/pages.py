"""What the section prints: confidence against outcomes, and questions."""

from __future__ import annotations

from okr_core.score.calibration import Foresight
from okr_report.locale import Locale
from okr_report.reports import Header
from okr_report.sections.foresight.view import View

_COLUMNS = ("third", "goals", "foreseen", "came", "brier")


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """Thirds of the cycle, then what is worth asking."""
    return {
        "head": [locale(name) for name in _COLUMNS],
        "thirds": [_third(each, view.enough, locale) for each in view.thirds],
        "note": locale("note"),
        "questions_heading": locale("questions_heading"),
        "questions": [
            [each.subject.name, locale(f"question_{each.rule}")] for each in view.questions
        ],
    }


def _third(third: Foresight, enough: int, locale: Locale) -> list[str]:
    score = third.score
    judged = locale("too_few", enough=enough) if score is None else f"{float(score):.2f}"
    foreseen = f"{float(third.expected):.1f}"
    return [
        locale(f"third_{third.third}"),
        str(third.goals),
        foreseen,
        str(third.successes),
        judged,
    ]
