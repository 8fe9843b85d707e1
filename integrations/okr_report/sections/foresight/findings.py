"""What the section finds, in a sentence."""

from __future__ import annotations

from okr_report.sections.foresight.view import View
from okr_report.voice import Voice


def findings(view: View, voice: Voice) -> dict[str, str]:
    """`foresight`: the last third's score, or that there are too few goals; else nothing."""
    if not view.thirds:
        return {}
    goals = max(third.goals for third in view.thirds)
    last = next((third for third in view.thirds if third.third == 3), None)
    if last is None or last.score is None:
        return {"foresight": voice("finding_few", count=goals) + voice("full_stop")}
    text = voice("finding_score", count=last.goals, score=f"{float(last.score):.2f}")
    return {"foresight": text + voice("full_stop")}
