"""What a backfill worked out: `okr backfill`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class PastDayDocument(TypedDict):
    """One check-in day; `kept` where there was a reading already, `at` the moment asked about."""

    day: str
    state: Literal["reconstructed", "kept", "unavailable"]
    at: str | None
    value: str | None
    evidence: str | None
    reason: str | None
    hint: str | None


class BackfilledDocument(TypedDict):
    """One key result's past; the numbers count its days by state.

    `error` says why nothing could be asked; `assumptions` how its values were worked out and what
    that takes for granted.
    """

    key_result: str
    reconstructed: int
    kept: int
    unavailable: int
    error: str | None
    hint: str | None
    assumptions: list[str]
    days: list[PastDayDocument]


class BackfillDocument(TypedDict):
    """What one backfill found, and recorded unless it was a dry run."""

    schema: Literal["okr.backfill/1"]
    cycle: str
    as_of: str
    revision: int
    dry_run: bool
    key_results: list[BackfilledDocument]
    requests: dict[str, int]
    failed: dict[str, str]
