"""Late: of scheduled runs that had to wait for a worker, the newest does what all would have done.

A worker that was away finds several runs of the same schedule due at once. The oldest end first,
by their age; what a person started is never ended.
"""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext

from okr_flows.run.run_store import run_time

_GIVEN_UP = {StateType.CANCELLED, StateType.CANCELLING, StateType.CRASHED}
_NEWEST = 50
"""Runs that are looked at: those of other schedules of the deployment are among them."""


def overtaken() -> str:
    """Why this run has nothing to do, where a newer one of its schedule is due; else empty."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or not run.auto_scheduled or run.deployment_id is None:
        return ""
    due = run_time(run.expected_start_time)
    try:
        with get_client(sync_client=True) as client:
            newer = [each for each in _since(client, run, due) if each.parameters == run.parameters]
    except (httpx.HTTPError, RuntimeError):  # once too often does no harm
        return ""
    if not newer:
        return ""
    newest = max(run_time(each.expected_start_time) for each in newer)
    return (
        f"This run was due on {due:%Y-%m-%d %H:%M} UTC and comes late; "
        f"that of {newest:%Y-%m-%d %H:%M} UTC does the same."
    )


def _since(client: SyncPrefectClient, run: FlowRun, due: datetime) -> list[FlowRun]:
    """Scheduled runs of the deployment that were due later, and are by now."""
    assert run.deployment_id is not None
    several = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[run.deployment_id]),
            expected_start_time=FlowRunFilterExpectedStartTime(
                after_=due, before_=datetime.now(UTC)
            ),
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=_NEWEST,
    )
    return [
        each
        for each in several
        if each.auto_scheduled
        and run_time(each.expected_start_time) > due
        and each.state_type not in _GIVEN_UP
    ]
