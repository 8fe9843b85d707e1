"""Check-ins in a data source of Notion: rows become what `okr checkin` would have recorded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from rows_world import FRIDAY, MINUTE, WEEK, RowsWorld

from okr_core.record.entries import CheckIn
from okr_store import open_store


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[RowsWorld]:
    shutil.copy(sqlite_template, tmp_path / "rows.db")
    with open_store(str(tmp_path / "rows.db")) as store, RowsWorld.open(store) as opened:
        yield opened


def test_a_row_is_a_check_in_of_who_made_it_said_when_it_was_written(world: RowsWorld) -> None:
    world.write("cy", Key_result="sales.new", Value="4", Confidence=7, Note="two signed")
    report = world.sync(FRIDAY + WEEK)
    assert (report.check_ins, report.misread) == (1, ())
    [entry] = world.entries()
    assert (entry.key_result, entry.by, entry.via) == ("sales.new", "cy", "notion")
    assert entry.at == FRIDAY
    assert entry.body == CheckIn(confidence=7, note="two signed", value=Decimal(4))
    [reading] = world.store.readings("2026-q4", as_of=None)
    assert (reading.value, reading.by, reading.at) == (Decimal(4), "cy", FRIDAY)


def test_where_nothing_changed_a_sync_sends_one_request_for_them_and_records_nothing(
    world: RowsWorld,
) -> None:
    for number in range(3):
        at = FRIDAY - (number + 1) * timedelta(hours=1)
        world.write("ada", at, Key_result="sales.new", Value=str(number))
    assert world.sync().check_ins == 3
    assert sum(world.sent.values()) == 2  # the query, and who Ada is
    for later in (MINUTE, WEEK):
        report = world.sync(FRIDAY + later)
        assert (report.check_ins, report.exit_code, report.misread) == (0, 0, ())
        assert (sum(world.sent.values()), report.requests) == (1, {"wiki": 1})
    assert len(world.entries()) == 3


def test_what_was_just_written_is_looked_at_once_more_and_recorded_once(world: RowsWorld) -> None:
    world.write("ada", Key_result="sales.new", Value="4")
    assert world.sync(FRIDAY + MINUTE).check_ins == 1
    world.write("ada", FRIDAY - MINUTE, Key_result="sales.calls", Value="9")  # found late
    assert world.sync(FRIDAY + 2 * MINUTE).check_ins == 1
    assert world.sync(FRIDAY + WEEK).check_ins == 0
    world.sync(FRIDAY + 2 * WEEK)
    assert sum(world.sent.values()) == 1
    assert len(world.entries()) == 2


def test_an_edit_is_a_new_reading_and_one_beside_the_words_is_none(world: RowsWorld) -> None:
    row = world.write("cy", Key_result="sales.new", Value="4")
    world.sync()
    row.change(FRIDAY + WEEK, "Seen", True, by=world.users["bo"])
    assert world.sync(FRIDAY + WEEK).check_ins == 0
    row.change(FRIDAY + 2 * WEEK, "Value", "5")
    assert world.sync(FRIDAY + 2 * WEEK).check_ins == 1
    values = [reading.value for reading in world.store.readings("2026-q4", as_of=None)]
    assert values == [Decimal(4), Decimal(5)]
    # The same words in a row of its own are said anew.
    world.write("cy", FRIDAY + 3 * WEEK, Key_result="sales.new", Value="5")
    assert world.sync(FRIDAY + 3 * WEEK).check_ins == 1


def test_a_row_that_is_looked_through_later_does_not_bring_back_what_it_said(
    world: RowsWorld,
) -> None:
    old = world.write("cy", Key_result="sales.new", Value="4")
    world.write("cy", FRIDAY + WEEK, Key_result="sales.new", Value="5")
    assert world.sync(FRIDAY + WEEK).check_ins == 2
    old.change(FRIDAY + 2 * WEEK, "Seen", True, by=world.users["cy"])
    assert world.sync(FRIDAY + 2 * WEEK).check_ins == 0
    for weeks, value in ((3, "6"), (4, "4")):  # there and back again, by who says it
        old.change(FRIDAY + weeks * WEEK, "Value", value)
        assert world.sync(FRIDAY + weeks * WEEK).check_ins == 1
    assert world.entries()[-1].body == CheckIn(value=Decimal(4))


def test_who_changes_their_mind_within_a_minute_is_taken_at_their_last_word(
    world: RowsWorld,
) -> None:
    row = world.write("cy", Key_result="sales.new", Value="4")
    world.sync()
    row.change(FRIDAY + timedelta(seconds=40), "Value", "5")
    assert world.sync(FRIDAY + 10 * MINUTE).check_ins == 1
    assert world.sync(FRIDAY + 20 * MINUTE).check_ins == 0
    readings = list(world.store.readings("2026-q4", as_of=None))
    assert [reading.value for reading in readings] == [Decimal(4), Decimal(5)]


def test_a_key_result_is_named_by_id_by_title_or_by_its_page(world: RowsWorld) -> None:
    world.write("cy", Key_result="SALES.NEW", Value="1")
    world.write("cy", FRIDAY - MINUTE, Key_result="new teams  from 0 to 10", Value="2")
    world.write("cy", FRIDAY - 2 * MINUTE, Key_result="sales.fairs/basel", Value="done")
    assert world.sync().misread == ()
    assert [name for name, *_ in world.said()] == ["sales.fairs", "sales.new", "sales.new"]


def test_a_relation_leads_to_the_key_result_that_its_page_is(world: RowsWorld) -> None:
    world.apply(key_result="Goal")
    world.write("cy", Goal=world.calls, Value="30")
    world.write("cy", FRIDAY - MINUTE, Goal=world.fairs, Confidence=6)
    report = world.sync()
    assert [row.wrong for row in report.misread] == ["value"]  # its milestones say where it stands
    assert [name for name, *_ in world.said()] == ["sales.calls"]


def test_the_person_of_a_row_is_who_it_names_else_who_made_it(world: RowsWorld) -> None:
    world.write("bo", Key_result="sales.new", Value="1", Person=world.users["ada"])
    world.write("bo", FRIDAY - MINUTE, Key_result="sales.calls", Value="20")
    assert world.sync().misread == ()
    told = [(name, by, via) for name, by, via, _ in world.said()]
    # Bo wrote Ada's word down: nobody but the row says that it is hers.
    assert told == [("sales.calls", "bo", "notion"), ("sales.new", "ada", "import")]


def test_what_cannot_be_understood_is_listed_until_it_is_put_right(world: RowsWorld) -> None:
    wrong = [
        world.write("cy", Key_result="sales.old", Value="1"),
        world.write("eve", FRIDAY - MINUTE, Key_result="sales.new", Value="1"),
        world.write("cy", FRIDAY - 2 * MINUTE, Key_result="sales.new", Value="four"),
        world.write("cy", FRIDAY - 3 * MINUTE, Key_result="sales.new", Confidence=11),
        world.write("cy", FRIDAY - 4 * MINUTE, Key_result="sales.new", Value="4000"),
        world.write("cy", FRIDAY - 5 * MINUTE, Value="4"),
    ]
    world.write("cy", FRIDAY - 6 * MINUTE, Key_result="sales.calls", Value="12")
    world.write("cy", FRIDAY - 7 * MINUTE, Key_result="sales.calls")  # begun, and not said
    world.write("cy", FRIDAY - 8 * MINUTE, Key_result="later.new", Value="2")  # another cycle's
    report = world.sync()
    assert (report.check_ins, report.exit_code) == (1, 4)
    listed = {row.link: row for row in report.misread}
    assert set(listed) == {f"https://www.notion.so/{row.id.replace('-', '')}" for row in wrong}
    assert [row.wrong for row in report.misread] == [
        "key result",
        "value",
        "value",
        "value",
        "person",
        "key result",
    ]
    assert all(row.reason and row.hint for row in report.misread if row.wrong != "value")
    assert "6 rows of check-ins not recorded" in report.headline
    for weeks in (1, 2):
        assert len(world.sync(FRIDAY + weeks * WEEK).misread) == 6
    for row in wrong:
        row.archive(FRIDAY + 2 * WEEK)
    assert world.sync(FRIDAY + 3 * WEEK).misread == ()


def test_another_value_for_the_same_minute_is_refused_as_everywhere(world: RowsWorld) -> None:
    world.write("ada", Key_result="sales.new", Value="4")
    world.write("cy", Key_result="sales.new", Value="6")
    report = world.sync()
    assert report.check_ins == 1
    assert [row.wrong for row in report.misread] == ["said already"]
    assert "okr correct sales.new" in report.misread[0].reason


def test_a_data_source_that_is_not_shared_stops_nothing_and_is_told(world: RowsWorld) -> None:
    world.rows.shared = False
    world.rows.workspace.touch(None)
    report = world.sync()
    assert "not shared" in report.unheard["wiki"]
    assert report.exit_code == 4


def test_the_next_cycle_reads_its_own_rows(world: RowsWorld) -> None:
    later = FRIDAY + 13 * WEEK
    world.write("cy", later, Key_result="later.new", Value="3")
    assert world.sync(later, "2027-q1").check_ins == 1
