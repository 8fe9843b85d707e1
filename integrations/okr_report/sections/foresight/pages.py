"""What the section prints: confidence against outcomes, and questions."""

from __future__ import annotations

from okr_core.score.calibration import Foresight
from okr_report.reports import Header
from okr_report.sections.foresight.view import View
from okr_report.voice import Voice

_COLUMNS = ("third", "goals", "foreseen", "came", "brier")


def pages(view: View, voice: Voice, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """Thirds of the cycle, then what is worth asking."""
    return {
        "head": [voice(name) for name in _COLUMNS],
        "thirds": [_third(each, view.enough, voice) for each in view.thirds],
        "note": voice("note"),
        "questions_heading": voice("questions_heading"),
        "questions": [
            [each.subject.name, voice(f"question_{each.rule}")] for each in view.questions
        ],
    }


def _third(third: Foresight, enough: int, voice: Voice) -> list[str]:
    score = third.score
    judged = voice("too_few", enough=enough) if score is None else f"{float(score):.2f}"
    foreseen = f"{float(third.expected):.1f}"
    return [
        voice(f"third_{third.third}"),
        str(third.goals),
        foreseen,
        str(third.successes),
        judged,
    ]
