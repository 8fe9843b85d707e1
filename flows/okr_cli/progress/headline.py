"""Headline: what must be known in five seconds: how it goes, what needs you, what is unknown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from okr_cli.shell.figures import count, day_text, percent
from okr_core.snapshot import Snapshot

_GOOD = ("done", "ahead", "on_track")
_BAD = (("behind", "behind"), ("at_risk", "at risk"), ("missed", "missed"), ("stale", "stale"))


@dataclass(frozen=True, slots=True)
class Headline:
    """Three findings, each one sentence or two."""

    goes: str
    needs: str
    unknown: str


def headline_of(snapshot: Snapshot) -> Headline:
    """The findings of a snapshot."""
    return Headline(_goes(snapshot), _needs(snapshot), _unknown(snapshot))


def title_of(snapshot: Snapshot) -> str:
    """Organisation, cycle, and how far it is."""
    cycle = snapshot.plan.cycle
    today = cycle.day_of(snapshot.as_of)
    day = min(today, cycle.ends)
    number = (day - cycle.starts).days + 1
    length = (cycle.ends - cycle.starts).days + 1
    if number < 1:
        when = f"begins {day_text(cycle.starts)}"
    elif today > cycle.ends:
        when = f"ended {day_text(cycle.ends)}"
    else:
        when = f"{day_text(day)}, day {number} of {length}"
    organization = f"{snapshot.workspace.organization} · " if snapshot.workspace else ""
    return f"{organization}{cycle.id} · {when}"


def _goes(snapshot: Snapshot) -> str:
    shown: Counter[str] = Counter(
        snapshot.standings[objective.id].shown for objective in snapshot.plan.active_objectives
    )
    if snapshot.closed_at is not None:
        day = day_text(snapshot.plan.cycle.day_of(snapshot.closed_at))
        return f"closed on {day}; `okr score` shows the scores."
    total = sum(shown.values())
    if not total:
        return "the plan has no active objective."
    reached = snapshot.figures[""].clamped if "" in snapshot.figures else None
    good = sum(shown[status] for status in _GOOD)
    parts = [f"{good} of {count(total, 'objective')} on track or better"]
    parts += [f"{shown[status]} {word}" for status, word in _BAD if shown[status]]
    begin = "nothing measured yet" if reached is None else f"{percent(reached)} reached"
    return f"{begin}; {', '.join(parts)}."


def _needs(snapshot: Snapshot) -> str:
    if snapshot.closed_at is not None:
        return "nothing: what is closed can only be restated."
    active = snapshot.plan.active_key_results
    suspect = sum(snapshot.standings[kr.id].suspect is not None for kr in active)
    unavailable = sum(kr.id in snapshot.unavailable for kr in active)
    silent = sum(
        snapshot.standings[kr.id].stale and kr.id not in snapshot.unavailable for kr in active
    )
    danger = sum(snapshot.standings[kr.id].status in {"at_risk", "missed"} for kr in active)
    parts = []
    if suspect:
        parts.append(f"{count(suspect, 'suspect value')} to accept or correct")
    if unavailable:
        parts.append(f"{count(unavailable, 'key result')} that could not be read")
    if danger:
        parts.append(f"{count(danger, 'key result')} at risk")
    if silent:
        parts.append(f"{count(silent, 'key result')} to check in")
    return f"{', '.join(parts)}." if parts else "nothing."


def _unknown(snapshot: Snapshot) -> str:
    active = snapshot.plan.active_key_results
    pending = sum(snapshot.standings[kr.id].progress.raw is None for kr in active)
    if not active:
        return "everything: there is no key result."
    if not pending:
        return f"nothing: all {count(len(active), 'key result')} have a value."
    return f"{pending} of {count(len(active), 'key result')} without a value yet."
