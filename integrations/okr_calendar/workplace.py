"""Workplace: on which days a company and its people work, by country and by its own rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from okr_calendar.public_holidays import public_days_off
from okr_core.calendar.days_off import DaysOff
from okr_core.calendar.people import Place, place_of
from okr_core.plan.workspace import Workspace


def company_days_off(workspace: Workspace, first: date, last: date) -> DaysOff:
    """On which days a company works: its country's holidays, and its own days off.

    Args:
        workspace: Names country, subdivision and policy.
        first: A day of the first year that is asked for.
        last: A day of the last.
    """
    place = place_of(workspace)
    return public_days_off(place, first, last).under(workspace.policies.calendar)


def holidays_from(first: date, last: date) -> Callable[[Place], DaysOff]:
    """The public holidays of any place in the years of these days."""
    return lambda place: public_days_off(place, first, last)
