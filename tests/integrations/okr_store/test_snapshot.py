"""Reading a snapshot: the newest readings tell what all of them tell, and nothing enters twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from report_cycles import AS_OF, BEGINS, CYCLE, PLAN, WEEK, add, fill, reading

from okr_core.errors import InputError
from okr_core.files.document import load_plan
from okr_core.record.entries import CheckIn, Entry, SyncRecord, UnavailableAnswer
from okr_core.record.failure import Failure
from okr_core.score.recording import closing, forecast_record, scored
from okr_core.snapshot import Snapshot
from okr_store import Store
from okr_store.snapshot import read_snapshot

OVER = datetime(2027, 2, 1, tzinfo=UTC)


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


def newest(store: Store, as_of: datetime = AS_OF) -> Snapshot:
    return read_snapshot(store, CYCLE, as_of, newest=True)


def judge(store: Store, *, close: bool) -> Snapshot:
    """Score the cycle, and close it if asked; what it was scored by."""
    known = read_snapshot(store, CYCLE, OVER if close else AS_OF)
    status = {name: each.shown for name, each in known.standings.items()}
    record = scored(known.card(unread=True), known.forecast(), status)
    store.judge(Entry(known.as_of, record, CYCLE, key="s"), known.revision)
    if close:
        body = closing(known.card(unread=True), "all said")
        store.judge(Entry(known.as_of, body, CYCLE, by="ada", key="closing"), known.revision)
    return known


def sync(store: Store, week: float, *, read: str = "", unread: str = "") -> datetime:
    """A later sync of some key results; when it ended."""
    at = BEGINS + week * WEEK
    body = SyncRecord(
        connection="acme",
        observed_at=at,
        observed=(read,) if read else (),
        unavailable=(UnavailableAnswer(key_result=unread, reason="gone", hint="ask"),)
        if unread
        else (),
    )
    store.add_entries(CYCLE, [Entry(at=at, body=body, via="flow")])
    return at


@pytest.mark.parametrize("close", [False, True])
def test_what_stands_is_the_same_from_the_newest_readings_and_from_all(
    filled: Store, close: bool
) -> None:
    judge(filled, close=close)
    at = OVER if close else AS_OF
    few, everything = newest(filled, at), read_snapshot(filled, CYCLE, at)
    less = sum(map(len, few.readings.values())) < sum(map(len, everything.readings.values()))
    assert less is not close  # once something has ended, its outcome rests on the past
    for name in (
        "standings",
        "figures",
        "revision",
        "unavailable",
        "synced_at",
        "forecasts",
        "closed",
        "closed_at",
        "policies",
        "workspace",
    ):
        assert getattr(few, name) == getattr(everything, name), name
    assert few.closed is close
    assert bool(few.forecasts) is not close


def test_a_band_judged_over_time_has_all_its_readings(filled: Store) -> None:
    add(filled, load_plan(PLAN.replace("bound: 7}", "bound: 7, judge: worst}")), BEGINS)
    for week, days in ((2, 9), (3, 5)):
        read = reading("bugs.age", days, BEGINS + week * WEEK, source="jira:acme")
        filled.record(CYCLE, [(read, None)])
    for known in (newest(filled), read_snapshot(filled, CYCLE, AS_OF)):
        assert known.standings["bugs.age"].progress.clamped == 0


def test_forecasts_are_those_that_the_last_scoring_stored(filled: Store) -> None:
    known = judge(filled, close=False)
    made = {name: forecast_record(each) for name, each in known.forecast().items()}
    assert newest(filled).forecasts == made


def test_what_the_last_sync_could_not_read_is_told_until_it_is_read(filled: Store) -> None:
    first = BEGINS + 6 * WEEK
    assert newest(filled).unavailable == {
        "bugs.age": Failure("label `old` is unknown", at=first),
    }
    last = sync(filled, 7, read="bugs.age", unread="bugs.open")
    assert newest(filled).unavailable == {"bugs.open": Failure("gone", "ask", last)}
    assert newest(filled).synced_at == last
    assert newest(filled, last - timedelta(seconds=1)).unavailable.keys() == {"bugs.age"}
    sync(filled, 7.1, read="bugs.age")
    assert newest(filled).unavailable.keys() == {"bugs.open"}, "a sync of a few is about those"


def test_what_waits_for_a_person_was_read(filled: Store) -> None:
    at = BEGINS + 7 * WEEK
    body = SyncRecord(connection="acme", observed_at=at, suspect=("bugs.age",))
    filled.add_entries(CYCLE, [Entry(at=at, body=body, via="flow")])
    assert not newest(filled).unavailable


def test_policies_of_the_workspace_decide_on_the_status(filled: Store) -> None:
    strict = {"status": {"ahead": "0.9", "on_track": "0.8", "behind": "0.7"}}
    applied = filled.revision("workspace", "")
    assert applied is not None
    workspace = applied.workspace().model_validate(
        {**applied.workspace().model_dump(mode="json", by_alias=True), "policies": strict}
    )
    before = newest(filled).standings["activation.week1"].status
    add(filled, workspace, BEGINS)
    after = [
        known.standings["activation.week1"].status
        for known in (newest(filled), read_snapshot(filled, CYCLE, AS_OF))
    ]
    assert before == "behind"
    assert after == ["at_risk", "at_risk"]


def test_people_speak_with_their_newest_words(filled: Store) -> None:
    at = AS_OF - timedelta(hours=1)
    said = [
        Entry(at - WEEK, CheckIn(confidence=2), key_result="activation.talks", by="bo"),
        Entry(at, CheckIn(note="soon"), key_result="activation.talks", by="bo"),
    ]
    filled.add_entries(CYCLE, said)
    for known in (newest(filled), read_snapshot(filled, CYCLE, AS_OF)):
        assert known.standings["activation.talks"].confidence == 2


def test_a_revision_that_a_later_one_is_dated_before_was_never_in_force(store: Store) -> None:
    add(store, load_plan(PLAN), BEGINS + WEEK)
    other = PLAN.replace("baseline: 31, target: 45", "baseline: 31, target: 51")
    add(store, load_plan(other), BEGINS)
    store.record(CYCLE, [(reading("activation.week1", 41, BEGINS + 2 * WEEK), None)])
    for known in (newest(store), read_snapshot(store, CYCLE, AS_OF)):
        assert known.revision == 2
        assert known.standings["activation.week1"].progress.clamped == Decimal("0.5")
    whole = read_snapshot(store, CYCLE, AS_OF)
    assert whole.scorecard.revision == 2
    assert [version.number for version in whole.versions] == [2]


def test_a_chosen_revision_is_read_in_the_place_of_the_one_in_force(filled: Store) -> None:
    other = PLAN.replace("baseline: 31, target: 45", "baseline: 31, target: 51")
    add(filled, load_plan(other), BEGINS + WEEK)
    chosen = read_snapshot(filled, CYCLE, AS_OF, newest=True, revision=1)
    assert (chosen.revision, newest(filled).revision) == (1, 2)
    assert chosen.standings["activation.week1"] != newest(filled).standings["activation.week1"]


def test_what_was_not_read_is_not_made_up(filled: Store) -> None:
    few = newest(filled)
    for name in ("agreement", "scorecard", "trend"):
        with pytest.raises(AssertionError, match="not read with one plan"):
            getattr(few, name)


def test_before_its_first_plan_a_cycle_cannot_be_read(filled: Store) -> None:
    for few in (True, False):
        with pytest.raises(InputError, match="had no plan at 2026-09-01"):
            read_snapshot(filled, CYCLE, datetime(2026, 9, 1, tzinfo=UTC), newest=few)


def test_what_stands_is_named_by_its_title_without_the_plan_of_the_start(filled: Store) -> None:
    few = newest(filled)
    (first, *_) = few.plan.key_results()
    assert few.title_of(first.id) == first.title
