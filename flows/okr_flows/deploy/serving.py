"""Serving: a runner that starts the runs of deployments in processes of this machine."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable

from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from okr_flows.deploy.deploy import flow_at
from okr_flows.deploy.deployments import ScheduledFlow
from okr_flows.notify.notices import HEARTBEAT_SECONDS

Served = tuple[ScheduledFlow, DeploymentResponse]
"""A flow and its deployment for a cycle, as it is on the server."""


def run_until_interrupted(served: Iterable[Served]) -> None:
    """Start every run of these deployments when it is due; returns upon Ctrl-C or SIGTERM.

    Args:
        served: What is run; registering the deployments again changes nothing on the server.
    """
    asyncio.run(_run(served))


async def _run(served: Iterable[Served]) -> None:
    # A pause at the end would look like a person's, and would have to be undone at the start.
    runner = Runner(name="okr", pause_on_shutdown=False, heartbeat_seconds=HEARTBEAT_SECONDS)
    for flow, deployment in served:
        await runner.aadd_deployment(_again(flow, deployment))
    ended = asyncio.Event()
    running = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # it has set its own handler of SIGTERM by then, which drops its runs
    for number in (signal.SIGINT, signal.SIGTERM):
        # A second Ctrl-C would break the clean-up that the first one began.
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    waiting = asyncio.create_task(ended.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if runner.started:
        await runner.astop()
    await running


def _again(flow: ScheduledFlow, found: DeploymentResponse) -> RunnerDeployment:
    """What a runner needs to know of a deployment, pauses of people included."""
    limit = found.global_concurrency_limit
    again = RunnerDeployment.from_flow(
        flow_at(flow.entrypoint),
        name=found.name,
        parameters=found.parameters,
        description=found.description,
        tags=found.tags,
        version=found.version,
        paused=found.paused,
        enforce_parameter_schema=True,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    again.job_variables = found.job_variables  # registering would take them away
    again.concurrency_limit = limit.limit if limit else None
    again.concurrency_options = found.concurrency_options
    again.schedules = [
        DeploymentScheduleCreate(
            schedule=each.schedule, active=each.active, parameters=each.parameters, slug=each.slug
        )
        for each in found.schedules
    ]
    return again
