"""The cycle that a person means and the time, and what is in force in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.errors import InputError
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.when import When, nearest_cycle
from okr_core.plan.workspace import Workspace

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class InForce:
    """The plan of a cycle and the workspace as they are now.

    Attributes:
        revision: Number of the plan's revision.
        workspace: None where none was applied.
    """

    plan: Plan
    revision: int
    workspace: Workspace | None


def in_force(store: Store, cycle: str) -> InForce:
    """The plan of a cycle and the workspace as they are now.

    Raises:
        InputError: The cycle has no accepted plan.
    """
    revision = store.revision("plan", cycle)
    if revision is None:
        raise InputError(
            f"the store has no plan of cycle `{cycle}`.", hint="Run `okr apply` first."
        )
    return InForce(revision.plan(), revision.number, current_workspace(store))


def current_workspace(store: Store) -> Workspace | None:
    """The workspace as it is now; None where none was applied."""
    applied = store.revision("workspace", "")
    return applied.workspace() if applied else None


def locate(
    store: Store, cycle: str | None, as_of: str | None, now: datetime
) -> tuple[Cycle, datetime]:
    """The cycle that is meant and the aware time, in UTC.

    Args:
        store: The open store.
        cycle: Id that was given; None: the cycle of the time.
        as_of: A day or a minute as a person writes it; None: now.
        now: The time.

    Raises:
        InputError: The store has no plan, or none of the cycle given, or the time is no time.
    """
    when = When.parse(as_of)
    found = _cycle(store, cycle, when, now)
    return found, when.in_zone(found.zone, now)


def locate_past(
    store: Store, cycle: str | None, as_of: str | None, now: datetime
) -> tuple[Cycle, datetime]:
    """The same for what is to be recorded: nothing is recorded as of a time that is to come.

    Raises:
        InputError: See `locate`, or the time lies in the future.
    """
    found, at = locate(store, cycle, as_of, now)
    if at > now:
        raise InputError(
            f"{at.astimezone(found.zone):%Y-%m-%d %H:%M} lies in the future.",
            hint="What is recorded has happened; correct --as-of.",
        )
    return found, at


def _cycle(store: Store, given: str | None, when: When, now: datetime) -> Cycle:
    known = store.cycles()
    if given is not None and given not in known:
        raise InputError(
            f"the store has no plan of cycle `{given}`.",
            hint=f"It has {', '.join(known)}." if known else "Run `okr apply` first.",
        )
    if not known:
        raise InputError("the store has no plan yet.", hint="Run `okr apply` in your workspace.")
    cycles = _cycles(store, [given] if given else known)
    if not cycles:
        raise InputError(
            "every plan in the store is only proposed yet.",
            hint="`okr revisions list` shows them; accept one with `okr revisions accept`.",
        )
    return nearest_cycle(cycles, when, now)


def _cycles(store: Store, ids: Iterable[str]) -> list[Cycle]:
    revisions = (store.revision("plan", cycle) for cycle in ids)
    return [revision.cycle() for revision in revisions if revision]
