"""TickReport: what one tick of a cycle's clock started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_flows.clock.slots import Slot
from okr_flows.remind.report import RemindReport


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick did.

    Attributes:
        done: What was due and was done now, oldest first.
        passed: What was due and that a rule refused: it is not tried again.
        failed: What was due and could not be done: the next tick tries again, in the same order.
        notes: What was done and left something undone, such as a route that could not be told.
        reminders: Who was reminded; None: nobody could be, or the tick is not of now.
        busy: Who is at it instead; empty: this tick was.
        closed: Whether the cycle is closed: nothing is due any more.
    """

    cycle: str
    done: tuple[Slot, ...] = ()
    passed: Mapping[Slot, str] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reminders: RemindReport | None = None
    busy: str = ""
    closed: bool = False

    @property
    def incomplete(self) -> bool:
        """Whether somebody should look."""
        reminders = self.reminders is not None and self.reminders.incomplete
        return bool(self.failed or self.notes or reminders)

    @property
    def headline(self) -> str:
        """One line such as `scored 1 day, reported; reminded 3 people`. It names nobody."""
        if self.busy:
            return f"nothing was done: {self.busy}"
        if self.closed:
            return "the cycle is closed: nothing is due"
        scored = sum(each.job == "score" for each in self.done)
        parts = [f"scored {scored} {'day' if scored == 1 else 'days'}"] if scored else []
        parts += ["reported"] if any(each.job == "report" for each in self.done) else []
        told = [", ".join(parts)] if parts else []
        told += [self.reminders.headline] if self.reminders is not None else []
        told += [
            f"{slot.job} of {slot.at:%Y-%m-%d} passed: {why}" for slot, why in self.passed.items()
        ]
        told += [f"could not {what}: {why}" for what, why in self.failed.items()]
        return "; ".join([*told, *self.notes]) or "nothing was due"
