"""Roles that wait for a person: those that answer for goals, or own the cycle, and stand empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from okr_core.basics.days import days_after
from okr_core.open.entry import Answer, Asked, accountable, decide, owner_named, owner_of
from okr_core.plan.vacancies import Vacancy, vacancies
from okr_core.plan.workspace import Workspace
from okr_core.snapshot import Snapshot

_DAYS = 7
"""In which somebody is to be found."""


def asked_in_place(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """Role that nobody holds → who is asked in its place, for any of its goals."""
    space, found = snapshot.workspace, dict[str, tuple[str, ...]]()
    if space is None or snapshot.closed:
        return found
    for each in vacancies(snapshot.plan, space, snapshot.cycle.day_of(snapshot.as_of)):
        asked = (person for item in each.items for person in accountable(snapshot, item).people)
        found[each.role] = tuple(dict.fromkeys(asked))
    return found


def vacant_roles(snapshot: Snapshot) -> Iterator[Asked]:
    """Roles that nobody holds while goals name them, of a cycle that is not closed.

    Each is asked about once, under the first goal that names it.
    """
    space = snapshot.workspace
    if space is None or snapshot.closed:
        return
    day = snapshot.cycle.day_of(snapshot.as_of)
    found = vacancies(snapshot.plan, space, day)
    for each in found:
        yield Asked(
            each.items[0],
            accountable(snapshot, each.items[0]),
            (_handed_over(snapshot, each.role),),
            about=each.role,
            deadline=days_after(each.since or snapshot.cycle.starts, _DAYS),
            text=_text(space, each),
        )
    owner, asked = owner_named(snapshot), owner_of(snapshot)
    if asked.vacant and owner not in {"", *(each.role for each in found)}:
        yield Asked(
            "",
            asked,
            (_handed_over(snapshot, owner),),
            about=owner,
            deadline=days_after(max(day, snapshot.cycle.starts), _DAYS),
            text=f"{_called(space, owner)}, which owns the cycle, is held by nobody"
            if owner in space.roles
            else f"{_called(space, owner)} owns the cycle and is not there",
        )


def _handed_over(snapshot: Snapshot, role: str) -> Answer:
    command = decide(snapshot.cycle.id, "vacancy", role, "to PERSON")
    return Answer("to PERSON", command, "it is theirs from today on, once that is accepted")


def _text(space: Workspace, vacancy: Vacancy) -> str:
    """Which role it is, since when, and what else it answers for; names are not everybody's."""
    more = len(vacancy.items) - 1
    others = f", and {more} more of its goals" if more else ""
    since = f" since {vacancy.since}" if vacancy.since else ""
    return f"nobody holds {_called(space, vacancy.role)}{since}{others}"


def _called(space: Workspace, role: str) -> str:
    return f"`{role}`" if role in space.roles else f"the role of `{role}`"
