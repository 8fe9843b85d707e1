"""Which cycle and which time a command is about."""

from datetime import UTC, date, datetime

import pytest

from okr_core.errors import InputError
from okr_core.plan.cycle import Cycle, zone_named
from okr_core.plan.when import When, nearest_cycle

ZURICH = zone_named("Europe/Zurich")
NOW = datetime(2026, 11, 15, 9, 30, tzinfo=UTC)


def _cycle(id_: str, starts: str, ends: str) -> Cycle:
    return Cycle(id=id_, starts=date.fromisoformat(starts), ends=date.fromisoformat(ends))


YEAR = _cycle("2026", "2026-01-01", "2026-12-31")
Q3 = _cycle("2026-q3", "2026-07-01", "2026-09-30")
Q4 = _cycle("2026-q4", "2026-10-01", "2026-12-31")


def test_a_day_is_its_last_second_in_the_cycles_zone() -> None:
    at = When.parse("2026-10-31").in_zone(ZURICH, NOW)
    assert at == datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)


def test_today_is_now() -> None:
    assert When.parse("2026-11-15").in_zone(ZURICH, NOW) == NOW
    assert When.parse(None).in_zone(ZURICH, NOW) == NOW


def test_a_minute_is_local_to_the_cycle() -> None:
    at = When.parse("2026-10-01T09:00").in_zone(ZURICH, NOW)
    assert at == datetime(2026, 10, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-10-01T07:00Z", "2026-10-01 07:00:00Z", "2026-10-01T15:00+08:00"]
)
def test_a_minute_with_its_own_zone_is_that_moment(text: str) -> None:
    assert When.parse(text).in_zone(ZURICH, NOW) == datetime(2026, 10, 1, 7, tzinfo=UTC)


def test_a_moment_with_its_own_zone_belongs_to_the_cycle_of_its_day_there() -> None:
    # Already the first of October in Zurich.
    zurich = [cycle.model_copy(update={"timezone": "Europe/Zurich"}) for cycle in (Q3, Q4)]
    assert nearest_cycle(zurich, When.parse("2026-09-30T22:30Z"), NOW).id == "2026-q4"
    assert nearest_cycle(zurich, When.parse("2026-09-30T22:30"), NOW).id == "2026-q3"


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01", "2026-02-30", "15.11.2026", "", "2026-11-15Z"]
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="2026-11-15T09:30"):
        When.parse(text)


def test_the_shortest_cycle_around_the_day_is_meant() -> None:
    assert nearest_cycle([YEAR, Q3, Q4], When.parse("2026-11-01"), NOW) == Q4
    assert nearest_cycle([YEAR, Q3, Q4], When.parse("2026-02-01"), NOW) == YEAR


def test_between_cycles_the_one_that_ended_last_is_meant_else_the_next() -> None:
    assert nearest_cycle([Q3, Q4], When.parse("2027-01-03"), NOW) == Q4
    assert nearest_cycle([Q3, Q4], When.parse("2026-06-30"), NOW) == Q3
