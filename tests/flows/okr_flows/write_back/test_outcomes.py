"""What tools are told of items: how they stand while a cycle runs, how they ended afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from score_samples import AFTER, goal, key_result, plan, reading, versions

from okr_core.record.entries import Entry
from okr_core.score.recording import closing
from okr_core.snapshot import Snapshot
from okr_flows.write_back.outcomes import outcomes_of

PLAN = plan(goal("o", key_result("a"), key_result("b"), ambition="committed"))


def ended() -> Snapshot:
    return Snapshot(AFTER, tuple(versions((0, PLAN))), {"a": [reading(88, 100)]})


def closed() -> Snapshot:
    known = ended()
    entry = Entry(at=AFTER, body=closing(known.scorecard, ""), cycle="q4", key="closing")
    return replace(known, as_of=AFTER + timedelta(days=9)).with_entry(replace(entry, key_result=""))


def test_a_closed_cycle_tells_how_each_item_ended() -> None:
    told = {each.item: (each.status, each.version) for each in outcomes_of(closed())}
    assert told == {"o": ("done", 1), "a": ("done", 1), "b": ("pending", 1)}


def test_a_cycle_that_is_over_and_open_tells_how_each_item_stands() -> None:
    told = {each.item: each.status for each in outcomes_of(ended())}
    assert (told["a"], told["b"]) == ("done", "missed")
