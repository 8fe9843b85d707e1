"""Deployments: what Prefect should run for a cycle, and when; pure, knows no Prefect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from okr_core.plan import KeyResult, Plan
from okr_core.workspace import Connection, Workspace
from okr_flows.sync_plan import bound_key_results, connection_of

FLOW = "sync-progress"
ENTRYPOINT = "okr_flows.sync_progress.sync_progress"
"""A module path: a worker imports the installed package and needs no folder with code."""
PREFIX = "okr-sync-"
"""How slugs and limits that are ours begin; others are never touched."""
NAMELESS = "okr-sync"
"""Slug of the schedule of key results whose binding names no connection."""
TAG = "okr"

_EACH_WORKDAY, _EACH_MONDAY = "0 6 * * 1-5", "0 6 * * 1"
_CRON_OF = {"weekly": _EACH_WORKDAY, "biweekly": _EACH_MONDAY, "monthly": _EACH_MONDAY}
_FASTEST_FIRST = ("weekly", "biweekly", "monthly")

Parameters = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one connection is read.

    Attributes:
        slug: Its name in the deployment, `okr-sync-<connection>`.
        cron: Local times of `timezone`.
        parameters: What the flow is called with; never an address of the store, never a secret.
    """

    slug: str
    cron: str
    timezone: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Deployment:
    """How Prefect runs `sync-progress` for one cycle.

    Attributes:
        name: The cycle's id.
        runs_at_once: One per schedule, since all may be due in the same minute; a run that is one
            too many is cancelled, as the next one reads what it would have read.
    """

    name: str
    description: str
    tags: tuple[str, ...]
    parameters: Parameters
    schedules: tuple[Schedule, ...]

    @property
    def full_name(self) -> str:
        """Flow and deployment, as Prefect's command line names them."""
        return f"{FLOW}/{self.name}"

    @property
    def runs_at_once(self) -> int:
        """How many runs may be under way."""
        return max(1, len(self.schedules))


def deployment_of(workspace: Workspace, plan: Plan) -> Deployment:
    """The deployment of a cycle: one schedule per connection that its key results are bound to.

    A connection without `schedule` is read often enough for the fastest cadence among the key
    results that it serves: weekly ones each workday at six, slower ones each Monday at six.
    """
    cycle = plan.cycle
    return Deployment(
        name=cycle.id,
        description=f"Reads the bound key results of {workspace.organization}, cycle {cycle.id} "
        f"({cycle.starts} to {cycle.ends}). Made by `okr deploy`, which overwrites changes to it; "
        "pause a schedule here and it stays paused.",
        tags=(TAG, cycle.id),
        parameters={"cycle": cycle.id},
        schedules=tuple(_schedules(workspace.connections, plan)),
    )


def shared_limits(connections: Mapping[str, Connection]) -> dict[str, int]:
    """Name of a limit over all workers → how many runs may read the connection at once."""
    return {
        limit_of(name): connection.runs_at_once
        for name, connection in sorted(connections.items())
        if connection.runs_at_once is not None
    }


def limit_of(connection: str) -> str:
    """Name of the limit of a connection."""
    return f"{PREFIX}{connection}"


def _schedules(connections: Mapping[str, Connection], plan: Plan) -> Iterable[Schedule]:
    served: dict[str, list[KeyResult]] = {}
    for kr in bound_key_results(plan):
        served.setdefault(connection_of(kr), []).append(kr)
    for name, key_results in sorted(served.items()):
        connection = connections.get(name)
        if name and connection is None:
            continue  # each sync says so; there is nothing to read
        parameters: dict[str, str | list[str]] = {"cycle": plan.cycle.id}
        if name:
            parameters["connection"] = name
        else:
            parameters["only"] = [kr.id for kr in key_results]
        yield Schedule(
            slug=f"{PREFIX}{name}" if name else NAMELESS,
            cron=(connection.schedule if connection else None) or _often_enough(key_results),
            timezone=plan.cycle.timezone,
            parameters=parameters,
        )


def _often_enough(key_results: Iterable[KeyResult]) -> str:
    cadences = {kr.cadence for kr in key_results}
    return _CRON_OF[next(cadence for cadence in _FASTEST_FIRST if cadence in cadences)]
