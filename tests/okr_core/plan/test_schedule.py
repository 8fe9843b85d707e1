"""When a connection is to be read, and how a schedule is said."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from okr_core.plan.schedule import next_time, schedule_words

ZURICH = ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 6 * * 1-5", "every workday 06:00"),
        ("5 18 * * *", "every day 18:05"),
        ("0 6 * * 1", "every Monday 06:00"),
        ("30 7 * * 1,4", "at 07:30 on Monday and Thursday"),
        ("* * * * *", "every minute"),
    ],
)
def test_a_schedule_is_said_as_a_person_would(cron: str, words: str) -> None:
    assert schedule_words(cron) == words


def test_times_are_local_ones_of_the_zone_on_both_sides_of_a_change_of_clocks() -> None:
    friday = datetime(2026, 10, 23, 12, tzinfo=UTC)
    assert next_time("0 6 * * 1-5", friday, ZURICH) == datetime(2026, 10, 26, 5, tzinfo=UTC)
    thursday = datetime(2026, 10, 22, 12, tzinfo=UTC)
    assert next_time("0 6 * * 1-5", thursday, ZURICH) == datetime(2026, 10, 23, 4, tzinfo=UTC)
