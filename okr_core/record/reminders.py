"""Reminders: what is kept of a reminder before it is sent, and of how that ended."""

from __future__ import annotations

from typing import Literal

from okr_core.basics.base import FrozenModel
from okr_core.record.body import RecordedBody

ReminderStage = Literal["before", "late", "circle"]
"""Before it is due, when it is overdue and its days of grace have passed, and to the circle."""
ReminderStep = Literal["intended", "sent", "failed", "refused", "unsure"]
"""`intended` is recorded before anything is sent. `failed` did not go out and is tried again;
`refused` by the mail server for good; `unsure`: whether it went out is not known, so it is never
sent again."""


class Covered(FrozenModel):
    """What a reminder is about.

    Attributes:
        matter: Names the question and its turn, see `okr_core.reminders.matter`.
        whose: Subject id of who was asked, or hears of it in the circle; empty where a route is
            told.
    """

    matter: str
    stage: ReminderStage
    whose: str = ""


class ReminderRecord(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """One step of one reminder; all steps of one have its number.

    Attributes:
        number: Names the mail or the notice, the same in each of its steps.
        step: What is about to happen, or how it ended.
        to: Subject id of who is reminded; empty where it goes to a route.
        route: Team or circle whose route is told; empty where it goes to a person.
        covers: All that it is about; the first step says it.
        why: Why it did not go out, or why that is not known; holds nothing of the mail.
    """

    kind: Literal["reminder"] = "reminder"
    number: str
    step: ReminderStep
    to: str = ""
    route: str = ""
    covers: tuple[Covered, ...] = ()
    why: str = ""
