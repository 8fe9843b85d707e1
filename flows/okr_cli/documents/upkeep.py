"""How the whole is kept up: `okr doctor`, `audit verify`, `deploy`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class DiagnosisDocument(TypedDict):
    """One thing that was looked at, how it is, and what to do."""

    subject: str
    outcome: Literal["ok", "warning", "error"]
    message: str
    hint: str


class DoctorDocument(TypedDict):
    """What `okr doctor` looked at."""

    schema: Literal["okr.doctor/1"]
    checks: list[DiagnosisDocument]


class AuditDocument(TypedDict):
    """Whether the record holds.

    `links` decisions are chained; `readings` is how many live ones add up from their evidence to
    the value that is on record.
    """

    schema: Literal["okr.audit/1"]
    ok: bool
    links: int
    readings: int
    head: str
    heads: dict[str, str]
    problems: list[str]


class DeployedDocument(TypedDict):
    """One thing on the Prefect server that was, or would be, created, changed or deleted.

    `flow` is the one that a deployment or schedule belongs to; a deployment's `name` is its cycle.
    """

    action: Literal["create", "change", "delete"]
    kind: Literal["work pool", "deployment", "schedule", "limit", "notice"]
    name: str
    cycle: str | None
    flow: str | None
    differs: list[str]


class DeployDocument(TypedDict):
    """What `okr deploy` changed, or would change, and what people paused."""

    schema: Literal["okr.deploy/1"]
    dry_run: bool
    changes: list[DeployedDocument]
    paused: list[str]
