"""Rows of check-ins in a sync: which connections have some, since when, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from okr_core.basics.exact import canonical_json
from okr_core.errors import ConfigError, OkrError
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Connection, Workspace
from okr_flows.checkin.rows import record_rows
from okr_flows.checkin.rows_recorded import RowsRecorded
from okr_sources.rows_said import Hearing, RowsAsk, SaidRow, heard_fields
from okr_sources.source import Check, Memory, Session, query_digest
from okr_store import Store


@dataclass(frozen=True, slots=True)
class RowsJob:
    """The check-ins that a connection is asked for.

    Attributes:
        ask: None where okr.yaml says it wrongly.
        failed: Why they cannot be asked for, empty if they can.
        digest: What the memory of runs calls the time until which rows are known.
    """

    kind: str
    ask: RowsAsk | None
    digest: str
    failed: str = ""


@dataclass(frozen=True, slots=True)
class RowsRead:
    """What a connection gave.

    Attributes:
        rows: Oldest change first.
        failed: Why they could not be read, empty if they could.
    """

    rows: tuple[SaidRow, ...] = ()
    failed: str = ""


def rows_job(
    workspace: Workspace, plan: Plan, name: str, connection: Connection, memory: Memory
) -> RowsJob | None:
    """What a connection is asked for; None: nobody checks in there."""
    if connection.check_ins is None:
        return None
    digest = digest_of(connection)
    try:
        fields = heard_fields(connection.kind, connection.check_ins)
    except ConfigError as error:
        return RowsJob(connection.kind, None, digest, str(error))
    people = workspace.people.values()
    accounts = (getattr(person.accounts, connection.kind, None) for person in people)
    ask = RowsAsk(
        fields=fields,
        since=_since(plan.cycle, memory, digest),
        memory=memory,
        places=_places(plan, connection.kind, name),
        accounts=frozenset(filter(None, accounts)),
    )
    return RowsJob(connection.kind, ask, digest)


def digest_of(connection: Connection) -> str:
    """Name of the time until which rows are known; other fields read everything anew."""
    return query_digest("check-ins", canonical_json(connection.check_ins).decode())


def read_rows(job: RowsJob, session: Session) -> RowsRead:
    """Read the rows; whatever goes wrong is told and stops no key result."""
    if job.ask is None:
        return RowsRead(failed=job.failed)
    if not isinstance(session, Hearing):
        return RowsRead(failed=_none_of(job.kind))
    try:
        return RowsRead(tuple(session.rows_said(job.ask)))
    except OkrError as error:
        return RowsRead(failed=str(error))


def rows_check(job: RowsJob, session: Session) -> Check:
    """What `okr doctor` says of the place where people check in."""
    if job.ask is None:
        return Check("check-ins", "error", job.failed)
    if not isinstance(session, Hearing):
        return Check("check-ins", "error", _none_of(job.kind), "Remove `check_ins`.")
    return session.rows_check(job.ask)


def _none_of(kind: str) -> str:
    return f"no check-ins can be read from kind `{kind}`."


def recorded_rows(
    store: Store, cycle: str, job: RowsJob, read: RowsRead, now: datetime
) -> tuple[RowsRecorded, Mapping[str, int]]:
    """What became of the rows, and what the next run has to know of them."""
    done = record_rows(store, cycle, job.kind, read.rows, now)
    until = done.known_until
    return done, {job.digest: int(until.timestamp())} if until is not None else {}


def _since(cycle: Cycle, memory: Memory, digest: str) -> datetime:
    first = cycle.start_of(cycle.starts)
    if digest not in memory.counts:
        return first
    return max(first, datetime.fromtimestamp(memory.counts[digest], UTC))


def _places(plan: Plan, kind: str, name: str) -> dict[str, list[Mapping[str, object]]]:
    """Key result → what its mirror and its binding say of that connection."""
    found: dict[str, list[Mapping[str, object]]] = {}
    for kr in plan.active_key_results:
        for fields in (kr.mirror.get(kind), kr.source.get(kind)):
            if isinstance(fields, Mapping) and fields.get("connection") == name:
                found.setdefault(kr.id, []).append(fields)
    return found
