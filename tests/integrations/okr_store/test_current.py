"""The few readings that `okr status` fetches decide the same as all of them."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

import pytest
from store_samples import CYCLE, DAY, MONDAY, correct, measured, reading

from okr_core.plan.metrics import Increase
from okr_core.progress.progress import progress_of
from okr_core.record.entries import Reading
from okr_core.record.readings import current_reading, waiting_reading
from okr_store import Store

METRIC = Increase(baseline=Decimal(0), target=Decimal(100))


def some_reading(chance: random.Random, number: int) -> Reading:
    # No two at the same moment: then only the order of recording would decide.
    at = MONDAY + chance.randrange(20) * DAY + timedelta(seconds=number)
    manual = chance.random() < 0.4
    return reading(
        f"kr{number % 30:02d}",
        str(chance.randrange(100)),
        at=at,
        as_of=at,
        source="manual" if manual else "jira:acme",
        until=at + chance.randrange(1, 9) * DAY if manual and chance.random() < 0.5 else None,
        state=chance.choice(["observed", "observed", "observed", "suspect"]),
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_newest_readings_decide_as_the_whole_history_does(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    several = [some_reading(chance, number) for number in range(300)]
    store.record(CYCLE, measured(several))
    for old in chance.sample(list(store.readings(CYCLE, as_of=None)), 40):
        correct(store, old, "-1", at=old.at + chance.randrange(5) * DAY)
    for day in (0, 3, 9, 30):
        as_of = MONDAY + day * DAY + timedelta(hours=1)
        everything = _by_key_result(store, as_of, history=None)
        few = _by_key_result(store, as_of, history=())
        assert sum(map(len, few.values())) <= sum(map(len, everything.values()))
        for name, readings in everything.items():
            for bound in (True, False):
                current = current_reading(readings, as_of, bound=bound)
                assert current_reading(few.get(name, []), as_of, bound=bound) == current
                waiting = waiting_reading(readings, as_of, current)
                assert waiting_reading(few.get(name, []), as_of, current) == waiting
                why = progress_of(METRIC, readings, as_of, bound=bound)
                assert progress_of(METRIC, few.get(name, []), as_of, bound=bound) == why


def _by_key_result(store: Store, as_of: object, **wanted: object) -> dict[str, list[Reading]]:
    found = store.readings(CYCLE, as_of=as_of, **wanted)  # type: ignore[arg-type]
    return {name: list(each) for name, each in groupby(found, attrgetter("key_result"))}
