"""Deploy: what a workspace's cycles need of a Prefect server, step by step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from typing import Any, cast

from prefect import Flow
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools.validation import validate

from okr_core.basics.command import okr
from okr_core.errors import ConfigError
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.deploy.deployments import FLOWS, Infrastructure
from okr_flows.deploy.diff import (
    Change,
    Fields,
    Key,
    differences,
    in_order,
    is_own_slug,
    wanted_items,
)
from okr_flows.deploy.server import Server
from okr_flows.deploy.strangers import adopted_of, refuse_beside, taking_over
from okr_flows.run.cycle import closed_at
from okr_flows.run.names import CycleNames, workspace_id
from okr_store import Store


@dataclass(frozen=True, slots=True)
class Rollout:
    """What is to be deployed.

    Attributes:
        id_: The workspace's, which all names carry.
        plans: One per cycle that is under way or ahead.
        over: Ids of cycles that are over: their schedules and notices are taken away.
    """

    workspace: Workspace
    id_: str
    plans: tuple[Plan, ...]
    over: tuple[str, ...] = ()

    @property
    def ahead(self) -> list[CycleNames]:
        """Names of the cycles that are deployed."""
        return [CycleNames(self.id_, plan.cycle.id) for plan in self.plans]

    @property
    def cycles(self) -> list[CycleNames]:
        """Names of all cycles that are looked at."""
        return [*self.ahead, *(CycleNames(self.id_, cycle) for cycle in self.over)]


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be done on a server, and what a person should know of it.

    Attributes:
        changes: In the order in which they are made.
        beside: Deployments of others for cycles of the same id, which are left alone.
        refused: Schedules of people whose runs the flow would refuse, and why.
    """

    changes: tuple[Change, ...]
    beside: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


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
        tuple(plan for plan in plans if plan.cycle.id not in over),
        tuple(sorted(over)),
    )


def steps_for(
    server: Server,
    rollout: Rollout,
    infrastructure: Infrastructure,
    adopt: Collection[str] = (),
) -> Steps:
    """What would have to change on the server; reads only.

    Args:
        server: What is there.
        rollout: What is to be there.
        infrastructure: Where runs start.
        adopt: Names of deployments to take over, which others or an earlier release made.

    Raises:
        ConfigError: A route leads to no notification block, or the work pool is of another type.
        InputError: A deployment to take over is not there.
        RefusalError: What may be this workspace's is there without its mark.
    """
    strangers = server.strangers(rollout.cycles, adopt)
    adopted = adopted_of(strangers, adopt)
    beside = [each for each in strangers if each not in adopted]
    refuse_beside(beside, rollout.workspace.organization)
    wanted = _wanted(server, rollout, infrastructure)
    found = server.found(rollout.cycles, infrastructure.pool, adopted)
    _refuse_other_kind(found, infrastructure)
    limits = server.old_limits(rollout.workspace.connections, adopted)
    own = differences(wanted, {**found, **limits})
    return Steps(
        tuple(in_order(taking_over(own, adopted, list(server.notices_of(adopted))))),
        tuple(f"{each.full_name} is left alone: {each.whose}." for each in beside),
        tuple(_refused_schedules(wanted, found)),
    )


def _wanted(server: Server, rollout: Rollout, infrastructure: Infrastructure) -> dict[Key, Fields]:
    routes = set(rollout.workspace.routes.values()) if rollout.plans else set[str]()
    return wanted_items(
        rollout.workspace,
        rollout.plans,
        id_=rollout.id_,
        infrastructure=infrastructure,
        version=version("prefect-okr"),
        forms={flow.entrypoint: form_of(flow.entrypoint) for flow in FLOWS},
        blocks=server.notification_blocks(routes),
    )


def _refuse_other_kind(found: Mapping[Key, Fields], infrastructure: Infrastructure) -> None:
    pool, kind = infrastructure.pool, infrastructure.kind
    has = found.get(Key("work pool", pool), {}).get("type", kind)
    if kind and has != kind:
        raise ConfigError(
            f"work pool `{pool}` is of type {has}, not {kind}.",
            hint="Name another pool with --pool, or leave --pool-type out.",
        )


def _refused_schedules(wanted: Mapping[Key, Fields], found: Mapping[Key, Fields]) -> Iterator[str]:
    """Prefect does not check a schedule's parameters; its runs would all be refused."""
    for key, fields in found.items():
        if key.kind != "schedule" or is_own_slug(key.name):
            continue
        deployment = wanted.get(Key("deployment", key.within, flow=key.flow))
        if deployment is None:
            continue
        parameters = {
            **cast("dict[str, Any]", deployment["parameters"]),
            **cast("dict[str, Any]", fields["parameters"]),
        }
        wrong = validate(parameters, cast("dict[str, Any]", deployment["form"]))
        if wrong:
            yield f"{key}: its runs will be refused, since {wrong[0].message}."


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
