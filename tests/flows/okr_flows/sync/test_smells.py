"""What smells waits for a person; what they accept is what the next number is held against."""

from decimal import Decimal

from sync_answers import why
from sync_world import CYCLE, MONDAY, PLAN, WEEK, SyncWorld, synced

from okr_core.plan.acting import Actor, Occasion
from okr_flows.decide.reading import accept_reading
from okr_flows.sync.report import SyncedReading
from okr_sandbox import Fault
from okr_store import Store
from okr_store.snapshot import read_snapshot

MISSPELT = PLAN.replace("labels = checkout AND", "labels = chekout AND")


def reading(store: Store, world: SyncWorld, name: str, week: int = 0) -> SyncedReading:
    at = MONDAY + week * WEEK
    world.sandbox.clock.set(at)
    found = synced(store, world.env, at)
    return next(each for each in found.readings if each.key_result == name)


def test_a_misspelt_label_reaches_no_target_until_a_person_says_so(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, MISSPELT)
    first = reading(store, world, "bugs.open")
    assert (first.state, first.value) == ("suspect", Decimal(0))
    assert why(first).reason.startswith("nothing matched: 0 issues, where the baseline is 8.")
    assert "`okr accept bugs.open --cycle" in why(first).hint
    assert read_snapshot(store, CYCLE, MONDAY).standings["bugs.open"].current is None


def test_a_suspect_first_reading_is_no_measure_for_the_next(world: SyncWorld, store: Store) -> None:
    world.apply(store, MISSPELT)
    assert reading(store, world, "bugs.open").state == "suspect"
    assert reading(store, world, "bugs.open", week=1).state == "suspect"


def test_an_accepted_nothing_counts_and_is_not_asked_about_again(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, MISSPELT)
    assert reading(store, world, "bugs.open").state == "suspect"
    accept_reading(
        store, CYCLE, "bugs.open", occasion=Occasion(MONDAY, MONDAY, Actor("cli", "ada"))
    )
    standing = read_snapshot(store, CYCLE, MONDAY).standings["bugs.open"]
    assert (standing.current, standing.status) == (Decimal(0), "done")
    assert reading(store, world, "bugs.open", week=1).state == "observed"


def test_what_waits_does_not_take_the_place_of_the_last_number_that_counts(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    assert reading(store, world, "bugs.open").value == 6
    world.apply(store, MISSPELT, workspace=None)
    for week in (1, 2):
        fell = reading(store, world, "bugs.open", week)
        assert fell.state == "suspect"
        assert why(fell).reason.startswith("fell from 6 to 0 issues.")


def test_one_connection_that_is_down_leaves_the_other_read(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    world.sandbox.faults.add(Fault("html", match="/rest/", times=None))
    assert reading(store, world, "talks.held").value == 3
    assert reading(store, world, "bugs.open", week=1).state == "unavailable"
