"""Deploy: what a workspace's cycles need of a Prefect server, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.metadata import version
from typing import Any, cast

from prefect import Flow
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools.validation import validate

from okr_core.errors import ConfigError
from okr_core.plan.plan import Plan
from okr_flows.deploy.deployments import CLOCK, FLOWS, POOL, Infrastructure, ScheduledFlow
from okr_flows.deploy.diff import (
    Change,
    Fields,
    Key,
    differences,
    in_order,
    is_own_slug,
    wanted_items,
)
from okr_flows.deploy.rollout import Rollout
from okr_flows.deploy.server import Server
from okr_flows.deploy.strangers import adopted_of, refuse_beside, taking_over


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be done on a server, and what a person should know of it.

    Attributes:
        changes: In the order in which they are made.
        beside: Deployments of others for cycles of the same id, which are left alone.
        refused: Schedules of people whose runs the flow would refuse, and why.
        pools: Work pools whose workers start the runs → ids of other workspaces whose runs they
            start as well.
    """

    changes: tuple[Change, ...]
    beside: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    pools: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
    kept = server.pools_of(rollout.served, adopted) if infrastructure.pool is None else {}
    if infrastructure.pool is None:
        infrastructure = replace(infrastructure, pool=_most_used(kept.values()))
    wanted = _wanted(server, rollout, infrastructure, kept)
    pools = [key.name for key in wanted if key.kind == "work pool"]
    found = server.found(rollout.cycles, pools, adopted)
    _refuse_other_kind(found, pools, infrastructure.kind)
    limits = server.old_limits(rollout.workspace.connections, adopted)
    own = differences(wanted, {**found, **limits})
    return Steps(
        tuple(in_order(taking_over(own, adopted, list(server.notices_of(adopted))))),
        tuple(f"{each.full_name} is left alone: {each.whose}." for each in beside),
        tuple(_refused_schedules(wanted, found)),
        server.sharing(pools, rollout.id_),
    )


def _most_used(pools: Iterable[str]) -> str:
    """The pool of most deployments, for those that have none."""
    return next((pool for pool, _ in Counter(pools).most_common(1)), POOL)


def _wanted(
    server: Server, rollout: Rollout, infrastructure: Infrastructure, pools: Mapping[str, str]
) -> dict[Key, Fields]:
    several = rollout.plans or rollout.unclosed
    routes = set(rollout.workspace.routes.values()) if several else set[str]()
    blocks = server.notification_blocks(routes)
    forms = {flow.entrypoint: form_of(flow.entrypoint) for flow in FLOWS}

    def wanted(plans: Iterable[Plan], flows: Sequence[ScheduledFlow]) -> dict[Key, Fields]:
        return wanted_items(
            rollout.workspace,
            plans,
            id_=rollout.id_,
            infrastructure=infrastructure,
            version=version("prefect-okr"),
            forms=forms,
            blocks=blocks,
            flows=flows,
            store=rollout.store,
            pools=pools,
        )

    return {**wanted(rollout.plans, FLOWS), **wanted(rollout.unclosed, (CLOCK,))}


def _refuse_other_kind(found: Mapping[Key, Fields], pools: Iterable[str], kind: str) -> None:
    for pool in pools:
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


def flow_at(entrypoint: str) -> Flow[..., Any]:
    """The flow that a module path such as `okr_flows.sync.sync_progress.sync_progress` names."""
    module, _, name = entrypoint.rpartition(".")
    return cast("Flow[..., Any]", getattr(import_module(module), name))


def form_of(entrypoint: str) -> Fields:
    """JSON Schema of a flow's parameters: the form that people see in the UI."""
    schema = parameter_schema(flow_at(entrypoint).fn)
    return cast("Fields", schema.model_dump(exclude_unset=True))
