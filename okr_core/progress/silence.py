"""Silence: since when a connection was not read, though its schedule says that it should be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.schedule import next_time, reading_schedule, schedule_words, served
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import Entry, SyncRecord
from okr_core.words.figures import day_text

GRACE = timedelta(hours=1)
"""How late a reading may be before it is missed: runs queue, servers are asked again."""


@dataclass(frozen=True, slots=True)
class ConnectionRead:
    """When a connection that serves key results was read.

    Attributes:
        name: Of the connection; empty: its bindings need none.
        kind: Which source reads it.
        schedule: When it is to be read, as cron in the cycle's zone.
        read_at: When a key result that is bound to it was last read; None: never in this cycle.
        tried_at: When a sync last asked it; None: never.
        due_at: When it is to be read next after that; None: its schedule never comes again.
        overdue: Whether that has passed, with an hour's grace.
    """

    name: str
    kind: str
    schedule: str
    read_at: datetime | None
    tried_at: datetime | None
    due_at: datetime | None
    overdue: bool

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.kind} `{self.name}`" if self.name else self.kind

    def silence(self, as_of: datetime, cycle: Cycle) -> str:
        """Since when it was not read and what its schedule says, as a clause.

        Args:
            as_of: The time.
            cycle: In whose zone days and times are.
        """
        said = f"its schedule says {schedule_words(self.schedule)}"
        tried = ""
        if self.tried_at and self.tried_at != self.read_at:
            tried = f" (tried {_moment(self.tried_at, as_of, cycle)})"
        if self.read_at is None:
            return f"never read{tried}; {said}"
        since, passed = _moment(self.read_at, as_of, cycle), _passed(as_of - self.read_at)
        return f"not read since {since}, {passed}{tried}; {said}"


def connections_read(
    plan: Plan,
    workspace: Workspace,
    syncs: Iterable[tuple[Entry, SyncRecord]],
    as_of: datetime,
    applied_at: datetime,
) -> tuple[ConnectionRead, ...]:
    """When each connection that serves key results was read; none once the cycle is over.

    Args:
        plan: The plan in force.
        workspace: Knows the connections.
        syncs: What syncs of the cycle did, oldest first.
        as_of: The time.
        applied_at: Since when the plan is in force: before that nothing could be read by it.
    """
    cycle = plan.cycle
    if as_of >= cycle.end_with_grace:
        return ()
    tried: dict[str, datetime] = {}
    read: dict[str, datetime] = {}
    serves = served(plan)
    bound = {name: {kr.id for kr in several} for name, several in serves.items()}
    for entry, sync in syncs:
        connection = workspace.connections.get(sync.connection)
        # The clock of a server that answers as of the time asked for is not ours.
        past = connection is not None and connection.reads_past
        tried[sync.connection] = at = entry.at if past else sync.observed_at
        if not bound.get(sync.connection, set()).isdisjoint((*sync.observed, *sync.suspect)):
            read[sync.connection] = at
    begun = max(cycle.start_of(cycle.starts), applied_at)
    found: list[ConnectionRead] = []
    for name, key_results in sorted(serves.items()):
        connection = workspace.connections.get(name)
        if name and connection is None:
            continue  # each sync says so
        cron = reading_schedule(connection, key_results)
        due = next_time(cron, read.get(name, begun), cycle.zone)
        found.append(
            ConnectionRead(
                name=name,
                kind=connection.kind if connection else key_results[0].source_kind,
                schedule=cron,
                read_at=read.get(name),
                tried_at=tried.get(name),
                due_at=due,
                overdue=due is not None and as_of > due + GRACE and as_of >= begun,
            )
        )
    return tuple(found)


def _moment(at: datetime, as_of: datetime, cycle: Cycle) -> str:
    """A day, with its time where that matters."""
    local = at.astimezone(cycle.zone)
    day = day_text(local.date())
    return day if as_of - at >= timedelta(days=1) else f"{day} {local:%H:%M}"


def _passed(passed: timedelta) -> str:
    number, unit = (passed.days, "day") if passed.days else (passed.seconds // 3600, "hour")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
