"""Turns: only so many at once, a bound on every wait, and a name for who is at it."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from threading import Event, Thread, Timer

import pytest
from store_samples import CYCLE, measured, reading, tamper

from okr_core.errors import BusyError
from okr_core.plan.workspace import Connection
from okr_flows.run.leases import PATIENCE, held, judging, publishing, turn_at, waits_told, writing
from okr_flows.run.leases import reading as reading_of
from okr_store import LeaseLostError, Store, open_store

PURPOSE = judging(CYCLE)
ACME = Connection(kind="jira", url="https://acme.atlassian.net", runs_at_once=2)


def taken(store: Store, owner: str = "worker-7", slots: int = 1, seconds: float = 60) -> None:
    assert store.leases.acquire(PURPOSE.key, slots=slots, seconds=seconds, owner=owner)


def test_what_is_done_in_a_turn_is_recorded_and_the_turn_given_back(store: Store) -> None:
    with held(store, PURPOSE) as mine:
        assert mine.record(CYCLE, measured([reading()])).inserted == 1
        assert len(store.leases.holders(PURPOSE.key)) == 1
    assert store.leases.holders(PURPOSE.key) == []


def test_a_turn_is_given_back_where_what_is_done_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), held(store, PURPOSE):
        _ = 1 / 0
    assert store.leases.holders(PURPOSE.key) == []


def test_a_wait_ends_with_who_is_at_it_since_when_and_what_to_do(store: Store) -> None:
    taken(store)
    since = store.leases.holders(PURPOSE.key)[0].since
    began = time.monotonic()
    with pytest.raises(BusyError) as busy, held(store, PURPOSE, wait=0.3):
        raise AssertionError("it is busy")
    assert 0.3 <= time.monotonic() - began < 20
    assert busy.value.message == (
        f"cycle `{CYCLE}` is busy: worker-7 is scoring or closing it, "
        f"since {since:%Y-%m-%d %H:%M} UTC."
    )
    assert busy.value.hint.startswith("Run it again once that has ended")
    assert busy.value.exit_code == 3


def test_who_waits_for_long_says_for_whom_and_how_long_at_most_once(store: Store) -> None:
    taken(store)
    said: list[str] = []
    with pytest.raises(BusyError), waits_told(said.append), held(store, PURPOSE, wait=PATIENCE + 2):
        raise AssertionError("it is busy")
    since = store.leases.holders(PURPOSE.key)[0].since
    [told] = said
    assert told == (
        f"cycle `{CYCLE}` is busy: worker-7 is scoring or closing it, since "
        f"{since:%Y-%m-%d %H:%M} UTC; waiting for it, 4 seconds at most."
    )


def test_who_does_not_want_to_wait_is_told_at_once(store: Store) -> None:
    for owner in ("worker-7", "worker-8"):
        taken(store, owner, slots=2)
    with (
        pytest.raises(BusyError, match=r"worker-7, worker-8 are scoring or closing it"),
        held(store, PURPOSE, slots=2, wait=0),
    ):
        raise AssertionError("it is busy")


def test_who_is_told_to_stop_waits_no_longer(store: Store) -> None:
    taken(store)
    stop = Event()
    timer = Timer(0.2, stop.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(BusyError), held(store, PURPOSE, stop=stop.is_set):
        raise AssertionError("it is busy")
    assert time.monotonic() - began < 60
    timer.join()


def test_who_waits_has_its_turn_once_the_other_has_ended(store: Store) -> None:
    lease = store.leases.acquire(PURPOSE.key)
    assert lease is not None
    timer = Timer(0.2, store.leases.release, [lease])
    timer.start()
    with held(store, PURPOSE, wait=60):
        assert timer.finished.is_set()
    timer.join()


def test_the_turn_of_one_that_was_killed_ends_by_itself(store: Store) -> None:
    taken(store, seconds=0.5)
    with held(store, PURPOSE, wait=60) as mine:
        assert mine.record(CYCLE, measured([reading()])).inserted == 1


def test_a_turn_is_renewed_for_as_long_as_it_takes(store: Store) -> None:
    with held(store, PURPOSE, seconds=1.5) as mine:
        time.sleep(3)
        with pytest.raises(BusyError), held(store, PURPOSE, wait=0):
            raise AssertionError("it is busy")
        assert mine.record(CYCLE, measured([reading()])).inserted == 1


def test_who_lost_its_turn_records_nothing_and_leaves_the_new_owner_alone(
    store: Store, ready_url: str
) -> None:
    with held(store, PURPOSE) as mine:
        tamper(ready_url, "UPDATE lease SET expires = expires - 3600")
        taken(store)
        with pytest.raises(LeaseLostError):
            mine.record(CYCLE, measured([reading()]))
    assert [each.owner for each in store.leases.holders(PURPOSE.key)] == ["worker-7"]
    assert list(store.readings(CYCLE, as_of=None)) == []


def test_what_was_done_stays_done_where_the_turn_cannot_be_given_back(ready_url: str) -> None:
    with open_store(ready_url, patience=0.1) as store, open_store(ready_url) as other:
        with held(store, PURPOSE) as mine:
            mine.record(CYCLE, measured([reading()]))
            entered, left = Event(), Event()
            key = PURPOSE.key

            def write() -> None:
                with other._database.writing(f"lease {key}"):
                    entered.set()
                    left.wait(timeout=60)

            writer = Thread(target=write)
            writer.start()
            entered.wait(timeout=60)
        left.set()
        writer.join()
        assert len(list(store.readings(CYCLE, as_of=None))) == 1


def test_a_connection_has_as_many_turns_as_it_says(store: Store) -> None:
    def turn(name: str = "acme") -> AbstractContextManager[None]:
        return turn_at(lambda: nullcontext(store), name, ACME, wait=0)

    with turn(), turn():
        with pytest.raises(BusyError, match="connection `acme` is busy: "), turn():
            raise AssertionError("it is busy")
        with turn("other"):
            pass
    with turn():
        pass


def test_a_connection_that_says_nothing_is_read_at_once_and_the_store_is_not_asked() -> None:
    free = ACME.model_copy(update={"runs_at_once": None})

    def opening() -> AbstractContextManager[Store]:
        raise AssertionError("nobody has to ask")

    done = []
    with turn_at(opening, "acme", free, wait=0):
        done.append("read")
    assert done == ["read"]


def test_each_purpose_is_one_of_its_own() -> None:
    purposes = [
        reading_of("acme"),
        writing("acme"),
        judging("acme"),
        publishing("q4", "acme", "p", "company"),
        publishing("q4", "acme", "p", "team:growth"),
    ]
    assert len({each.key for each in purposes}) == len(purposes)


def test_turns_need_no_prefect() -> None:
    script = "import sys, okr_flows.sync.sync; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
