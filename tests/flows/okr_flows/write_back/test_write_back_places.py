"""Write-back: what is ours belongs to a place, and what was handed over is handed over once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from mirror_world import CYCLE, NOW, MirrorWorld, fields_of, outcome, verdicts
from sync_answers import why

from okr_core.record.entries import Entry
from okr_core.record.write_back import WriteBackRecord
from okr_sandbox import Fault

GOOD = outcome("growth", Fraction(7, 10), "on_track")


@pytest.mark.parametrize("edit", [0.8, None])
def test_a_page_that_was_handed_over_once_is_a_persons_again_at_the_next_edit(
    world: MirrorWorld, edit: float | None
) -> None:
    world.write("wiki", GOOD)
    world.edit("growth", "Score", 0.9)
    world.write("wiki", GOOD, take=["growth.score"])
    assert world.cells_of("growth")["Score"] == 0.7
    world.edit("growth", "Score", edit)
    report = world.write("wiki", GOOD)
    assert fields_of(report, "growth")["score"].verdict == "conflict"
    assert world.cells_of("growth")["Score"] == edit


def test_an_issue_that_was_handed_over_once_is_a_persons_again_at_the_next_edit(
    either: MirrorWorld,
) -> None:
    either.write("acme", GOOD)
    either.put_property("growth", {"mine": 1})
    either.write("acme", GOOD, take=["growth.property"])
    assert either.property_of("growth")["score"] == 0.7
    either.put_property("growth", {"mine": 2})
    report = either.write("acme", GOOD)
    assert fields_of(report, "growth")["property"].verdict == "conflict"
    assert either.property_of("growth") == {"mine": 2}


def test_a_hand_over_that_could_not_be_written_has_to_be_said_again(world: MirrorWorld) -> None:
    world.edit("growth", "Score", 0.9)
    world.sandbox.faults.add(Fault(403, match="PATCH", times=None))
    world.write("wiki", GOOD, take=["growth.score"])
    world.sandbox.faults.clear()
    report = world.write("wiki", GOOD)
    assert fields_of(report, "growth")["score"].verdict == "conflict"


def test_an_issue_that_we_never_wrote_to_is_filled_though_the_item_lived_elsewhere(
    either: MirrorWorld,
) -> None:
    either.write("acme", GOOD, only=["growth"])
    either.plan_text = either.plan_text.replace("GROW-2", "GROW-9").replace("GROW-1}", "GROW-2}")
    report = either.write("acme", replace(GOOD, status="done"), only=["growth"])
    assert verdicts(report) == {"changed": 3}
    held = either.in_jira("GROW-2/properties/okr")
    assert isinstance(held, dict)
    assert held["value"]["status"] == "done"


def test_a_page_that_we_never_wrote_to_is_filled_and_the_old_one_is_still_known(
    world: MirrorWorld,
) -> None:
    before = world.plan_text
    world.write("wiki", GOOD, only=["growth"])
    world.plan_text = before.replace('"<1>"', f'"{"0" * 32}"').replace('"<0>"', '"<1>"')
    report = world.write("wiki", GOOD, only=["growth"])
    assert verdicts(report) == {"changed": 4}
    assert world.cells_of("growth.seats")["Score"] == 0.7
    world.plan_text = before
    world.write("wiki", replace(GOOD, score=Fraction(1)), only=["growth"])
    assert world.cells_of("growth")["Score"] == 1


def test_a_value_whose_answer_was_lost_is_not_taken_for_a_persons(world: MirrorWorld) -> None:
    world.write("wiki", outcome("growth"))
    world.sandbox.faults.add(Fault(503, match="PATCH", times=None, retry_after=0))
    report = world.write("wiki", GOOD, only=["growth"])
    assert "unavailable" in verdicts(report)
    world.sandbox.faults.clear()
    for column, value in (("Score", 0.7), ("Progress", "0.7"), ("Health", "On Track")):
        world.edit("growth", column, value)  # it had arrived
    report = world.write("wiki", replace(GOOD, score=Fraction(1), progress=Fraction(1)))
    assert "conflict" not in verdicts(report)
    assert world.cells_of("growth")["Score"] == 1


def test_a_run_about_one_item_leaves_another_ones_doubt(world: MirrorWorld) -> None:
    world.write("wiki", outcome("growth"))
    world.sandbox.faults.add(Fault(503, match="PATCH", times=None, retry_after=0))
    world.write("wiki", GOOD, only=["growth"])
    world.sandbox.faults.clear()
    world.edit("growth", "Score", 0.7)  # it had arrived
    world.write("wiki", only=["growth.seats"])
    report = world.write("wiki", replace(GOOD, score=Fraction(1)))
    assert fields_of(report, "growth")["score"].verdict == "changed"


def test_what_could_not_be_written_outweighs_a_conflict_in_the_exit_code(
    world: MirrorWorld,
) -> None:
    world.edit("growth", "Score", 0.9)
    world.pages["growth.seats"].locked = True
    report = world.write("wiki", GOOD)
    assert fields_of(report, "growth")["score"].verdict == "conflict"
    assert "is locked" in why(report.items[1]).reason
    assert report.exit_code == 4


def test_one_issue_by_its_key_and_by_its_id_is_one_place(either: MirrorWorld) -> None:
    shown = either.in_jira("GROW-1")
    assert isinstance(shown, dict)
    either.plan_text = either.plan_text.replace("issue: GROW-2}", f'issue: "{shown["id"]}"}}')
    report = either.write("acme", GOOD)
    second = report.items[1]
    assert why(second).reason == (
        f"jira `acme`: `growth` lives in the same issue: {shown['id']} is its key or its id."
    )
    assert either.property_of("growth")["score"] == 0.7


def records(world: MirrorWorld) -> int:
    return len(list(world.store.entries(CYCLE, kinds=("write_back",))))


def test_a_failure_that_stays_is_recorded_once_and_gone_when_it_ends(world: MirrorWorld) -> None:
    world.write("wiki")
    world.sandbox.faults.add(Fault(403, match=world.pages["growth"].id, times=None))
    world.write("wiki", GOOD)
    assert set(world.job("wiki").known.failed) == {"growth"}
    known = records(world)
    world.write("wiki", GOOD)
    assert records(world) == known
    world.sandbox.faults.clear()
    world.write("wiki")
    assert world.job("wiki").known.failed == {}


def test_a_conflict_is_known_until_the_person_gives_way(world: MirrorWorld) -> None:
    world.write("wiki")
    world.edit("growth", "Score", 0.9)
    world.write("wiki")
    assert world.job("wiki").known.conflicts == ("growth.score",)
    world.edit("growth", "Score", 0.4)
    world.write("wiki")
    assert world.job("wiki").known.conflicts == ()


def test_a_hand_over_to_a_run_that_was_killed_ends_though_nothing_can_be_written(
    world: MirrorWorld,
) -> None:
    world.write("wiki")
    world.sandbox.faults.add(Fault(403, match=world.pages["growth"].id, times=None))
    world.write("wiki")
    body = WriteBackRecord(
        connection="wiki", begun={"growth.score": "a"}, taken=("growth.score",), expires=NOW
    )
    world.store.add_entries(CYCLE, [Entry(at=NOW, body=body, cycle=CYCLE)])
    world.write("wiki")
    world.sandbox.faults.clear()
    world.edit("growth", "Score", 0.9)
    report = world.write("wiki", GOOD)
    assert fields_of(report, "growth")["score"].verdict == "conflict"
