"""Days: what a binding asks for is decided in the cycle's zone, whatever Notion compares."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notion_world import World, Worlds, answer_value, ask, observed

from okr_notion.read.days import Calendar, Dates, leaves_days_to_notion
from okr_notion.read.filters import Filter, compiled
from okr_notion.read.schema import Property, Schema
from okr_notion.read.values import moment_in
from okr_sandbox.notion.columns import Column, DateRange, number
from okr_sandbox.notion.filters import row_test
from okr_sandbox.notion.records import DataSource
from okr_sandbox.notion.workspace import NotionWorkspace

ZONES = ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Europe/Zurich", "Pacific/Kiritimati",
         "Pacific/Pago_Pago", "Asia/Kathmandu"]  # fmt: skip
WHEN = Property("d", "When", "date")
SCHEMA = Schema("Calls", "", (WHEN,))
COLUMNS = {"When": Column("date", "When", "d")}
TODAY = date(2026, 10, 28)  # four days after Europe's clocks went back


def stamp(start: str) -> dict[str, object]:
    return {"type": "date", "date": {"start": start, "end": None, "time_zone": None}}


class Row:
    """What the sandbox's filter looks at."""

    def __init__(self, start: str | None) -> None:
        self.start = start

    def value(self, _: Column) -> DateRange | None:
        return None if self.start is None else DateRange(self.start)


def selected(wish: object, zone: str) -> Filter:
    return compiled({"When": wish}, SCHEMA, Calendar(ZoneInfo(zone), TODAY))


def taken(wish: object, zone: str, start: str | None) -> bool:
    """Whether a row counts: Notion gives it, and its date will do."""
    asked = selected(wish, zone)
    came = asked.json is None or row_test(asked.json, COLUMNS, TODAY)(Row(start))
    at = None if start is None else moment_in(stamp(start), ZoneInfo(zone))
    return came and all(dates.hold(at) for dates in asked.dates)


DAYS = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
TIMES = st.builds(
    lambda day, minutes, offset: (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
    ).astimezone(ZoneInfo(offset)).isoformat(timespec="milliseconds"),
    DAYS, st.integers(0, 1439), st.sampled_from(ZONES),
)  # fmt: skip
COMPARE = {
    ">=": lambda a, b: a >= b, ">": lambda a, b: a > b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, "=": lambda a, b: a == b, "": lambda a, b: a == b,
}  # fmt: skip


@given(st.sampled_from(sorted(COMPARE)), DAYS, DAYS.map(str) | TIMES, st.sampled_from(ZONES))
def test_a_day_is_a_day_of_the_cycles_zone_for_days_and_for_times(
    operator: str, day: date, start: str, zone: str
) -> None:
    at = datetime.fromisoformat(start)
    local = at.date() if at.tzinfo is None else at.astimezone(ZoneInfo(zone)).date()
    assert taken(f"{operator} {day}", zone, start) == COMPARE[operator](local, day)


@given(DAYS, DAYS, DAYS.map(str) | TIMES, st.sampled_from(ZONES))
def test_of_several_days_any_will_do_and_of_comparisons_all(
    one: date, other: date, start: str, zone: str
) -> None:
    at = datetime.fromisoformat(start)
    local = at.date() if at.tzinfo is None else at.astimezone(ZoneInfo(zone)).date()
    assert taken([str(one), str(other)], zone, start) == (local in (one, other))
    assert taken([f">= {one}", f"< {other}"], zone, start) == (one <= local < other)
    assert taken(["is empty", str(one)], zone, start) == (local == one)
    assert taken(["is empty", str(one)], zone, None)
    assert not taken([f">= {one}", f"< {other}"], zone, None)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("past week", date(2026, 10, 21), TODAY),
        ("past month", date(2026, 9, 28), TODAY),
        ("past year", date(2025, 10, 28), TODAY),
        ("this week", date(2026, 10, 25), date(2026, 10, 31)),
        ("next week", TODAY, date(2026, 11, 4)),
        ("next month", TODAY, date(2026, 11, 28)),
        ("next year", TODAY, date(2027, 10, 28)),
    ],
)
@pytest.mark.parametrize("zone", ZONES)
def test_words_for_days_mean_the_cycles_days(
    words: str, first: date, last: date, zone: str
) -> None:
    for day in (first, last):
        assert taken(words, zone, str(day))
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        assert taken(words, zone, midnight.isoformat(timespec="milliseconds"))
    for day in (first - timedelta(days=1), last + timedelta(days=1)):
        assert not taken(words, zone, str(day))
    assert not taken(words, zone, None)


