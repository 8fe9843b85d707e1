"""What a write-back changed, or would change: `okr write-back`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Text, Time, filled
from okr_core.record.failure import Failure

if TYPE_CHECKING:
    from okr_flows.write_back.report import WriteBackReport
    from okr_sources.write_back.ownership import Settled
    from okr_sources.write_back.write_back import Compared


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFieldDocument:
    """One field of an item; `old` and `new` are null where the field is empty."""

    field: str
    label: str
    state: Literal["same", "changed", "conflict", "unavailable"]
    old: str | None
    new: str | None
    reason: Text
    hint: Text

    @classmethod
    def of(cls, settled: Settled) -> WrittenFieldDocument:
        """What became of a field."""
        why = settled.failure or Failure("")
        return filled(cls, settled, state=settled.verdict, reason=why.reason, hint=why.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenItemDocument:
    """One item at one connection; `error` says why its place is out of reach."""

    item: str
    place: str
    fields: tuple[WrittenFieldDocument, ...]
    error: Text
    hint: Text

    @classmethod
    def of(cls, item: Compared) -> WrittenItemDocument:
        """What became of an item."""
        why = item.failure or Failure("")
        fields = tuple(WrittenFieldDocument.of(each) for each in item.fields)
        return filled(cls, item, fields=fields, error=why.reason, hint=why.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenConnectionDocument:
    """What one connection was told.

    `failed` says why it could not be used at all, `stopped` why nothing was
    written though it could.
    """

    connection: str
    kind: str
    items: tuple[WrittenItemDocument, ...]
    requests: int
    failed: Text
    stopped: Text

    @classmethod
    def of(cls, report: WriteBackReport) -> WrittenConnectionDocument:
        """What a connection was told."""
        return filled(
            cls, report, items=tuple(WrittenItemDocument.of(each) for each in report.items)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBackDocument:
    """What a write-back changed, or with `dry_run` would change."""

    schema: Literal["okr.write-back/1"] = "okr.write-back/1"
    cycle: str
    as_of: Time
    dry_run: bool
    connections: tuple[WrittenConnectionDocument, ...]
