"""Readings: which of them count at a time, and which one is current."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from okr_core.basics.days import in_utc
from okr_core.record.entries import Acceptance, Entry, Reading

MANUAL = "manual"
"""Source of the readings that people give."""


def in_time(
    readings: Iterable[Reading], cutoff: datetime, said_by: datetime | None = None
) -> list[Reading]:
    """The readings that score: observed, or said, by the cut-off.

    Args:
        readings: In any order.
        cutoff: Aware time.
        said_by: What people said later is not known; None: all of it is, up to the cut-off.
    """
    limit = cutoff if said_by is None else min(cutoff, said_by)
    return [r for r in readings if r.known_at <= (limit if r.source == MANUAL else cutoff)]


def acceptances(entries: Iterable[Entry]) -> dict[str, datetime]:
    """Id of a suspect reading → when a person first said that it is true.

    A reading that `supersedes` one of them is the same value, which counts since.
    """
    found: dict[str, datetime] = {}
    for entry in entries:
        if isinstance(entry.body, Acceptance):
            found.setdefault(entry.body.reading, entry.at)
    return found


def current_reading(
    readings: Sequence[Reading], as_of: datetime, *, bound: bool = False
) -> Reading | None:
    """The reading that holds at `as_of`: the latest by (at, sequence) of those that count.

    One whose `until` has passed gives way to the one before it.

    Args:
        readings: Readings of one key result or one part, in any order.
        as_of: Aware time.
        bound: Whether a source supplies the readings: see `counting_readings`.

    Returns:
        None where nothing counts yet, which is pending and never 0.
    """
    return current_in(readings, in_utc(as_of), bound)


def current_in(readings: Sequence[Reading], as_of: datetime, bound: bool) -> Reading | None:
    """`current_reading` for a time that is in UTC already."""
    if len(readings) == 1:  # most key results, most of the time
        only = readings[0]
        counts = only.state == "observed" and only.at <= as_of
        return only if counts and not _ended(only, as_of) else None
    counting = counting_readings(readings, as_of, bound=bound)
    return next((r for r in reversed(counting) if not _ended(r, as_of)), None)


def counting_readings(
    readings: Iterable[Reading], as_of: datetime, *, bound: bool = False
) -> list[Reading]:
    """All readings that count at `as_of`, oldest first: the history of the current one.

    A reading counts if it is observed (neither suspect nor void), not later than `as_of`, and not
    superseded by another that is not later than `as_of`; of several at the same time the last in
    sequence counts. On a bound key result a manual reading without an `until` counts only before
    the source's first reading: people's values from before the binding stay, later ones need an
    end. One whose `until` has passed stays in the history, where it held until then.

    Args:
        readings: Readings of one key result or one part, in any order.
        as_of: Aware time. What was known by then is decided by who hands in the readings.
        bound: Whether a source supplies the readings.
    """
    as_of = in_utc(as_of)
    known = [r for r in readings if r.at <= as_of]
    superseded = {r.supersedes for r in known if r.supersedes}
    counting = [r for r in known if r.state == "observed" and not (r.id and r.id in superseded)]
    counting.sort(key=_moment)
    if bound:
        counting = _without_strays(counting)
    return [
        r for i, r in enumerate(counting) if i + 1 == len(counting) or counting[i + 1].at > r.at
    ]


def waiting_reading(
    readings: Sequence[Reading], as_of: datetime, current: Reading | None
) -> Reading | None:
    """The latest suspect reading that is newer than the current one: it waits for a person.

    Args:
        readings: Readings of one key result, in any order.
        as_of: Aware time.
        current: What counts meanwhile; None: nothing.
    """
    if current is not None and len(readings) == 1:
        return None
    suspects = [r for r in readings if r.state == "suspect"]
    if not suspects:
        return None
    as_of = in_utc(as_of)
    superseded = {r.supersedes for r in readings if r.supersedes and r.at <= as_of}
    live = [r for r in suspects if r.at <= as_of and not (r.id and r.id in superseded)]
    newest = max(live, key=_moment, default=None)
    if newest is None or (current is not None and _moment(newest) < _moment(current)):
        return None
    return newest


def _ended(reading: Reading, as_of: datetime) -> bool:
    return reading.until is not None and reading.until <= as_of


def _moment(reading: Reading) -> tuple[datetime, int]:
    # In UTC: two times of one zone compare by the wall clock, wrongly where it is set back.
    return reading.at.astimezone(UTC), reading.sequence


def _without_strays(counting: list[Reading]) -> list[Reading]:
    first = next((i for i, r in enumerate(counting) if r.source != MANUAL), len(counting))
    return [
        r for i, r in enumerate(counting) if i < first or r.source != MANUAL or r.until is not None
    ]
