"""Entries: typed bodies, natural keys, the newest of each."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from store_samples import CYCLE, DAY, MONDAY, WEEK, check_in, scope_change

from okr_core.record.entries import CheckIn, Correction, Entry, SyncRecord, UnavailableAnswer
from okr_store import Store


def sync(connection: str, *, week: int = 0) -> Entry:
    body = SyncRecord(
        connection=connection,
        observed_at=datetime(2026, 10, 5, 8, 0, 1, 500, tzinfo=UTC),
        requests=3,
        observed=("a", "b"),
        unavailable=(UnavailableAnswer(key_result="c", reason="empty selection", hint="Look."),),
        counts={"q1": 464},
    )
    return Entry(at=MONDAY + week * WEEK, body=body, via="flow")


def test_bodies_come_back_with_their_type_and_exact_values(store: Store) -> None:
    said = Entry(
        at=MONDAY,
        body=CheckIn(confidence=4, note="拖延了 – waiting", value=Decimal("1.10")),
        key_result="kr",
        by="bob",
        via="csv",
        key="kr@1",
    )
    store.add_entries(CYCLE, [said, sync("acme")])
    back = list(store.entries(CYCLE, kinds=("check_in", "sync")))
    assert [entry.body for entry in back] == [said.body, sync("acme").body]
    first = back[0]
    assert (first.id, first.cycle, first.key, first.by) == ("e1", CYCLE, "kr@1", "bob")


def test_one_entry_is_kept_per_cycle_kind_and_key(store: Store) -> None:
    assert len(store.add_entries(CYCLE, [check_in(key="k"), check_in("b", key="k")])) == 1
    assert store.add_entries(CYCLE, [check_in(key="k")]) == []
    assert len(store.add_entries("2027-q1", [check_in(key="k")])) == 1
    assert len(store.add_entries(CYCLE, [scope_change(key="k")])) == 1
    assert len(store.add_entries(CYCLE, [check_in(), check_in()])) == 2


def test_entries_are_chosen_by_kind_key_result_and_time(store: Store) -> None:
    store.add_entries(
        CYCLE,
        [
            check_in("b", at=MONDAY + DAY),
            check_in("a"),
            scope_change(),
            check_in("a", at=MONDAY + WEEK),
        ],
    )
    found = store.entries(CYCLE, kinds=["check_in"], key_results=["a", "b"], as_of=MONDAY + DAY)
    assert [entry.key_result for entry in found] == ["a", "b"]


def test_the_latest_check_in_does_not_hide_the_last_confidence(store: Store) -> None:
    store.add_entries(
        CYCLE,
        [
            check_in(confidence=3),
            check_in(confidence=8, at=MONDAY + DAY),
            check_in(confidence=None, note="hello", at=MONDAY + WEEK),
        ],
    )
    found = [e.body for e in store.entries(CYCLE, kinds=("check_in",), latest=True)]
    assert found == [CheckIn(confidence=8), CheckIn(note="hello")]


def test_the_latest_sync_is_told_per_connection(store: Store) -> None:
    store.add_entries(CYCLE, [sync("acme"), sync("wiki"), sync("acme", week=1)])
    found = store.entries(CYCLE, kinds=("sync",), latest=True)
    assert [(e.body.connection, e.at) for e in found if isinstance(e.body, SyncRecord)] == [
        ("wiki", MONDAY),
        ("acme", MONDAY + WEEK),
    ]


def test_decisions_with_a_method_of_their_own_are_refused_here(store: Store) -> None:
    loose = Entry(at=MONDAY, body=Correction(reading="r1", reason="x"))
    with pytest.raises(ValueError, match="a correction is stored by the method"):
        store.add_entries(CYCLE, [check_in(), loose])
    assert list(store.entries(CYCLE, kinds=("check_in",))) == []
