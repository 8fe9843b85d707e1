"""What the section prints: cycles beside each other, and what was carried over."""

from __future__ import annotations

from fractions import Fraction

from okr_report.reports import Header
from okr_report.sections.comparison.view import Ancestor, CycleRow, Lineage, View
from okr_report.voice import Voice, score_text


def pages(view: View, voice: Voice, header: Header) -> dict[str, object]:  # noqa: ARG001 - the seam
    """This cycle first, then earlier ones."""
    names = ("cycle", "key_results_at", "reached", "score")
    return {
        "head": [voice(name) for name in names],
        "cycles": [_cycle(row, voice) for row in view.cycles],
        "lineage_heading": voice("lineage_heading"),
        "lineages": [_lineage(each, view, voice) for each in view.lineages],
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


def _lineage(lineage: Lineage, view: View, voice: Voice) -> list[str]:
    before = [f"{_ancestor(old, view, voice)} →" for old in reversed(lineage.ancestors)]
    titles = (
        f"{old.cycle}: {old.title}"
        for old in lineage.ancestors
        if old.title and old.title != lineage.title
    )
    now = f"{voice('now')} {_score(lineage.score, view)}".rstrip()
    return [lineage.title, " ".join((*before, now)), "\n".join(titles)]


def _ancestor(old: Ancestor, view: View, voice: Voice) -> str:
    told = _score(old.score, view) if old.title else voice("unknown_ancestor")
    return f"{old.cycle} {told}".rstrip()


def _score(score: Fraction | None, view: View) -> str:
    """A score, for those who may see scores."""
    return score_text(score) if "scores" in view.sees else ""
