"""Flow `backfill-progress`: past check-in days filled, as a run that Prefect shows."""

# No `from __future__ import annotations`: where a flow is sent to a process of its own, as Prefect
# does with one that is served, Prefect reads its parameters, and names in text would be lost.

import os
from datetime import datetime
from functools import partial
from typing import cast

from prefect import flow, task
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.utilities.annotations import quote

from okr_core.errors import OkrError
from okr_flows.backfill.backfill import backfill_connection, report_of
from okr_flows.backfill.plan import BackfillJob, BackfillPlan, plan_backfill
from okr_flows.backfill.read import PastOutcome
from okr_flows.backfill.report import BackfillReport
from okr_flows.notify.notices import CONNECTION_DOWN
from okr_flows.run.at_once import Stop, never
from okr_flows.run.beginning import not_begun
from okr_flows.run.ending import (
    RETRIES,
    RETRY_SECONDS,
    Refused,
    completed,
    noticed,
    refused,
    with_down,
)
from okr_flows.run.ends import NEEDS_ATTENTION
from okr_flows.run.here import called_here, marked_alone, run_name
from okr_flows.run.leases import waits_told
from okr_flows.run.parameters import Moment, Word, Words
from okr_flows.run.prefect_reached import done
from okr_flows.run.run_store import open_run_store, run_now, run_time
from okr_flows.run.tasks import tasks_at_once
from okr_flows.sync.listening import listening


@task(
    name="Plan what to ask",
    task_run_name="Plan what to ask of {cycle}'s past",
    persist_result=False,
)
def plan_task(
    cycle: str, until: datetime, connection: str, only: list[str]
) -> BackfillPlan | OkrError:
    """Decide which days of which key results to ask whom about; sends nothing."""
    try:
        with open_run_store() as store:
            return plan_backfill(store, cycle=cycle, until=until, connection=connection, only=only)
    except OkrError as error:  # given back: Prefect would log it with a traceback
        return error


@task(
    name="Ask a connection for the past",
    task_run_name="Ask {job.connection.name} for the past",
    persist_result=False,
)
def ask_task(plan: BackfillPlan, job: BackfillJob, stop: Stop = never) -> PastOutcome:
    """Ask one connection about all days that are wanted of it, and record what it tells."""
    with waits_told(get_run_logger().warning):
        return backfill_connection(open_run_store, plan, job, os.environ, stop)


@flow(
    name="backfill-progress",
    flow_run_name=run_name("Backfill", "connection"),
    description="Gives key results their past, where their tool can still tell it.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=2 * 3600,
)
@marked_alone
def backfill_progress(
    cycle: Word = "",
    connection: Word = "",
    only: Words = None,
    as_of: Moment = None,
) -> BackfillReport | Refused:
    """Give key results their past, where their tool can still tell it.

    Safe to run twice, at once from two machines, and again after a crash: each past check-in day
    without a reading gets one, marked as reconstructed, and those that are there stay.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        connection: Ask this connection only; all where empty.
        only: Ask for these key results only; all where empty.
        as_of: Only days that had passed by then, with its zone; the run's scheduled start where
            empty.
    """
    if over := not_begun(cycle=cycle, connection=connection, only=only, as_of=as_of):
        return over
    at, now = run_time(as_of, flow_run.scheduled_start_time), run_now(flow_run.scheduled_start_time)
    plan = plan_task(cycle, min(at, now), connection, only or [])
    if isinstance(plan, OkrError):
        return refused(plan)
    whole = cast("BackfillPlan", quote(plan))  # Prefect need not look into it for what tasks gave
    found = tasks_at_once(partial(ask_task.submit, whole), plan.jobs, listening().finishing)
    return ended(report_of(plan, found, dry_run=False))


def ended(found: BackfillReport) -> BackfillReport:
    """Completed only where every day has a value; otherwise a state that people notice."""
    for each in found.key_results:
        if each.missing is not None:
            get_run_logger().warning("%s: %s", each.key_result, each.missing)
    if found.failed:
        return noticed(found, CONNECTION_DOWN, with_down(found.headline, found.failed))
    if found.exit_code:
        return noticed(found, NEEDS_ATTENTION, found.headline)
    return completed(found, found.headline)


def run_backfill_flow(
    cycle: str,
    *,
    store_url: str,
    connection: str = "",
    only: list[str] | None = None,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> BackfillReport:
    """Run the flow in this process and return its report.

    Args:
        cycle: Id of the cycle.
        store_url: Address of the store.
        connection: Ask this connection only; all where empty.
        only: Ask for these key results only; all where None.
        as_of: Only days that had passed by then (aware); None: now.
        now: The time (aware); None: by this machine's clock.

    Raises:
        OkrError: The run could not be planned.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    # Somebody waits for it and can run it again.
    flow_here = backfill_progress.with_options(retries=0)
    with called_here(store_url, cycle, now):
        return done(flow_here(cycle, connection, only, as_of))
