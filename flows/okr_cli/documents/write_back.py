"""What a write-back changed, or would change: `okr write-back`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class WrittenFieldDocument(TypedDict):
    """One field of an item; `old` and `new` are null where the field is empty."""

    field: str
    label: str
    state: Literal["same", "changed", "conflict", "unavailable"]
    old: str | None
    new: str | None
    reason: str | None
    hint: str | None


class WrittenItemDocument(TypedDict):
    """One item at one connection; `error` says why its place is out of reach."""

    item: str
    place: str
    fields: list[WrittenFieldDocument]
    error: str | None
    hint: str | None


class WrittenConnectionDocument(TypedDict):
    """What one connection was told; `failed` says why it could not be used at all."""

    connection: str
    kind: str
    items: list[WrittenItemDocument]
    requests: int
    failed: str | None


class WriteBackDocument(TypedDict):
    """What a write-back changed, or with `dry_run` would change."""

    schema: Literal["okr.write-back/1"]
    cycle: str
    as_of: str
    dry_run: bool
    connections: list[WrittenConnectionDocument]
