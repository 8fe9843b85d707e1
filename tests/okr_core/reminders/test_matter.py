"""What people are reminded of: check-ins of the calendar that nobody made, and what is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from reminded import PLAN, at, company

from okr_core.calendar.people import CheckInDue
from okr_core.open.entries import open_entries
from okr_core.plan.agreement import PlanVersion
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_core.record.score_records import Closing
from okr_core.reminders.matter import Matter, matters_of, never_reported
from okr_core.snapshot import Snapshot

NAMES = ("sales.new", "sales.kept")
WEEKS = tuple(
    CheckInDue("ada", "ada", date(2026, 10, day), at(f"2026-10-{day:02}T15:00"), NAMES, key)
    for day, key in ((2, "w40"), (9, "w41"), (16, "w42"), (23, "w43"))
)


def known(moment: str, *said: str) -> Snapshot:
    """The cycle at a time, of whose key result somebody spoke at these times."""
    readings = [
        Reading(at=at(each), value=Decimal(4), key_result="sales.new", by="ada") for each in said
    ]
    return Snapshot(
        as_of=at(moment),
        versions=(PlanVersion(1, at("2026-09-20T08:00"), PLAN),),
        readings={"sales.new": readings} if readings else {},
        workspace=company(),
    )


def matters(snapshot: Snapshot) -> tuple[Matter, ...]:
    """What people are reminded of."""
    return matters_of(snapshot, open_entries(snapshot), WEEKS)


def calendar(snapshot: Snapshot) -> list[tuple[str, datetime | None]]:
    """Key result and time of each check-in of the calendar."""
    return [(each.entry.item, each.due) for each in matters(snapshot) if each.calendar]


def test_the_next_check_in_of_what_people_report_is_a_matter_and_no_other() -> None:
    assert calendar(known("2026-10-07T09:00", "2026-10-02T14:00")) == [
        ("sales.new", at("2026-10-09T15:00"))
    ]


@pytest.mark.parametrize(
    ("said", "asked"),
    [("2026-10-05T08:00", True), ("2026-10-06T08:00", False), ("2026-10-08T08:00", False)],
    ids=["late for the last one", "early for this one", "on the day before"],
)
def test_a_word_counts_for_the_check_in_that_it_is_nearer_to(said: str, asked: bool) -> None:
    assert bool(calendar(known("2026-10-08T09:00", said))) is asked


def test_a_check_in_without_a_value_is_an_answer_too() -> None:
    silent = known("2026-10-08T09:00", "2026-10-02T14:00")
    said = Entry(at("2026-10-08T08:00"), CheckIn(confidence=7), "2026-q4", "sales.new", "ada")
    assert calendar(silent)
    assert not calendar(replace(silent, entries={"sales.new": [said]}))


def test_the_first_check_in_is_made_by_any_word_since_the_start() -> None:
    assert calendar(known("2026-10-02T08:00"))
    assert not calendar(known("2026-10-02T08:00", "2026-10-01T08:00"))


def test_who_is_late_is_asked_by_the_open_question_alone() -> None:
    late = known("2026-10-20T09:00", "2026-10-02T14:00")
    assert calendar(late) == []
    (asked,) = [each for each in matters(late) if each.entry.item == "sales.new"]
    assert (asked.entry.kind, asked.owed) == ("check_in", True)


def test_the_turn_of_a_question_ends_with_an_answer() -> None:
    def key(snapshot: Snapshot) -> str:
        return next(e.key for e in matters(snapshot) if e.entry.kind == "check_in")

    first = key(known("2026-10-20T09:00", "2026-10-02T14:00"))
    assert key(known("2026-10-22T09:00", "2026-10-02T14:00")) == first
    assert key(known("2026-11-10T09:00", "2026-10-02T14:00", "2026-10-21T08:00")) != first


def test_what_nobody_ever_reported_is_counted() -> None:
    assert never_reported(matters(known("2026-10-20T09:00"))) == 1
    assert never_reported(matters(known("2026-10-03T09:00"))) == 0


def test_each_says_exactly_what_to_run() -> None:
    (asked,) = [e for e in matters(known("2026-10-07T09:00", "2026-10-02T14:00")) if e.calendar]
    assert [str(answer.command) for answer in asked.entry.answers] == [
        "okr checkin sales.new VALUE --cycle 2026-q4",
        "okr checkin sales.new --nothing-new --cycle 2026-q4",
    ]


def test_of_a_closed_cycle_nobody_is_reminded() -> None:
    open_ = known("2027-01-20T09:00")
    assert matters(open_)
    body = Closing(revision=1)
    closed = replace(open_, entries={"": [Entry(at("2027-01-10T09:00"), body, "2026-q4")]})
    assert matters_of(closed, (), WEEKS) == ()
