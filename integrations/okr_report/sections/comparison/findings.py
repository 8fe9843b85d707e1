"""What the section finds, in sentences."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.comparison.view import View


def findings(view: View, locale: Locale) -> dict[str, str]:
    """`cycles`: this cycle beside the one before; `lineage`: what was carried over."""
    return {"cycles": _cycles(view, locale), "lineage": _lineage(view, locale)}


def _cycles(view: View, locale: Locale) -> str:
    scored = [row for row in view.cycles if row.objectives]
    if len(scored) < 2 or scored[0] is not view.cycles[0]:
        return ""
    now, before = scored[:2]
    return locale(
        "finding_score" if now.closed else "finding_so_far",
        reached=now.reached,
        count=now.objectives,
        cycle=now.cycle,
        before=before.reached,
        total=before.objectives,
        earlier=before.cycle,
    )


def _lineage(view: View, locale: Locale) -> str:
    again = sum(len(lineage.ancestors) > 1 for lineage in view.lineages)
    found = [locale("finding_carried", count=len(view.lineages))] if view.lineages else []
    found += [locale("finding_again", count=again)] if again else []
    return locale.among(found) + locale("full_stop") if found else ""
