"""Sync: plan, read every connection, record each as soon as it is read, report.

The whole use case, without Prefect: the flow `sync-progress` makes tasks of the same steps.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from okr_core.errors import BusyError
from okr_flows.checkin.rows_recorded import RowsRecorded
from okr_flows.run.at_once import Stop, at_once, never
from okr_flows.run.leases import WAIT, turn_at
from okr_flows.run.opening import Opening
from okr_flows.sync.listening import listening
from okr_flows.sync.plan import ConnectionJob, SyncPlan, plan_sync
from okr_flows.sync.read import ReadOutcome, read_connection, unreadable
from okr_flows.sync.record import record_outcome, report_of
from okr_flows.sync.report import SyncedReading, SyncReport
from okr_flows.sync.rows import recorded_rows
from okr_sources.send.retry import Policy, call

log = logging.getLogger(__name__)
_PATIENCE = Policy(attempts=8, first_wait=0.5, longest_wait=10, seconds=60)
"""How long what was read waits for a store that is away, such as a database that restarts."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one connection.

    Attributes:
        outcome: What it answered.
        readings: Its answers as the store holds them.
        rows: What became of the check-ins that people wrote there.
    """

    outcome: ReadOutcome
    readings: tuple[SyncedReading, ...] = ()
    rows: RowsRecorded = field(default_factory=RowsRecorded)


def sync(
    opening: Opening,
    *,
    cycle: str,
    as_of: datetime,
    env: Mapping[str, str],
    connection: str = "",
    only: Collection[str] = (),
    now: datetime | None = None,
) -> SyncReport:
    """Bring every bound key result of a cycle up to date, all connections at once.

    Running it twice changes nothing that it already did. A connection that fails stops no other.

    Args:
        opening: Opens the store.
        cycle: Id of the cycle.
        as_of: Business time (aware); its minute is the slot.
        env: Variables that may hold tokens.
        connection: Read this connection only.
        only: Read these key results only.
        now: The time (aware), after which nothing is recorded; None: by this machine's clock.

    Raises:
        OkrError: It could not be planned, see `plan_sync`; no server was asked.
    """
    with opening() as store:
        plan = plan_sync(
            store,
            cycle=cycle,
            as_of=as_of,
            connection=connection,
            only=only,
            now=now or datetime.now(UTC),
        )
    listening().planned(plan)
    jobs = [job for job in plan.jobs if job.due]

    def work(job: ConnectionJob, stop: Stop) -> Synced:
        return sync_connection(opening, plan, job, env, stop)

    return report_on(plan, at_once(work, jobs, listening().stopping))


def sync_connection(
    opening: Opening,
    plan: SyncPlan,
    job: ConnectionJob,
    env: Mapping[str, str],
    stop: Stop = never,
    *,
    wait: float = WAIT,
) -> Synced:
    """Read one connection in its turn and record what it gave, before the turn is given back.

    Never raises: a connection that fails or that others read for too long, and a store that does
    not take what was read, are answers too.

    Args:
        opening: Opens the store.
        plan: What the job is part of.
        job: Connection and asks.
        env: Variables that may hold its token.
        stop: Where it says so, no further answer is waited for; those that came are recorded.
        wait: Seconds to wait for the turn where the connection has `runs_at_once`.
    """
    try:
        synced = _in_turn(opening, plan, job, env, stop, wait)
    except Exception as error:  # noqa: BLE001 - one connection must not throw away others' reads
        outcome = unreadable(job, error)
        synced = Synced(outcome, answers_of(outcome))
    listening().recorded(synced.outcome)
    return synced


def _in_turn(  # noqa: PLR0917 - of `sync_connection` alone
    opening: Opening,
    plan: SyncPlan,
    job: ConnectionJob,
    env: Mapping[str, str],
    stop: Stop,
    wait: float,
) -> Synced:
    try:
        with turn_at(opening, job.name, job.connection, wait=wait, stop=stop):
            outcome = read_connection(job, env=env, revision=plan.revision, stop=stop)
            return _recorded(opening, plan, job, outcome)
    except BusyError as error:  # what the others record meanwhile is the answer where it is there
        outcome = unreadable(job, error)
        return _recorded(opening, plan, job, outcome)


def _recorded(opening: Opening, plan: SyncPlan, job: ConnectionJob, outcome: ReadOutcome) -> Synced:
    """Record it; a store that is away for a moment is waited for: reading again costs more."""

    def once() -> Synced:
        with opening() as store:
            known, rows = outcome, RowsRecorded()
            if job.rows is not None and outcome.rows is not None:
                now = plan.now or outcome.observed_at
                rows, seen = recorded_rows(store, plan.cycle, job.rows, outcome.rows, now)
                known = replace(outcome, counts={**outcome.counts, **seen})
            return Synced(known, record_outcome(store, plan, known), rows)

    return call(once, policy=_PATIENCE)


def answers_of(outcome: ReadOutcome) -> tuple[SyncedReading, ...]:
    """Why a connection's key results have no reading, where nothing of it was recorded."""
    return tuple(
        SyncedReading(each.key_result, failure=each.failure) for each in outcome.unavailable
    )


def report_on(plan: SyncPlan, found: Iterable[Synced]) -> SyncReport:
    """The report of a run from its plan and what became of each connection."""
    several = list(found)
    readings = [reading for each in several for reading in each.readings]
    report = report_of(plan, [each.outcome for each in several], readings)
    asked = {
        each.outcome.connection: each.outcome.rows.failed
        for each in several
        if each.outcome.rows is not None and each.outcome.rows.failed
    }
    return replace(
        report,
        check_ins=sum(each.rows.new for each in several),
        misread=tuple(row for each in several for row in each.rows.misread),
        unheard=asked,
    )
