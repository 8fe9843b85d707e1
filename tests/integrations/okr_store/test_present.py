"""Present: what is kept of a cycle is never older than the store, whatever was recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
import web_company
from web_company import CYCLE, NOW

from okr_core.plan.acting import Actor, Occasion
from okr_core.snapshot import Snapshot
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.decide.reading import correct_reading
from okr_store import Store
from okr_store.present import Present
from okr_store.snapshot import read_snapshot


@pytest.fixture
def filled(store: Store) -> Store:
    return web_company.fill(store)


def told(snapshot: Snapshot) -> dict[str, object]:
    return {name: each._replace(reading=None) for name, each in snapshot.standings.items()}


def says(store: Store, key_result: str, value: str, minutes: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    text = CheckInText(key_result, value=value, confidence="3")
    check_in(store, CYCLE, text, Occasion(at, at, Actor("link", "ada")))


def test_it_stands_as_a_reading_of_the_whole_says(filled: Store) -> None:
    present = Present(filled)
    assert told(present.snapshot(CYCLE, NOW)) == told(
        read_snapshot(filled, CYCLE, NOW, newest=True)
    )
    for minutes, (key_result, value) in enumerate(
        [("word.referrals", "8"), ("word.stories", "9"), ("word.morning/invited", "done")], 1
    ):
        says(filled, key_result, value, minutes)
        at = NOW + timedelta(minutes=minutes)
        now = present.snapshot(CYCLE, at)
        assert told(now) == told(read_snapshot(filled, CYCLE, at, newest=True)), key_result
    last = [*filled.readings(CYCLE, as_of=None, key_results=["word.stories"])][-1]
    at = NOW + timedelta(minutes=9)
    occasion = Occasion(at, at, Actor("link", "ada"))
    correct_reading(
        filled, CYCLE, "word.stories", occasion=occasion, reason="a slip", reading=last.id
    )
    assert told(present.snapshot(CYCLE, at)) == told(read_snapshot(filled, CYCLE, at, newest=True))
    assert present.snapshot(CYCLE, at).standings["word.stories"].current == 7


def test_what_nothing_changed_is_not_read_again(filled: Store) -> None:
    present = Present(filled)
    first = present.snapshot(CYCLE, NOW)
    assert present.snapshot(CYCLE, NOW + timedelta(seconds=20)) is first
    assert present.snapshot(CYCLE, NOW + timedelta(seconds=50)) is not first


def test_a_new_revision_is_seen_at_once(filled: Store) -> None:
    present = Present(filled)
    present.snapshot(CYCLE, NOW)
    text = web_company.WORKSPACE.replace("name: Ada Keller", "name: Ada Meier")
    web_company.change_workspace(filled, text)
    workspace = present.snapshot(CYCLE, NOW).workspace
    assert workspace is not None
    assert workspace.people["ada"].name == "Ada Meier"


def test_the_end_of_the_cycle_is_seen_when_it_comes(filled: Store) -> None:
    present = Present(filled)
    present.snapshot(CYCLE, NOW)
    over = NOW + timedelta(days=60)
    assert told(present.snapshot(CYCLE, over)) == told(
        read_snapshot(filled, CYCLE, over, newest=True)
    )
