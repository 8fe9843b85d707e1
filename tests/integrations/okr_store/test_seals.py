"""Seals: one link binds all that a transaction recorded, with its evidence and its people."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from store_samples import (
    CYCLE,
    DAY,
    MONDAY,
    check_in,
    measured,
    new_revision,
    proven,
    raw_engine,
    reading,
    scope_change,
    tamper,
)
from tampering import WAYS, Way, watched_store

from okr_core.record.chain import Seal, seal_of
from okr_core.record.entries import Entry
from okr_core.record.score_records import Closing, Scored
from okr_store import Store

MUST_BE_SEEN = (
    "a manual value is changed",
    "a manual reading is deleted",
    "a manual reading is put in",
    "a source's value is forged with its evidence",
    "a reading gets the evidence of another key result",
    "all check-ins are deleted",
    "a suspect reading counts",
    "a reading holds at another time",
    "two readings change places",
    "the names of two people are swapped",
    "the names of two people are swapped with all that fits",
    "recorded scores are changed",
)


@pytest.mark.parametrize(
    "way", [way for way in WAYS if way.what in MUST_BE_SEEN], ids=lambda way: way.what
)
def test_what_was_recorded_cannot_be_altered_unseen(store: Store, ready_url: str, way: Way) -> None:
    watched_store(store)
    assert store.audit().problems == ()
    tamper(ready_url, way.how)
    problems = store.audit().problems
    assert any(way.says in problem for problem in problems), problems


def test_every_way_that_must_be_seen_is_tried() -> None:
    assert set(MUST_BE_SEEN) <= {way.what for way in WAYS}


def seals_of(store: Store, url: str) -> list[Seal]:
    with raw_engine(url).connect() as connection:
        bodies = connection.scalars(text("SELECT body FROM seals ORDER BY id")).all()
    found = [seal_of(body) for body in bodies]
    return [seal for seal in found if seal is not None]


def test_one_transaction_has_one_seal_whatever_its_size(store: Store, ready_url: str) -> None:
    several = [proven(reading(f"kr{n}")) for n in range(1_200)]
    store.record(CYCLE, several, [check_in(), check_in("other")])
    (seal,) = seals_of(store, ready_url)
    assert seal.readings is not None
    assert seal.entries is not None
    assert (seal.readings.count, seal.entries.count) == (1_200, 2)
    assert [(link.table, link.row) for link in store.links(CYCLE)] == [("seals", 1)]
    assert (store.audit().readings, store.audit().entries) == (1_200, 2)


def test_what_records_nothing_leaves_no_seal(store: Store, ready_url: str) -> None:
    store.record(CYCLE, measured([reading()]), [check_in(key="once")])
    store.record(CYCLE, measured([reading()]), [check_in(key="once")])
    assert len(seals_of(store, ready_url)) == 1


def test_a_decision_needs_no_seal(store: Store, ready_url: str) -> None:
    store.add_entries(CYCLE, [scope_change()])
    assert seals_of(store, ready_url) == []


@pytest.mark.parametrize("body", [Scored(revision=1), Closing(revision=1)])
def test_a_judgement_seals_the_policies_that_it_judged_by(
    store: Store, ready_url: str, body: Scored | Closing
) -> None:
    store.add_revision(new_revision())
    store.add_revision(new_revision(kind="workspace", scope=""))
    judged_by = store.audit().heads[""]
    entry = Entry(at=MONDAY + DAY, body=body, cycle=CYCLE, by="anna", key="k")
    assert store.judge(entry, 1) is not None
    assert seals_of(store, ready_url)[-1].workspace == judged_by
    store.add_revision(new_revision(kind="workspace", scope="", base=1, digest="sha256:02"))
    assert store.audit().ok  # what came after it changes nothing
    gone = ["DELETE FROM chain WHERE scope = ''", "DELETE FROM revisions WHERE scope = ''"]
    tamper(ready_url, gone)
    (problem,) = store.audit().problems
    assert problem.startswith(
        "seal 1 of chain of cycle `2026-q4`: the workspace that was judged by"
    )


def test_a_row_put_in_before_the_next_transaction_is_not_sealed_by_it(
    store: Store, ready_url: str
) -> None:
    store.record(CYCLE, measured([reading("a")]))
    columns = "cycle, part, source, as_of, at, observed_at, value, state, revision"
    tamper(
        ready_url,
        f"INSERT INTO readings (sequence, key_result, {columns}) "
        f"SELECT 7, 'forged', {columns} FROM readings",
    )
    store.record(CYCLE, measured([reading("b")]))
    assert any("reading r7 is not in the chain" in each for each in store.audit().problems)


def test_cycles_that_record_in_turns_are_sealed_apart(store: Store) -> None:
    for week in range(3):
        for cycle in (CYCLE, "2027-q1"):
            store.record(cycle, measured([reading(week=week)]), [check_in()])
    report = store.audit()
    assert (report.problems, report.readings, report.entries) == ((), 6, 6)
