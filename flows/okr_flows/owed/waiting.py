"""Waiting: of all that waits, what waits for one person, and what is theirs to report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from okr_core.open.entry import OpenEntry
from okr_core.plan.plan import KeyResult, Plan
from okr_core.plan.stand_in import stands_in_for
from okr_core.plan.vacancies import in_place_of
from okr_core.plan.workspace import Workspace
from okr_core.snapshot import Snapshot

CHECK_INS = frozenset({"check_in", "unreported"})
"""Kinds that a check-in answers."""
BY_HAND = frozenset({"silent", "last_said", "unread"})
"""Kinds that ask for a value by hand: what it was on its last day, or in the place of a source."""


def waiting_for(person: str, entries: Iterable[OpenEntry]) -> tuple[OpenEntry, ...]:
    """What waits for a person: asked of them by name, or of a role that they hold; urgent first.

    Within a kind what is due first comes first; the kinds keep their order.
    """
    mine = [each for each in entries if person in each.to.everyone]
    kinds = list(dict.fromkeys(each.kind for each in mine))

    def urgency(entry: OpenEntry) -> tuple[int, bool, date]:
        return kinds.index(entry.kind), entry.deadline is None, entry.deadline or date.max

    return tuple(sorted(mine, key=urgency))


def away_of(person: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Whom a person stands in for on the day of a snapshot."""
    if snapshot.workspace is None:
        return ()
    day = snapshot.cycle.day_of(snapshot.as_of)
    return stands_in_for(snapshot.workspace, person, day)


def roles_of(person: str, workspace: Workspace | None, day: date) -> tuple[str, ...]:
    """Roles that a person holds on a day, in the order of the workspace."""
    if workspace is None:
        return ()
    return tuple(
        name
        for name in workspace.roles
        if any(holding.person == person for holding in workspace.holders(name, day))
    )


def is_to_report(
    person: str, key_result: KeyResult, plan: Plan, workspace: Workspace | None, day: date
) -> bool:
    """Whether a key result is a person's to report: by their role, as a contributor or stand-in.

    That of a role that nobody holds is theirs who are asked in its place.
    """
    if key_result.derivation is not None or not plan.objective_of[key_result.id].pursues(
        key_result
    ):
        return False
    away = stands_in_for(workspace, person, day) if workspace is not None else ()
    mine = {name for each in (person, *away) for name in (each, *roles_of(each, workspace, day))}
    role = plan.role_of(key_result)
    if role in mine or not mine.isdisjoint(key_result.contributors):
        return True
    if workspace is None or (role and workspace.holders(role, day)):
        return False
    return person in in_place_of(plan, workspace, key_result.id, day)
