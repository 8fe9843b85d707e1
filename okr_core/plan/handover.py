"""Handover: what of a person, or of a role that nobody holds, goes to somebody else from a day on.

Roles are held and absences last from day to day, so that what was stays as it was. An item that
names a person goes by a new version of its plan, which holds from when it is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Absence, Holding, Workspace

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Handing:
    """What is handed over.

    Attributes:
        giver: Id of a person, or of a role that nobody holds.
        taker: Id of a person.
        day: First local day on which it is the taker's.
        roles: Only these roles of the giver's; empty together with `items`: everything.
        items: Only these objectives and key results.
        leaves: Whether the day before is the giver's last with the organisation.
    """

    giver: str
    taker: str
    day: date
    roles: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    leaves: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything is handed over."""
        return not (self.roles or self.items)


@dataclass(frozen=True, slots=True)
class HandedItem:
    """An objective or key result that names another from then on; see `accountable_key`."""

    item: Objective | KeyResult
    objective: int
    key_result: int | None
    key: str


def roles_handed(workspace: Workspace, handing: Handing) -> dict[str, tuple[Holding, ...]]:
    """Role → who holds it once it is handed over; those alone that the handover is about."""
    if handing.giver in workspace.roles:
        held_by = workspace.roles[handing.giver].held_by
        new = Holding.model_validate({"person": handing.taker, "from": handing.day})
        return {handing.giver: (*held_by, new)}
    found = {}
    for name, role in workspace.roles.items():
        if (handing.whole or name in handing.roles) and _still_held(role.held_by, handing):
            found[name] = tuple(h for each in role.held_by for h in _handed(each, handing))
    return found


def _still_held(held_by: tuple[Holding, ...], handing: Handing) -> bool:
    return any(_goes(each, handing) for each in held_by)


def _goes(holding: Holding, handing: Handing) -> bool:
    """Whether it is the giver's on the day or later."""
    ended = holding.until is not None and holding.until < handing.day
    return holding.person == handing.giver and not ended


def _handed(holding: Holding, handing: Handing) -> Iterator[Holding]:
    if not _goes(holding, handing):
        yield holding
    elif holding.from_ is not None and holding.from_ >= handing.day:
        yield holding.model_copy(update={"person": handing.taker})
    else:
        yield holding.model_copy(update={"until": handing.day - _DAY})
        yield holding.model_copy(update={"person": handing.taker, "from_": handing.day})


def absences_handed(workspace: Workspace, handing: Handing) -> dict[str, tuple[Absence, ...]]:
    """Person → absences in which the taker stands in from the day on, where the giver would have.

    Nobody stands in for themselves: the taker's own absences keep nobody.
    """
    found = {}
    for name, person in workspace.people.items() if handing.whole else ():
        if any(_stands_in(each, handing) for each in person.absences):
            taker = None if name == handing.taker else handing.taker
            found[name] = tuple(
                part for each in person.absences for part in _divided(each, handing, taker)
            )
    return found


def _stands_in(absence: Absence, handing: Handing) -> bool:
    return absence.stand_in == handing.giver and absence.ends >= handing.day


def _divided(absence: Absence, handing: Handing, taker: str | None) -> Iterator[Absence]:
    if not _stands_in(absence, handing):
        yield absence
        return
    if absence.starts < handing.day:
        yield absence.model_copy(update={"ends": handing.day - _DAY})
    starts = max(absence.starts, handing.day)
    yield absence.model_copy(update={"starts": starts, "stand_in": taker})


def last_day(workspace: Workspace, handing: Handing) -> date | None:
    """The last day that is to be written for the giver; None: none, or it is there already."""
    known = workspace.people.get(handing.giver)
    last = handing.day - _DAY
    if known is None or not handing.leaves or not known.is_with_us(handing.day):
        return None
    return last


def items_handed(plan: Plan, handing: Handing) -> Iterator[HandedItem]:
    """The active items that name the giver, or those that are named, in the order of the plan."""
    for place, objective in enumerate(plan.objectives):
        if objective.active and _item_goes(objective, handing):
            yield HandedItem(objective, place, None, accountable_key(objective))
        for below, kr in enumerate(objective.key_results):
            if objective.pursues(kr) and _item_goes(kr, handing):
                yield HandedItem(kr, place, below, accountable_key(kr))


def _item_goes(item: Objective | KeyResult, handing: Handing) -> bool:
    if handing.whole:
        return item.accountable == handing.giver
    if handing.giver in handing.roles and item.accountable == handing.giver:
        return True
    return item.id in handing.items


def accountable_key(item: Objective | KeyResult) -> str:
    """The key of an item's text that names who is accountable, there or to be written."""
    return "role" if item.role is not None else "owner"


def stays(plan: Plan, handing: Handing) -> Iterator[tuple[str, str]]:
    """What of the giver's is not handed over, as what they did or said: (item, which field)."""
    for kr in plan.active_key_results if handing.whole else ():
        if handing.giver in kr.contributors:
            yield kr.id, "contributors"
        if kr.worth is not None and kr.worth.priced_by == handing.giver:
            yield kr.id, "priced_by"
