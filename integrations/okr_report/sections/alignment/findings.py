"""What the section finds, in a sentence."""

from __future__ import annotations

from okr_report.sections.alignment.view import View
from okr_report.voice import Voice


def findings(view: View, voice: Voice) -> dict[str, str]:
    """`links`: which links move numbers, and how many cross teams."""
    count = view.counted + view.drawn
    text = voice("finding", counted=view.counted, drawn=view.drawn, count=count)
    crossing = voice("finding_crossing", count=view.crossing) if view.crossing else ""
    return {"links": text + crossing + voice("full_stop")}
