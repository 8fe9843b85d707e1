"""A closed cycle takes nothing that would change its scores, and a judgement fits its plan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from store_samples import (
    CYCLE,
    DAY,
    MONDAY,
    WEEK,
    check_in,
    correct,
    measured,
    new_revision,
    reading,
)

from okr_core.errors import RefusalError
from okr_core.record.entries import Entry, Override
from okr_core.record.score_records import Closing, Restatement, Scored
from okr_store import Store

END = MONDAY + 12 * WEEK


def closing(**more: object) -> Entry:
    return Entry(at=END, body=Closing(revision=1), cycle=CYCLE, by="anna", via="cli", key="closing")


def scoring(week: int = 1, revision: int = 1) -> Entry:
    at = MONDAY + week * WEEK
    return Entry(at=at, body=Scored(revision=revision), cycle=CYCLE, via="flow", key=at.isoformat())


@pytest.fixture
def closed(store: Store) -> Store:
    store.add_revision(new_revision())
    store.record(CYCLE, measured([reading()]))
    assert store.judge(closing(), 1) is not None
    return store


def test_a_closed_cycle_takes_no_reading(closed: Store) -> None:
    with pytest.raises(RefusalError, match=r"closed on 2026-12-28.*nothing was recorded"):
        closed.record(CYCLE, measured([reading(week=1)]))
    assert len(list(closed.readings(CYCLE, as_of=None))) == 1


def test_a_closed_cycle_takes_no_correction(closed: Store) -> None:
    only = next(closed.readings(CYCLE, as_of=None))
    with pytest.raises(RefusalError, match="okr restate"):
        correct(closed, only, "30")


def test_a_closed_cycle_takes_no_check_in_and_no_override(closed: Store) -> None:
    override = Override(score=Decimal("0.5"), reason="it was")
    for entry in (check_in(), Entry(at=END, body=override, key_result="kr", by="anna")):
        with pytest.raises(RefusalError, match="closed"):
            closed.add_entries(CYCLE, [entry])


def test_a_closed_cycle_takes_no_revision_of_its_plan(closed: Store) -> None:
    with pytest.raises(RefusalError, match="closed"):
        closed.add_revision(new_revision(base=1, digest="sha256:02"))
    closed.add_revision(new_revision(kind="workspace", scope="", document="{}"))


def test_a_closed_cycle_is_closed_once(closed: Store) -> None:
    with pytest.raises(RefusalError, match="closed"):
        closed.judge(closing(), 1)


def test_a_closed_cycle_takes_a_restatement_once_per_version(closed: Store) -> None:
    body = Restatement(version=2, old=Decimal(1), new=Decimal("0.5"), reason="counted twice")
    entry = Entry(at=END + DAY, body=body, key_result="kr", by="bob", key="v2")
    assert len(closed.add_entries(CYCLE, [entry])) == 1
    assert closed.add_entries(CYCLE, [entry]) == []
    assert closed.audit().problems == ()


def test_scores_by_a_plan_that_was_revised_meanwhile_are_refused(store: Store) -> None:
    store.add_revision(new_revision())
    store.add_revision(new_revision(base=1, digest="sha256:02", at=MONDAY + DAY))
    with pytest.raises(RefusalError, match=r"revision 2 is in force.*Nothing was recorded"):
        store.judge(scoring(), 1)
    assert not list(store.entries(CYCLE, kinds=("scored",)))
    assert store.judge(scoring(revision=2), 2) is not None


def test_a_slot_is_scored_once(store: Store) -> None:
    store.add_revision(new_revision())
    assert store.judge(scoring(), 1) is not None
    assert store.judge(scoring(), 1) is None


def test_a_past_slot_is_scored_by_the_plan_of_its_time(store: Store) -> None:
    store.add_revision(new_revision())
    store.add_revision(new_revision(base=1, digest="sha256:02", at=MONDAY + 5 * WEEK))
    assert store.judge(scoring(week=2), 1) is not None
