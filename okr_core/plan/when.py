"""When: a time as a person writes it, and the cycle that is meant by it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from okr_core.errors import InputError
from okr_core.plan.cycle import Cycle

_LAST_SECOND = time(23, 59, 59)
_WRITTEN = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:\d{2})?)?"
)


@dataclass(frozen=True, slots=True)
class When:
    """A time as a person wrote it: a local day, perhaps with a time of day.

    Attributes:
        day: The day as written; None: now.
        at: Local time without a zone, or a moment with the one that was written, such as `Z`;
            None: the end of the day.
    """

    day: date | None = None
    at: datetime | None = None

    @classmethod
    def parse(cls, text: str | None, label: str = "--as-of") -> When:
        """Read `YYYY-MM-DD[THH:MM[:SS]]`, with or without `Z` or an offset.

        Args:
            text: None: now.
            label: What the time is called in a message.

        Raises:
            InputError: It is something else, or no such day exists.
        """
        if text is None:
            return cls()
        match = _WRITTEN.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError(text)  # noqa: TRY301 - one message for both ways to be wrong
            if match[2]:
                at = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}")
                return cls(at.date(), at)
            return cls(date.fromisoformat(match[1]))
        except ValueError as error:
            raise InputError(
                f"{label} {text!r} is not a time.",
                hint="Write a day or a minute, such as 2026-11-15 or 2026-11-15T09:30.",
            ) from error

    @property
    def only_day(self) -> date | None:
        """The day where no time of day is named; None: a moment is meant."""
        return self.day if self.at is None else None

    def local_day(self, cycle: Cycle, now: datetime) -> date:
        """The day in the cycle's zone."""
        if self.at is not None and self.at.tzinfo is not None:
            return cycle.day_of(self.at)
        return self.day or cycle.day_of(now)

    def in_zone(self, zone: ZoneInfo, now: datetime) -> datetime:
        """The aware time in UTC; a day alone is its last second, but today is now.

        Its last second and not the midnight after it: that already belongs to the next day, on
        which a key result that was due is over and a role may have another holder.
        """
        if self.day is None or (self.at is None and self.day == now.astimezone(zone).date()):
            return now
        at = self.at or datetime.combine(self.day, _LAST_SECOND)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def nearest_cycle(cycles: Iterable[Cycle], when: When, now: datetime) -> Cycle:
    """The cycle that contains the time, else the last that ended, else the next that begins.

    Of several that contain it (a year and its quarter) the shortest.
    """

    def distance(cycle: Cycle) -> tuple[int, int, str]:
        day = when.local_day(cycle, now)
        if cycle.starts <= day <= cycle.ends:
            return 0, (cycle.ends - cycle.starts).days, cycle.id
        if cycle.ends < day:
            return 1, (day - cycle.ends).days, cycle.id
        return 2, (cycle.starts - day).days, cycle.id

    return min(cycles, key=distance)
