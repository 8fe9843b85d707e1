"""A connection's part of a sync: read in its turn, and recorded before the turn ends."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

from okr_core.errors import BusyError
from okr_flows.run.leases import WAIT, turn_at
from okr_flows.sync.plan import ConnectionJob, SyncPlan
from okr_flows.sync.read import ReadOutcome, read_connection, unreadable
from okr_flows.sync.record import record_outcome
from okr_flows.sync.report import SyncedReading
from okr_store import Store


def read_and_record(
    store: Store,
    plan: SyncPlan,
    job: ConnectionJob,
    *,
    env: Mapping[str, str],
    wait: float = WAIT,
) -> tuple[ReadOutcome, tuple[SyncedReading, ...]]:
    """Ask one connection for all its key results and record the answers.

    Never raises for what a server or a binding does, nor where other runs keep the connection busy:
    its key results are unavailable then.

    Args:
        store: The open store.
        plan: What the run does.
        job: One of its connections.
        env: Variables that may hold its token.
        wait: Seconds to wait for its turn where the connection has `runs_at_once`.

    Raises:
        OkrError: The store cannot record.
    """
    try:
        with turn_at(lambda: nullcontext(store), job.name, job.connection, wait=wait):
            outcome = read_connection(job, env=env, revision=plan.revision)
            return outcome, record_outcome(store, plan, outcome)
    except BusyError as error:
        outcome = unreadable(job, error)
        return outcome, record_outcome(store, plan, outcome)
