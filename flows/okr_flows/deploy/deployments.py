"""Deployments: what Prefect should run for a cycle; pure, knows no Prefect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from okr_core.plan.plan import Plan
from okr_core.plan.schedule import reading_schedule, served
from okr_core.plan.workspace import Connection, Workspace
from okr_flows.run.shared_limit import PREFIX, limit_of

TAG = "okr"
NAMELESS = "okr-sync"
"""Slug of the schedule of key results whose binding names no connection."""
_AFTER_THE_READS, _AFTER_THE_SCORE = "30 6 * * 1-5", "0 7 * * 1"
Parameters = Mapping[str, str | bool | list[str]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a flow runs, and with what.

    Attributes:
        slug: Its name in the deployment; ours begin with `okr-`.
        cron: Local times of `timezone`.
        parameters: What the flow is called with; never an address of the store, never a secret.
    """

    slug: str
    cron: str
    timezone: str
    parameters: Parameters


Schedules = Callable[[Workspace, Plan], Iterable[Schedule]]


def never(_workspace: Workspace, _plan: Plan) -> Iterable[Schedule]:
    """No schedule: people or other flows start it."""
    return ()


@dataclass(frozen=True, slots=True)
class ScheduledFlow:
    """A flow that has a deployment per cycle.

    Attributes:
        name: Its name in Prefect.
        entrypoint: A module path: a worker imports the installed package and needs no folder with
            code.
        does: What it does with a cycle; how the deployment's description begins.
        schedules: When it runs for a plan.
        runs_at_once: How many of its runs may be under way; None: one per schedule, since all may
            be due in the same minute.
    """

    name: str
    entrypoint: str
    does: str
    schedules: Schedules = never
    runs_at_once: int | None = None


def at(slug: str, cron: str, **parameters: str | bool) -> Schedules:
    """One schedule, the same for every plan, in local times of its cycle's zone."""

    def schedules(_workspace: Workspace, plan: Plan) -> Iterable[Schedule]:
        return (Schedule(slug, cron, plan.cycle.timezone, {"cycle": plan.cycle.id, **parameters}),)

    return schedules


def reads(workspace: Workspace, plan: Plan) -> Iterable[Schedule]:
    """One schedule per connection that key results are bound to."""
    for name, key_results in sorted(served(plan).items()):
        connection = workspace.connections.get(name)
        if name and connection is None:
            continue  # each sync says so; there is nothing to read
        parameters: dict[str, str | bool | list[str]] = {"cycle": plan.cycle.id}
        if name:
            parameters["connection"] = name
        else:
            parameters["only"] = [kr.id for kr in key_results]
        yield Schedule(
            slug=f"{PREFIX}{name}" if name else NAMELESS,
            cron=reading_schedule(connection, key_results),
            timezone=plan.cycle.timezone,
            parameters=parameters,
        )


SYNC = ScheduledFlow(
    name="sync-progress",
    entrypoint="okr_flows.sync.sync_progress.sync_progress",
    does="Reads the bound key results",
    schedules=reads,
)


SCORE = ScheduledFlow(
    name="score-cycle",
    entrypoint="okr_flows.score.score_cycle.score_cycle",
    does="Scores and forecasts the key results",
    schedules=at("okr-score", _AFTER_THE_READS),
)


REPORT = ScheduledFlow(
    name="report-cycle",
    entrypoint="okr_flows.report.report_cycle.report_cycle",
    does="Reports on the objectives",
    schedules=at("okr-report-digest", _AFTER_THE_SCORE, digest=True),
    runs_at_once=4,  # people make reports for several audiences by hand
)


FLOWS = (SYNC, SCORE, REPORT)
"""In the order in which people think of them: read, score, report."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """How Prefect runs a flow for one cycle.

    Attributes:
        name: The cycle's id.
        runs_at_once: A run that is one too many is cancelled, as the next one does what it would
            have done.
    """

    flow: str
    name: str
    entrypoint: str
    description: str
    tags: tuple[str, ...]
    parameters: Parameters
    schedules: tuple[Schedule, ...]
    runs_at_once: int

    @property
    def full_name(self) -> str:
        """Flow and deployment, as Prefect's command line names them."""
        return full_name(self.flow, self.name)


def full_name(flow: str, cycle: str) -> str:
    """What Prefect's command line calls the deployment of a flow for a cycle."""
    return f"{flow}/{cycle}"


def deployments_of(
    workspace: Workspace, plan: Plan, flows: Iterable[ScheduledFlow] = FLOWS
) -> tuple[Deployment, ...]:
    """The deployments of a cycle: one per flow, also where nothing is due by itself.

    Without a schedule people still start it by hand, from its form.
    """
    return tuple(_deployment(flow, workspace, plan) for flow in flows)


def shared_limits(connections: Mapping[str, Connection]) -> dict[str, int]:
    """Name of a limit over all workers → how many runs may read the connection at once."""
    return {
        limit_of(name): connection.runs_at_once
        for name, connection in sorted(connections.items())
        if connection.runs_at_once is not None
    }


def _deployment(flow: ScheduledFlow, workspace: Workspace, plan: Plan) -> Deployment:
    cycle = plan.cycle
    schedules = tuple(flow.schedules(workspace, plan))
    return Deployment(
        flow=flow.name,
        name=cycle.id,
        entrypoint=flow.entrypoint,
        description=f"{flow.does} of {workspace.organization}, cycle {cycle.id} "
        f"({cycle.starts} to {cycle.ends}). Made by `okr deploy`, which overwrites changes to it; "
        "pause a schedule here and it stays paused.",
        tags=(TAG, cycle.id),
        parameters={"cycle": cycle.id},
        schedules=schedules,
        runs_at_once=flow.runs_at_once or max(1, len(schedules)),
    )
