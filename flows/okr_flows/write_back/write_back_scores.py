"""Flow `write-back-scores`: scores, status and date where items live, as a run in Prefect."""

# No `from __future__ import annotations`: where a flow is sent to a process of its own, as Prefect
# does with one that is served, Prefect reads its parameters, and names in text would be lost.

import os
from datetime import datetime

from prefect import flow, task
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from okr_core.errors import OkrError
from okr_core.plan.acting import Actor, Occasion
from okr_flows.notify.notices import INCOMPLETE
from okr_flows.notify.telling import tell_of_run
from okr_flows.run.beginning import not_begun
from okr_flows.run.ending import (
    RETRIES,
    RETRY_SECONDS,
    Refused,
    completed,
    noticed,
    refused,
)
from okr_flows.run.here import called_here, marked_alone, run_name
from okr_flows.run.leases import waits_told
from okr_flows.run.parameters import Moment, Word, Words
from okr_flows.run.prefect_reached import done
from okr_flows.run.run_store import open_run_store, run_actor, run_now, run_time
from okr_flows.write_back.cycle import CycleWriteBack, plan_asked, tell_connection
from okr_flows.write_back.plan import WriteBackJob
from okr_flows.write_back.report import WriteBackReport, headline_of


@task(name="Plan the write-back", task_run_name="Plan the write-back", persist_result=False)
def plan_task(
    cycle: str, as_of: datetime, only: list[str], take: list[str], now: datetime
) -> CycleWriteBack | OkrError:
    """Which connections are told what, and in whose name; sends nothing."""
    try:
        asked = Occasion(as_of, now, run_actor())
        with open_run_store() as store:
            return plan_asked(store, cycle, asked, only=only, take=take)
    except OkrError as error:  # given back: Prefect would log it with a traceback
        return error


@task(name="Write back", task_run_name="Write back to {job.name}", persist_result=False)
def write_back_task(job: WriteBackJob, by: str = "", via: str = "flow") -> WriteBackReport:
    """Tell one connection what changed; what people own stays as it is."""
    with waits_told(get_run_logger().warning):
        return tell_connection(open_run_store, job, os.environ, by=by, via=via)


@flow(
    name="write-back-scores",
    flow_run_name=run_name("Write back"),
    description="Shows scores, status and date of a cycle in Jira and Notion, where items live.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=3600,
)
@marked_alone
def write_back_scores(
    cycle: Word = "",
    only: Words = None,
    take: Words = None,
    as_of: Moment = None,
) -> list[WriteBackReport] | Refused:
    """Show scores, status and date of a cycle in Jira and Notion, where items live.

    Safe to run twice, at once from two machines, and again after a crash: only what changed is
    written, one run at a time per connection, and what people own stays. It computes how items
    stand and records no score; the flow `score-cycle` does that and writes back besides.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        only: Tell about these items only; all where empty.
        take: Fields that a person hands over, as ITEM.FIELD: written whatever they hold.
        as_of: Business time of the run, with its zone; its scheduled start where empty.
    """
    if over := not_begun(cycle=cycle, only=only, take=take, as_of=as_of):
        return over
    at, now = run_time(as_of, flow_run.scheduled_start_time), run_now(flow_run.scheduled_start_time)
    plan = plan_task(cycle, at, only or [], take or [], now)
    if isinstance(plan, OkrError):
        return refused(plan)
    return ended([write_back_task(job, plan.by, plan.via) for job in plan.jobs], cycle, at)


def ended(reports: list[WriteBackReport], cycle: str, at: datetime) -> list[WriteBackReport]:
    """Completed where every connection could be told; otherwise a state that people notice."""
    message = headline_of(reports)
    if any(report.incomplete for report in reports):
        told = tell_of_run(cycle, INCOMPLETE, message, at)
        return noticed(reports, INCOMPLETE, told.sentence(message))
    return completed(reports, message)


def run_write_back(
    cycle: str,
    *,
    store_url: str,
    actor: Actor,
    only: list[str] | None = None,
    take: list[str] | None = None,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> list[WriteBackReport]:
    """Run the flow in this process and return what it did at each connection.

    Args:
        cycle: Id of the cycle.
        store_url: Address of the store.
        actor: Who asks for it: recorded in the store, and no parameter.
        only: Tell about these items only; all where None.
        take: Fields to hand over to prefect-okr, as `ITEM.FIELD`.
        as_of: Business time of the run (aware); None: now.
        now: The time (aware); None: by this machine's clock.

    Raises:
        OkrError: It could not be planned; nothing was written.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    # Somebody waits for it and can run it again.
    flow_here = write_back_scores.with_options(retries=0)
    with called_here(store_url, cycle, now, actor):
        return done(flow_here(cycle, only, take, as_of))
