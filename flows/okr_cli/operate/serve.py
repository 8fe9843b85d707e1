"""`okr serve`: the schedules of `okr deploy`, run on this machine by this one process."""

from __future__ import annotations

import os

from okr_cli.operate.deploy import CycleOption, describe, rollout_at
from okr_cli.shell.home import STORE_VARIABLE, Desk
from okr_cli.shell.options import HERE, Place
from okr_cli.shell.output import tell


def serve(*, cycle: CycleOption = None, place: Place = HERE) -> int:
    """Read, score and report on schedule from this machine, until Ctrl-C.

    The same schedules and notices as `okr deploy`, without work pool and worker. While it does
    not run nothing happens; what was due meanwhile is done when it starts again. Needs a Prefect
    server (PREFECT_API_URL), which may be on this machine.
    """
    desk = Desk.of(place)
    rollout = rollout_at(desk, cycle)
    os.environ[STORE_VARIABLE] = desk.store_url()
    from okr_flows.deploy.deploy import changes_for, make  # noqa: PLC0415 - imports Prefect
    from okr_flows.deploy.deployments import full_name  # noqa: PLC0415
    from okr_flows.deploy.server import prefect_server  # noqa: PLC0415
    from okr_flows.deploy.serving import run_until_interrupted  # noqa: PLC0415

    with prefect_server() as server:
        for change in make(server, changes_for(server, rollout, pool="")):
            tell(describe(change))
        served = list(server.deployments(plan.cycle.id for plan in rollout.plans))
    names = ", ".join(full_name(flow.name, each.name) for flow, each in served)
    tell(f"Serving {names}; Ctrl-C ends it.")
    run_until_interrupted(served)
    tell("Ended; schedules stay as they are and go on when it is started again.")
    return 0