def test_a_written_time_is_one_of_the_cycles_zone_unless_it_names_another() -> None:
    zone = "Asia/Shanghai"
    assert taken(">= 2026-10-28T09:00", zone, "2026-10-28T01:00:00.000+00:00")
    assert not taken("> 2026-10-28T09:00", zone, "2026-10-28T01:00:00.000+00:00")
    assert not taken(">= 2026-10-28T09:00", zone, "2026-10-28T00:59:00.000+00:00")
    assert taken("< 2026-10-28T09:00+02:00", zone, "2026-10-28T06:59:00.000+00:00")
    assert not taken("< 2026-10-28T09:00+02:00", zone, "2026-10-28T07:00:00.000+00:00")


def test_a_date_that_has_or_lacks_a_value_is_asked_of_notion() -> None:
    for zone in ("UTC", "America/Los_Angeles"):
        assert selected("is empty", zone).json == {"property": "When", "date": {"is_empty": True}}
        assert taken("is empty", zone, None)
        assert not taken("is empty", zone, "2026-10-01")
        assert taken("is not empty", zone, "2026-10-01")
        assert not taken("is not empty", zone, None)


def test_the_instant_is_sent_with_the_zones_offset() -> None:
    made = Property("c", "Made", "created_time")
    asked = compiled(
        {"Made": [">= 2026-10-01", "<= 2026-10-31"]},
        Schema("Calls", "", (made,)),
        Calendar(ZoneInfo("Europe/Zurich"), TODAY),
    )
    assert asked.json == {
        "and": [
            {"property": "Made", "created_time": {"on_or_after": "2026-10-01T00:00:00.000+02:00"}},
            {"property": "Made", "created_time": {"before": "2026-11-01T00:00:00.000+01:00"}},
        ]
    }


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ({"property": "When", "date": {"on_or_after": "2026-10-01"}}, True),
        ({"property": "When", "date": {"on_or_after": "2026-10-01T00:00:00"}}, True),
        ({"property": "When", "date": {"on_or_after": "2026-10-01T00:00:00+08:00"}}, False),
        ({"and": [{"timestamp": "created_time", "created_time": {"past_week": {}}}]}, True),
        ({"property": "When", "date": {"is_empty": True}}, False),
        ({"property": "Sum", "rollup": {"date": {"before": "2026-10-01"}}}, True),
        ({"property": "Name", "title": {"equals": "2026-10-01"}}, False),
    ],
)
def test_days_in_notions_own_form_are_notions(written: dict[str, object], left: bool) -> None:
    assert leaves_days_to_notion(written) == left


def test_a_date_that_may_be_any_has_to_be_there() -> None:
    assert Filter().joined(Dates(WHEN)).json == {"property": "When", "date": {"is_not_empty": True}}


# Over real HTTP


def calls(workspace: NotionWorkspace) -> DataSource:
    source = workspace.data_source(
        "Calls", {"Name": "title", "When": "date", "Made": "created_time", "Score": number()}
    )
    for n, (when, made) in enumerate(
        [
            ("2026-10-01T07:30:00.000+08:00", datetime(2026, 9, 30, 23, 30, tzinfo=UTC)),
            ("2026-10-01T03:00:00.000+08:00", datetime(2026, 9, 30, 19, tzinfo=UTC)),
            ("2026-10-02", datetime(2026, 10, 2, tzinfo=UTC)),
            ("2026-10-14T05:00:00.000+08:00", datetime(2026, 10, 13, 21, tzinfo=UTC)),
        ]
    ):
        source.row(Name=f"call {n}", When=DateRange(when), Score=n, created=made)
    return source


