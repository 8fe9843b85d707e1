"""Public holidays: on which days people of a country work, and what the others are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from holidays.holiday_base import HolidayBase
from holidays.utils import country_holidays

from okr_calendar.countries import countries, subdivisions
from okr_core.calendar.days_off import DaysOff
from okr_core.calendar.people import Place

Language = Literal["en", "zh"]
_UNNAMED = {"en": "public holiday", "zh": "公共假日"}
"""Where no name is known in a language: one in another would be read by nobody."""
_SUPPORTED = {"en": ("en_US", "en_GB"), "zh": ("zh_CN",)}
FIRST_YEAR, LAST_YEAR = 1970, 2100
"""Years whose holidays are told; the rules for others are nobody's."""
_SAID_SINCE, _LATELY = 2015, 5
"""Years in which it shows that a country says each year on which weekends it works."""


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A day off by law.

    Attributes:
        day: The day.
        name: What it is called.
    """

    day: date
    name: str


def public_days_off(place: Place, first: date, last: date) -> DaysOff:
    """On which days people of a country work, from the first to the last year asked for.

    Args:
        place: Without a country, or with one whose holidays are unknown: Mondays to Fridays. With
            an unknown subdivision: the holidays of the whole country.
        first: A day of the first year.
        last: A day of the last.
    """
    return _days_off(place, first.year, last.year)


@lru_cache(maxsize=512)
def _days_off(place: Place, first: int, last: int) -> DaysOff:
    known = _known(place, "en", first, last)
    if known is None:
        return DaysOff()
    weekend = frozenset(known.weekend)
    off, worked = set[date](), set[date]()
    # Day by day: some countries moved their weekend, or work on days of it once.
    for day in _days(first, last):
        usual = day.weekday() not in weekend
        if known.is_working_day(day) != usual:
            (off if usual else worked).add(day)
    return DaysOff(frozenset(off), frozenset(worked), weekend)


def holidays_between(
    place: Place, first: date, last: date, language: Language = "en"
) -> tuple[PublicHoliday, ...]:
    """The public holidays from a day to another, both included, by day.

    Args:
        place: Whose.
        first: First day.
        last: Last day.
        language: Of their names; those that have none in it are called public holidays.
    """
    known = _known(place, language, first.year, last.year)
    if known is None:
        return ()
    spoken = _spoken(known, language)
    return tuple(
        PublicHoliday(day, known[day] if spoken else _UNNAMED[language])
        for day in sorted(known)
        if first <= day <= last
    )


def years_not_published(place: Place, first: date, last: date) -> tuple[int, ...]:
    """Years of which a country has not said yet on which weekends it works instead.

    China does so each November: until then its holidays of the next year are those by rule.

    >>> years_not_published(Place("CH"), date(2026, 10, 1), date(2026, 12, 31))
    ()
    """
    known = _known(place, "en", _SAID_SINCE, last.year)
    said = {day.year for day in getattr(known, "weekend_workdays", ())}
    newest = max(said, default=0)
    lately = range(newest - _LATELY + 1, newest + 1)
    if newest < _SAID_SINCE + _LATELY or not said.issuperset(lately):
        return ()
    return tuple(year for year in range(first.year, last.year + 1) if year > newest)


def _known(place: Place, language: Language, first: int, last: int) -> HolidayBase | None:
    """What the library knows of a place; None: nothing."""
    if place.country not in countries():
        return None
    part = place.subdivision if place.subdivision in subdivisions(place.country) else None
    years = range(max(first, FIRST_YEAR), min(last, LAST_YEAR) + 1)
    # Without a language, names would be in that of the machine.
    spoken = country_holidays(place.country, expand=False)
    return country_holidays(
        place.country,
        subdiv=part,
        years=years,
        expand=False,
        language=_choose(spoken, language) or spoken.default_language or "en_US",
    )


def _choose(known: HolidayBase, language: Language) -> str | None:
    return next((each for each in _SUPPORTED[language] if each in known.supported_languages), None)


def _spoken(known: HolidayBase, language: Language) -> bool:
    """Whether the names are in a language; a country without translations has English ones."""
    if _choose(known, language) is not None:
        return True
    return language == "en" and not known.supported_languages


def _days(first: int, last: int) -> Iterator[date]:
    day = date(max(first, FIRST_YEAR), 1, 1)
    end = date(min(last, LAST_YEAR), 12, 31)
    while day <= end:
        yield day
        day += timedelta(days=1)
