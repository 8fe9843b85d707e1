"""Moment: the cycle and the time that a command is about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from okr_core.cycle import Cycle
from okr_core.errors import InputError

if TYPE_CHECKING:
    from okr_cli.options import Moment
    from okr_store import Store

_LAST_SECOND = time(23, 59, 59)
_AS_OF = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?")


@dataclass(frozen=True, slots=True)
class When:
    """A time as a person typed it: a local day, perhaps with a time of day.

    Attributes:
        day: None: now.
        at: Local time without a zone; None: the end of the day.
    """

    day: date | None = None
    at: datetime | None = None

    @classmethod
    def parse(cls, text: str | None, label: str = "--as-of") -> When:
        """Read `YYYY-MM-DD[THH:MM]`.

        Args:
            text: None: now.
            label: What the time is called in a complaint.

        Raises:
            InputError: It is something else, or no such day exists.
        """
        if text is None:
            return cls()
        match = _AS_OF.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError(text)  # noqa: TRY301 - one message for both ways to be wrong
            if match[2]:
                at = datetime.fromisoformat(f"{match[1]}T{match[2]}")
                return cls(at.date(), at)
            return cls(date.fromisoformat(match[1]))
        except ValueError as error:
            raise InputError(
                f"{label} {text!r} is not a time.",
                hint="Write a day or a minute, such as 2026-11-15 or 2026-11-15T09:30.",
            ) from error

    def local_day(self, cycle: Cycle, now: datetime) -> date:
        """The day in the cycle's zone."""
        return self.day or cycle.day_of(now)

    def in_zone(self, zone: ZoneInfo, now: datetime) -> datetime:
        """The aware time in UTC; a day alone is its last second, but today is now.

        Its last second and not the midnight after it: that already belongs to the next day, on
        which a key result that was due is over and a role may have another holder.
        """
        if self.day is None or (self.at is None and self.day == now.astimezone(zone).date()):
            return now
        at = self.at or datetime.combine(self.day, _LAST_SECOND)
        return at.replace(tzinfo=zone).astimezone(UTC)


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def locate(store: Store, moment: Moment, now: datetime) -> tuple[Cycle, datetime]:
    """The cycle that is meant and the aware time, in UTC.

    Raises:
        InputError: The store has no plan, or none of the cycle given, or the time is no time.
    """
    when = When.parse(moment.as_of)
    cycle = _cycle(store, moment.cycle, when, now)
    return cycle, when.in_zone(cycle.zone, now)


def locate_now(store: Store, moment: Moment, now: datetime) -> tuple[Cycle, datetime]:
    """The same for what is to be recorded: nothing is recorded as of a time that is to come.

    Raises:
        InputError: See `locate`, or the time lies in the future.
    """
    cycle, as_of = locate(store, moment, now)
    if as_of > now:
        raise InputError(
            f"{as_of.astimezone(cycle.zone):%Y-%m-%d %H:%M} lies in the future.",
            hint="What is recorded has happened; correct --as-of.",
        )
    return cycle, as_of


def _cycle(store: Store, given: str | None, when: When, now: datetime) -> Cycle:
    known = store.cycles()
    if given is not None and given not in known:
        raise InputError(
            f"the store has no plan of cycle `{given}`.",
            hint=f"It has {', '.join(known)}." if known else "Run `okr apply` first.",
        )
    if not known:
        raise InputError("the store has no plan yet.", hint="Run `okr apply` in your workspace.")
    cycles = _cycles(store, [given] if given else known)
    if not cycles:
        raise InputError(
            "every plan in the store is only proposed yet.",
            hint="`okr revisions list` shows them; accept one with `okr revisions accept`.",
        )
    return nearest_cycle(cycles, when, now)


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


def _cycles(store: Store, ids: Iterable[str]) -> list[Cycle]:
    revisions = (store.revision("plan", cycle) for cycle in ids)
    # Only the cycle is needed of each plan, and a plan of 5,000 key results is slow to validate.
    return [Cycle.model_validate(json.loads(r.document)["cycle"]) for r in revisions if r]
