"""Lanes: how many requests may be under way, as pure state that is told the time.

Additive increase, multiplicative decrease (Chiu and Jain 1989): a request that asks us to slow
down halves the lane and closes it for the time that the server names; every request that goes
well widens it by a fraction, so that about one full round of good requests wins one place back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WHOLE = ""
"""Name of the lane that every request of the connection passes."""


@dataclass(slots=True)
class Lane:
    """One endpoint, or the whole connection.

    Attributes:
        widest: Most requests at once.
        width: Requests that may go at once at present, between 1 and `widest`.
        under_way: Requests that have begun and not ended.
        closed_until: Time before which nothing begins.
        slowed_at: When it was last halved.
    """

    widest: int
    width: float = 0.0
    under_way: int = 0
    closed_until: float = float("-inf")
    slowed_at: float = float("-inf")

    def __post_init__(self) -> None:
        self.width = self.width or float(self.widest)

    def full(self) -> bool:
        """Whether a request has to wait until another one ends."""
        return self.under_way >= int(self.width)

    def slow(self, began: float, now: float, seconds: float) -> None:
        """Close for `seconds`, and halve once for all requests that were sent before."""
        self.closed_until = max(self.closed_until, now + seconds)
        if began > self.slowed_at:
            self.width = max(1.0, self.width / 2)
            self.slowed_at = now

    def widen(self) -> None:
        """One request went well."""
        self.width = min(float(self.widest), self.width + 1 / self.width)


@dataclass(slots=True)
class Lanes:
    """The lanes of one connection; a request passes its endpoint's and the whole one."""

    widest: int
    named: dict[str, Lane] = field(default_factory=dict)

    def closed_for(self, endpoint: str, now: float) -> float:
        """Seconds until the request's lanes are open, 0 where they are."""
        return max(0.0, *(lane.closed_until - now for lane in self._passed(endpoint)))

    def begin(self, endpoint: str, now: float) -> bool:
        """Let one request begin; False where its lanes are closed or full."""
        lanes = self._passed(endpoint)
        if self.closed_for(endpoint, now) > 0 or any(lane.full() for lane in lanes):
            return False
        for lane in lanes:
            lane.under_way += 1
        return True

    def end(self, endpoint: str) -> None:
        """One request has ended, however it went."""
        for lane in self._passed(endpoint):
            lane.under_way -= 1

    def good(self, endpoint: str) -> None:
        """A request went well: its lanes widen."""
        for lane in self._passed(endpoint):
            lane.widen()

    def throttled(self, name: str, began: float, now: float, seconds: float) -> None:
        """A request that `began` then was told to slow down; `name` is the lane to slow."""
        self._lane(name).slow(began, now, seconds)

    def _passed(self, endpoint: str) -> tuple[Lane, Lane]:
        return self._lane(WHOLE), self._lane(endpoint)

    def _lane(self, name: str) -> Lane:
        return self.named.setdefault(name, Lane(self.widest))
