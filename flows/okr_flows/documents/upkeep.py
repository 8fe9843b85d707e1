"""How the whole is kept up: `okr doctor`, `audit verify`, `deploy`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Text
from okr_sources.source import Check

if TYPE_CHECKING:
    from okr_flows.deploy.diff import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorDocument:
    """What `okr doctor` looked at."""

    schema: Literal["okr.doctor/1"] = "okr.doctor/1"
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundLaterDocument:
    """Rows of one cycle (empty: the workspace) that an upgrade bound, as it found them then.

    `version` is the one of the store that they were recorded in, without a chain around them.
    """

    scope: str
    at: datetime
    version: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDocument:
    """Whether the record holds.

    `links` of the chain bind `bound_readings` and `bound_entries`; `readings` is how many live ones
    add up from their evidence to the value that is on record. `erased` names and texts are gone,
    which is allowed. `expected` says whether the heads of an earlier document were looked for:
    without them nothing proves that the end was not cut off, or the chain not made anew.
    """

    schema: Literal["okr.audit/1"] = "okr.audit/1"
    ok: bool
    links: int
    readings: int
    bound_readings: int
    bound_entries: int
    erased: int
    later: tuple[BoundLaterDocument, ...]
    expected: bool
    head: str
    heads: dict[str, str]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedDocument:
    """One thing on the Prefect server that was, or would be, created, changed or deleted.

    `flow` is the one that a deployment or schedule belongs to, `deployment` the one that a schedule
    or notice belongs to. What is adopted is replaced by what is named `into`.
    """

    action: Literal["create", "change", "adopt", "delete"]
    kind: Literal["work pool", "deployment", "schedule", "limit", "notice"]
    name: str
    deployment: Text
    flow: Text
    into: Text
    differs: tuple[str, ...]

    @classmethod
    def of(cls, change: Change) -> DeployedDocument:
        """A change without what it writes."""
        key = change.key
        return cls(
            action=change.action,
            kind=key.kind,
            name=key.name,
            deployment=key.within,
            flow=key.flow,
            into=change.into,
            differs=tuple(sorted(change.differs)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployDocument:
    """What `okr deploy` changed, or would change, and what people paused.

    `workspace` is the id that names in Prefect carry, `beside` what others have there for cycles of
    the same id, `refused` schedules of people whose runs the flows will refuse.
    """

    schema: Literal["okr.deploy/1"] = "okr.deploy/1"
    dry_run: bool
    workspace: str
    changes: tuple[DeployedDocument, ...]
    paused: tuple[str, ...]
    beside: tuple[str, ...]
    refused: tuple[str, ...]
