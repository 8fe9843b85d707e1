"""Flow `sync-progress`: bring every bound key result up to date, with evidence."""

# No `from __future__ import annotations`: where a flow is sent to a process of its own, as Prefect
# does with one that is served, Prefect reads its parameters, and names in text would be lost.

import os
from datetime import datetime
from functools import partial
from typing import cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.utilities.annotations import quote

from okr_core.basics.days import minute_text
from okr_core.basics.exact import ratio_json
from okr_core.errors import OkrError
from okr_core.snapshot import Snapshot
from okr_flows.notify.message import Told
from okr_flows.notify.notices import CONNECTION_DOWN, INCOMPLETE
from okr_flows.notify.telling import run_link, tell
from okr_flows.run.at_once import Stop, never
from okr_flows.run.beginning import not_begun
from okr_flows.run.cycle import in_force
from okr_flows.run.ending import (
    RETRIES,
    RETRY_SECONDS,
    Refused,
    completed,
    noticed,
    own_deployment,
    refused,
    with_down,
)
from okr_flows.run.ends import NEEDS_ATTENTION
from okr_flows.run.events import named_resource
from okr_flows.run.here import called_here, marked_alone, run_name
from okr_flows.run.leases import waits_told
from okr_flows.run.names import CycleNames, names_of
from okr_flows.run.parameters import Moment, Word, Words
from okr_flows.run.prefect_reached import done
from okr_flows.run.run_store import open_run_store, run_now, run_time
from okr_flows.run.tasks import tasks_at_once
from okr_flows.sync.listening import listening
from okr_flows.sync.page import alerts_of, page_of
from okr_flows.sync.plan import ConnectionJob, SyncPlan, plan_sync
from okr_flows.sync.report import SyncReport
from okr_flows.sync.sync import Synced, report_on, sync_connection
from okr_store.snapshot import read_snapshot


@task(name="Plan what to ask", task_run_name="Plan what to ask for {cycle}", persist_result=False)
def plan_task(
    cycle: str, as_of: datetime, connection: str, only: list[str], now: datetime
) -> SyncPlan | OkrError:
    """Decide which key results to ask whom for; sends nothing."""
    try:
        with open_run_store() as store:
            return plan_sync(
                store, cycle=cycle, as_of=as_of, connection=connection, only=only, now=now
            )
    except OkrError as error:  # given back: Prefect would log it with a traceback
        return error


@task(name="Read a connection", task_run_name="Read {job.name}", persist_result=False)
def read_task(plan: SyncPlan, job: ConnectionJob, stop: Stop = never) -> Synced:
    """Ask one connection for all its key results, and record what it gave with its evidence."""
    with waits_told(get_run_logger().warning):
        return sync_connection(open_run_store, plan, job, os.environ, stop)


@task(name="Publish progress", task_run_name="Publish progress", persist_result=False)
def publish_task(report: SyncReport) -> OkrError | None:
    """Show the run in Prefect: progress, a page of what was read, and events; or why it cannot."""
    try:
        with open_run_store() as store:
            # The revision that was read: another may have been applied since, or after a past slot.
            snapshot = read_snapshot(
                store, report.cycle, report.seen_at, newest=True, revision=report.revision
            )
            names = names_of(store, report.cycle)
    except OkrError as error:
        return error
    _publish_progress(snapshot, names)
    create_markdown_artifact(
        markdown=page_of(snapshot, report),
        key=names.artifact("sync"),
        description=f"{report.headline}, as of {minute_text(report.as_of, snapshot.cycle.zone)}",
    )
    _emit(report, names)
    return None


@task(name="Tell the routes", task_run_name="Tell the routes", persist_result=False)
def tell_task(report: SyncReport, link: str) -> Told:
    """Tell the routes of their own key results that need people, once per slot."""
    try:
        with open_run_store() as store:
            known = in_force(store, report.cycle)
            names = names_of(store, report.cycle)
            alerts = alerts_of(known.connected(), known.plan, report, names)
            return tell(store, known.connected(), report.cycle, alerts, at=report.as_of, link=link)
    except OkrError as error:
        return Told(failed={"the routes": str(error)})


