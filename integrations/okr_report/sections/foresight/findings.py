"""What the section finds, in a sentence."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.foresight.view import View


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
