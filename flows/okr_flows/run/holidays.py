"""Holidays around a cycle: asked of the calendar of the world only where somebody has a country."""

from __future__ import annotations

from datetime import date

from okr_core.basics.days import days_after
from okr_core.calendar.days_off import WEEKENDS_ONLY, DaysOff
from okr_core.calendar.people import DaysOffOf, Place
from okr_core.plan.cycle import Cycle
from okr_core.plan.workspace import Workspace

_YEAR = 366
UNNAMED = Workspace(organization="OKR")
"""Where no workspace was applied: everything works with no line written."""


def days_around(cycle: Cycle) -> tuple[date, date]:
    """The first and the last day on which a date of a cycle may lie: goals are made before it."""
    first = max(cycle.starts.toordinal() - _YEAR, 1)
    return date.fromordinal(first), days_after(cycle.ends, _YEAR)


def holidays_around(cycle: Cycle) -> DaysOffOf:
    """The public holidays of any place in the years around a cycle."""

    def days_off(place: Place) -> DaysOff:
        if not place.country:
            return WEEKENDS_ONLY
        # Only where it matters: knowing the holidays of the world takes a tenth of a second.
        from okr_calendar.public_holidays import public_days_off  # noqa: PLC0415

        return public_days_off(place, *days_around(cycle))

    return days_off
