"""What the section's template needs beside its view: each formula once."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.appendix.view import View


def page(view: View, locale: Locale) -> dict[str, object]:
    """`formulas`: of the metric kinds in the plan; kinds that share one share a line."""
    return {"formulas": list(dict.fromkeys(locale(f"formula_{kind}") for kind in view.kinds))}
