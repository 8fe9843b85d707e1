"""What is said of places, stand-ins and zones in okr.yaml."""

from __future__ import annotations

import pytest

from okr_core.errors import Finding
from okr_flows.formulate.check import check

CYCLE = """\
cycle: {id: c, starts: 2026-10-05, ends: 2026-10-05}
objectives: []
"""


def found(text: str, file: str = "okr.yaml") -> list[Finding]:
    (checked,) = check({file: text}, None, {})
    return [*checked.findings]


def company(lines: str) -> list[Finding]:
    return found(f"organization: Acme\ntimezone: Europe/Zurich\n{lines}")


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        ("country: ZZ", 3, "no public holidays of `ZZ` are known: no day is off there."),
        ("country: CHE", 3, "`CHE` is not allowed."),
        ("country: ch", 3, "`ch` is not allowed."),
        ("country: CH\nsubdivision: ZHR", 4, "`ZHR` is no part of Switzerland"),
        ("subdivision: ZH", 3, "a subdivision is named, and no country."),
        (
            "country: CH\npeople: {ben: {name: Ben, country: XX, timezone: UTC}}",
            4,
            "person `ben`: country: no public holidays of `XX` are known",
        ),
        (
            "country: CH\npeople: {ben: {name: Ben, subdivision: Bavaria}}",
            4,
            "person `ben`: subdivision: `Bavaria` is no part of Switzerland",
        ),
    ],
)
def test_a_place_of_which_no_holidays_are_known_is_named_with_its_line(
    lines: str, line: int, told: str
) -> None:
    (finding,) = company(lines)
    assert told in finding.message
    assert finding.line == line


@pytest.mark.parametrize(
    ("lines", "fix"),
    [
        ("country: CH\nsubdivision: ZHR", "Closest: `ZH`."),
        ("country: CH\nsubdivision: zurich", "Closest: `Zürich`."),
        ("country: CH\nsubdivision: zh", "Closest: `ZH`."),
        ("country: KX", "Closest: KE (Kenya), KG (Kyrgyzstan), "),
        ("country: EN", "Closest: EC (Ecuador), EE (Estonia), "),
        ("country: FR\nsubdivision: Qqqq", "Known are "),
        ("country: LI\nsubdivision: Vaduz", "Remove the line."),
    ],
)
def test_the_nearest_place_that_is_known_is_named(lines: str, fix: str) -> None:
    (finding,) = company(lines)
    assert finding.severity == "warning"
    assert fix in finding.fix


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "country: CH",
        "country: CH\nsubdivision: ZH",
        "country: CH\nsubdivision: Zürich",
        "country: CH\npeople: {ben: {name: Ben, country: CH}}",
        "country: CH\npeople: {ben: {name: Ben, country: US, timezone: America/New_York}}",
        "country: CH\npeople: {ben: {name: Ben, subdivision: GE}}",
    ],
)
def test_places_that_are_known_need_no_word(lines: str) -> None:
    assert company(lines) == []


def test_a_person_abroad_without_a_time_zone_is_named() -> None:
    (finding,) = company("country: CH\npeople: {ben: {name: Ben, country: US}}")
    assert finding.severity == "warning"
    assert "works in US and has no time zone" in finding.message
    assert "the clocks of Europe/Zurich" in finding.message
    assert "timezone" in finding.fix


@pytest.mark.parametrize(
    ("stand_in", "more", "severity", "told"),
    [
        ("ada", "", "error", "`ada` cannot stand in for themselves."),
        ("bem", "", "error", "person `bem` is not under `people`."),
        (
            "ben",
            ", absences: [{starts: 2026-10-07, ends: 2026-10-08}]",
            "warning",
            "`ben` is not there on 2026-10-07, in the middle of it.",
        ),
        (
            "ben",
            ", absences: [{starts: 2026-10-01, ends: 2026-10-06}]",
            "warning",
            "`ben` is not there on 2026-10-05",
        ),
        ("ben", ", until: 2026-10-08", "warning", "`ben` is not there on 2026-10-09"),
    ],
)
def test_a_stand_in_who_cannot_act_is_named(
    stand_in: str, more: str, severity: str, told: str
) -> None:
    away = f"{{starts: 2026-10-05, ends: 2026-10-16, stand_in: {stand_in}}}"
    people = f"  ada: {{name: Ada, absences: [{away}]}}\n  ben: {{name: Ben{more}}}"
    (finding,) = company(f"people:\n{people}")
    assert told in finding.message
    assert finding.severity == severity


def test_a_stand_in_who_is_there_needs_no_word() -> None:
    away = "{starts: 2026-10-05, ends: 2026-10-16, stand_in: ben}"
    later = "{starts: 2026-10-17, ends: 2026-10-20, stand_in: ada}"
    people = f"  ada: {{name: Ada, absences: [{away}]}}\n  ben: {{name: Ben, absences: [{later}]}}"
    assert company(f"people:\n{people}") == []


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("check_in: fryday", "Closest: `friday`"),
        ("working_week: []", "working_week"),
        ("working_hours: {starts: 9:00}", "Write hour and minute, such as 09:00."),
        ("working_hours: {starts: 18:00}", "is not after starts 18:00"),
        ("days_off: [{starts: 2026-12-31, ends: 2026-12-24}]", "lies before starts"),
        ("days_off: [{starts: 2026-12-31, ends: 2028-12-24}]", "is over a year"),
        ("formulation_days: 0", "formulation_days"),
        ("holidays: []", "holidays"),
    ],
)
def test_a_policy_that_cannot_be_is_told_with_what_to_write(policy: str, told: str) -> None:
    (finding,) = company(f"policies: {{calendar: {{{policy}}}}}")
    assert finding.severity == "error"
    assert finding.line == 3
    assert told in f"{finding.message} {finding.fix}"


def test_times_of_day_need_no_quotes() -> None:
    assert company("policies: {calendar: {working_hours: {starts: 08:30, ends: 16:45}}}") == []


def test_a_cycle_of_a_day_is_told_and_can_be_applied() -> None:
    (finding,) = found(CYCLE, "c.yaml")
    assert (finding.severity, finding.rule) == ("warning", "short-cycle")
    assert "a single day, 2026-10-05" in finding.message
