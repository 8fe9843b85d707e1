"""Several processes at once, and processes that are killed: nothing twice, nothing half done."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from store_processes import (
    Deed,
    accept_first,
    accept_proposal,
    apply_plan,
    correct_first,
    decide_often,
    killed_at,
    look,
    record_batch,
    together,
)
from store_samples import CYCLE, measured, new_revision, reading, row_counts

from okr_core.errors import StoreUnreachableError
from okr_store import Store, open_store


def test_two_processes_that_record_the_same_record_it_once(ready_url: str) -> None:
    assert together(ready_url, [record_batch, record_batch]) == ["(0, 600, 0)", "(600, 0, 1)"]
    with open_store(ready_url) as store:
        assert len(list(store.readings(CYCLE, as_of=None))) == 600
        assert row_counts(ready_url)["texts"] == 601  # no orphans of the one that came second


def test_of_two_processes_that_apply_on_the_same_base_one_is_refused(
    store: Store, ready_url: str
) -> None:
    store.add_revision(new_revision())
    first, second = together(ready_url, [apply_plan, apply_plan])
    assert first == "2"
    assert second.startswith("RefusalError: plan `2026-q4`: this was made from revision 1")
    assert (len(store.revisions()), store.audit().ok) == (2, True)


def test_a_reading_that_two_processes_correct_is_superseded_once(
    store: Store, ready_url: str
) -> None:
    store.record(CYCLE, measured([reading()]))
    first, second = together(ready_url, [correct_first, correct_first])
    assert first == "30"
    assert second.startswith("RefusalError: reading `r1` of `kr` is superseded by `r2`")
    assert (len(list(store.readings(CYCLE, as_of=None))), store.audit().ok) == (1, True)


def test_decisions_of_several_processes_make_one_chain_per_cycle(
    store: Store, ready_url: str
) -> None:
    assert together(ready_url, [decide_often] * 3) == ["done"] * 3
    assert (store.audit().ok, store.audit().links) == (True, 150)
    assert [link.seq for link in store.links(CYCLE)] == list(range(1, 76))


def test_processes_that_create_the_store_at_once_create_it_once(store_url: str) -> None:
    assert together(store_url, [look] * 3, create=True) == ["[]"] * 3


def test_a_store_is_created_beside_a_program_that_is_just_writing_to_its_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "okr.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ends = threading.Timer(0.5, other.execute, ["COMMIT"])
        ends.start()
        open_store(str(path), create=True).close()
        ends.join()
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_store_whose_file_another_program_keeps_is_told_as_busy(tmp_path: Path) -> None:
    path = tmp_path / "okr.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnreachableError, match="another process has been writing"):
            open_store(str(path), create=True, patience=0.2)


DEEDS: dict[str, Deed] = {
    "recording": record_batch,
    "applying": apply_plan,
    "accepting a proposal": accept_proposal,
    "correcting": correct_first,
    "accepting a reading": accept_first,
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_process_killed_at_any_step_leaves_nothing_half_done(
    store: Store, ready_url: str, name: str
) -> None:
    deed = DEEDS[name]
    if name != "recording":
        state = "suspect" if name == "accepting a reading" else "observed"
        store.record(CYCLE, measured([reading(state=state)]))
        store.add_revision(new_revision())
    if name == "accepting a proposal":
        store.add_revision(new_revision(base=1, state="proposed"))
    before = row_counts(ready_url)
    step = 1
    while killed_at(ready_url, deed, step):
        # The commit itself is the last step: until it is done, nothing has happened.
        assert row_counts(ready_url) == before
        assert store.audit().ok
        step += 1
    assert step > 4
    # The last process was not killed: it came through what the others left behind.
    assert row_counts(ready_url) != before
    assert store.audit().ok


def test_the_run_after_a_killed_one_completes_it(ready_url: str) -> None:
    assert killed_at(ready_url, record_batch, 12)
    assert together(ready_url, [record_batch]) == ["(600, 0, 1)"]
