"""Flow `sync-progress`: bring every bound key result up to date, with evidence."""

from __future__ import annotations

import os
from datetime import datetime

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact
from prefect.client.schemas.objects import State, StateType
from prefect.events import emit_event
from prefect.futures import as_completed
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from pydantic import AwareDatetime

from okr_core.basics.days import minute_text
from okr_core.basics.exact import ratio_json
from okr_core.errors import RefusalError
from okr_core.snapshot import Snapshot
from okr_flows.notify.notices import ALERTED, resource_of
from okr_flows.run.events import named_resource
from okr_flows.run.prefect_reached import handed_over, noticed, prefect_reached, result_of
from okr_flows.run.run_store import given_store, open_run_store, run_time
from okr_flows.run.shared_limit import slot_of_connection
from okr_flows.sync.page import alerts_of, page_of
from okr_flows.sync.plan import ConnectionJob, SyncPlan, plan_sync
from okr_flows.sync.read import ReadOutcome, read_connection, unreadable
from okr_flows.sync.record import record_outcome, report_of
from okr_flows.sync.report import SyncedReading, SyncReport
from okr_store.snapshot import read_snapshot


@task(name="Plan what to ask", task_run_name="Plan what to ask for {cycle}")
def plan_task(
    cycle: str, as_of: datetime, connection: str, only: list[str]
) -> SyncPlan | RefusalError:
    """Decide which key results to ask whom for; sends nothing."""
    with open_run_store() as store:
        try:
            return plan_sync(store, cycle=cycle, as_of=as_of, connection=connection, only=only)
        except RefusalError as refusal:  # the cycle is closed: nothing is broken
            return refusal


@task(name="Read a connection", task_run_name="Read {job.name}")
def read_task(job: ConnectionJob, revision: int) -> ReadOutcome:
    """Ask one connection for all its key results, in as few requests as give exact answers."""
    try:
        with slot_of_connection(job.name, job.connection):
            return read_connection(job, env=os.environ, revision=revision)
    except Exception as error:  # noqa: BLE001 - a connection without a slot stops no other
        return unreadable(job, error)


@task(name="Record readings", task_run_name="Record {outcome.connection}")
def record_task(plan: SyncPlan, outcome: ReadOutcome) -> tuple[SyncedReading, ...]:
    """Record one connection's readings with their evidence; recording twice changes nothing."""
    with open_run_store() as store:
        return record_outcome(store, plan, outcome)


@task(name="Publish progress", task_run_name="Publish progress")
def publish_task(report: SyncReport) -> None:
    """Show the run in Prefect: progress, a page of what was read, and events."""
    with open_run_store() as store:
        # The revision that was read: another may have been applied since, or after a past slot.
        snapshot = read_snapshot(
            store, report.cycle, report.seen_at, newest=True, revision=report.revision
        )
    _publish_progress(snapshot)
    create_markdown_artifact(
        markdown=page_of(snapshot, report),
        key=f"okr-sync-{report.cycle}",
        description=f"{report.headline}, as of {minute_text(report.as_of, snapshot.cycle.zone)}",
    )
    _emit(report)
    _alert(snapshot, report)


def _run_name() -> str:
    """What the run is called in Prefect: its cycle, and its connection where it reads one only."""
    asked = flow_run.parameters
    return ": ".join(filter(None, (f"Sync {asked['cycle']}", asked.get("connection"))))


@flow(
    name="sync-progress",
    flow_run_name=_run_name,
    description="Brings every bound key result of a cycle up to date, with evidence.",
    persist_result=False,
)
def sync_progress(
    cycle: str,
    connection: str = "",
    only: list[str] | None = None,
    as_of: AwareDatetime | None = None,
) -> State[SyncReport | RefusalError]:
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
    at = run_time(as_of, flow_run.scheduled_start_time)
    plan = plan_task(cycle, at, connection, only or [])
    if isinstance(plan, RefusalError):
        return State(type=StateType.COMPLETED, name="Not read", message=str(plan), data=plan)
    reads = [read_task.submit(job, plan.revision) for job in plan.jobs if job.asks]
    outcomes: list[ReadOutcome] = []
    synced: list[SyncedReading] = []
    for future in as_completed(reads):
        outcome = future.result()
        outcomes.append(outcome)
        synced.extend(record_task(plan, outcome))
    report = report_of(plan, outcomes, synced)
    publish_task(report)
    return final_state(report)


def final_state(report: SyncReport) -> State[SyncReport | RefusalError]:
    """Completed only where every key result was observed; otherwise a state that people notice."""
    logger = get_run_logger()
    for reading in report.readings:
        if reading.state != "observed":
            logger.warning("%s is %s: %s", reading.key_result, reading.state, reading.failure)
    if report.failed:
        down = ", ".join(f"{name} ({why})" for name, why in report.failed.items())
        message = f"{report.headline}; connection down: {down}"
        return noticed(report, "Connection down", message)
    if report.needs_attention:
        return noticed(report, "Needs attention", report.headline)
    return State(type=StateType.COMPLETED, message=report.headline, data=report)


def run_sync(
    cycle: str,
    *,
    store_url: str,
    connection: str = "",
    only: list[str] | None = None,
    as_of: datetime | None = None,
) -> SyncReport:
    """Run the flow in this process and return its report.

    Raises:
        OkrError: The run could not plan or record; the same error that the task raised.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    with given_store(store_url), prefect_reached(), handed_over() as found:
        state = sync_progress(cycle, connection, only, as_of, return_state=True)
    return result_of(state, SyncReport, found)


def _publish_progress(snapshot: Snapshot) -> None:
    figure = snapshot.figures[""]
    ratio = ratio_json(figure.clamped)
    if ratio is None:  # nothing to count is not 0 %
        return
    create_progress_artifact(
        progress=round(100 * ratio, 1),
        key=f"okr-progress-{snapshot.plan.cycle.id}",
        description=(
            f"Progress of cycle {snapshot.plan.cycle.id}; "
            f"{round(100 * float(figure.coverage))} % of its weight has a value"
        ),
    )


def _emit(report: SyncReport) -> None:
    totals = report.totals
    emit_event(
        event="okr.progress.synced",
        resource=named_resource(f"okr.cycle.{report.cycle}", report.cycle),
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
                resource=named_resource(f"okr.keyresult.{report.cycle}.{name}", name),
                payload={"why": reading.failure.reason, "hint": reading.failure.hint},
            )


def _alert(snapshot: Snapshot, report: SyncReport) -> None:
    """One event per route whose key results need people: what the routes' automations wait for."""
    if snapshot.workspace is None:
        return
    for alert in alerts_of(snapshot.workspace, snapshot.plan, report):
        emit_event(
            event=ALERTED,
            resource=named_resource(resource_of(report.cycle, alert.route), alert.route),
            payload={"text": alert.text},
        )
