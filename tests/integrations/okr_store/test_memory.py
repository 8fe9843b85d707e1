"""Memory stays flat: several times the readings take no more of it."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice

from store_samples import CYCLE, measured, reading

from okr_core.record.entries import Reading
from okr_store import Store


def many(weeks: range) -> Iterator[Reading]:
    return (reading(f"kr{n:03d}", str(n), week=week) for week in weeks for n in range(100))


def peak_of(act: Callable[[], object]) -> int:
    """Bytes that Python held at most during a call, above what it held before."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    act()
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return peak


def count(readings: Iterator[Reading]) -> int:
    return sum(1 for _ in readings)


def recorded(store: Store, weeks: range) -> int:
    """The peak of recording the readings of some weeks."""
    return peak_of(lambda: store.record(CYCLE, measured(many(weeks))))


def test_recording_and_reading_take_the_same_memory_for_any_number(store: Store) -> None:
    warm_up = measured(many(range(5)))
    store.record(CYCLE, warm_up)
    count(store.readings(CYCLE, as_of=None))
    # More than are written at once, or the few would not show what a full batch takes.
    few = recorded(store, range(5, 35))
    many_more = recorded(store, range(35, 125))
    assert many_more < 1.3 * few
    some = peak_of(lambda: count(islice(store.readings(CYCLE, as_of=None), 2_200)))
    everything = peak_of(lambda: count(store.readings(CYCLE, as_of=None)))
    assert everything < 1.3 * some
    assert count(store.readings(CYCLE, as_of=None)) == 125 * 100
