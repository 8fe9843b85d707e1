"""Reminder policy: when people are reminded, and in which language."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from okr_core.basics.base import FrozenModel


class ReminderPolicy(FrozenModel):
    """When people are reminded of what waits for them.

    Attributes:
        send: Whether anybody is reminded at all.
        before_hours: Hours before a check-in is due from which its first reminder may go out, in
            working hours.
        circle_days: Days after the reminder that it is overdue until the role's circle hears.
        language: Of everything in a reminder that is not written by people.
    """

    send: bool = True
    before_hours: Annotated[int, Field(ge=1, le=168)] = 24
    circle_days: Annotated[int, Field(ge=1, le=60)] = 3
    language: Literal["en", "zh"] = "en"
