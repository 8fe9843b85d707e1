"""Past: what a source may offer besides reading: values of days on which nobody looked.

Live sources are never back-dated, with this one exception, which says so: a value of the past that
is worked out from what the tool still knows today (creation and resolution dates, a history).
Such a value is asked for by a person, never by a schedule, and its evidence says how it was worked
out and what that takes for granted. Where the tool cannot tell, there is no value.

A session offers it by having the method `reconstruct`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from okr_core.basics.command import okr
from okr_sources.answers import Ask, Observed, Unavailable
from okr_sources.source import Session

_BY_HAND = okr("checkin", "KR", "VALUE", as_of="DAY", until="DAY", reason="TEXT")
SAY_IT = f"Say what you know: {_BY_HAND.code}."
"""What a person can do where a past value cannot be told."""


@dataclass(frozen=True, slots=True)
class PastAsk:
    """One key result and the times at which its value is wanted.

    Attributes:
        ask: What is measured. Its `previous` plays no part: what the value was later says nothing.
        moments: Aware times in the past, sorted, at least one.
    """

    ask: Ask
    moments: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """What is known of one key result at one time.

    Attributes:
        moment: One of those that were asked for.
        answer: A value whose evidence is marked as reconstructed, or why there is none; never
            suspect, since there is nothing to compare it with.
    """

    moment: datetime
    answer: Observed | Unavailable


@runtime_checkable
class PastSession(Protocol):
    """A session that can work out values of the past."""

    def reconstruct(self, asks: Sequence[PastAsk]) -> Iterator[PastAnswer]:
        """Exactly one answer per ask and moment, as they come; never raises for one key result.

        A ratio, an average or a median of nothing is unavailable, as in `Session.read`.
        """


def past_session(session: Session) -> PastSession | None:
    """The session as one that knows the past; None where its source does not offer that."""
    return session if isinstance(session, PastSession) else None
