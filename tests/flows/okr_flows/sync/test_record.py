"""Recording a sync: each slot once, and a report of what the store holds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from store_locks import writes_held
from sync_answers import why
from sync_world import (
    BOUND,
    CYCLE,
    FIRST,
    MONDAY,
    PLAN,
    WEEK,
    SyncWorld,
    planned,
    read,
    slot_readings,
    synced,
    values,
)

from okr_core.errors import StoreUnreachableError
from okr_core.record.entries import Entry, SyncRecord
from okr_core.record.evidence import decode, re_add
from okr_flows.sync.plan import SyncPlan
from okr_flows.sync.read import ReadOutcome
from okr_flows.sync.record import record_outcome, report_of
from okr_flows.sync.report import SyncedDocument, SyncReport
from okr_sandbox import Fault
from okr_store import Store, open_store


def finished(store: Store, plan: SyncPlan, outcomes: list[ReadOutcome]) -> SyncReport:
    answers = [answer for outcome in outcomes for answer in record_outcome(store, plan, outcome)]
    return report_of(plan, outcomes, answers)


def evidence_of(report: SyncReport) -> list[str]:
    return [each.reading.evidence if each.reading else "" for each in report.readings]


def syncs(store: Store) -> list[SyncRecord]:
    entries: list[Entry] = list(store.entries(CYCLE, kinds=("sync",)))
    return [entry.body for entry in entries if isinstance(entry.body, SyncRecord)]


def test_what_was_read_is_recorded_with_its_evidence(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    report = synced(store, world.env)
    assert [(r.key_result, r.value) for r in report.readings] == list(FIRST.items())
    assert values(store) == FIRST
    for reading in slot_readings(store).values():
        content = store.evidence(reading.evidence)
        assert content is not None
        assert re_add(decode(content)) == reading.value
        assert reading.revision == 1
    assert sorted(record.connection for record in syncs(store)) == ["tracker", "wiki"]


def test_recording_twice_records_once(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    plan = planned(store)
    outcomes = read(plan, world.env)
    first = finished(store, plan, outcomes)
    assert not any(reading.existing for reading in first.readings)
    rows, records = list(store.readings(CYCLE, as_of=None)), syncs(store)
    second = finished(store, plan, outcomes)
    assert all(reading.existing for reading in second.readings)
    assert list(store.readings(CYCLE, as_of=None)) == rows
    assert syncs(store) == records
    assert [replace(SyncedDocument.of(r), existing=False) for r in second.readings] == [
        SyncedDocument.of(r) for r in first.readings
    ]
    assert second.seen_at == first.seen_at


def test_a_second_sync_of_the_slot_asks_for_nothing(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    first = synced(store, world.env)
    world.sandbox.requests.clear()
    second = synced(store, world.env)
    assert world.sent == 0
    assert second.requests == {}
    assert [replace(SyncedDocument.of(r), existing=False) for r in second.readings] == [
        SyncedDocument.of(r) for r in first.readings
    ]
    assert second.seen_at == first.seen_at
    assert second.exit_code == 0


def test_the_loser_of_a_race_reports_what_the_store_holds(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    plan = planned(store)
    mine = read(plan, world.env)
    world.sandbox.clock.set(MONDAY + WEEK)  # a third bug is fixed: the other run sees 5
    theirs = read(plan, world.env)
    winner = finished(store, plan, theirs)
    loser = finished(store, plan, mine)
    assert winner.readings[0].value == 5
    assert [r.value for r in loser.readings] == [r.value for r in winner.readings]
    assert evidence_of(loser) == evidence_of(winner)
    assert all(reading.existing for reading in loser.readings)
    assert loser.readings[0].link
    assert values(store)["bugs.open"] == 5


def test_the_loser_of_a_race_takes_over_that_a_value_is_suspect(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    synced(store, world.env)
    plan = planned(store, MONDAY + WEEK)
    mine = read(plan, world.env)
    world.sandbox.clock.set(MONDAY - 10 * WEEK)  # before any issue was created: from 6 to 0
    theirs = read(plan, world.env)
    finished(store, plan, theirs)
    loser = finished(store, plan, mine)
    assert (loser.readings[0].state, loser.readings[0].existing) == ("suspect", True)
    assert "okr accept bugs.open" in why(loser.readings[0]).hint
    assert loser.exit_code == 4


def test_what_another_run_recorded_is_not_unavailable_to_this_one(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    plan = planned(store)
    world.sandbox.faults.add(Fault(500, match="/v1/", times=None))
    mine = read(plan, world.env)
    world.sandbox.faults.clear()
    finished(store, plan, read(plan, world.env))
    report = finished(store, plan, mine)
    assert report.totals == {"observed": 5}
    assert [r.value for r in report.readings] == list(FIRST.values())
    assert not any(record.unavailable for record in syncs(store))


def test_a_late_run_fills_only_what_is_missing(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    world.sandbox.faults.add(Fault(500, match="/v1/", times=None))
    first = synced(store, world.env)
    assert first.totals == {"observed": 3, "unavailable": 2}
    assert set(values(store)) == set(BOUND[:3])
    world.sandbox.faults.clear()
    world.sandbox.requests.clear()
    second = synced(store, world.env, MONDAY + timedelta(seconds=30))
    assert all("/v1/" in endpoint for endpoint in world.sandbox.requests)
    assert second.totals == {"observed": 5}
    assert values(store) == FIRST


def test_unavailable_is_remembered_with_its_reason_and_stored_as_no_number(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, PLAN.replace("{average: Score}", "{average: Rating}"))
    report = synced(store, world.env)
    assert (report.readings[4].state, report.readings[4].value) == ("unavailable", None)
    (answer,) = [a for record in syncs(store) for a in record.unavailable]
    assert answer.key_result == "talks.score"
    assert "Rating" in answer.reason
    assert "talks.score" not in values(store)


def test_a_store_that_is_gone_loses_nothing_that_was_recorded(
    world: SyncWorld, ready_url: str
) -> None:
    with open_store(ready_url) as store:
        world.apply(store)
        plan = planned(store)
        tracker, wiki = read(plan, world.env)
        record_outcome(store, plan, tracker)
    with (
        writes_held(ready_url),
        open_store(ready_url, patience=0.1) as busy,
        pytest.raises(StoreUnreachableError),
    ):
        record_outcome(busy, plan, wiki)
    with open_store(ready_url) as store:
        assert set(values(store)) == set(BOUND[:3])
        assert synced(store, world.env).totals == {"observed": 5}
        assert store.audit().ok
