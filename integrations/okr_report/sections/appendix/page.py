"""What the section's template needs beside its view: each formula once."""

from __future__ import annotations

from okr_report.sections.appendix.view import View
from okr_report.voice import Voice


def names(view: View, voice: Voice) -> dict[str, object]:
    """`formulas`: of the metric kinds in the plan; kinds that share one share a line."""
    return {"formulas": list(dict.fromkeys(voice(f"formula_{kind}") for kind in view.kinds))}
