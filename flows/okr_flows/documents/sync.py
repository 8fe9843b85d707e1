"""What a sync would ask: `okr sync --dry-run`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Time, filled

if TYPE_CHECKING:
    from okr_flows.sync.plan import SyncPlan
    from okr_sources.answers import RequestPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchDocument:
    """One query of the request plan; `pages` is null where no run has counted the rows yet."""

    connection: str
    query: str
    endpoint: str
    fields: tuple[str, ...]
    pages: int | None
    serves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDocument:
    """A key result that cannot be asked for."""

    key_result: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlanDocument:
    """What `okr sync --dry-run` would ask."""

    schema: Literal["okr.sync-plan/1"] = "okr.sync-plan/1"
    cycle: str
    as_of: Time
    fetches: tuple[FetchDocument, ...]
    existing: tuple[str, ...]
    refused: tuple[RefusedDocument, ...]

    @classmethod
    def of(cls, plan: SyncPlan, requests: Sequence[RequestPlan]) -> SyncPlanDocument:
        """What a sync would ask each connection."""
        refused = [*plan.refused, *(answer for request in requests for answer in request.refused)]
        return cls(
            cycle=plan.cycle,
            as_of=plan.as_of,
            fetches=tuple(
                filled(FetchDocument, fetch, connection=request.connection)
                for request in requests
                for fetch in request.fetches
            ),
            existing=tuple(reading.key_result for reading in plan.existing),
            refused=tuple(filled(RefusedDocument, answer) for answer in refused),
        )
