"""Answers of a sync by hand, and why there is no value."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from okr_core.record.entries import Reading
from okr_core.record.failure import Failure
from okr_flows.sync.report import SyncedReading

AT = datetime(2026, 11, 2, 6, tzinfo=UTC)


class Failing(Protocol):
    """Something that may hold a failure."""

    @property
    def failure(self) -> Failure | None: ...


def why(told: Failing) -> Failure:
    """The failure, which is there."""
    assert told.failure is not None
    return told.failure


def observed(
    key_result: str, value: int = 0, *, at: datetime = AT, link: str = ""
) -> SyncedReading:
    """A value that counts."""
    return SyncedReading(key_result, Reading(at, Decimal(value), key_result), link=link)


def suspect(
    key_result: str, reason: str = "", hint: str = "", value: int = 0, *, existing: bool = False
) -> SyncedReading:
    """A value that waits for a person."""
    reading = Reading(AT, Decimal(value), key_result, state="suspect", reason=reason)
    return SyncedReading(key_result, reading, Failure(reason, hint), existing)


def unavailable(key_result: str, reason: str = "answers 404.") -> SyncedReading:
    """No value."""
    return SyncedReading(key_result, failure=Failure(reason))
