"""Status headline: how a cycle goes, what needs somebody, and what is not known, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from okr_cli.shell.figures import count
from okr_cli.shell.ink import word_of
from okr_cli.shell.open_text import named
from okr_core.basics.command import okr
from okr_core.open.entries import counted
from okr_core.open.entry import OpenEntry
from okr_core.plan.part import Part
from okr_core.plan.plan import Objective
from okr_core.progress.status import Standing
from okr_core.snapshot import Snapshot
from okr_core.words.figures import day_text, percent, short_day_text
from okr_core.words.vocabulary import BEST_FIRST, Shown

_GOOD: tuple[Shown, ...] = ("done", "ahead", "on_track")
_BAD: tuple[Shown, ...] = ("behind", "at_risk", "not_reached", "stale")
_FEW = 3
"""People who are named."""


@dataclass(frozen=True, slots=True)
class Headline:
    """Three findings, each one sentence or two, and one per connection that is silent."""

    goes: str
    needs: str
    unknown: str
    silent: tuple[str, ...] = ()


def headline_of(snapshot: Snapshot, part: Part, asked: Sequence[OpenEntry]) -> Headline:
    """The findings of a part of a snapshot and of what is asked in it."""
    silent = tuple(silent_lines(snapshot)) if part.whole else ()
    goes, needs = _goes(snapshot, part), _needs(snapshot, part, asked)
    return Headline(goes, needs, _unknown(snapshot, part), silent)


def silent_lines(snapshot: Snapshot) -> Iterator[str]:
    """A sentence for each connection that was not read when it was to be."""
    for each in snapshot.silent:
        yield f"{each.title}: {each.silence(snapshot.as_of, snapshot.cycle)}."


def title_of(snapshot: Snapshot, part: Part) -> str:
    """Organisation, cycle, whose part of it, and how far it is."""
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
    return " · ".join(filter(None, (f"{organization}{cycle.id}", _whose(snapshot, part), when)))


def _whose(snapshot: Snapshot, part: Part) -> str:
    """The name of the team or person whose part it is; empty: everybody's."""
    space = snapshot.workspace
    team = space.teams.get(part.team) if space else None
    person = space.people.get(part.person) if space else None
    name = (team.name if team else "") or (person.name if person else "")
    return name or part.team or part.person


def _active(part: Part) -> tuple[Objective, ...]:
    return tuple(each for each in part.objectives if each.active)


def _goes(snapshot: Snapshot, part: Part) -> str:
    standings = [snapshot.standings[o.id] for o in _active(part)]
    if not standings:
        return "the plan has no active objective." if part.whole else "no active objective."
    ends = Counter(known.outcome for known in standings if known.outcome is not None)
    told = ", ".join(f"{ends[word]} {word_of(word)}" for word in BEST_FIRST if ends[word])
    if snapshot.closed_at is not None:
        day = day_text(snapshot.plan.cycle.day_of(snapshot.closed_at))
        scores = f"{told}; " if told else ""
        score = okr("score", cycle=snapshot.cycle.id)
        return f"closed on {day}; {scores}{score.code} shows the scores."
    parts = [*_reached(snapshot, part, several=len(standings) > 1), *_under_way(standings)]
    if told:
        parts.append(f"{count(sum(ends.values()), 'objective')} ended: {told}")
    until = snapshot.numbers_until_day
    if until is not None:
        parts.append(f"numbers until {short_day_text(until)}")
    return f"{'; '.join(parts)}."


def _reached(snapshot: Snapshot, part: Part, *, several: bool) -> Iterator[str]:
    """The figure of the cycle or of a team; a person has none."""
    if part.person:
        return
    figure = snapshot.figures.get(part.team)
    reached = figure.clamped if figure else None
    averaged = snapshot.averages.get(part.team, 0)
    over = f" over {count(averaged, 'objective')}" if several else ""
    yield "nothing measured yet" if reached is None else f"{percent(reached)} reached{over}"


def _under_way(standings: Sequence[Standing]) -> Iterator[str]:
    shown = Counter(known.shown for known in standings if known.outcome is None)
    total = sum(shown.values())
    if not total:
        return
    if shown["not_begun"] == total:
        yield f"{count(total, 'objective')} not begun"
        return
    good = sum(shown[status] for status in _GOOD)
    parts = [f"{good} of {count(total, 'objective')} on track or better"]
    parts += [f"{shown[status]} {word_of(status)}" for status in _BAD if shown[status]]
    yield ", ".join(parts)


def _needs(snapshot: Snapshot, part: Part, asked: Sequence[OpenEntry]) -> str:
    told = counted(each for each in asked if each.kind != "close")
    if "unreported" in told:
        told["unreported"] += f": ask {_whom(snapshot, asked)}"
    parts = [*told.values()]
    over = snapshot.cycle.end_of(snapshot.cycle.ends) <= snapshot.as_of
    if part.whole and over and not snapshot.closed:
        parts.append(_closing(snapshot))
    return f"{', '.join(parts)}." if parts else "nothing."


def _closing(snapshot: Snapshot) -> str:
    """What to do once the last day has passed."""
    until = snapshot.numbers_until_day
    return "score, then close" + (f" by {short_day_text(until)}" if until else "")


def _whom(snapshot: Snapshot, asked: Sequence[OpenEntry]) -> str:
    """Who is asked for a first word, each once; a few by name."""
    never = (each.to for each in asked if each.kind == "unreported")
    names = [*dict.fromkeys(named(snapshot, to) or "their owners" for to in never)]
    more = len(names) - _FEW
    if more > 0:
        return f"{', '.join(names[:_FEW])} and {more} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _unknown(snapshot: Snapshot, part: Part) -> str:
    every = snapshot.counting.weighed_key_results
    counted_ = [kr for kr in every if part.whole or kr.id in part.items]
    pending = sum(snapshot.standings[kr.id].progress.raw is None for kr in counted_)
    told = count(len(counted_), "key result")
    if not counted_:
        return "everything: there is no key result."
    if not pending:
        return f"nothing: all {told} have a value."
    yet = "" if all(snapshot.standings[kr.id].outcome for kr in counted_) else " yet"
    return f"{pending} of {told} without a value{yet}."
