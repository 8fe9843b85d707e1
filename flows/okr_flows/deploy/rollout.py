"""Rollout: what the store says is to be deployed; knows no Prefect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import ConfigError
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.run.cycle import closed_at
from okr_flows.run.names import CycleNames, store_of, workspace_id

if TYPE_CHECKING:
    from okr_store import Store


LINGERS = timedelta(days=60)
"""After its days of grace in which a cycle that nobody closed keeps its clock."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """What is to be deployed.

    Attributes:
        id_: The workspace's, which all names carry.
        store: Which store says so: what another one deployed under the same id is not ours.
        plans: One per cycle that is under way or ahead.
        over: Ids of cycles that are over: their schedules and notices are taken away.
        unclosed: Plans of those of them that are still to be closed: their clock goes on.
    """

    workspace: Workspace
    id_: str
    store: str
    plans: tuple[Plan, ...]
    over: tuple[str, ...] = ()
    unclosed: tuple[Plan, ...] = ()

    @property
    def ahead(self) -> list[CycleNames]:
        """Names of the cycles that are deployed."""
        return [CycleNames(self.id_, plan.cycle.id, self.store) for plan in self.plans]

    @property
    def served(self) -> list[CycleNames]:
        """Names of the cycles of which runs may be due."""
        unclosed = (CycleNames(self.id_, plan.cycle.id, self.store) for plan in self.unclosed)
        return [*self.ahead, *unclosed]

    @property
    def cycles(self) -> list[CycleNames]:
        """Names of all cycles that are looked at."""
        over = (CycleNames(self.id_, cycle, self.store) for cycle in self.over)
        return [*self.ahead, *over]


def rollout_of(store: Store, now: datetime, cycle: str | None = None) -> Rollout:
    """What the store says is to be deployed.

    A cycle is over when it was closed, or its days of grace have passed: until then late numbers
    still arrive, which are read, scored and reported.

    Args:
        store: The open store.
        now: Aware time.
        cycle: Only this one, even where it is over.

    Raises:
        ConfigError: The store has no workspace, or no plan of that cycle.
    """
    workspace = store.revision("workspace", "")
    if workspace is None:
        raise ConfigError(
            "the store has no workspace.", hint=f"Run {okr('apply', 'okr.yaml').code}."
        )
    known = {name: store.revision("plan", name) for name in ([cycle] if cycle else store.cycles())}
    plans = [revision.plan() for revision in known.values() if revision is not None]
    if not plans:
        what = f"no plan of cycle `{cycle}`" if cycle else "no plan"
        raise ConfigError(
            f"the store has {what}.", hint=f"Run {okr('apply').code} in your workspace."
        )
    over = {plan.cycle.id for plan in plans if not cycle and _is_over(store, plan, now)}
    return Rollout(
        workspace.workspace(),
        workspace_id(store),
        store_of(store),
        tuple(plan for plan in plans if plan.cycle.id not in over),
        tuple(sorted(over)),
        tuple(each for each in plans if each.cycle.id in over and _lingers(store, each, now)),
    )


def _lingers(store: Store, plan: Plan, now: datetime) -> bool:
    """Whether a cycle that is over is still to be closed; of one long past nobody is reminded."""
    return now < plan.cycle.end_with_grace + LINGERS and closed_at(store, plan.cycle.id) is None


def _is_over(store: Store, plan: Plan, now: datetime) -> bool:
    return now >= plan.cycle.end_with_grace or closed_at(store, plan.cycle.id) is not None
