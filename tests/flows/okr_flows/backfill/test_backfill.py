"""A team that connects in the middle of a quarter gets its past, once, and marked as such."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import third_source
from sync_answers import why
from sync_world import (
    BOUND,
    CYCLE,
    MONDAY,
    PLAN,
    WORKSPACE,
    SyncWorld,
    opening_of,
    record_documents,
    synced,
)

from okr_core.errors import InputError, RefusalError
from okr_core.files.document import load_plan, load_workspace
from okr_core.record.entries import Correction, Entry, Reading
from okr_core.record.evidence import decode, re_add
from okr_core.record.score_records import Closing
from okr_flows.backfill.backfill import run_backfill
from okr_flows.backfill.report import BackfilledDocument, BackfilledKeyResult, BackfillReport
from okr_flows.run.leases import reading as reading_of
from okr_sandbox import Fault
from okr_store import Store
from okr_store.snapshot import read_snapshot

DAYS = [date(2026, 10, day) for day in (7, 14, 21, 28)]
MOMENTS = [datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC) for day in DAYS]
TOLD = ("bugs.open", "scaling.done")
OPEN = dict(zip(DAYS, map(Decimal, (8, 8, 7, 6)), strict=True))
"""Eight bugs; one was fixed on the 20th, another on the 22nd."""


def filled(store: Store, world: SyncWorld, **more: object) -> BackfillReport:
    until = more.pop("until", MONDAY)
    known = {"until": until, "now": until, **more}
    return run_backfill(opening_of(store), cycle=CYCLE, env=world.env, **known)  # type: ignore[arg-type]


def of(report: BackfillReport, key_result: str) -> BackfilledKeyResult:
    (found,) = [kr for kr in report.key_results if kr.key_result == key_result]
    return found


def states(kr: BackfilledKeyResult) -> list[str]:
    return [day.state for day in kr.days]


def rows(store: Store) -> list[Reading]:
    return list(store.readings(CYCLE, as_of=None))


def test_each_past_day_gets_the_value_that_a_sync_of_that_day_would_have_read(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    report = filled(store, world, only=TOLD)
    recorded = {(r.key_result, r.at): r for r in rows(store)}
    assert len(recorded) == len(TOLD) * len(DAYS)
    for moment in MOMENTS:
        world.sandbox.clock.set(moment)
        then = synced(store, world.env, moment.replace(second=0), *TOLD)
        for answer in then.readings:
            assert recorded[answer.key_result, moment].value == answer.value
    assert {
        day.day: day.reading and day.reading.value for day in of(report, "bugs.open").days
    } == OPEN
    assert report.exit_code == 0
    assert report.headline == "8 past values recorded"


def test_a_reconstruction_is_dated_then_observed_now_and_says_how(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    report = filled(store, world, only=["scaling.done"])
    before = datetime.now(UTC)
    for reading, moment in zip(rows(store), MOMENTS, strict=True):
        assert reading.at == reading.as_of == moment
        assert reading.observed_at is not None
        assert before - timedelta(hours=1) < reading.observed_at <= before
        assert (reading.source, reading.state, reading.revision) == ("jira:tracker", "observed", 1)
        content = store.evidence(reading.evidence)
        assert content is not None
        evidence = decode(content)
        assert re_add(evidence) == reading.value
        assert evidence.reconstructed.startswith("from creation and resolution dates")
        assert any("labels" in line for line in evidence.assumptions)
        assert len(evidence.rows) == 4
    told = of(report, "scaling.done").assumptions
    assert told[0].startswith("from creation and resolution dates")


def test_a_second_run_asks_for_nothing_and_records_nothing(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    filled(store, world, only=TOLD)
    before, sent = rows(store), world.sent
    again = filled(store, world, only=TOLD)
    assert rows(store) == before
    assert world.sent == sent
    assert again.requests == {}
    assert states(of(again, "bugs.open")) == ["kept"] * 4
    assert again.exit_code == 0


def test_a_dry_run_shows_the_same_and_records_nothing(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    shown = filled(store, world, only=TOLD, dry_run=True)
    assert rows(store) == []
    done = filled(store, world, only=TOLD)
    past = [BackfilledDocument.of(kr) for kr in shown.key_results]
    assert past == [BackfilledDocument.of(kr) for kr in done.key_results]
    assert shown.requests == done.requests == {"tracker": 14}
    assert shown.headline == "8 past values would be recorded"


def test_readings_that_are_there_stay(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    wednesday = datetime(2026, 10, 12, 8, tzinfo=UTC)
    world.sandbox.clock.set(wednesday)
    synced(store, world.env, wednesday, "bugs.open")
    before = rows(store)
    world.sandbox.clock.set(MONDAY)
    report = filled(store, world, only=["bugs.open"])
    kept = ["reconstructed", "kept", "reconstructed", "reconstructed"]
    assert states(of(report, "bugs.open")) == kept
    assert before[0] in rows(store)
    assert len(rows(store)) == 4


def test_a_reconstruction_that_a_person_took_out_does_not_come_back(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    filled(store, world, only=["bugs.open"])
    wrong = rows(store)[1]
    void = replace(wrong, state="void", supersedes=wrong.id, id="", sequence=0, by="ada")
    why = Correction(reading=wrong.id, reason="the label meant something else")
    store.supersede(CYCLE, wrong.id, void, why, by="ada", at=MONDAY)
    again = filled(store, world, only=["bugs.open"])
    assert states(of(again, "bugs.open")) == ["kept"] * 4
    assert len(rows(store)) == 3


def test_what_a_source_cannot_tell_is_named_with_its_reason(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    report = filled(store, world)
    assert [kr.key_result for kr in report.key_results] == list(BOUND)
    points, talks = of(report, "scaling.points"), of(report, "talks.held")
    assert states(points) == states(talks) == ["unavailable"] * 4
    assert [why(day).at for day in points.days] == MOMENTS
    assert "Story Points holds what it is today, not what it was" in why(points.days[0]).reason
    assert "source notion does not tell the past" in why(talks.days[0]).reason
    assert "okr checkin" in why(talks.days[0]).hint
    assert {r.key_result for r in rows(store)} == set(TOLD)
    assert report.exit_code == 4
    assert report.failed == {}
    assert report.headline == "8 past values recorded, 12 cannot be told"


def test_the_past_shows_in_what_was_known_then(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    filled(store, world, only=["bugs.open"])
    for day, moment in zip(DAYS, MOMENTS, strict=True):
        known = read_snapshot(store, CYCLE, moment, newest=True).standings["bugs.open"]
        assert known.current == OPEN[day]


def test_a_plan_written_in_the_middle_of_the_quarter_gets_the_whole_quarter(
    world: SyncWorld, store: Store
) -> None:
    late = PLAN.replace("id: bugs.open", "id: bugs.open\n        starts: 2026-10-15")
    world.apply(store, late)
    report = filled(store, world, only=TOLD)
    assert [day.day for day in of(report, "scaling.done").days] == DAYS
    assert [day.day for day in of(report, "bugs.open").days] == DAYS[2:]


def test_cadence_says_which_days_are_asked_about(world: SyncWorld, store: Store) -> None:
    monthly = PLAN.replace("id: bugs.open", "id: bugs.open\n        cadence: monthly")
    world.apply(store, monthly)
    report = filled(store, world, only=["bugs.open"])
    assert [day.day for day in of(report, "bugs.open").days] == [date(2026, 10, 31)]


def test_days_until_then_only(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    report = filled(store, world, only=["bugs.open"], until=MOMENTS[1])
    assert [day.day for day in of(report, "bugs.open").days] == DAYS[:2]


def test_a_server_that_is_down_is_said_once_and_nothing_is_recorded(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    world.sandbox.faults.add(Fault(401, "rest/api", times=None))
    report = filled(store, world, connection="tracker")
    assert rows(store) == []
    assert set(report.failed) == {"tracker"}
    assert report.exit_code == 3


def test_days_to_come_have_no_past_whatever_time_is_asked_for(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    report = filled(store, world, until=MONDAY + timedelta(weeks=3), now=MONDAY, only=TOLD)
    assert report.until == MONDAY
    assert [day.day for day in of(report, "bugs.open").days] == DAYS
    assert max(reading.at for reading in rows(store)) == MOMENTS[-1]


def test_a_missing_token_is_a_reason_and_not_an_error(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    report = run_backfill(
        opening_of(store), cycle=CYCLE, until=MONDAY, now=MONDAY, env={}, only=TOLD
    )
    assert {why(day).reason for day in of(report, "bugs.open").days} == {
        "connection `tracker` has no token."
    }
    assert report.exit_code == 4


def test_an_unknown_connection_of_a_binding_is_named(world: SyncWorld, store: Store) -> None:
    world.apply(store, PLAN, WORKSPACE.replace("tracker: {", "other: {"))
    report = filled(store, world, only=["bugs.open"])
    assert why(of(report, "bugs.open")).reason == "connection `tracker` is not in the workspace."
    assert report.exit_code == 4


def test_a_name_that_is_not_bound_is_refused(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    with pytest.raises(InputError, match=r"team\.mood"):
        filled(store, world, only=["team.mood"])


def test_a_closed_cycle_keeps_its_past_and_no_server_is_asked(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    closing = Entry(at=MONDAY, body=Closing(revision=1), cycle=CYCLE, by="ada", key="closing")
    store.judge(closing, 1)
    with pytest.raises(RefusalError, match="was closed on 2026-11-02"):
        filled(store, world)
    assert world.sent == 0


ODD = 'jira: {connection: tracker, jql: "labels = scaling", measure: done_ratio, scale: 100}'
SECRET = "odd-token-that-shows-nowhere"


@pytest.fixture
def third_parties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    third_source.install(tmp_path, monkeypatch)


@pytest.mark.usefixtures("third_parties")
@pytest.mark.parametrize(
    ("kind", "says", "reason"),
    [
        ("third", "5", "source third does not tell the past"),
        ("past", "crash", "source past made a mistake: KeyError in past_source.py"),
        ("past", "silence", "the source gave no answer"),
        ("past", "unmarked", "does not say that it was reconstructed"),
    ],
)
def test_a_source_that_breaks_its_promises_stops_no_other(
    world: SyncWorld, store: Store, kind: str, says: str, reason: str
) -> None:
    plan = PLAN.replace(ODD, f"{kind}: {{connection: odd, says: '{says}'}}")
    world.apply(store, plan, f"{WORKSPACE}  odd: {{kind: {kind}}}\n")
    env = {**world.env, "OKR_ODD_TOKEN": SECRET}
    report = run_backfill(
        opening_of(store), cycle=CYCLE, until=MONDAY, now=MONDAY, env=env, only=TOLD
    )
    assert states(of(report, "bugs.open")) == ["reconstructed"] * 4
    assert states(of(report, "scaling.done")) == ["unavailable"] * 4
    assert reason in why(of(report, "scaling.done").days[0]).reason
    assert SECRET not in repr(report)
    assert report.exit_code == 4


@pytest.mark.usefixtures("third_parties")
def test_a_third_partys_source_may_tell_its_past(world: SyncWorld, store: Store) -> None:
    world.apply(
        store,
        PLAN.replace(ODD, "past: {connection: odd, says: '5'}"),
        f"{WORKSPACE}  odd: {{kind: past}}\n",
    )
    env = {"OKR_ODD_TOKEN": SECRET}
    report = run_backfill(
        opening_of(store), cycle=CYCLE, until=MONDAY, now=MONDAY, env=env, only=["scaling.done"]
    )
    assert [r.value for r in rows(store)] == [5] * 4
    assert {r.source for r in rows(store)} == {"past:odd"}
    assert of(report, "scaling.done").assumptions == ("from its diary",)


def test_a_backfill_takes_its_turn_at_a_connection_as_a_sync_does(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, workspace=WORKSPACE.replace("kind: jira,", "kind: jira, runs_at_once: 1,"))
    turn = reading_of("tracker").key
    other = store.leases.acquire(turn, owner="worker-7")
    assert other is not None
    busy = filled(store, world, only=TOLD, wait=0.1)
    told = why(of(busy, "bugs.open").days[0])
    assert told.reason.startswith("connection `tracker` is busy: worker-7 is reading it")
    assert (rows(store), busy.failed, busy.exit_code) == ([], {}, 4)
    store.leases.release(other)
    assert filled(store, world, only=TOLD, wait=0).exit_code == 0
    assert len(rows(store)) == len(TOLD) * len(DAYS)
    assert store.leases.holders(turn) == []


def test_a_stored_cycle_without_an_end_gets_the_days_that_have_passed(
    world: SyncWorld, store: Store
) -> None:
    plan = load_plan(world.text(PLAN))
    endless = plan.cycle.model_copy(update={"ends": date.max})
    workspace = load_workspace(world.text(WORKSPACE))
    record_documents(store, plan.model_copy(update={"cycle": endless}), workspace)
    report = filled(store, world, only=TOLD)
    told = {day.day: day.reading.value for day in of(report, "bugs.open").days if day.reading}
    assert told == OPEN
