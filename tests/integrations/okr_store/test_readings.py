"""Recording readings once per slot, and reading back those that count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from store_samples import (
    CYCLE,
    DAY,
    MONDAY,
    PROOF,
    WEEK,
    check_in,
    measured,
    proven,
    reading,
    tamper,
)

from okr_core.basics.exact import digest
from okr_core.errors import DataError, InputError, RefusalError
from okr_core.record.entries import Acceptance, Reading
from okr_core.record.readings import current_reading
from okr_store import Store


def values(store: Store, **wanted: object) -> list[tuple[str, str]]:
    arguments: dict[str, object] = {"as_of": None, **wanted}
    return [(r.key_result, str(r.value)) for r in store.readings(CYCLE, **arguments)]  # type: ignore[arg-type]


def test_a_reading_comes_back_as_it_was_recorded(store: Store) -> None:
    full = Reading(
        at=MONDAY,
        value=Decimal("1.10"),
        key_result="kr",
        part="m1",
        state="suspect",
        source="jira:acme",
        as_of=MONDAY - DAY,
        observed_at=MONDAY + DAY,
        reason="fell from 480 to 0",
        until=MONDAY + WEEK,
        evidence=digest(PROOF),
        revision=3,
        by="bob",
    )
    store.record(CYCLE, [(full, PROOF)])
    assert list(store.readings(CYCLE, as_of=None)) == [replace(full, id="r1", sequence=1)]
    assert store.reading(CYCLE, "r1") == replace(full, id="r1", sequence=1)


@pytest.mark.parametrize("value", ["1.10", "-0.000000000000000000001", "12345678901234567890.5"])
def test_values_stay_exact_to_the_last_digit(store: Store, value: str) -> None:
    store.record(CYCLE, measured([reading(value=value)]))
    (back,) = store.readings(CYCLE, as_of=None)
    assert back.value.as_tuple() == Decimal(value).as_tuple()


def test_times_of_other_zones_come_back_as_the_same_moment_in_utc(store: Store) -> None:
    zurich = datetime(2026, 10, 5, 10, tzinfo=timezone(timedelta(hours=2)))
    store.record(CYCLE, measured([reading(at=zurich)]))
    at = next(store.readings(CYCLE, as_of=None)).at
    assert (at, at.tzinfo) == (datetime(2026, 10, 5, 8, tzinfo=UTC), UTC)


def test_a_time_without_a_zone_is_refused_and_nothing_is_kept(store: Store) -> None:
    naive = datetime(2026, 10, 5, 8)  # noqa: DTZ001
    with pytest.raises(Exception, match="has no zone"):
        store.record(CYCLE, measured([reading("a"), reading("b", at=naive)]))
    assert values(store) == []


def test_a_number_that_is_not_finite_is_refused(store: Store) -> None:
    with pytest.raises((InputError, Exception), match="not a finite number"):
        store.record(CYCLE, measured([reading(value="NaN")]))
    assert values(store) == []


def test_recording_twice_records_once(store: Store) -> None:
    batch = [proven(reading(f"kr{n}")) for n in range(1200)]
    first, second = store.record(CYCLE, batch), store.record(CYCLE, batch)
    assert (first.inserted, first.existing) == (1200, 0)
    assert (second.inserted, second.existing) == (0, 1200)


def test_what_was_recorded_first_in_a_slot_stays(store: Store) -> None:
    store.record(CYCLE, measured([reading(value="31")]))
    done = store.record(CYCLE, measured([reading(value="99"), reading("other", "1")]))
    assert (done.inserted, done.existing) == (1, 1)
    assert values(store) == [("kr", "31"), ("other", "1")]


def test_the_same_slot_twice_in_one_batch_counts_once(store: Store) -> None:
    done = store.record(CYCLE, measured([reading(value="1"), reading(value="2")]))
    assert (done.inserted, done.existing) == (1, 1)
    assert values(store) == [("kr", "1")]


def test_parts_sources_times_and_cycles_are_slots_of_their_own(store: Store) -> None:
    same_key = [
        reading(),
        reading(part="m1"),
        reading(source="manual"),
        reading(week=1),
    ]
    assert store.record(CYCLE, measured(same_key)).inserted == 4
    assert store.record("2027-q1", measured(same_key)).inserted == 4


def test_readings_and_their_entries_are_one_unit(store: Store) -> None:
    done = store.record(CYCLE, measured([reading()]), [check_in(key="c1"), check_in(key="c1")])
    assert [entry.id for entry in done.entries] == ["e1"]
    with pytest.raises(ValueError, match="stored by the method"):
        store.record(
            CYCLE,
            measured([reading(week=1)]),
            [replace(check_in(), body=Acceptance(reading="r1"))],
        )
    assert len(values(store)) == 1


def test_evidence_is_kept_once_and_comes_back_whole(store: Store) -> None:
    store.record(CYCLE, [proven(reading("a")), proven(reading("b"))])
    store.put_evidence(digest(PROOF), PROOF)
    assert store.evidence(digest(PROOF)) == PROOF
    assert store.evidence("sha256:00") is None


SWAPPED = "(SELECT other.content FROM evidence AS other WHERE other.digest <> evidence.digest)"


@pytest.mark.parametrize("content", ["''", "'no zlib'", SWAPPED])
def test_damaged_evidence_is_named_with_what_to_do(
    store: Store, ready_url: str, content: str
) -> None:
    store.put_evidence(digest(b"another"), b"another")
    store.record(CYCLE, [proven(reading())])
    tamper(ready_url, f"UPDATE evidence SET content = {content} WHERE digest = '{digest(PROOF)}'")
    with pytest.raises(DataError, match=f"`{digest(PROOF)}`.* is damaged.*okr audit verify"):
        store.evidence(digest(PROOF))


def test_evidence_under_a_foreign_digest_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="another digest"):
        store.put_evidence("sha256:00", PROOF)
    with pytest.raises(ValueError, match="another digest"):
        store.record(CYCLE, [(reading(evidence="sha256:00"), PROOF)])
    with pytest.raises(ValueError, match="no digest"):
        store.record(CYCLE, [(reading(), PROOF)])
    assert values(store) == []


def test_slots_tell_a_resumed_run_what_is_recorded(store: Store) -> None:
    store.record(CYCLE, measured([reading("a"), reading("b"), reading("c", source="notion:wiki")]))
    assert store.slots(CYCLE, "jira:acme", MONDAY) == {"a", "b"}
    assert store.slots(CYCLE, "jira:acme", MONDAY + WEEK) == set()
    assert store.slots("2027-q1", "jira:acme", MONDAY) == set()


def test_readings_come_by_key_result_part_time_and_order_of_recording(store: Store) -> None:
    mixed = [
        reading("b", "4"),
        reading("a", "3", week=1),
        reading("a", "5", part="m"),
        reading("a", "2", source="manual"),
        reading("a", "1", at=MONDAY - DAY, source="x"),
        reading("B", "0"),
    ]
    store.record(CYCLE, measured(mixed))
    assert [v for _, v in values(store)] == ["0", "1", "2", "3", "5", "4"]


def test_only_readings_not_later_than_as_of_are_seen(store: Store) -> None:
    store.record(CYCLE, measured(reading(value=str(week), week=week) for week in range(3)))
    assert [v for _, v in values(store, as_of=MONDAY + WEEK)] == ["0", "1"]


def test_without_history_each_part_gives_its_newest_reading(store: Store) -> None:
    several = [
        *(reading("a", str(week), week=week) for week in range(3)),
        *(reading("b", str(week), week=week, part="m") for week in range(2)),
    ]
    store.record(CYCLE, measured(several))
    assert values(store, history=()) == [("a", "2"), ("b", "1")]
    assert values(store, history=(), as_of=MONDAY) == [("a", "0"), ("b", "0")]
    assert values(store, history=["b"]) == [("a", "2"), ("b", "0"), ("b", "1")]


def test_a_suspect_reading_comes_along_only_if_it_is_newer(store: Store) -> None:
    several = [
        reading("a", "1"),
        reading("a", "2", week=1, state="suspect"),
        reading("b", "1", state="suspect"),
        reading("b", "2", week=1),
        reading("c", "1", state="suspect"),
    ]
    store.record(CYCLE, measured(several))
    assert values(store, history=()) == [("a", "1"), ("a", "2"), ("b", "2"), ("c", "1")]


def test_a_manual_value_that_has_run_out_gives_way_to_the_source(store: Store) -> None:
    manual = reading(value="9", at=MONDAY + DAY, source="manual", until=MONDAY + 2 * DAY)
    store.record(CYCLE, measured([reading(value="1"), manual]))
    assert values(store, history=(), as_of=MONDAY + DAY) == [("kr", "1"), ("kr", "9")]
    assert values(store, history=(), as_of=MONDAY + 2 * DAY) == [("kr", "1")]


def test_what_a_manual_value_stands_beside_comes_along(store: Store) -> None:
    # Whether a manual value without an end counts depends on the plan: the core decides.
    hand = {"source": "manual", "by": "bob"}
    several = [
        reading(value="0"),
        reading(value="1", week=1),
        reading(value="2", week=2, until=MONDAY + 9 * WEEK, **hand),
        reading(value="3", week=3, **hand),
    ]
    store.record(CYCLE, measured(several))
    at = MONDAY + 4 * WEEK
    found = list(store.readings(CYCLE, as_of=at, history=()))
    assert [str(each.value) for each in found] == ["1", "2", "3"]
    everything = list(store.readings(CYCLE, as_of=at))
    for bound in (True, False):
        assert current_reading(found, at, bound=bound) == current_reading(
            everything, at, bound=bound
        )


def test_only_the_key_results_asked_for_are_read_however_many(store: Store) -> None:
    store.record(CYCLE, measured([reading("a"), reading("b"), reading("c")]))
    names = [f"none{n}" for n in range(70_000)]
    assert values(store, key_results=["a", "c", *names]) == [("a", "31"), ("c", "31")]
    assert values(store, key_results=[]) == []
    assert values(store, key_results=["b"], history=names) == [("b", "31")]


def test_an_unknown_reading_is_refused_by_name(store: Store) -> None:
    store.record(CYCLE, measured([reading()]))
    for name in ("r2", "r0", "e1", "", "r9999999999999999999", "r1; --"):
        with pytest.raises(RefusalError, match=f"has no reading `{name}`"):
            store.reading(CYCLE, name)
    with pytest.raises(RefusalError, match="has no reading"):
        store.reading("2027-q1", "r1")
