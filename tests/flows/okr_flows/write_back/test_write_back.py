"""Write-back end to end: what Jira and Notion hold afterwards, and which requests it took."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from mirror_world import (
    CYCLE,
    ITEMS,
    NOW,
    MirrorWorld,
    fields_of,
    outcome,
    verdicts,
)
from score_samples import AFTER, goal, key_result, plan, reading, versions
from sync_answers import why

from okr_core.errors import InputError, StoreUnreachableError
from okr_core.record.entries import Entry
from okr_core.record.write_back import WriteBackRecord
from okr_core.score.recording import closing
from okr_core.snapshot import Snapshot
from okr_flows.write_back.plan import outcomes_of, plan_write_back
from okr_flows.write_back.write_back import write
from okr_sandbox import Fault

GOOD = outcome("growth", Fraction(7, 10), "on_track")
LATER = NOW + timedelta(days=7)
PLAN = plan(goal("o", key_result("a"), key_result("b"), ambition="committed"))


def records(world: MirrorWorld) -> list[WriteBackRecord]:
    bodies = [entry.body for entry in world.store.entries(CYCLE, kinds=("write_back",))]
    return [body for body in bodies if isinstance(body, WriteBackRecord)]


def test_the_first_write_gives_every_issue_its_property_link_and_comment(
    either: MirrorWorld,
) -> None:
    report = either.write("acme", GOOD)
    assert verdicts(report) == {"changed": 8, "same": 1}  # nothing is known of one item
    assert either.property_of("growth") == {
        "cycle": CYCLE,
        "id": "growth",
        "score": 0.7,
        "grade": "green",
        "progress": 0.7,
        "status": "on_track",
        "as_of": NOW.isoformat(),
        "version": 0,
        "written_by": "prefect-okr",
    }
    links = either.in_jira("GROW-1/remotelink?globalId=okr:2026-q4:growth")
    assert isinstance(links, dict)
    assert links["object"] == {
        "url": "https://okr.acme.example/2026-q4/growth",
        "title": "OKR: Title of growth",
        "summary": "score 0.7 (green), on track",
    }
    (comment,) = either.comments_of("growth")
    assert "OKR growth: score 0.7 (green), on track, as of 2026-11-02" in json.dumps(comment)


def test_the_first_write_fills_every_mapped_property_of_a_page(world: MirrorWorld) -> None:
    report = world.write("wiki", GOOD)
    cells = world.cells_of("growth")
    assert report.exit_code == 0
    assert {name: cells[name] for name in ("Score", "Progress", "Health", "Updated on")} == {
        "Score": 0.7,
        "Progress": "0.7",
        "Health": "On Track",
        "Updated on": "2026-11-02",
    }
    assert cells["Name"] == "Goal growth"


def test_a_score_that_nobody_knows_is_left_out_and_never_0(world: MirrorWorld) -> None:
    world.write("acme")
    world.write("wiki")
    assert world.property_of("growth.mood")["score"] is None
    assert world.cells_of("growth.mood")["Score"] is None
    assert world.cells_of("growth.mood")["Health"] == "Pending"


def test_a_score_that_is_no_longer_known_is_cleared(world: MirrorWorld) -> None:
    world.write("wiki", GOOD)
    world.write("wiki", outcome("growth", None, "pending"))
    assert world.cells_of("growth")["Score"] is None


@pytest.mark.parametrize("name", ["acme", "wiki"])
def test_a_second_write_sends_no_write_and_records_nothing(either: MirrorWorld, name: str) -> None:
    either.write(name, GOOD)
    before = records(either)
    report = either.write(name, GOOD)
    assert either.writes == []
    assert set(verdicts(report)) == {"same"}
    assert records(either) == before


@pytest.mark.parametrize("name", ["acme", "wiki"])
def test_a_later_day_alone_is_no_change(either: MirrorWorld, name: str) -> None:
    either.write(name, GOOD)
    either.write(name, replace(GOOD, as_of=LATER), outcome(ITEMS[1], at=LATER))
    assert either.writes == []


def test_issues_are_read_a_hundred_at_once_in_the_cloud_and_links_one_by_one(
    world: MirrorWorld,
) -> None:
    world.write("acme", GOOD)
    world.write("acme", GOOD)
    first, *others = (sent.path.removeprefix("/rest/api/3/issue/") for sent in world.sandbox.record)
    assert first == "bulkfetch"
    assert sorted(others) == [f"GROW-{number}/remotelink" for number in (1, 2, 3)]


def test_of_a_page_only_the_changed_properties_are_written_and_the_day(world: MirrorWorld) -> None:
    world.write("wiki", GOOD)
    world.write("wiki", replace(GOOD, status="behind", as_of=LATER))
    (sent,) = world.writes
    columns = world.pages["growth"].columns
    assert set(json.loads(sent.body)["properties"]) == {
        columns["Health"].id,
        columns["Updated on"].id,
    }
    assert world.cells_of("growth")["Updated on"] == "2026-11-09"


def test_of_the_issues_only_the_changed_one_is_written(either: MirrorWorld) -> None:
    either.write("acme", GOOD)
    either.write("acme", replace(GOOD, progress=Fraction(8, 10)))
    (sent,) = either.writes
    assert (sent.method, sent.path.rpartition("/issue/")[2]) == ("PUT", "GROW-1/properties/okr")


def test_a_dry_run_shows_the_difference_and_sends_no_write(either: MirrorWorld) -> None:
    either.write("acme", GOOD)
    before = records(either)
    report = either.preview("acme", outcome("growth", Fraction(1), "done"))
    settled = fields_of(report, "growth")["property"]
    assert settled.verdict == "changed"
    assert settled.old == "score 0.7, progress 0.7, status on_track"
    assert settled.new == "score 1, progress 1, status done"
    assert either.writes == []
    assert records(either) == before
    assert either.property_of("growth")["score"] == 0.7


def test_a_cell_that_a_person_edited_is_a_conflict_and_stays(world: MirrorWorld) -> None:
    world.write("wiki", GOOD)
    world.edit("growth", "Score", 0.9)
    report = world.write("wiki", replace(GOOD, score=Fraction(1), status="behind"))
    settled = fields_of(report, "growth")["score"]
    assert (settled.verdict, settled.old, settled.new) == ("conflict", "0.9", "1")
    assert "okr write-back --take growth.score" in why(settled).hint
    cells = world.cells_of("growth")
    assert (cells["Score"], cells["Health"]) == (0.9, "Behind")
    assert report.exit_code == 1
    assert records(world)[-1].conflicts == ("growth.score",)


def test_a_cell_that_was_filled_before_we_came_stays(world: MirrorWorld) -> None:
    world.edit("growth", "Score", 0.3)
    report = world.write("wiki", GOOD)
    assert fields_of(report, "growth")["score"].verdict == "conflict"
    assert world.cells_of("growth")["Score"] == 0.3


def test_a_cell_that_a_person_emptied_stays_empty(world: MirrorWorld) -> None:
    world.write("wiki", GOOD)
    world.edit("growth", "Score", None)
    report = world.write("wiki", replace(GOOD, score=Fraction(1)))
    assert "somebody emptied it" in why(fields_of(report, "growth")["score"]).reason
    assert world.cells_of("growth")["Score"] is None


def test_a_property_that_somebody_else_wrote_stays(either: MirrorWorld) -> None:
    either.write("acme", GOOD)
    either.put_property("growth", {"mine": True})
    report = either.write("acme", replace(GOOD, score=Fraction(1)))
    assert fields_of(report, "growth")["property"].verdict == "conflict"
    assert either.property_of("growth") == {"mine": True}


def test_what_a_person_wrote_and_is_right_anyway_becomes_ours(world: MirrorWorld) -> None:
    world.edit("growth", "Score", 0.7)
    assert fields_of(world.write("wiki", GOOD), "growth")["score"].verdict == "same"
    world.write("wiki", replace(GOOD, score=Fraction(1)))
    assert world.cells_of("growth")["Score"] == 1


def test_a_person_hands_a_field_over_and_the_record_says_who(world: MirrorWorld) -> None:
    world.edit("growth", "Score", 0.3)
    world.write("wiki", GOOD)
    world.write("wiki", GOOD, take=["growth.score"])
    assert world.cells_of("growth")["Score"] == 0.7
    assert [record.taken for record in records(world) if record.taken] == [("growth.score",)]
    world.write("wiki", replace(GOOD, score=Fraction(1)))
    assert world.cells_of("growth")["Score"] == 1


def test_a_field_that_is_not_written_cannot_be_taken(world: MirrorWorld) -> None:
    with pytest.raises(InputError, match=r"there are growth\.property, .*, growth\.score"):
        world.job("wiki", take=["growth.owner"])


def test_a_value_that_a_killed_run_wrote_is_ours_though_it_has_changed_since(
    world: MirrorWorld,
) -> None:
    world.write("wiki", outcome("growth"))
    job = world.job("wiki", GOOD)

    def begin(digests: Mapping[str, str]) -> None:
        body = WriteBackRecord(connection="wiki", begun=dict(digests))
        world.store.add_entries(CYCLE, [Entry(at=NOW, body=body, cycle=CYCLE)])

    write(job, world.env, begin)  # and killed before the result is recorded
    report = world.write("wiki", outcome("growth", Fraction(1), "done"))
    assert fields_of(report, "growth")["score"].verdict == "changed"
    assert world.cells_of("growth")["Score"] == 1


def test_nothing_is_written_that_could_not_be_recorded_first(either: MirrorWorld) -> None:
    def begin(_: Mapping[str, str]) -> None:
        raise StoreUnreachableError("the store does not answer.")

    either.sandbox.record.clear()
    with pytest.raises(StoreUnreachableError):
        write(either.job("acme", GOOD), either.env, begin)
    assert either.writes == []


def test_a_comment_is_not_posted_again_after_a_crash(either: MirrorWorld) -> None:
    write(either.job("acme", GOOD), either.env, lambda _: None)  # nothing is recorded
    report = either.write("acme", GOOD)
    assert fields_of(report, "growth")["comment"].verdict == "same"
    assert len(either.comments_of("growth")) == 1
    assert either.writes == []


def test_a_comment_whose_answer_was_lost_is_not_sent_twice(either: MirrorWorld) -> None:
    either.sandbox.faults.add(Fault(503, match="/comment", after=2, times=None))
    report = either.write("acme", GOOD)
    posts = [sent for sent in either.writes if sent.path.endswith("/comment")]
    assert len(posts) == 2
    assert fields_of(report, "growth")["comment"].verdict == "unavailable"
    either.sandbox.faults.clear()
    either.write("acme", GOOD)
    assert len(either.comments_of("growth")) == 1


def test_a_status_that_comes_back_is_told_again(either: MirrorWorld) -> None:
    for status in ("on_track", "behind", "on_track", "on_track"):
        either.write("acme", replace(GOOD, status=status))
    assert len(either.comments_of("growth")) == 3


def test_a_connection_without_write_back_is_never_written_to(world: MirrorWorld) -> None:
    world.jira_fields = ""
    jobs = plan_write_back(world.store, world.plan, world.workspace, [GOOD], NOW)
    assert [job.name for job in jobs] == ["wiki"]


def test_links_and_comments_are_written_only_where_asked_for(either: MirrorWorld) -> None:
    either.jira_fields = "{property: goals}"
    report = either.write("acme", GOOD)
    assert verdicts(report) == {"changed": 3}
    assert either.comments_of("growth") == []
    assert either.in_jira("GROW-1/remotelink") == []
    assert either.in_jira("GROW-1/properties/goals") is not None


def test_only_the_items_asked_for_are_written(world: MirrorWorld) -> None:
    report = world.write("wiki", only=["growth.seats"])
    assert [item.item for item in report.items] == ["growth.seats"]
    with pytest.raises(InputError, match=r"`growth\.seat` of cycle `2026-q4` has no mirror"):
        world.job("wiki", only=["growth.seat"])


def ended() -> Snapshot:
    return Snapshot(AFTER, tuple(versions((0, PLAN))), {"a": [reading(88, 100)]})


def test_an_item_that_was_dropped_is_told_as_dropped_and_not_as_closed() -> None:
    items = (key_result("a"), key_result("b"))
    gone = plan(goal("o", *items, state="dropped", state_reason="the market moved"))
    known = Snapshot(AFTER, tuple(versions((0, PLAN), (60, gone))), {"a": [reading(88, 100)]})
    assert {each.status for each in outcomes_of(known)} == {"dropped"}


def closed() -> Snapshot:
    known = ended()
    entry = Entry(at=AFTER, body=closing(known.scorecard, ""), cycle="q4", key="closing")
    return replace(known, as_of=AFTER + timedelta(days=9)).with_entry(replace(entry, key_result=""))


def test_a_closed_cycle_tells_how_each_item_ended() -> None:
    told = {each.item: (each.status, each.version) for each in outcomes_of(closed())}
    # What nobody reported counted 0 when the cycle was closed.
    assert told == {"o": ("not_reached", 1), "a": ("reached", 1), "b": ("not_reached", 1)}


def test_a_cycle_that_is_over_and_open_tells_how_each_item_stands() -> None:
    told = {each.item: each.status for each in outcomes_of(ended())}
    assert (told["a"], told["b"]) == ("reached", "not_reached")
