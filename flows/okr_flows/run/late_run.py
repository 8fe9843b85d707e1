"""Late run: of a schedule's runs that are due at once only the newest does the work.

After days without a worker Prefect hands out every run that it planned meanwhile, oldest first.
Each would read the same numbers of today; those that a newer one replaces end at once and say so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext

PAGE = 200
"""Runs that Prefect gives out per request; the newest come first."""
_REPLACING = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.COMPLETED]


def overtaken() -> str:
    """Why the scheduled run of this process need not do its work; empty: it is needed.

    One that a person or another flow started is always needed, and so is a run of no schedule.
    """
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or not _is_of_schedule(run):
        return ""
    with get_client(sync_client=True) as client:
        newest = _newest_due(client, run)
    if newest is None:
        return ""
    return (
        f"The run that was due at {run.expected_start_time:%Y-%m-%d %H:%M} UTC started too late: "
        f"the one of {newest:%Y-%m-%d %H:%M} UTC is due as well and does its work."
    )


def _is_of_schedule(run: FlowRun) -> bool:
    return bool(run.auto_scheduled and run.deployment_id and run.expected_start_time)


def _newest_due(client: SyncPrefectClient, run: FlowRun) -> datetime | None:
    """When the newest later run of the same schedule was due."""
    assert run.deployment_id is not None
    due = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[run.deployment_id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_REPLACING)),
        expected_start_time=FlowRunFilterExpectedStartTime(
            after_=run.expected_start_time, before_=datetime.now(UTC)
        ),
    )
    found = client.read_flow_runs(
        flow_run_filter=due, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=PAGE
    )
    same = (each for each in found if _is_of_schedule(each) and _schedule(each) == _schedule(run))
    times = [each.expected_start_time for each in same if each.expected_start_time]
    return max(
        (at for at in times if run.expected_start_time and at > run.expected_start_time),
        default=None,
    )


def _schedule(run: FlowRun) -> UUID | None:
    return run.created_by.id if run.created_by else None
