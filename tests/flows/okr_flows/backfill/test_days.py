"""Check-in days of the past, and which of them nobody has looked at."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Cadence
from okr_core.record.entries import Reading
from okr_core.record.readings import counting_readings
from okr_flows.backfill.days import Window, end_of_day, split, windows

STARTS, ENDS = date(2026, 10, 1), date(2026, 12, 31)
CYCLE = Cycle(id="2026-q4", starts=STARTS, ends=ENDS, timezone="America/New_York")
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
WEEKS = list(windows(STARTS, ENDS, "weekly"))
PAST = [date(2026, 10, day) for day in (7, 14, 21, 28)]
cadences = st.sampled_from(["weekly", "biweekly", "monthly"])
spans = st.dates(date(2020, 1, 1), date(2030, 1, 1)).flatmap(
    lambda start: st.tuples(st.just(start), st.integers(0, 400).map(lambda n: _after(start, n)))
)


def _after(start: date, days: int) -> date:
    return start + timedelta(days=days)


def reading(day: int, source: str = "jira:acme", **more: object) -> Reading:
    at = datetime(2026, 10, day, 9, tzinfo=UTC)
    return Reading(at=at, value=Decimal(1), source=source, **more)  # type: ignore[arg-type]


def missing(*readings: Reading, until: datetime = NOW) -> list[date]:
    return split(CYCLE, WEEKS, readings, until)[0]


@given(spans, cadences)
def test_windows_cover_every_day_from_start_to_due_once(
    span: tuple[date, date], cadence: Cadence
) -> None:
    found = list(windows(*span, cadence))
    days = [w.first.toordinal() + n for w in found for n in range((w.last - w.first).days + 1)]
    assert days == list(range(span[0].toordinal(), span[1].toordinal() + 1))


@given(st.dates(date(9998, 1, 1), date.max), cadences)
def test_windows_reach_the_last_day_of_all_calendars(starts: date, cadence: Cadence) -> None:
    found = list(windows(starts, date.max, cadence))
    assert (found[0].first, found[-1].last) == (starts, date.max)
    assert all(one.last + timedelta(days=1) == next_.first for one, next_ in pairwise(found))


def test_a_cycle_without_an_end_has_the_days_that_have_passed_and_no_others() -> None:
    endless = CYCLE.model_copy(update={"ends": date.max})
    looked_at: list[Window] = []

    def looked(window: Window) -> Window:
        looked_at.append(window)
        return window

    stretches = map(looked, windows(STARTS, date.max, "weekly"))
    assert split(endless, stretches, (), NOW) == (PAST, [])
    assert len(looked_at) == len(PAST) + 1


def test_a_day_is_asked_about_at_its_last_second_in_the_cycles_zone() -> None:
    assert end_of_day(CYCLE, date(2026, 10, 7)) == datetime(2026, 10, 8, 3, 59, 59, tzinfo=UTC)
    assert end_of_day(CYCLE, date(2026, 11, 4)) == datetime(2026, 11, 5, 4, 59, 59, tzinfo=UTC)
    assert CYCLE.day_of(end_of_day(CYCLE, date(2026, 10, 7))) == date(2026, 10, 7)


def test_without_readings_every_passed_day_is_missing() -> None:
    assert missing() == PAST
    assert missing(until=datetime(2026, 10, 8, 3, 59, 58, tzinfo=UTC)) == []
    assert missing(until=datetime(2026, 10, 8, 3, 59, 59, tzinfo=UTC)) == PAST[:1]


def test_a_reading_anywhere_in_the_window_keeps_the_day() -> None:
    for day in (8, 11, 14):
        assert missing(reading(day)) == [PAST[0], *PAST[2:]]
    suspect = reading(10, state="suspect")
    assert missing(suspect) == [PAST[0], *PAST[2:]]
    assert split(CYCLE, WEEKS, [suspect], NOW)[1] == [PAST[1]]


def test_what_people_said_before_the_first_reading_of_a_source_still_counts_afterwards() -> None:
    said = [reading(9, "manual", by="ada"), reading(20, "manual", by="ada")]
    left = missing(*said)
    assert left == [PAST[3]]
    filled = [*said, *(Reading(end_of_day(CYCLE, d), Decimal(2), source="jira:acme") for d in left)]
    counting = counting_readings(filled, NOW, bound=True)
    assert all(word in counting for word in said)


def test_a_persons_value_with_an_end_holds_back_only_its_own_window() -> None:
    ends = reading(20, "manual", until=NOW)
    assert missing(ends) == [PAST[0], PAST[1], PAST[3]]