@pytest.mark.parametrize("name", ["When", "Made"])
def test_rows_of_a_period_are_those_of_the_cycles_days(worlds: Worlds, name: str) -> None:
    workspace = NotionWorkspace(seed=5)
    source = calls(workspace)
    world = worlds.open(workspace)
    wish = {name: [">= 2026-10-01", "< 2026-10-14"]}
    counted = {
        zone: answer_value(
            world.read(ask("kr", zone=zone, data_source=source.id, filter=wish, measure="count"))[
                "kr"
            ]
        )
        for zone in ("Asia/Shanghai", "UTC")
    }
    assert counted == {"Asia/Shanghai": 3, "UTC": 2}


def test_the_evidence_says_whose_days_were_asked_for(worlds: Worlds) -> None:
    workspace = NotionWorkspace(seed=5)
    source = calls(workspace)
    world = worlds.open(workspace)
    wish = {"When": ">= 2026-10-01"}
    asked = ask("kr", zone="Asia/Shanghai", data_source=source.id, filter=wish, measure="count")
    evidence = observed(world.read(asked)["kr"]).evidence
    assert evidence.query.endswith('where {"When":">= 2026-10-01"}, days of Asia/Shanghai')


@contextmanager
def los_angeles(worlds: Worlds) -> Iterator[tuple[World, DataSource]]:
    workspace = NotionWorkspace(seed=3)
    source = workspace.data_source("Surveys", {"Name": "title", "When": "date", "Score": number()})
    source.row(Name="last week", When=DateRange("2026-10-07"), Score=4, created=date(2026, 10, 7))
    source.row(
        Name="today, 20:00",
        When=DateRange("2026-10-13T20:00:00.000-07:00"),
        Score=9,
        created=datetime(2026, 10, 14, 3, 1, tzinfo=UTC),
    )
    source.row(Name="tomorrow", When=DateRange("2026-10-14"), Score=1, created=date(2026, 10, 9))
    yield worlds.open(workspace), source


def test_the_latest_date_is_that_of_today_where_the_cycle_is(worlds: Worlds) -> None:
    measure = {"latest": {"property": "Score", "by": "When"}}
    with los_angeles(worlds) as (world, source):
        asked = ask(
            "kr", zone="America/Los_Angeles", now=datetime(2026, 10, 14, 5, tzinfo=UTC),
            data_source=source.id, measure=measure,
        )  # fmt: skip
        assert answer_value(world.read(asked)["kr"]) == 9


def test_the_latest_looks_further_where_the_first_rows_have_the_same_day(worlds: Worlds) -> None:
    workspace = NotionWorkspace(seed=3)
    source = workspace.data_source("Surveys", {"Name": "title", "When": "date", "Score": number()})
    for n in range(60):  # in Los Angeles these are still of 12 October, for Notion they are later
        at = datetime(2026, 10, 13, 2, n % 60, tzinfo=UTC)
        source.row(Name=f"{n}", When=DateRange(at.isoformat()), Score=n, created=at)
    source.row(Name="a day", When=DateRange("2026-10-13"), Score=500, created=date(2026, 10, 13))
    world = worlds.open(workspace)
    measure = {"latest": {"property": "Score", "by": "When"}}
    asked = ask("kr", zone="America/Los_Angeles", data_source=source.id, measure=measure)
    assert answer_value(world.read(asked)["kr"]) == 500


def test_days_that_notion_reads_in_its_own_zone_are_noted(worlds: Worlds) -> None:
    workspace = NotionWorkspace(seed=5)
    source = calls(workspace)
    world = worlds.open(workspace)
    wish = {"property": "When", "date": {"on_or_after": "2026-10-01"}}
    notes = {
        zone: observed(
            world.read(ask("kr", zone=zone, data_source=source.id, filter=wish, measure="count"))[
                "kr"
            ]
        ).evidence.notes
        for zone in ("Asia/Shanghai", "UTC")
    }
    assert notes["UTC"] == ()
    [note] = notes["Asia/Shanghai"]
    assert note.startswith("The filter's days are days of UTC, as Notion reads them")
    assert note.endswith("Asia/Shanghai")
