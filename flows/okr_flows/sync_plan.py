"""First step of a sync: which key results to ask whom for, and what is known already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from okr_core.entries import Entry, Reading, ScopeChange, SyncRecord
from okr_core.errors import ConfigError, InputError
from okr_core.plan import KeyResult, Plan
from okr_core.workspace import Connection, Workspace
from okr_flows.sync_report import SyncedReading
from okr_sources.answers import Ask, Evidence, Previous, Row, Unavailable
from okr_sources.evidence import decode, selection_of
from okr_sources.source import Memory, connection_optional, source_named
from okr_store import Store


@dataclass(frozen=True, slots=True)
class ConnectionJob:
    """What one connection is asked for in a run.

    Attributes:
        asks: Empty where every key result was already recorded in this slot.
        memory: Counts of the connection's last sync.
    """

    name: str
    connection: Connection
    asks: tuple[Ask, ...]
    memory: Memory

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
    """

    cycle: str
    as_of: datetime
    revision: int
    order: tuple[str, ...] = ()
    jobs: tuple[ConnectionJob, ...] = ()
    existing: tuple[SyncedReading, ...] = ()
    refused: tuple[Unavailable, ...] = ()


def source_of(kind: str, connection: str) -> str:
    """Name of a source in the store, such as `jira:acme`; the kind alone without a connection."""
    return f"{kind}:{connection}" if connection else kind


def slot_of(at: datetime) -> datetime:
    """The slot of a time: its minute in UTC, so that two runs at once fill the same one."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def plan_sync(
    store: Store,
    *,
    cycle: str,
    as_of: datetime,
    connection: str = "",
    only: Collection[str] = (),
) -> SyncPlan:
    """Decide whom to ask for what; reads the store, sends nothing.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Business time of the run (aware); its minute is the slot.
        connection: Ask this connection only.
        only: Ask for these key results only.

    Raises:
        ConfigError: The store has no plan of that cycle or no workspace.
        InputError: `only` or `connection` names something that is not bound.
    """
    plan, workspace, revision = _current(store, cycle)
    wanted = _wanted(plan, connection, only)
    slot = slot_of(as_of)
    existing = _existing(store, cycle, slot, wanted)
    done = {reading.key_result for reading in existing}
    history = _History.of(store, cycle, [kr.id for kr in wanted], slot)
    connections = {**workspace.connections, **_nameless(wanted)}
    jobs: dict[str, list[Ask]] = {name: [] for name in _named(wanted, connections)}
    refused: list[Unavailable] = []
    for kr in wanted:
        name = connection_of(kr)
        problem = _problem(kr, name, connections)
        if problem is not None:
            refused.append(problem)
        elif kr.id not in done:
            jobs[name].append(_ask(plan, kr, slot, history))
    counts = _last_counts(store, cycle, jobs)
    return SyncPlan(
        cycle=cycle,
        as_of=slot,
        revision=revision,
        order=tuple(kr.id for kr in wanted),
        jobs=tuple(
            ConnectionJob(name, connections[name], tuple(asks), counts[name])
            for name, asks in jobs.items()
        ),
        existing=tuple(existing),
        refused=tuple(refused),
    )


def connection_of(kr: KeyResult) -> str:
    """Name of the connection that a key result's binding asks for, empty if it names none."""
    fields = kr.source.get(kr.source_kind)
    name = fields.get("connection", "") if isinstance(fields, Mapping) else ""
    return str(name)


def _current(store: Store, cycle: str) -> tuple[Plan, Workspace, int]:
    plan = store.revision("plan", cycle)
    workspace = store.revision("workspace", "")
    if plan is None:
        known = ", ".join(store.cycles()) or "none"
        raise ConfigError(
            f"the store has no plan of cycle `{cycle}` (it has: {known}).",
            hint="Run `okr apply`, or name another cycle with `--cycle`.",
        )
    if workspace is None:
        raise ConfigError("the store has no workspace.", hint="Run `okr apply okr.yaml`.")
    return plan.plan(), workspace.workspace(), plan.number


def _wanted(plan: Plan, connection: str, only: Collection[str]) -> list[KeyResult]:
    bound = [
        kr
        for objective in plan.objectives
        if objective.state == "active"
        for kr in objective.key_results
        if kr.state == "active" and kr.bound
    ]
    unknown = sorted(set(only) - {kr.id for kr in bound})
    if unknown:
        raise InputError(
            f"key result `{unknown[0]}` of cycle `{plan.cycle.id}` is not bound to a source.",
            hint="Name one that has a `source`; `okr status` lists them.",
        )
    if connection and connection not in {connection_of(kr) for kr in bound}:
        raise InputError(
            f"no key result of cycle `{plan.cycle.id}` is bound to connection `{connection}`.",
            hint="Check the name in okr.yaml.",
        )
    return [
        kr
        for kr in bound
        if (not only or kr.id in only) and (not connection or connection_of(kr) == connection)
    ]


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


