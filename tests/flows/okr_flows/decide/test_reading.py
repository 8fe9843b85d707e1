"""A suspect reading is accepted, a wrong one corrected; both stay on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from applied_store import ADA, CYCLE, NOW, apply_all

from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import Acceptance, Correction, Reading
from okr_flows.checkin.doubt import UnbelievedError
from okr_flows.decide.reading import DecidedReading, accept_reading, correct_reading
from okr_store import Store

KR = "answers.bound"
AT = datetime(2025, 10, 19, 8, tzinfo=UTC)
BO_NOW = Occasion(NOW, NOW, Actor("notion", "bo"))


def read(store: Store, value: int, *, days: int = 0, why: str = "", key_result: str = KR) -> None:
    at = AT + timedelta(days=days)
    reading = Reading(
        at=at,
        value=Decimal(value),
        key_result=key_result,
        state="suspect" if why else "observed",
        source="jira:acme",
        as_of=at,
        reason=why,
    )
    store.record(CYCLE, [(reading, None)])


def accept(store: Store, note: str = "") -> DecidedReading:
    return accept_reading(store, CYCLE, KR, occasion=BO_NOW, note=note)


def correct(
    store: Store, *, reason: str = "typo", reading: str | None = None, value: str | None = None
) -> DecidedReading:
    return correct_reading(
        store,
        CYCLE,
        KR,
        occasion=Occasion(NOW, NOW, ADA),
        reason=reason,
        reading=reading,
        value=value,
    )


def live(store: Store) -> list[tuple[int, str]]:
    return [(int(each.value), each.state) for each in store.readings(CYCLE, as_of=None)]


def test_the_newest_suspect_reading_counts_once_a_person_says_so(store: Store) -> None:
    apply_all(store)
    read(store, 480)
    read(store, 3, days=1, why="it fell")
    read(store, 0, days=2, why="it fell")
    done = accept(store, "all answered")
    assert (done.reading.value, done.reading.state, done.reading.at) == (
        *(Decimal(0), "observed"),
        AT + timedelta(days=2),
    )
    assert (done.reading.supersedes, done.reading.reason) == (done.replaced.id, "all answered")
    assert (done.reading.by, done.by, done.key_result.id) == ("bo", "bo", KR)
    (entry,) = store.entries(CYCLE, kinds=("acceptance",))
    assert entry.body == Acceptance(reading=done.replaced.id, note="all answered")
    assert (entry.by, entry.via, entry.at) == ("bo", "notion", NOW)
    assert live(store) == [(480, "observed"), (3, "suspect"), (0, "observed")]


def test_with_nothing_suspect_there_is_nothing_to_accept(applied: Store) -> None:
    read(applied, 290)
    with pytest.raises(RefusalError, match="nothing to accept") as refused:
        accept(applied)
    assert f"okr explain {KR}" in refused.value.hint


def test_a_correction_takes_the_suspect_reading_before_the_last_recorded(store: Store) -> None:
    apply_all(store)
    read(store, 0, why="it fell")
    read(store, 290, days=1)
    done = correct(store, value="300")
    assert (int(done.replaced.value), int(done.reading.value)) == (0, 300)
    assert (done.reading.at, done.reading.source) == (AT, "jira:acme")
    assert (done.reading.state, done.reading.reason, done.reading.by) == ("observed", "typo", "ada")
    (entry,) = store.entries(CYCLE, kinds=("correction",))
    body = Correction(reading=done.replaced.id, value=Decimal(300), reason="typo")
    assert (entry.body, entry.via) == (body, "test")
    # The last recorded one is now the correction itself: a slip in it is put right the same way.
    assert correct(store, value="280").replaced.value == 300


def test_a_correction_takes_the_reading_that_was_recorded_last(store: Store) -> None:
    apply_all(store)
    read(store, 290, days=5)
    read(store, 310)
    assert correct(store, value="300").replaced.value == 310


def test_a_correction_far_outside_is_recorded_only_if_it_is_meant(applied: Store) -> None:
    read(applied, 290)
    with pytest.raises(UnbelievedError, match=f"`{KR}` is 3000, far outside 100 … 480") as doubted:
        correct(applied, value="3000")
    assert "--sure" in doubted.value.hint
    assert live(applied) == [(290, "observed")]
    done = correct_reading(
        applied,
        CYCLE,
        KR,
        occasion=Occasion(NOW, NOW, ADA, meant=True),
        reason="it is",
        value="3000",
    )
    assert done.reading.value == 3000


def test_without_a_value_a_reading_is_taken_out(applied: Store) -> None:
    read(applied, 290)
    done = correct(applied)
    assert done.reading.state == "void"
    (entry,) = applied.entries(CYCLE, kinds=("correction",))
    assert entry.body == Correction(reading=done.replaced.id, value=None, reason="typo")


@pytest.mark.parametrize("name", ["r1", "1"])
def test_a_reading_is_named_by_its_id_or_its_number(applied: Store, name: str) -> None:
    read(applied, 290)
    read(applied, 280, days=1)
    assert correct(applied, reading=name, value="300").replaced.value == 290


@pytest.mark.parametrize(
    ("more", "kind", "words"),
    [
        ({"reading": "r99"}, RefusalError, "r99"),
        ({"reading": "r2"}, InputError, f"`{KR}` has no reading `r2`"),
        ({"value": "lots"}, InputError, f"`{KR}`: 'lots' is not a number"),
        ({"reason": " "}, InputError, "a correction needs a reason"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    applied: Store, more: dict[str, str], kind: type[Exception], words: str
) -> None:
    read(applied, 290)
    read(applied, 38, key_result="activation.week1")
    with pytest.raises(kind, match=words):
        correct(applied, **more)
    assert [state for _, state in live(applied)] == ["observed", "observed"]


def test_where_nothing_was_read_there_is_nothing_to_correct(applied: Store) -> None:
    with pytest.raises(InputError, match="has no reading to correct"):
        correct(applied)


def test_a_stranger_decides_nothing(applied: Store) -> None:
    read(applied, 0, why="it fell")
    with pytest.raises(InputError, match="`nobody` is not in the workspace"):
        accept_reading(applied, CYCLE, KR, occasion=Occasion(NOW, NOW, Actor("cli", "nobody")))
