"""Deployments: what Prefect should run for a cycle; pure, knows no Prefect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Connection, Workspace
from okr_flows.deploy.scheduled_flows import FLOWS, Parameters, Schedule, ScheduledFlow
from okr_flows.run.shared_limit import limit_of

TAG = "okr"


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