def _problem(kr: KeyResult, name: str, connections: Mapping[str, Connection]) -> Unavailable | None:
    if name not in connections:
        return Unavailable(
            kr.id,
            f"connection `{name}` is not in the workspace.",
            "Add it to `connections` in okr.yaml and run `okr apply`.",
        )
    kind = connections[name].kind
    if kind != kr.source_kind:
        return Unavailable(
            kr.id,
            f"connection `{name}` is of kind {kind}, the binding of kind {kr.source_kind}.",
            "Name another connection in its `source`.",
        )
    return None


def _ask(plan: Plan, kr: KeyResult, slot: datetime, history: _History) -> Ask:
    fields = kr.source[kr.source_kind]
    binding = dict(fields) if isinstance(fields, Mapping) else {}
    return Ask(
        key_result=kr.id,
        binding=binding,
        metric=kr.metric,
        cycle_starts=plan.cycle.starts,
        timezone=plan.cycle.timezone,
        as_of=slot,
        previous=history.previous(kr.id),
        frozen=history.frozen(kr) if binding.get("scope") == "frozen" else None,
    )


def _existing(
    store: Store, cycle: str, slot: datetime, wanted: Sequence[KeyResult]
) -> Iterator[SyncedReading] | list[SyncedReading]:
    sources = dict.fromkeys(source_of(kr.source_kind, connection_of(kr)) for kr in wanted)
    recorded = {key for source in sources for key in store.slots(cycle, source, slot)}
    ids = [kr.id for kr in wanted if kr.id in recorded]
    if not ids:
        return []
    found: dict[str, Reading] = {}
    for reading in store.readings(cycle, as_of=None, key_results=ids, history=ids):
        if reading.as_of == slot and reading.source in sources:
            found[reading.key_result] = reading
    return [_as_synced(found[key]) for key in ids if key in found]


def _as_synced(reading: Reading) -> SyncedReading:
    suspect = reading.state == "suspect"
    return SyncedReading(
        key_result=reading.key_result,
        state="suspect" if suspect else "observed",
        value=reading.value,
        existing=True,
        evidence=reading.evidence,
        error=reading.reason if suspect else "",
        hint=accept_hint(reading.key_result) if suspect else "",
    )


def accept_hint(key_result: str) -> str:
    """What to do about a suspect reading."""
    return (
        f"If the value is true: `okr accept {key_result}`; if not, correct the binding and "
        f"`okr sync --only {key_result}`."
    )


def _last_counts(store: Store, cycle: str, names: Collection[str]) -> dict[str, Memory]:
    counts: dict[str, dict[str, int]] = {name: {} for name in names}
    for entry in store.entries(cycle, kinds=("sync",), latest=True):
        if isinstance(entry.body, SyncRecord) and entry.body.connection in counts:
            counts[entry.body.connection].update(entry.body.counts)
    return {name: Memory(counts=known) for name, known in counts.items()}


class _History:
    """Earlier readings of the key results in question, and their evidence."""

    def __init__(self, store: Store, cycle: str, readings: Mapping[str, list[Reading]]) -> None:
        self._store = store
        self._cycle = cycle
        self._readings = readings
        self._bindings: dict[int, dict[str, object]] = {}

    @classmethod
    def of(cls, store: Store, cycle: str, ids: Sequence[str], slot: datetime) -> _History:
        """The current readings before the slot."""
        grouped: dict[str, list[Reading]] = defaultdict(list)
        for reading in store.readings(cycle, as_of=slot, key_results=ids):
            grouped[reading.key_result].append(reading)
        return cls(store, cycle, grouped)

    def previous(self, key_result: str) -> Previous | None:
        """The last counting reading of a source, with the size of its selection."""
        counting = [
            reading
            for reading in self._readings.get(key_result, ())
            if reading.state == "observed" and reading.source != "manual"
        ]
        if not counting:
            return None
        last = counting[-1]
        content = self._store.evidence(last.evidence) if last.evidence else None
        selected, weight = selection_of(content) if content else (0, Decimal(0))
        return Previous(value=last.value, selected=selected, denominator=weight)

    def frozen(self, kr: KeyResult) -> tuple[Row, ...] | None:
        """Rows of the first complete reading under today's binding since the last scope change."""
        since = self._scope_changed(kr.id)
        for reading in self._store.readings(
            self._cycle, as_of=None, key_results=[kr.id], history=[kr.id]
        ):
            if (since and reading.at <= since) or not self._same_binding(kr, reading):
                continue
            evidence = self._evidence(reading)
            if evidence is not None and evidence.complete:
                return evidence.rows
        return None

    def _scope_changed(self, key_result: str) -> datetime | None:
        entries: Iterator[Entry] = self._store.entries(
            self._cycle, kinds=("scope_change",), key_results=[key_result]
        )
        times = [entry.at for entry in entries if isinstance(entry.body, ScopeChange)]
        return max(times, default=None)

    def _same_binding(self, kr: KeyResult, reading: Reading) -> bool:
        if reading.revision not in self._bindings:
            revision = self._store.revision("plan", self._cycle, reading.revision)
            self._bindings[reading.revision] = (
                {known.id: known.source for known in revision.plan().key_results()}
                if revision
                else {}
            )
        return self._bindings[reading.revision].get(kr.id) == kr.source

    def _evidence(self, reading: Reading) -> Evidence | None:
        content = self._store.evidence(reading.evidence) if reading.evidence else None
        return decode(content) if content is not None else None
