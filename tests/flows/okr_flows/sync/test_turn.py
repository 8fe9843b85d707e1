"""A connection with `runs_at_once`: read and recorded in turn, busy where that takes too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace

from sqlalchemy import event
from sync_world import CYCLE, FIRST, WORKSPACE, SyncWorld, planned, values

from okr_core.record.entries import SyncRecord
from okr_flows.run.leases import reading
from okr_flows.sync.plan import ConnectionJob, SyncPlan
from okr_flows.sync.read import ReadOutcome
from okr_flows.sync.record import report_of
from okr_flows.sync.report import SyncedReading, SyncReport
from okr_flows.sync.sync import sync_connection
from okr_store import Lease, Store, open_store
from okr_store.leases import this_process

LIMITED = WORKSPACE.replace("kind: jira,", "kind: jira, runs_at_once: 1,")
JIRA = {key: value for key, value in FIRST.items() if not key.startswith("talks")}
TURN = reading("tracker").key


def taken(store: Store) -> Lease:
    lease = store.leases.acquire(TURN, owner="worker-7")
    assert lease is not None
    return lease


def turn(
    store: Store, plan: SyncPlan, job: ConnectionJob, env: Mapping[str, str], wait: float = 60
) -> tuple[ReadOutcome, tuple[SyncedReading, ...]]:
    done = sync_connection(lambda: nullcontext(store), plan, job, env, wait=wait)
    return done.outcome, done.readings


def job_of(plan: SyncPlan, name: str) -> ConnectionJob:
    return next(job for job in plan.jobs if job.name == name)


def sync(store: Store, world: SyncWorld, wait: float = 60) -> SyncReport:
    plan = planned(store)
    done = [turn(store, plan, job, world.env, wait=wait) for job in plan.jobs]
    return report_of(
        plan, [outcome for outcome, _ in done], [each for _, told in done for each in told]
    )


def records(store: Store) -> Iterator[SyncRecord]:
    for entry in store.entries(CYCLE, kinds=("sync",)):
        assert isinstance(entry.body, SyncRecord)
        yield entry.body


def test_the_turn_is_given_back_after_what_was_read_is_recorded(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, workspace=LIMITED)
    report = sync(store, world)
    assert (report.totals, values(store)) == ({"observed": 5}, FIRST)
    assert store.leases.holders(TURN) == []


def test_the_turn_lasts_until_what_was_read_is_recorded(
    world: SyncWorld, store: Store, ready_url: str
) -> None:
    world.apply(store, workspace=LIMITED)
    plan, held = planned(store), list[str]()
    with open_store(ready_url) as other:

        def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("INSERT INTO readings"):
                held.extend(each.owner for each in other.leases.holders(TURN))

        event.listen(store._database.engine, "before_cursor_execute", look)
        turn(store, plan, job_of(plan, "tracker"), world.env)
    assert held == [this_process()]


def test_a_connection_that_others_read_for_too_long_is_unavailable_as_busy(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, workspace=LIMITED)
    taken(store)
    report = sync(store, world, wait=0.2)
    assert report.totals == {"observed": 2, "unavailable": 3}
    (why,) = {each.failure for each in report.readings if each.failure}
    assert why.reason.startswith("connection `tracker` is busy: worker-7 is reading it, since 20")
    assert why.hint.startswith("Run it again once that has ended")
    # It is not down, and nobody is told that it was; the other connection was read meanwhile.
    assert (report.failed, report.exit_code) == ({}, 4)
    assert [(each.connection, each.failed) for each in records(store)] == [
        ("tracker", ""),
        ("wiki", ""),
    ]
    assert not any("/rest/" in path for path in world.sandbox.requests)


def test_a_slot_that_was_busy_is_filled_by_the_next_run(world: SyncWorld, store: Store) -> None:
    world.apply(store, workspace=LIMITED)
    lease = taken(store)
    sync(store, world, wait=0)
    store.leases.release(lease)
    assert sync(store, world, wait=0).exit_code == 0
    assert values(store) == FIRST


def test_who_waits_is_told_what_the_other_recorded_meanwhile(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, workspace=LIMITED)
    plan = planned(store)
    lease = taken(store)
    turn(store, plan, free(plan), world.env)
    _, told = turn(store, plan, job_of(plan, "tracker"), world.env, wait=0)
    assert {each.key_result: each.value for each in told} == JIRA
    store.leases.release(lease)


def free(plan: SyncPlan) -> ConnectionJob:
    """The tracker's job as of a run that has its turn already."""
    job = job_of(plan, "tracker")
    return replace(job, connection=job.connection.model_copy(update={"runs_at_once": None}))


def test_two_runs_of_a_slot_at_once_record_it_once(world: SyncWorld, store: Store) -> None:
    world.apply(store, workspace=LIMITED)
    plan = planned(store)
    job = job_of(plan, "tracker")
    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(turn, store, plan, job, world.env) for _ in range(2)]
    told = [{each.key_result: each.value for each in run.result()[1]} for run in runs]
    assert told == [JIRA, JIRA]
    assert values(store) == JIRA
    assert store.audit().ok
