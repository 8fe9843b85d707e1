"""The cycle that a person means and the time, what is in force in it, and whether it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from okr_core.basics.command import okr
from okr_core.errors import ConfigError, InputError
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.when import When, nearest_cycle
from okr_core.plan.workspace import Policies, Workspace
from okr_core.record.entries import Entry

if TYPE_CHECKING:
    from okr_store import Revision, Store


class PlanKnown(Protocol):
    """What a check-in is understood by: a plan in force, or one that is about to be."""

    @property
    def plan(self) -> Plan:
        """The plan, with the starts of its key results filled in."""

    @property
    def workspace(self) -> Workspace | None:
        """None where there is none."""

    @property
    def revision(self) -> int:
        """Number of the plan's revision."""


@dataclass(frozen=True)
class InForce:
    """The plan of a cycle and the workspace as they are now.

    Attributes:
        applied: The plan's revision.
        workspace: None where none was applied.
    """

    applied: Revision
    workspace: Workspace | None

    @cached_property
    def plan(self) -> Plan:
        """The plan, with the starts of its key results filled in."""
        policies = self.workspace.policies if self.workspace else Policies()
        return self.applied.plan(policies.settling_days)

    @property
    def revision(self) -> int:
        """Number of the plan's revision."""
        return self.applied.number

    def vacant_roles(self, at: datetime) -> list[str]:
        """Roles of key results that count which nobody holds at a time; none without a workspace.

        Args:
            at: Aware time; its day in the cycle's zone counts.
        """
        if self.workspace is None:
            return []
        day = self.plan.cycle.day_of(at)
        roles = {self.plan.role_of(kr) for kr in self.plan.active_key_results} - {None}
        return sorted(role for role in roles if role and not self.workspace.holders(role, day))

    def connected(self) -> Workspace:
        """The workspace, which knows the connections.

        Raises:
            ConfigError: None was applied.
        """
        if self.workspace is None:
            raise ConfigError(
                "the store has no workspace.", hint=f"Run {okr('apply', 'okr.yaml').code}."
            )
        return self.workspace


def in_force(store: Store, cycle: str) -> InForce:
    """The plan of a cycle and the workspace as they are now.

    Raises:
        InputError: The cycle has no accepted plan.
    """
    revision = store.revision("plan", cycle)
    if revision is None:
        raise no_plan(cycle, store.cycles())
    return InForce(revision, current_workspace(store))


def closed_at(store: Store, cycle: str, as_of: datetime | None = None) -> datetime | None:
    """When a cycle was closed; None: it is open, or was open at that time."""
    closings = store.entries(cycle, kinds=("closing",), as_of=as_of)
    return next((entry.at for entry in closings), None)


def newest_scoring(store: Store, cycle: str, as_of: datetime | None = None) -> Entry | None:
    """The newest scoring, or the newest that is not later than that."""
    return next(store.entries(cycle, kinds=("scored",), as_of=as_of, latest=True), None)


def no_plan(cycle: str, known: Sequence[str]) -> InputError:
    """That a cycle has no plan in the store, and which others have one."""
    others = [each for each in known if each != cycle]  # it may be there, only proposed
    return InputError(
        f"the store has no plan of cycle `{cycle}`." if cycle else "no cycle is named.",
        hint=f"It has {', '.join(others)}." if others else f"Run {okr('apply').code} first.",
    )


def current_workspace(store: Store) -> Workspace | None:
    """The workspace as it is now; None where none was applied."""
    applied = store.revision("workspace", "")
    return applied.workspace() if applied else None


def locate(
    store: Store, cycle: str | None, as_of: str | None, now: datetime, label: str = "--as-of"
) -> tuple[Cycle, datetime]:
    """The cycle that is meant and the aware time, in UTC.

    Args:
        store: The open store.
        cycle: Id that was given; None: the cycle of the time.
        as_of: A day or a minute as a person writes it; None: now.
        now: The time.
        label: What `as_of` is called where it was written.

    Raises:
        InputError: The store has no plan, or none of the cycle given, or the time is no time.
    """
    when = When.parse(as_of, label)
    found = _cycle(store, cycle, when, now)
    return found, when.in_zone(found.zone, now)


def _cycle(store: Store, given: str | None, when: When, now: datetime) -> Cycle:
    known = store.cycles()
    if given is not None and given not in known:
        raise no_plan(given, known)
    if not known:
        raise InputError(
            "the store has no plan yet.", hint=f"Run {okr('apply').code} in your workspace."
        )
    cycles = _cycles(store, [given] if given else known)
    if not cycles:
        raise InputError(
            "every plan in the store is only proposed yet.",
            hint=f"{okr('revisions', 'list').code} shows them; a person accepts one.",
        )
    return nearest_cycle(cycles, when, now)


def _cycles(store: Store, ids: Iterable[str]) -> list[Cycle]:
    revisions = (store.revision("plan", cycle) for cycle in ids)
    return [revision.cycle() for revision in revisions if revision]
