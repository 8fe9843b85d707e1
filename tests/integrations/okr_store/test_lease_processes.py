"""Leases among processes: none at the same time, none from the dead, none to who woke up late."""

from __future__ import annotations

import os
import signal
import time
from itertools import pairwise

import pytest
from lease_processes import PURPOSE, contended, owner
from store_samples import CYCLE, row_counts
from wait import until

from okr_store import Lease, Store, open_store

pytestmark = pytest.mark.slow


def test_of_eight_processes_two_never_hold_it_at_once(ready_url: str) -> None:
    held = contended(ready_url, processes=8, seconds=4)
    assert len(held) > 20
    assert all(one.ended <= next_.began for one, next_ in pairwise(held))
    assert [each.token for each in held] == list(range(1, len(held) + 1))


def taken_after(store: Store, *, seconds: float) -> tuple[Lease, float]:
    """The next lease, and how long that took."""
    began = time.monotonic()
    lease = until(lambda: store.leases.acquire(PURPOSE), "the lease ends", seconds=seconds)
    return lease, time.monotonic() - began


def test_who_is_killed_holds_the_others_up_for_the_rest_of_its_lease(
    store: Store, ready_url: str
) -> None:
    with owner(ready_url, seconds=1) as (process, _):
        process.kill()
        process.join()
        lease, waited = taken_after(store, seconds=10)
    assert (lease.token, waited < 3) == (2, True)


def test_who_was_stopped_for_too_long_wakes_up_and_cannot_record(
    store: Store, ready_url: str
) -> None:
    with owner(ready_url, seconds=1) as (process, answers):
        assert process.pid is not None
        os.kill(process.pid, signal.SIGSTOP)
        lease, _ = taken_after(store, seconds=10)
        os.kill(process.pid, signal.SIGUSR1)
        os.kill(process.pid, signal.SIGCONT)
        said = answers.get()
    assert said.startswith(f"lease `judge` of process {process.pid} has ended, and {lease.owner}")
    assert row_counts(ready_url)["readings"] == 0


def test_who_holds_it_records_and_keeps_others_away_meanwhile(ready_url: str) -> None:
    with owner(ready_url, seconds=60) as (process, answers):
        assert process.pid is not None
        os.kill(process.pid, signal.SIGUSR1)
        assert answers.get() == "recorded 1"
        with open_store(ready_url) as store:
            assert store.leases.acquire(PURPOSE) is None
            assert len(list(store.readings(CYCLE, as_of=None))) == 1
