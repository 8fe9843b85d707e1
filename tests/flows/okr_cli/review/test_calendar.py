"""`okr calendar`: the dates of a cycle, the next one first, and as a file for calendars."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream
from jsonschema import Draft202012Validator
from okr_command import Okr
from terminal import Terminal

from okr_cli.plan.schema import schema_of

WORKSPACE = """\
organization: Acme
id: acme
timezone: Europe/Zurich
country: CH
subdivision: ZH
people:
  ada: {name: Ada Okafor, absences: [{starts: 2026-10-05, ends: 2026-10-16, stand_in: ben}]}
  ben: {name: Ben Lee, country: US, timezone: America/Los_Angeles}
  chi: {name: 陈芝}
"""
PLAN = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31, timezone: Europe/Zurich}
objectives:
  - id: activation
    title: New teams reach value in their first week
    ambition: aspirational
    owner: ada
    key_results:
      - {id: week1, title: Week-1 activation, metric: {kind: increase, baseline: 31, target: 45}}
      - id: churn
        title: Churn
        owner: ben
        cadence: monthly
        metric: {kind: decrease, baseline: 9, target: 5}
"""
NEXT = PLAN.replace("2026-q4", "2027-q1").replace("2026-10-01", "2027-01-11")


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, okr: Okr) -> Path:
    (tmp_path / "cycles").mkdir()
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    (tmp_path / "cycles" / "2026-q4.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = okr("apply")
    assert ran.code == 0, ran.err
    return tmp_path


def change(okr: Okr, company: Path, old: str, new: str, *why: str) -> None:
    """Change okr.yaml and apply it."""
    file = company / "okr.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    ran = okr("apply", "okr.yaml", *why)
    assert ran.code == 0, ran.err


def test_a_cycle_s_dates_are_told_with_its_holidays(okr: Okr, company: Path) -> None:
    found = okr("calendar", "--as-of", "2026-11-13", "--format", "json").json
    Draft202012Validator(schema_of("calendar")).validate(found)
    assert (found["country"], found["subdivision"], found["next"]) == ("CH", "ZH", "2027-q1")
    by_kind: dict[str, list[dict[str, object]]] = {}
    for event in found["events"]:
        by_kind.setdefault(event["what"], []).append(event)
    assert len(by_kind["check_in"]) == 14  # thirteen weeks, and the end of November
    assert by_kind["review"][0]["first"] == "2026-11-16"
    assert by_kind["kick_off"][0]["over"] is True
    assert by_kind["scoring"][0]["over"] is False
    # The second of January 2027, a holiday in Zurich too, is a Saturday.
    assert found["holidays"] == [
        {"day": "2026-12-25", "name": "Christmas Day"},
        {"day": "2027-01-01", "name": "New Year's Day"},
    ]
    assert {each["person"] for each in found["check_ins"]} == {"ada", "ben"}


def test_rows_go_to_a_pipe(okr: Okr, company: Path) -> None:
    ran = okr("calendar", "--as-of", "2026-11-13")
    first, *rows = ran.out.splitlines()
    assert first.split("\t") == ["first", "last", "due", "what", "title"]
    assert "2026-11-16\t2026-11-16\t\treview\tMid-cycle review" in rows


def test_a_person_sees_their_own_and_whom_they_stand_in_for(okr: Okr, company: Path) -> None:
    told = okr("calendar", "--person", "Ben Lee", "--as-of", "2026-10-01").out
    assert "Check-in for Ada Okafor: Week-1 activation" in told
    assert told.count("check_in") == 5
    found = okr("calendar", "--person", "ben", "--as-of", "2026-10-01", "--format", "json").json
    mine = found["check_ins"]
    assert [(each["person"], each["by"], each["day"]) for each in mine[:3]] == [
        ("ada", "ben", "2026-10-09"),
        ("ada", "ben", "2026-10-16"),
        ("ben", "ben", "2026-10-30"),
    ]
    # By the clocks of Los Angeles.
    assert mine[0]["due"] == "2026-10-10T00:00:00Z"
    assert mine[-1]["day"] == "2026-12-30"


def test_a_name_that_nobody_has_is_refused_with_the_nearest(okr: Okr, company: Path) -> None:
    ran = okr("calendar", "--person", "bem")
    assert ran.code == 2
    assert "person `bem` is not in the workspace. Closest: `ben`." in " ".join(ran.err.split())


def test_a_file_opens_in_another_reader_with_the_same_dates(okr: Okr, company: Path) -> None:
    ran = okr("calendar", "--ics", "q4.ics", "--as-of", "2026-11-13")
    assert ran.code == 0, ran.err
    assert "wrote q4.ics" in ran.err
    calendar = IcsCalendarStream.calendar_from_ics((company / "q4.ics").read_bytes().decode())
    by_uid = {event.uid: event for event in calendar.events}
    assert len(by_uid) == len(calendar.events) == 21
    review = by_uid["okr-acme-2026-q4-review-1@prefect-okr"]
    assert review.dtstart == date(2026, 11, 16)
    eve = by_uid["okr-acme-2026-q4-check-in-2026-w52@prefect-okr"]
    assert isinstance(eve.end, datetime)
    assert eve.end.astimezone(UTC) == datetime(2026, 12, 24, 16, tzinfo=UTC)
    # What everybody may have names nobody and nothing that is measured.
    text = (company / "q4.ics").read_text(encoding="utf-8")
    assert not any(word in text for word in ("Ada", "Ben", "Churn", "activation"))


def test_a_person_s_file_has_their_check_ins_and_the_dates_of_all(okr: Okr, company: Path) -> None:
    assert okr("calendar", "--person", "ben", "--ics", "ben.ics").code == 0
    assert okr("calendar", "--ics", "all.ics").code == 0
    ben, everyone = (
        {event.uid: event for event in IcsCalendarStream.calendar_from_ics(text).events}
        for text in ((company / name).read_bytes().decode() for name in ("ben.ics", "all.ics"))
    )
    shared = ben.keys() & everyone.keys()
    # Imported both, nothing stands twice.
    assert {uid for uid in everyone if "check-in" not in uid} == shared
    own = [event for uid, event in ben.items() if uid not in shared]
    assert len(own) == 5
    assert own[0].summary == "Check-in for Ada Okafor: Week-1 activation"
    assert isinstance(own[0].start, datetime)
    assert str(own[0].start.tzinfo) == "America/Los_Angeles"
    assert "- Week-1 activation" in str(own[0].description)


def test_a_date_that_moves_keeps_its_id_and_its_file_is_a_later_one(
    okr: Okr, company: Path
) -> None:
    assert okr("calendar", "--ics", "q4.ics").code == 0
    first = (company / "q4.ics").read_bytes()
    assert okr("calendar", "--ics", "q4.ics").code == 0
    assert (company / "q4.ics").read_bytes() == first
    outing = "policies: {calendar: {days_off: [{starts: 2026-11-16, name: Outing}]}}"
    change(okr, company, "people:", f"{outing}\npeople:", "--reason", "a day for all of us")
    assert okr("calendar", "--ics", "q4.ics").code == 0
    before, after = (
        {event.uid: event for event in IcsCalendarStream.calendar_from_ics(text).events}
        for text in (first.decode(), (company / "q4.ics").read_bytes().decode())
    )
    assert before.keys() == after.keys()
    uid = "okr-acme-2026-q4-review-1@prefect-okr"
    assert (before[uid].dtstart, after[uid].dtstart) == (date(2026, 11, 16), date(2026, 11, 17))
    assert all((after[uid].sequence or 0) > (before[uid].sequence or 0) for uid in before)


def test_the_next_cycle_s_own_plan_says_when_its_goals_are_made(okr: Okr, company: Path) -> None:
    assert okr("calendar", "--cycle", "2026-q4", "--ics", "before.ics").code == 0
    (company / "cycles" / "2027-q1.yaml").write_text(
        NEXT.replace("2026-12-31", "2027-03-31"), encoding="utf-8"
    )
    assert okr("apply", "cycles/2027-q1.yaml").code == 0
    found = okr("calendar", "--cycle", "2026-q4", "--format", "json").json
    planning = next(each for each in found["events"] if each["what"] == "planning")
    assert (planning["first"], planning["last"]) == ("2026-12-21", "2027-01-08")
    # A calendar that has the earlier file takes over what has moved.
    assert okr("calendar", "--cycle", "2026-q4", "--ics", "after.ics").code == 0
    before, after = (
        IcsCalendarStream.calendar_from_ics((company / name).read_bytes().decode()).events[0]
        for name in ("before.ics", "after.ics")
    )
    assert (after.sequence or 0) > (before.sequence or 0)


def test_titles_and_holidays_are_told_in_chinese(okr: Okr, company: Path) -> None:
    ran = okr("calendar", "--language", "zh", "--ics", "q4.ics", "--person", "ben")
    assert ran.code == 0, ran.err
    assert "进展更新（代 Ada Okafor）：Week-1 activation" in ran.out
    text = (company / "q4.ics").read_text(encoding="utf-8")
    assert "中期回顾" in text
    holidays = okr("calendar", "--language", "zh", "--format", "json").json["holidays"]
    assert {each["name"] for each in holidays} == {"公共假日"}


def test_the_workspace_s_own_files_are_never_written_over(okr: Okr, company: Path) -> None:
    for name in ("okr.yaml", "okr.db", "cycles/2026-q4.yaml"):
        ran = okr("calendar", "--ics", name)
        assert ran.code == 1, name
        assert "nothing was written" in ran.err
    assert okr("calendar", "--ics", "nowhere/q4.ics").code == 2


def test_without_a_country_weekends_are_off_and_everything_works(okr: Okr, company: Path) -> None:
    change(okr, company, "country: CH\nsubdivision: ZH\n", "")
    found = okr("calendar", "--format", "json").json
    assert (found["country"], found["holidays"]) == (None, [])
    assert "2026-12-25" in {each["first"] for each in found["events"]}


def test_it_is_said_which_years_a_country_has_not_published(okr: Okr, company: Path) -> None:
    change(okr, company, "country: CH\nsubdivision: ZH\n", "country: CN\n")
    far = company / "cycles" / "2040-q4.yaml"
    far.write_text(PLAN.replace("2026", "2040"), encoding="utf-8")
    assert okr("apply", far).code == 0
    found = okr("calendar", "--cycle", "2040-q4", "--format", "json").json
    assert found["not_published"] == [2040, 2041]


def test_on_a_terminal_the_next_date_comes_first_and_long_titles_go_on_below(
    company: Path,
) -> None:
    long = "Week-1 activation of all teams that came by a recommendation without those on trial"
    plan = company / "cycles" / "2026-q4.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("title: Week-1 activation", f"title: {long}"), encoding="utf-8")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    terminal = Terminal(company, environment, {})
    terminal.type("okr apply cycles/2026-q4.yaml --reason clearer --reason-class learned")
    shown = terminal.type("okr calendar --person ada --as-of 2026-12-15").replace("\r", "")
    lines = [line.rstrip() for line in shown.splitlines()]
    following = lines.index("Next") + 1
    assert lines[0].startswith("Cycle 2026-q4, 1 Oct 2026 to 31 Dec 2026, times of Europe/Zurich;")
    assert lines[following].startswith("  Fri 11 Dec to Thu 31 Dec  Goals of the next cycle are")
    assert lines[following + 1].startswith(
        "  Fri 18 Dec 17:00          Check-in: Week-1 activation"
    )
    assert lines[following + 2].startswith(" " * 28)
    assert max(map(len, lines)) <= 100
    assert "  Fri 25 Dec  Christmas Day" in lines
    assert lines.index("Over") > following
