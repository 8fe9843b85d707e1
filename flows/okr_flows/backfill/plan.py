"""First step of a backfill: which days of which key results have no reading, and whom to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import KeyResult, Plan, connection_of
from okr_core.record.entries import Reading
from okr_flows.backfill.days import end_of_day, split, windows
from okr_flows.run.cycle import closed_at, in_force
from okr_flows.sync.plan import (
    ConnectionJob,
    bare_ask,
    connections_for,
    problem_of,
    source_of,
    wanted_key_results,
)
from okr_sources.answers import Unavailable
from okr_sources.past import PastAsk
from okr_store import Store


@dataclass(frozen=True, slots=True)
class BackfillJob:
    """What one connection is asked about the past.

    Attributes:
        connection: The connection, with the asks as a sync would ask them.
        asks: The same with the moments that are wanted.
    """

    connection: ConnectionJob
    asks: tuple[PastAsk, ...]


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """What a backfill will do.

    Attributes:
        cycle: The cycle, whose zone says when days end.
        until: Days that had not passed by then are left to syncs (aware).
        order: Key results in the order of the plan.
        kept: Key result → check-in days that have a reading.
        missing: Key result → check-in days that have none.
        refused: Why a key result cannot be asked for.
    """

    cycle: Cycle
    until: datetime
    revision: int
    order: tuple[str, ...]
    kept: Mapping[str, tuple[date, ...]]
    missing: Mapping[str, tuple[date, ...]]
    jobs: tuple[BackfillJob, ...] = ()
    refused: tuple[Unavailable, ...] = ()


def plan_backfill(
    store: Store,
    *,
    cycle: str,
    until: datetime,
    connection: str = "",
    only: Collection[str] = (),
) -> BackfillPlan:
    """Decide which days to ask whom about; reads the store, sends nothing.

    A key result's days begin where its plan says that it starts, else with the cycle: a team that
    wrote its plan down in the middle of a quarter wants all of it.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        until: Now, or an earlier time (aware).
        connection: Ask this connection only.
        only: Ask for these key results only.

    Raises:
        ConfigError: The store has no workspace.
        InputError: The store has no plan of that cycle, or `only` or `connection` names something
            that is not bound.
        RefusalError: The cycle is closed.
    """
    known = in_force(store, cycle)
    workspace = known.connected()
    _refuse_closed(store, cycle)
    plan = known.applied.written_plan()
    wanted = wanted_key_results(plan, connection, only)
    connections = connections_for(workspace, wanted)
    problems = {kr.id: problem_of(kr, connection_of(kr), connections) for kr in wanted}
    days = _Days(store, plan, wanted, until)
    asks: dict[str, list[PastAsk]] = {}
    for kr in wanted:
        if problems[kr.id] is None and days.missing[kr.id]:
            asks.setdefault(connection_of(kr), []).append(days.ask(kr))
    return BackfillPlan(
        cycle=plan.cycle,
        until=until,
        revision=known.revision,
        order=tuple(kr.id for kr in wanted),
        kept=days.kept,
        missing=days.missing,
        jobs=tuple(
            BackfillJob(
                ConnectionJob(name, connections[name], tuple(each.ask for each in several)),
                tuple(several),
            )
            for name, several in asks.items()
        ),
        refused=tuple(problem for problem in problems.values() if problem is not None),
    )


class _Days:
    """Check-in days of the wanted key results, with and without a reading."""

    def __init__(
        self, store: Store, plan: Plan, wanted: Collection[KeyResult], until: datetime
    ) -> None:
        self._store = store
        self._plan = plan
        self._slots: dict[tuple[str, datetime], set[str]] = {}
        self.kept: dict[str, tuple[date, ...]] = {}
        self.missing: dict[str, tuple[date, ...]] = {}
        readings = self._readings([kr.id for kr in wanted])
        for kr in wanted:
            stretches = windows(plan.starts_of(kr), plan.due_of(kr), kr.cadence)
            missing, kept = split(plan.cycle, stretches, readings[kr.id], until)
            voided = self._voided(kr, missing)
            self.missing[kr.id] = tuple(day for day in missing if day not in voided)
            self.kept[kr.id] = tuple(sorted([*kept, *voided]))

    def ask(self, kr: KeyResult) -> PastAsk:
        """What is wanted of a key result."""
        moments = tuple(end_of_day(self._plan.cycle, day) for day in self.missing[kr.id])
        return PastAsk(bare_ask(self._plan, kr, moments[-1]), moments)

    def _readings(self, ids: Collection[str]) -> Mapping[str, list[Reading]]:
        found: dict[str, list[Reading]] = defaultdict(list)
        for reading in self._store.readings(self._plan.cycle.id, as_of=None, key_results=ids):
            found[reading.key_result].append(reading)
        return found

    def _voided(self, kr: KeyResult, days: Collection[date]) -> set[date]:
        """Days whose reading a person took out: it must not come back."""
        source, cycle = source_of(kr.source_kind, connection_of(kr)), self._plan.cycle
        return {day for day in days if kr.id in self._taken(source, end_of_day(cycle, day))}

    def _taken(self, source: str, moment: datetime) -> set[str]:
        # Once for all key results of a source: they share most of their days.
        slot = (source, moment)
        if slot not in self._slots:
            self._slots[slot] = self._store.slots(self._plan.cycle.id, source, moment)
        return self._slots[slot]


def _refuse_closed(store: Store, cycle: str) -> None:
    at = closed_at(store, cycle)
    if at is not None:
        raise RefusalError(
            f"cycle `{cycle}` was closed on {at:%Y-%m-%d}; its past stays as it was scored.",
            hint="A score of a closed cycle is put right by "
            f"{okr('restate', 'KR=SCORE', reason='TEXT', cycle=cycle).code}.",
        )
