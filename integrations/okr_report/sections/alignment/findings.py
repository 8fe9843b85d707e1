"""What the section finds, in a sentence."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.alignment.view import View


def findings(view: View, locale: Locale) -> dict[str, str]:
    """`links`: which links move numbers, and how many cross teams."""
    count = view.counted + view.drawn
    text = locale("finding", counted=view.counted, drawn=view.drawn, count=count)
    crossing = locale("finding_crossing", count=view.crossing) if view.crossing else ""
    return {"links": text + crossing + locale("full_stop")}
