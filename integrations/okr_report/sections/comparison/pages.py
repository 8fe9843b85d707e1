"""What the section prints: cycles beside each other, and what was carried over."""

from __future__ import annotations

from okr_report.reports import Header
from okr_report.sections.comparison.view import CycleRow, Lineage, View
from okr_report.voice import Voice, score_text


def pages(view: View, voice: Voice, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """This cycle first, then earlier ones."""
    names = ("cycle", "key_results_at", "reached", "score")
    return {
        "head": [voice(name) for name in names],
        "cycles": [_cycle(row, voice) for row in view.cycles],
        "lineage_heading": voice("lineage_heading"),
        "lineages": [_lineage(each, voice) for each in view.lineages],
    }


def _cycle(row: CycleRow, voice: Voice) -> dict[str, object]:
    state = "" if row.closed else voice("cycle_open")
    return {
        "cycle": row.cycle,
        "dates": f"{voice.day(row.starts)} – {voice.day(row.ends)}",
        "state": state,
        "shares": [float(score) for score in row.key_results],
        "reached": f"{row.reached} / {row.objectives}",
        "score": score_text(row.score),
    }


def _lineage(lineage: Lineage, voice: Voice) -> list[str]:
    before = [
        f"{old.cycle} {score_text(old.score) if old.title else voice('unknown_ancestor')} →"
        for old in reversed(lineage.ancestors)
    ]
    titles = (
        f"{old.cycle}: {old.title}"
        for old in lineage.ancestors
        if old.title and old.title != lineage.title
    )
    now = f"{voice('now')} {score_text(lineage.score)}"
    return [lineage.title, " ".join((*before, now)), "\n".join(titles)]
