"""When check-ins are due where no calendar says so: a cadence after the last word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from reminded import PLAN, at, company

from okr_core.open.entries import open_entries
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.reminder_policy import ReminderPolicy
from okr_core.record.entries import Reading
from okr_core.reminders.due import due_now
from okr_core.reminders.matter import matters_of
from okr_core.reminders.presence import Presence
from okr_core.reminders.rhythm import plain_check_ins
from okr_core.snapshot import Snapshot

PRESENCE = Presence(company())


def known(moment: str, *said: str) -> Snapshot:
    """The cycle at a time, of whose key result Ada spoke at these times."""
    readings = [
        Reading(at=at(each), value=Decimal(4), key_result="sales.new", by="ada") for each in said
    ]
    return Snapshot(
        as_of=at(moment),
        versions=(PlanVersion(1, at("2026-09-20T08:00"), PLAN),),
        readings={"sales.new": readings} if readings else {},
        workspace=company(),
    )


def mailed(moment: str, *said: str) -> list[str]:
    """Who is reminded of a check-in that is still to come."""
    snapshot = known(moment, *said)
    matters = matters_of(snapshot, open_entries(snapshot), plain_check_ins(snapshot, PRESENCE))
    due = due_now(matters, (), PRESENCE, PLAN, at(moment), ReminderPolicy())
    return [to for to, several in due.mails.items() for each in several if each.matter.calendar]


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-10-12T08:35", []),
        ("2026-10-13T08:35", ["ada"]),
        ("2026-10-13T15:05", []),
    ],
    ids=["a day too early", "on the day", "when it is due"],
)
def test_who_spoke_on_a_tuesday_is_reminded_on_the_next_one(moment: str, told: list[str]) -> None:
    assert mailed(moment, "2026-10-06T09:00") == told


def test_what_falls_on_a_weekend_is_due_on_friday() -> None:
    assert mailed("2026-10-16T08:35", "2026-10-10T09:00") == ["ada"]


def test_before_anybody_spoke_it_is_due_a_cadence_after_the_start() -> None:
    assert mailed("2026-10-08T08:35") == ["ada"]


def test_after_the_last_day_nothing_is_due() -> None:
    snapshot = known("2026-12-29T09:00", "2026-12-28T09:00")
    assert not [
        each for each in plain_check_ins(snapshot, PRESENCE) if "sales.new" in each.key_results
    ]


def test_a_turn_keeps_its_name_until_somebody_speaks() -> None:
    def keys(moment: str, *said: str) -> set[str]:
        several = plain_check_ins(known(moment, *said), PRESENCE)
        return {each.key for each in several if each.key_results == ("sales.new",)}

    first = keys("2026-10-07T09:00", "2026-10-06T09:00")
    assert keys("2026-10-13T09:00", "2026-10-06T09:00") == first
    assert keys("2026-10-13T09:00", "2026-10-06T09:00", "2026-10-12T09:00") != first


def test_of_a_vacant_role_nothing_is_due() -> None:
    left = company().people["ada"].model_copy(update={"until": date(2026, 10, 1)})
    space = company().model_copy(update={"people": {"ada": left}})
    vacant = replace(known("2026-10-13T09:00", "2026-10-06T09:00"), workspace=space)
    assert not list(plain_check_ins(vacant, Presence(space)))
