"""Flow `run-cycle`: the one clock of a cycle; starts what is due and reminds people."""

# No `from __future__ import annotations`: where a flow is sent to a process of its own, as Prefect
# does with one that is served, Prefect reads its parameters, and names in text would be lost.

import os
from collections.abc import Sequence
from datetime import datetime

from prefect import flow, task
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from okr_core.errors import OkrError
from okr_core.plan.workspace import Workspace
from okr_flows.clock.report import TickReport
from okr_flows.clock.slots import Slot
from okr_flows.clock.tick import Jobs, tick
from okr_flows.notify.message import Message, Told
from okr_flows.notify.notices import INCOMPLETE, TICKED
from okr_flows.notify.telling import tell, tell_of_run
from okr_flows.people.keys import VARIABLE, Keys
from okr_flows.people.links import link_for
from okr_flows.remind.remind import Doors, remind
from okr_flows.remind.report import RemindReport
from okr_flows.report.report_cycle import given, report_cycle
from okr_flows.run.beginning import not_begun
from okr_flows.run.cycle import in_force
from okr_flows.run.ending import (
    RETRIES,
    RETRY_SECONDS,
    Refused,
    completed,
    noticed,
    refused,
)
from okr_flows.run.events import named_resource
from okr_flows.run.here import called_here, marked_alone, run_name
from okr_flows.run.leases import waits_told
from okr_flows.run.names import names_of
from okr_flows.run.parameters import Moment, Word
from okr_flows.run.prefect_reached import done
from okr_flows.run.run_store import open_run_store, run_now, run_time
from okr_flows.score.score_cycle import score_cycle, score_task
from okr_mail import PASSWORD_VARIABLE, Session


@task(name="Remind people", task_run_name="Remind people", persist_result=False)
def remind_task(cycle: str, at: datetime) -> RemindReport | OkrError:
    """Mail people what waits for them, and tell circles what their roles leave unanswered."""
    try:
        with open_run_store() as store, waits_told(get_run_logger().warning):
            workspace = in_force(store, cycle).connected()
            page, mail = workspace.web.url or "", workspace.mail
            secret = os.environ.get(VARIABLE, "").strip()
            keys = Keys(secret) if secret and page else None

            def link_of(person: str) -> str:
                return link_for(store, keys, person, page, at) if keys else ""

            def told(workspace: Workspace, messages: Sequence[Message]) -> Told:
                return tell(store, workspace, cycle, messages, at=at)

            if mail is None:
                return remind(store, cycle, at, Doors(tell=told, page=page))
            with Session(mail, os.environ.get(PASSWORD_VARIABLE, "")) as session:
                return remind(store, cycle, at, Doors(session, told, page, link_of))
    except OkrError as error:  # given back: Prefect would log it with a traceback
        return error


@flow(
    name="run-cycle",
    flow_run_name=run_name("Tick"),
    description="The clock of a cycle: scores, reports and reminds when that is due.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=3600,
)
@marked_alone
def run_cycle(cycle: Word = "", as_of: Moment = None) -> TickReport | Refused:
    """Start what is due of a cycle: its scores, its report, and reminders of what waits for people.

    Safe to run twice, at once and late: each day is scored once, each route told once, each person
    reminded once. After days without a run it makes up for what was missed, oldest first. Who is
    reminded of what is shown nowhere in Prefect.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        as_of: Business time of the run, with its zone; its scheduled start where empty.
    """
    if over := not_begun(cycle=cycle, as_of=as_of):
        return over
    at = run_time(as_of, flow_run.scheduled_start_time)
    now = run_now(flow_run.scheduled_start_time)
    try:
        with open_run_store() as store:
            report = tick(store, cycle, at, _jobs(cycle, now), now=now)
            names = names_of(store, cycle)
    except OkrError as error:
        return refused(error)
    if not report.busy:
        emit_event(
            event=TICKED,
            resource=named_resource(names.resource, cycle),
            payload={"as_of": at.isoformat(), "started": [slot.key for slot in report.done]},
        )
    return ended(report, at)


def _jobs(cycle: str, now: datetime) -> Jobs:
    """The steps of a tick as flows and tasks of this run."""
    # The next tick tries again; waiting here would hold up the reminders.
    score_now, report_now = (
        score_cycle.with_options(retries=0),
        report_cycle.with_options(retries=0),
    )

    def scored(slot: Slot) -> object:
        if slot.newest:
            return done(score_now(cycle, slot.at))
        return given(score_task(cycle, slot.at, now))

    def reported(slot: Slot) -> str:
        outcome = done(report_now(cycle, digest=True, as_of=slot.at))
        return "; ".join(f"could not {what}" for what in outcome.failed)

    def reminded(at: datetime) -> RemindReport:
        return given(remind_task(cycle, at))

    return Jobs(scored, reported, reminded)


def ended(report: TickReport, at: datetime) -> TickReport:
    """Completed where all was done; else a state that people notice, of which routes hear daily."""
    if not report.incomplete:
        return completed(report, report.headline)
    # One notice a day: a mail server that is away for a week is one piece of news.
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    told = tell_of_run(report.cycle, INCOMPLETE, report.headline, midnight)
    return noticed(report, INCOMPLETE, told.sentence(report.headline))


def run_tick(
    cycle: str, *, store_url: str, as_of: datetime | None = None, now: datetime | None = None
) -> TickReport:
    """Run the flow in this process and return its report.

    Args:
        cycle: Id of the cycle.
        store_url: Address of the store.
        as_of: Business time of the tick (aware); None: now.
        now: The time (aware); None: by this machine's clock.

    Raises:
        OkrError: The tick could not begin.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    # Somebody waits for it and can run it again.
    flow_here = run_cycle.with_options(retries=0)
    with called_here(store_url, cycle, now):
        return done(flow_here(cycle, as_of))
