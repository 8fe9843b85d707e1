"""Write-back: one run at a time, about no other time than now, and no comment about nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from threading import Barrier, Timer

import pytest
from mirror_world import CYCLE, ITEMS, NOW, MirrorWorld, fields_of, outcome
from store_samples import tamper

from okr_core.record.entries import Entry
from okr_core.record.write_back import WriteBackRecord, value_digest
from okr_flows.run.leases import writing
from okr_flows.write_back.report import WriteBackReport
from okr_flows.write_back.write_back import write_back
from okr_sandbox import Fault

TURN = writing("acme").key
GOOD = outcome("growth", Fraction(7, 10), "on_track")
LATER = NOW + timedelta(days=7)


def test_runs_at_once_write_one_comment_each_time(either: MirrorWorld) -> None:
    together = Barrier(4)

    def run(_: int) -> WriteBackReport:
        job = either.job("acme", GOOD)
        together.wait(timeout=30)
        return write_back(either.store, job, either.env, now=lambda: NOW)

    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(run, range(4)))
    assert [len(either.comments_of(item)) for item in ITEMS] == [1, 1, 0]
    assert sum(report.totals["changed"] for report in reports) == 8
    assert {report.exit_code for report in reports} == {0}


def test_a_run_waits_for_another_and_says_who_is_at_it_where_that_does_not_end(
    world: MirrorWorld,
) -> None:
    other = world.store.leases.acquire(TURN, owner="worker-7")
    assert other is not None
    stuck = write_back(world.store, world.job("acme", GOOD), world.env, now=lambda: NOW, wait=0.2)
    assert "connection `acme` is busy: worker-7 is writing to it, since " in stuck.headline
    assert (stuck.exit_code, stuck.incomplete, world.sandbox.record) == (4, True, [])
    Timer(0.2, world.store.leases.release, [other]).start()
    report = write_back(world.store, world.job("acme", GOOD), world.env, now=lambda: NOW)
    assert report.exit_code == 0
    assert report.totals["changed"]


def test_what_a_killed_run_had_begun_is_ours_and_its_turn_ends_by_itself(
    world: MirrorWorld,
) -> None:
    assert world.store.leases.acquire(TURN, seconds=0.3) is not None
    begun = {"growth.property": value_digest("GROW-1", "x")}
    body = WriteBackRecord(connection="acme", begun=begun)
    world.store.add_entries(CYCLE, [Entry(at=NOW, body=body, cycle=CYCLE)])
    report = write_back(world.store, world.job("acme", GOOD), world.env, now=lambda: NOW)
    assert report.exit_code == 0
    assert len(world.comments_of("growth")) == 1


def test_a_run_that_loses_its_turn_while_it_compares_writes_nothing_and_says_so(
    world: MirrorWorld, ready_url: str
) -> None:
    def lose() -> None:
        tamper(ready_url, "UPDATE lease SET expires = expires - 3600")
        assert world.store.leases.acquire(TURN, owner="worker-7")

    world.sandbox.faults.add(Fault("timeout", match="GET", delay=2))
    timer = Timer(0.5, lose)
    timer.start()
    report = write_back(world.store, world.job("acme", GOOD), world.env, now=lambda: NOW)
    timer.join()
    assert "has ended, and worker-7 has it now; nothing was recorded" in report.headline
    assert (report.exit_code, report.incomplete, world.writes) == (4, True, [])


def test_a_run_that_is_broken_off_gives_its_turn_back(world: MirrorWorld) -> None:
    world.sandbox.faults.add(Fault("drop", match="PUT", times=None))
    world.write("acme", GOOD)
    world.sandbox.faults.clear()
    job = world.job("acme", GOOD)
    report = write_back(world.store, job, world.env, now=lambda: NOW, wait=0)
    assert report.exit_code == 0


@pytest.mark.parametrize("name", ["acme", "wiki"])
def test_nothing_is_told_of_a_time_that_is_to_come(world: MirrorWorld, name: str) -> None:
    job = world.job(name, replace(GOOD, as_of=LATER))
    report = write_back(world.store, job, world.env, now=lambda: NOW)
    assert "2026-11-09 09:00 CET lies in the future" in report.headline
    assert (report.exit_code, report.incomplete, world.writes) == (1, False, [])


@pytest.mark.parametrize("name", ["acme", "wiki"])
def test_what_is_older_than_what_was_told_may_be_looked_at_only(
    world: MirrorWorld, name: str
) -> None:
    world.write(name, replace(GOOD, as_of=LATER))
    old = outcome("growth", Fraction(1, 10), "at_risk")
    report = world.write(name, old)
    assert "it shows 2026-11-09 09:00 CET, and 2026-11-02 09:00 CET is older" in report.headline
    assert (report.exit_code, report.incomplete, world.writes) == (1, False, [])
    assert world.preview(name, old).totals["changed"]


def test_a_comment_says_that_grade_status_or_version_changed_and_not_the_score(
    either: MirrorWorld,
) -> None:
    told = (
        GOOD,
        replace(GOOD, score=Fraction(71, 100)),
        replace(GOOD, score=Fraction(72, 100), progress=Fraction(8, 10)),
    )
    for each in told:
        either.write("acme", each)
    assert len(either.comments_of("growth")) == 1
    either.write("acme", replace(GOOD, version=1))
    assert len(either.comments_of("growth")) == 2
    either.write("acme", replace(GOOD, version=1, grade="yellow"))
    assert len(either.comments_of("growth")) == 3


def test_of_an_item_of_which_nothing_is_known_no_comment_is_made(either: MirrorWorld) -> None:
    report = either.write("acme")
    assert either.comments_of("growth.mood") == []
    assert fields_of(report, "growth.mood")["comment"].verdict == "same"
    assert len(either.comments_of("growth.seats")) == 1


def test_a_comment_that_is_turned_away_at_the_door_is_sent_again(either: MirrorWorld) -> None:
    either.sandbox.faults.add(Fault(429, match="/comment", after=2, retry_after=0))
    report = either.write("acme", GOOD)
    assert report.totals["unavailable"] == 0
    assert [len(either.comments_of(item)) for item in ITEMS] == [1, 1, 0]
