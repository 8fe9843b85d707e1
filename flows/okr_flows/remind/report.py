"""RemindReport: who was reminded by one run, who was not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RemindReport:
    """What one run has sent. Who is named here stays with whoever called; `headline` names nobody.

    Attributes:
        sent: Ids of people who were mailed.
        told: Routes that were told.
        unsure: People and routes of whom nobody knows whether they were reached.
        refused: Person → why the mail server never takes a mail to them.
        failed: Person or route → why it could not be sent; the next run tries again.
        unreachable: Ids of people who have no address.
        down: Why the mail server could not be used at all; empty: it could, or was not needed.
        never_reported: Key results that nobody ever reported.
        to_close: Whether the cycle waits to be closed.
        closed: Whether the cycle is closed: nobody is reminded then.
        unmailed: Whether there is no mail server in okr.yaml though somebody was to be reminded.
    """

    sent: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    unreachable: tuple[str, ...] = ()
    down: str = ""
    never_reported: int = 0
    to_close: bool = False
    closed: bool = False
    unmailed: bool = False

    @property
    def incomplete(self) -> bool:
        """Whether somebody should look: what was not sent, or may not have been."""
        return bool(self.unsure or self.refused or self.failed or self.down)

    @property
    def headline(self) -> str:
        """One line such as `reminded 3 people, told 1 circle; 1 reminder is unsure`."""
        if self.closed:
            return "the cycle is closed"
        told = [f"reminded {_several(len(self.sent), 'person', 'people')}"]
        told += [f"told {_several(len(self.told), 'circle', 'circles')}"] if self.told else []
        parts = [", ".join(told)]
        one, many = "reminder", "reminders"
        if self.unsure:
            parts.append(f"{_several(len(self.unsure), one, many)} may or may not have gone out")
        if self.refused:
            parts.append(f"{_several(len(self.refused), one, many)} refused by the mail server")
        if self.failed and not self.down:
            parts.append(f"{_several(len(self.failed), one, many)} not sent, tried again")
        if self.down:
            parts.append(f"no mail could be sent: {self.down}")
        if self.unreachable:
            parts.append(f"{_several(len(self.unreachable), 'person', 'people')} without address")
        if self.unmailed:
            parts.append("okr.yaml names no mail server")
        if self.never_reported:
            parts.append(
                f"{_several(self.never_reported, 'key result', 'key results')} never reported"
            )
        if self.to_close:
            parts.append("the cycle waits to be closed by its owner")
        return "; ".join(parts)


def _several(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
