"""What a sync asks and finds: `okr sync`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class SyncedDocument(TypedDict):
    """The answer for one key result."""

    key_result: str
    value: str | None
    state: Literal["observed", "suspect", "unavailable"]
    existing: bool
    evidence: str | None
    link: str | None
    error: str | None
    hint: str | None


class SyncDocument(TypedDict):
    """What one sync found."""

    schema: Literal["okr.sync/1"]
    cycle: str
    as_of: str
    revision: int
    readings: list[SyncedDocument]
    requests: dict[str, int]
    failed: dict[str, str]


class FetchDocument(TypedDict):
    """One query of the request plan; `pages` is null where no run has counted the rows yet."""

    connection: str
    query: str
    endpoint: str
    fields: list[str]
    pages: int | None
    serves: list[str]


class RefusedDocument(TypedDict):
    """A key result that cannot be asked for."""

    key_result: str
    reason: str
    hint: str


class SyncPlanDocument(TypedDict):
    """What `okr sync --dry-run` would ask."""

    schema: Literal["okr.sync-plan/1"]
    cycle: str
    as_of: str
    fetches: list[FetchDocument]
    existing: list[str]
    refused: list[RefusedDocument]
