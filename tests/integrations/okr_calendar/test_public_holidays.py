"""Which days are off by country, in two languages, on any machine."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pytest

from okr_calendar.countries import countries, subdivisions
from okr_calendar.public_holidays import (
    holidays_between,
    public_days_off,
    years_not_published,
)
from okr_calendar.workplace import company_days_off
from okr_core.calendar.people import Place
from okr_core.plan.calendar_policy import CalendarPolicy, OwnDaysOff
from okr_core.plan.workspace import Policies, Workspace


@pytest.mark.parametrize(
    ("place", "day", "works"),
    [
        (Place("CH"), date(2026, 8, 1), False),
        (Place("CH"), date(2026, 12, 25), False),
        (Place("CH", "ZH"), date(2026, 5, 1), False),
        (Place("CH", "GE"), date(2026, 9, 10), False),
        (Place("CH", "ZH"), date(2026, 9, 10), True),
        (Place("US"), date(2026, 11, 26), False),
        (Place("US"), date(2026, 7, 3), False),  # the fourth is a Saturday
        (Place("GB", "SCT"), date(2026, 11, 30), False),
        (Place("GB", "ENG"), date(2026, 11, 30), True),
        (Place("CN"), date(2026, 10, 5), False),
        (Place("CN"), date(2026, 10, 10), True),  # a Saturday that makes up for the week
        (Place("SA"), date(2026, 11, 6), False),  # Fridays and Saturdays
        (Place("SA"), date(2026, 11, 8), True),
        (Place("DE", "BY"), date(2024, 2, 29), True),
        (Place(), date(2026, 12, 25), True),
        (Place("ZZ"), date(2026, 12, 25), True),
        (Place("CH", "Nowhere"), date(2026, 12, 25), False),
    ],
)
def test_people_work_as_their_country_does(place: Place, day: date, works: bool) -> None:
    assert public_days_off(place, day, day).works_on(day) is works


def test_holidays_are_named_in_english_or_chinese_or_called_public_holidays() -> None:
    christmas = date(2026, 12, 25), date(2026, 12, 25)
    assert [each.name for each in holidays_between(Place("CH"), *christmas)] == ["Christmas Day"]
    assert [each.name for each in holidays_between(Place("DE"), *christmas)] == ["Christmas Day"]
    assert [each.name for each in holidays_between(Place("GB"), *christmas)] == ["Christmas Day"]
    assert [each.name for each in holidays_between(Place("CH"), *christmas, "zh")] == ["公共假日"]
    golden = holidays_between(Place("CN"), date(2026, 10, 1), date(2026, 10, 1), "zh")
    assert [each.name for each in golden] == ["国庆节"]


def test_the_language_of_the_machine_changes_nothing() -> None:
    code = (
        "from datetime import date; from okr_core.calendar.people import Place\n"
        "from okr_calendar.public_holidays import holidays_between as h\n"
        "print(ascii(h(Place('CH'), date(2026, 12, 25), date(2026, 12, 25))))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "LANGUAGE": language, "LANG": f"{language}.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for language in ("de_DE", "zh_CN")
    }
    assert len(told) == 1
    assert "Christmas Day" in told.pop()


def test_what_a_country_has_not_published_yet_is_said() -> None:
    assert years_not_published(Place("CH"), date(2026, 1, 1), date(2040, 1, 1)) == ()
    assert years_not_published(Place("CN"), date(2026, 1, 1), date(2026, 12, 31)) == ()
    far = years_not_published(Place("CN"), date(2026, 10, 1), date(2041, 1, 31))
    assert far[-2:] == (2040, 2041)


def test_years_that_no_law_reaches_have_no_holidays_and_take_no_time() -> None:
    far = public_days_off(Place("CH"), date(1, 1, 1), date(9999, 12, 31))
    assert far.works_on(date(2500, 12, 27))
    assert not far.works_on(date(2026, 12, 25))
    assert public_days_off(Place("CH"), date(2500, 1, 1), date(2501, 1, 1)).off == frozenset()


def test_every_country_that_is_known_can_be_asked() -> None:
    assert countries()["GB"] == "United Kingdom"
    assert all(len(code) == 2 for code in countries())
    assert {"ZH", "Zürich"} <= subdivisions("CH")
    assert subdivisions("ZZ") == frozenset()
    for code in countries():
        days = public_days_off(Place(code), date(2026, 1, 1), date(2026, 12, 31))
        assert 150 < days.number(date(2026, 1, 1), date(2027, 1, 1)) < 320, code


def test_a_company_has_its_own_days_off_beside_those_of_its_country() -> None:
    shutdown = OwnDaysOff(starts=date(2026, 12, 28), ends=date(2026, 12, 31))
    policies = Policies(calendar=CalendarPolicy(days_off=(shutdown,)))
    acme = Workspace(organization="Acme", country="CH", policies=policies)
    days = company_days_off(acme, date(2026, 1, 1), date(2026, 12, 31))
    assert not days.works_on(date(2026, 12, 25))
    assert not days.works_on(date(2026, 12, 29))
