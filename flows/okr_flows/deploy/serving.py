"""Serving: a runner that starts the runs of deployments in processes of this machine."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_flows.deploy.deploy import flow_at
from okr_flows.deploy.deployments import ScheduledFlow, full_name
from okr_flows.deploy.fields import peoples_schedule
from okr_flows.deploy.server import Server
from okr_flows.notify.notices import HEARTBEAT_SECONDS
from okr_flows.run.names import CycleNames

Served = tuple[ScheduledFlow, DeploymentResponse]
"""A flow and its deployment for a cycle, as it is on the server."""


def served_by_workers(server: Server, cycles: Iterable[CycleNames]) -> RefusalError | None:
    """Why deployments are not to be served from here: workers run them; None: nobody does.

    Args:
        server: What is there.
        cycles: What would be served.
    """
    pools: dict[str, list[str]] = {}
    for flow, found in server.deployments(cycles):
        if found.work_pool_name:
            pools.setdefault(found.work_pool_name, []).append(full_name(flow.name, found.name))
    polling = server.polling(pools)
    if not polling:
        return None
    told = "; ".join(
        f"{', '.join(pools[pool])}, which the pool `{pool}` hands to {', '.join(workers)}"
        for pool, workers in polling.items()
    )
    return RefusalError(
        f"workers run what would be served from here: {told}.",
        hint=f"Stop the workers and wait a minute, or leave it to them: {okr('deploy').code}.",
    )


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
        await _restore_form(deployment)
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


async def _restore_form(found: DeploymentResponse) -> None:
    """Registering writes the form as Prefect infers it, without choices and open to anything."""
    kept = DeploymentUpdate(
        parameter_openapi_schema=found.parameter_openapi_schema,
        parameters=found.parameters,
        enforce_parameter_schema=True,
        tags=found.tags,
    )
    async with get_client() as client:
        await client.update_deployment(found.id, kept)


def _again(flow: ScheduledFlow, found: DeploymentResponse) -> RunnerDeployment:
    """What a runner needs to know of a deployment, pauses of people included."""
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
    again.schedules = [peoples_schedule(each) for each in found.schedules]
    return again