@flow(
    name="sync-progress",
    flow_run_name=run_name("Sync", "connection"),
    description="Brings every bound key result of a cycle up to date, with evidence.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=2 * 3600,
)
@marked_alone
def sync_progress(
    cycle: Word = "",
    connection: Word = "",
    only: Words = None,
    as_of: Moment = None,
) -> SyncReport | Refused:
    """Bring every bound key result of a cycle up to date, with evidence.

    Safe to run twice, at once from two machines, and again after a crash: each key result has one
    reading per source and slot, and a later run of the slot asks only for what is missing. The
    store is the one that OKR_STORE_URL or the block `okr-workspace` names: a parameter would show
    its password to everyone.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        connection: Read this connection only; all where empty.
        only: Read these key results only; all where empty.
        as_of: Business time of the run, with its zone; its scheduled start where empty.
    """
    if over := not_begun(cycle=cycle, connection=connection, only=only, as_of=as_of):
        return over
    at = run_time(as_of, flow_run.scheduled_start_time)
    now = run_now(flow_run.scheduled_start_time)
    plan = plan_task(cycle, at, connection, only or [], now)
    if isinstance(plan, OkrError):
        return refused(plan)
    listening().planned(plan)
    whole = cast("SyncPlan", quote(plan))  # Prefect need not look into it for what tasks gave
    jobs = [job for job in plan.jobs if job.due]
    reads = tasks_at_once(partial(read_task.submit, whole), jobs, listening().finishing)
    found = report_on(plan, reads)
    hidden = publish_task(found)
    told = tell_task(found, run_link()) if found.needs_attention and own_deployment() else Told()
    return ended(found, hidden, told)


def ended(found: SyncReport, hidden: OkrError | None, told: Told) -> SyncReport:
    """Completed only where every key result was observed; otherwise a state that people notice.

    Args:
        found: What the run found.
        hidden: Why it could not be shown.
        told: Which routes were told of their own numbers.
    """
    logger = get_run_logger()
    for reading in found.readings:
        if reading.state != "observed":
            logger.warning("%s is %s: %s", reading.key_result, reading.state, reading.failure)
    for name, why in found.unheard.items():
        logger.warning("check-ins of %s are not read: %s", name, why)
    for row in found.misread:  # where it is, and nothing that it says
        logger.warning("a check-in is not recorded (%s): %s", row.wrong, row.link)
    if hidden is not None:
        message = f"{found.headline}; it could not be shown: {hidden}"
        return noticed(found, INCOMPLETE, told.sentence(message))
    if found.failed:
        message = with_down(found.headline, found.failed)
        return noticed(found, CONNECTION_DOWN, told.sentence(message))
    if found.needs_attention:
        return noticed(found, NEEDS_ATTENTION, told.sentence(found.headline))
    return completed(found, found.headline)


def run_sync(
    cycle: str,
    *,
    store_url: str,
    connection: str = "",
    only: list[str] | None = None,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> SyncReport:
    """Run the flow in this process and return its report.

    Args:
        cycle: Id of the cycle.
        store_url: Address of the store.
        connection: Read this connection only; all where empty.
        only: Read these key results only; all where None.
        as_of: Business time of the run (aware); None: now.
        now: The time (aware); None: by this machine's clock.

    Raises:
        OkrError: The run could not be planned.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    # Somebody waits for it and can run it again.
    flow_here = sync_progress.with_options(retries=0)
    with called_here(store_url, cycle, now):
        return done(flow_here(cycle, connection, only, as_of))


def _publish_progress(snapshot: Snapshot, names: CycleNames) -> None:
    figure = snapshot.figures[""]
    ratio = ratio_json(figure.clamped)
    if ratio is None:  # nothing to count is not 0 %
        return
    create_progress_artifact(
        progress=round(100 * ratio, 1),
        key=names.artifact("progress"),
        description=(
            f"Progress of cycle {snapshot.plan.cycle.id}; "
            f"{round(100 * float(figure.coverage))} % of its weight has a value"
        ),
    )


def _emit(report: SyncReport, names: CycleNames) -> None:
    totals = report.totals
    emit_event(
        event="okr.progress.synced",
        resource=named_resource(names.resource, report.cycle),
        payload={
            "as_of": report.as_of.isoformat(),
            "observed": totals["observed"],
            "suspect": totals["suspect"],
            "unavailable": totals["unavailable"],
            "requests": dict(report.requests),
        },
    )
    for reading in report.readings:
        name = reading.key_result
        if reading.state == "suspect" and reading.failure and not reading.existing:
            emit_event(
                event="okr.keyresult.suspect",
                resource=named_resource(names.key_result(name), name),
                payload={"why": reading.failure.reason, "hint": reading.failure.hint},
            )
