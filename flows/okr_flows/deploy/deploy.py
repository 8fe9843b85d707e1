"""Deploy: what a workspace's cycles need of a Prefect server, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from typing import Any, cast

from prefect import Flow
from prefect.utilities.callables import parameter_schema

from okr_core.errors import ConfigError
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.deploy.deployments import FLOWS
from okr_flows.deploy.diff import Change, Fields, differences, wanted_items
from okr_flows.deploy.server import Server
from okr_flows.run.cycle import closed_at
from okr_store import Store


@dataclass(frozen=True, slots=True)
class Rollout:
    """What is to be deployed.

    Attributes:
        plans: One per cycle that is under way or ahead.
        over: Ids of cycles that are over: their schedules and notices are taken away.
    """

    workspace: Workspace
    plans: tuple[Plan, ...]
    over: tuple[str, ...] = ()

    @property
    def cycles(self) -> list[str]:
        """Ids of all cycles that are looked at."""
        return [*(plan.cycle.id for plan in self.plans), *self.over]


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
        raise ConfigError("the store has no workspace.", hint="Run `okr apply okr.yaml`.")
    known = {name: store.revision("plan", name) for name in ([cycle] if cycle else store.cycles())}
    plans = [revision.plan() for revision in known.values() if revision is not None]
    if not plans:
        what = f"no plan of cycle `{cycle}`" if cycle else "no plan"
        raise ConfigError(f"the store has {what}.", hint="Run `okr apply` in your workspace.")
    over = {plan.cycle.id for plan in plans if not cycle and _is_over(store, plan, now)}
    return Rollout(
        workspace.workspace(),
        tuple(plan for plan in plans if plan.cycle.id not in over),
        tuple(sorted(over)),
    )


def changes_for(server: Server, rollout: Rollout, pool: str) -> list[Change]:
    """What would have to change on the server; reads only.

    Raises:
        ConfigError: A route leads to no notification block.
    """
    routes = set(rollout.workspace.routes.values()) if rollout.plans else set[str]()
    wanted = wanted_items(
        rollout.workspace,
        rollout.plans,
        pool=pool,
        version=version("prefect-okr"),
        forms={flow.entrypoint: form_of(flow.entrypoint) for flow in FLOWS},
        blocks=server.notification_blocks(routes),
    )
    return differences(wanted, server.found(rollout.cycles, pool))


def make(server: Server, changes: Iterable[Change]) -> Iterator[Change]:
    """Make the changes one by one; each is given out once it is made."""
    for change in changes:
        server.apply(change)
        yield change


def _is_over(store: Store, plan: Plan, now: datetime) -> bool:
    return now >= plan.cycle.end_with_grace or closed_at(store, plan.cycle.id) is not None


def flow_at(entrypoint: str) -> Flow[..., Any]:
    """The flow that a module path such as `okr_flows.sync.sync_progress.sync_progress` names."""
    module, _, name = entrypoint.rpartition(".")
    return cast("Flow[..., Any]", getattr(import_module(module), name))


def form_of(entrypoint: str) -> Fields:
    """JSON Schema of a flow's parameters: the form that people see in the UI."""
    schema = parameter_schema(flow_at(entrypoint).fn)
    return cast("Fields", schema.model_dump(exclude_unset=True))
