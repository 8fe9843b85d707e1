"""First step of a sync: which key results to ask whom for, and what is known already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from okr_core.basics.command import okr
from okr_core.errors import ConfigError, DataError, InputError, RefusalError
from okr_core.plan.acting import refuse_future
from okr_core.plan.plan import KeyResult, Plan, bound_key_results, connection_of
from okr_core.plan.workspace import Connection, Workspace
from okr_flows.run.cycle import closed_at, in_force
from okr_flows.sync.known import EarlierReadings, last_counts, recorded
from okr_flows.sync.report import SyncedReading
from okr_flows.sync.rows import RowsJob, rows_job
from okr_sources.answers import Ask, Unavailable
from okr_sources.session import unavailable
from okr_sources.source import Memory, connection_optional, source_named
from okr_store import Store


@dataclass(frozen=True, slots=True)
class ConnectionJob:
    """What one connection is asked for in a run.

    Attributes:
        asks: Empty where every key result was already recorded in this slot.
        memory: Counts of the connection's last sync.
        rows: Check-ins that it is asked for; None: none.
    """

    name: str
    connection: Connection
    asks: tuple[Ask, ...] = ()
    memory: Memory = field(default_factory=lambda: Memory({}))
    rows: RowsJob | None = None

    @property
    def due(self) -> bool:
        """Whether it is asked for anything."""
        return bool(self.asks) or self.rows is not None

    @property
    def source(self) -> str:
        """How the store names the source of this job's readings."""
        return source_of(self.connection.kind, self.name)


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a run will do.

    Attributes:
        as_of: The slot: business time of the run, whole minutes, UTC.
        revision: Plan revision that is read.
        order: Bound key results in the order of the plan.
        existing: Answers that an earlier run of the slot recorded.
        refused: Answers known without asking, such as an unknown connection.
        now: The time of the run (aware): what people say later is read later; None: this machine's.
    """

    cycle: str
    as_of: datetime
    revision: int
    order: tuple[str, ...] = ()
    jobs: tuple[ConnectionJob, ...] = ()
    existing: tuple[SyncedReading, ...] = ()
    refused: tuple[Unavailable, ...] = ()
    now: datetime | None = None


def source_of(kind: str, connection: str) -> str:
    """Name of a source in the store, such as `jira:acme`; the kind alone without a connection."""
    return f"{kind}:{connection}" if connection else kind


def slot_of(at: datetime) -> datetime:
    """The slot of a time: its minute in UTC, so that two runs at once fill the same one."""
    utc = at.astimezone(UTC)
    # Made anew: the times that Prefect gives are of a subclass that loses its zone in arithmetic.
    return datetime(utc.year, utc.month, utc.day, utc.hour, utc.minute, tzinfo=UTC)


def plan_sync(
    store: Store,
    *,
    cycle: str,
    as_of: datetime,
    connection: str = "",
    only: Collection[str] = (),
    now: datetime | None = None,
) -> SyncPlan:
    """Decide whom to ask for what; reads the store, sends nothing.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Business time of the run (aware); its minute is the slot.
        connection: Ask this connection only.
        only: Ask for these key results only.
        now: The time (aware), where what is planned is recorded; None: it only is looked at.

    Raises:
        ConfigError: The store has no workspace.
        InputError: The store has no plan of that cycle, `only` or `connection` names something
            that is not bound, or `as_of` is a time to come.
        RefusalError: The cycle is closed.
    """
    _refuse_closed(store, cycle)
    known = in_force(store, cycle)
    plan, workspace = known.plan, known.connected()
    if now is not None:
        refuse_future(as_of, now, plan.cycle.zone)
    heard = _heard(workspace, connection, only)
    wanted = wanted_key_results(plan, connection, only, heard)
    slot = slot_of(as_of)
    existing = recorded(store, cycle, slot, {kr.id: _source_name(kr) for kr in wanted})
    open_ids = [kr.id for kr in wanted if kr.id not in existing]
    earlier = EarlierReadings.of(store, cycle, open_ids, slot)
    connections = connections_for(workspace, wanted)
    jobs: dict[str, list[Ask]] = {name: [] for name in (*_named(wanted, connections), *heard)}
    refused: list[Unavailable] = []
    for kr in wanted:
        name = connection_of(kr)
        problem = problem_of(kr, name, connections)
        if problem is not None:
            refused.append(problem)
        elif kr.id not in existing:
            try:
                jobs[name].append(_ask(plan, kr, slot, earlier))
            except DataError as error:  # the frozen scope of one must not stop the others
                refused.append(unavailable(kr.id, error))
    counts = last_counts(store, cycle, jobs)
    return SyncPlan(
        cycle=cycle,
        as_of=slot,
        revision=known.revision,
        order=tuple(kr.id for kr in wanted),
        jobs=tuple(
            ConnectionJob(
                name,
                connections[name],
                tuple(asks),
                counts[name],
                rows_job(workspace, plan, name, connections[name], counts[name])
                if name in heard
                else None,
            )
            for name, asks in jobs.items()
        ),
        existing=tuple(existing.values()),
        refused=tuple(refused),
        now=now,
    )


def _heard(workspace: Workspace, connection: str, only: Collection[str]) -> list[str]:
    """Connections whose check-ins are read; who asks for key results gets these alone."""
    return [
        name
        for name, each in workspace.connections.items()
        if each.check_ins is not None and not only and connection in {"", name}
    ]


def _refuse_closed(store: Store, cycle: str) -> None:
    at = closed_at(store, cycle)
    if at is not None:
        raise RefusalError(
            f"cycle `{cycle}` was closed on {at:%Y-%m-%d}; there is nothing to read.",
            hint=f"{okr('deploy').code} takes its schedules away.",
        )


def _source_name(kr: KeyResult) -> str:
    return source_of(kr.source_kind, connection_of(kr))


def wanted_key_results(
    plan: Plan, connection: str, only: Collection[str], heard: Collection[str] = ()
) -> list[KeyResult]:
    """Bound key results that are asked for, in the order of the plan.

    Args:
        plan: The cycle's.
        connection: Of this connection only.
        only: These only.
        heard: Connections that are asked for something else too.

    Raises:
        InputError: `only` or `connection` names something that is not bound.
    """
    bound = bound_key_results(plan)
    unknown = sorted(set(only) - {kr.id for kr in bound})
    if unknown:
        raise InputError(
            f"key result `{unknown[0]}` of cycle `{plan.cycle.id}` is not bound to a source.",
            hint=f"Name one that has a `source`; {okr('status', cycle=plan.cycle.id).code} lists "
            "them.",
        )
    if connection and connection not in {*heard, *(connection_of(kr) for kr in bound)}:
        raise InputError(
            f"no key result of cycle `{plan.cycle.id}` is bound to connection `{connection}`.",
            hint="Check the name in okr.yaml.",
        )
    elsewhere = [kr for kr in bound if kr.id in only and connection_of(kr) != connection]
    if connection and elsewhere:
        raise InputError(
            f"key result `{elsewhere[0].id}` is bound to connection "
            f"`{connection_of(elsewhere[0])}`, not to `{connection}`.",
            hint="Name one of the two.",
        )
    return [
        kr
        for kr in bound
        if (not only or kr.id in only) and (not connection or connection_of(kr) == connection)
    ]


def connections_for(workspace: Workspace, wanted: Sequence[KeyResult]) -> dict[str, Connection]:
    """Connections by name; the empty name where a binding may do without."""
    return {**workspace.connections, **_nameless(wanted)}


def _nameless(wanted: Sequence[KeyResult]) -> dict[str, Connection]:
    """The connection of bindings that name none, where their kind can do without."""
    for kind in sorted({kr.source_kind for kr in wanted if not connection_of(kr)}):
        try:
            source = source_named(kind)
        except ConfigError:
            continue
        if connection_optional(source):
            return {"": Connection(kind=kind)}
    return {}


def _named(wanted: Sequence[KeyResult], connections: Mapping[str, Connection]) -> list[str]:
    names = dict.fromkeys(connection_of(kr) for kr in wanted)
    return [name for name in names if name in connections]


def problem_of(
    kr: KeyResult, name: str, connections: Mapping[str, Connection]
) -> Unavailable | None:
    """Why a key result cannot be asked for at its connection; None where it can."""
    if not name and name not in connections:
        return Unavailable(
            kr.id,
            "its binding names no connection.",
            f"Add `connection` to its `source.{kr.source_kind}` and run {okr('apply').code}.",
        )
    if name not in connections:
        return Unavailable(
            kr.id,
            f"connection `{name}` is not in the workspace.",
            f"Add it to `connections` in okr.yaml and run {okr('apply').code}.",
        )
    kind = connections[name].kind
    if kind != kr.source_kind:
        return Unavailable(
            kr.id,
            f"connection `{name}` is of kind {kind}, the binding of kind {kr.source_kind}.",
            "Name another connection in its `source`.",
        )
    return None


def _ask(plan: Plan, kr: KeyResult, slot: datetime, earlier: EarlierReadings) -> Ask:
    ask = bare_ask(plan, kr, slot)
    frozen = earlier.frozen(kr) if ask.binding.get("scope") == "frozen" else None
    return replace(ask, previous=earlier.previous(kr.id), frozen=frozen)


def bare_ask(plan: Plan, kr: KeyResult, as_of: datetime) -> Ask:
    """What a source is asked about a key result, without what earlier readings say."""
    fields = kr.source[kr.source_kind]
    return Ask(
        key_result=kr.id,
        binding=dict(fields) if isinstance(fields, Mapping) else {},
        metric=kr.metric,
        cycle_starts=plan.cycle.starts,
        timezone=plan.cycle.timezone,
        as_of=as_of,
    )
