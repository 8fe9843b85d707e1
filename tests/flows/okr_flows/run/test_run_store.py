"""The business time of a run is a plain time in UTC, wherever it comes from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from okr_flows.run.run_store import run_time

ZURICH = timezone(timedelta(hours=1))


def test_what_was_asked_for_wins_over_the_schedule() -> None:
    asked, scheduled = datetime(2026, 11, 2, 9, tzinfo=ZURICH), datetime(2026, 11, 3, tzinfo=UTC)
    assert run_time(asked, scheduled) == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert run_time(None, scheduled) == scheduled


def test_a_time_of_prefects_keeps_its_zone_in_arithmetic() -> None:
    from prefect.types._datetime import DateTime  # noqa: PLC0415 - takes seconds to import

    given = DateTime(2026, 11, 2, 8, 0, 0, 123456, tzinfo=UTC)
    found = run_time(None, given)
    assert type(found) is datetime
    assert found.utcoffset() == timedelta(0)
    assert (found - timedelta(days=3)).tzinfo is UTC
    assert found.microsecond == 123456


def test_without_any_time_it_is_now() -> None:
    before = datetime.now(UTC)
    assert before <= run_time(None, None) <= datetime.now(UTC)
