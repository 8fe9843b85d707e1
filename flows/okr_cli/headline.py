"""Headline: what must be known in five seconds: how it goes, what needs you, what is unknown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from okr_cli.figures import count, day_text, percent
from okr_flows.picture import Picture

_GOOD = ("done", "ahead", "on_track")
_BAD = (("behind", "behind"), ("at_risk", "at risk"), ("missed", "missed"), ("stale", "stale"))


@dataclass(frozen=True, slots=True)
class Headline:
    """Three findings, each one sentence or two."""

    goes: str
    needs: str
    unknown: str


def headline_of(picture: Picture) -> Headline:
    """The findings of a picture."""
    return Headline(_goes(picture), _needs(picture), _unknown(picture))


def title_of(picture: Picture) -> str:
    """Organisation, cycle, and how far it is."""
    cycle = picture.plan.cycle
    today = cycle.day_of(picture.as_of)
    day = min(today, cycle.ends)
    number = (day - cycle.starts).days + 1
    length = (cycle.ends - cycle.starts).days + 1
    if number < 1:
        when = f"begins {day_text(cycle.starts)}"
    elif today > cycle.ends:
        when = f"ended {day_text(cycle.ends)}"
    else:
        when = f"{day_text(day)}, day {number} of {length}"
    organization = f"{picture.workspace.organization} · " if picture.workspace else ""
    return f"{organization}{cycle.id} · {when}"


def _goes(picture: Picture) -> str:
    shown: Counter[str] = Counter(
        picture.standings[objective.id].shown for objective in picture.plan.active_objectives
    )
    if picture.closed_at is not None:
        day = day_text(picture.plan.cycle.day_of(picture.closed_at))
        return f"closed on {day}; `okr score` shows the scores."
    total = sum(shown.values())
    if not total:
        return "the plan has no active objective."
    reached = picture.figures[""].clamped if "" in picture.figures else None
    good = sum(shown[status] for status in _GOOD)
    parts = [f"{good} of {count(total, 'objective')} on track or better"]
    parts += [f"{shown[status]} {word}" for status, word in _BAD if shown[status]]
    begin = "nothing measured yet" if reached is None else f"{percent(reached)} reached"
    return f"{begin}; {', '.join(parts)}."


def _needs(picture: Picture) -> str:
    if picture.closed_at is not None:
        return "nothing: what is closed can only be restated."
    active = picture.plan.active_key_results
    suspect = sum(picture.standings[kr.id].suspect is not None for kr in active)
    unavailable = sum(kr.id in picture.unavailable for kr in active)
    silent = sum(
        picture.standings[kr.id].stale and kr.id not in picture.unavailable for kr in active
    )
    danger = sum(picture.standings[kr.id].status in {"at_risk", "missed"} for kr in active)
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


def _unknown(picture: Picture) -> str:
    active = picture.plan.active_key_results
    pending = sum(picture.standings[kr.id].progress.raw is None for kr in active)
    if not active:
        return "everything: there is no key result."
    if not pending:
        return f"nothing: all {count(len(active), 'key result')} have a value."
    return f"{pending} of {count(len(active), 'key result')} without a value yet."
