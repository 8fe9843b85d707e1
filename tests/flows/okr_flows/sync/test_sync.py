"""A sync without Prefect: each connection is recorded as soon as it is read, whatever others do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread

from sync_world import BOUND, CYCLE, FIRST, MONDAY, PLAN, SyncWorld, opening_of, synced, values
from wait import until

from okr_core.errors import OkrError, StoreUnreachableError
from okr_flows.run.opening import Opening
from okr_flows.sync.listening import heard_by
from okr_flows.sync.plan import SyncPlan
from okr_flows.sync.read import ReadOutcome
from okr_flows.sync.sync import sync
from okr_sandbox import Fault
from okr_store import Store

JIRA, NOTION = BOUND[:3], BOUND[3:]


@dataclass
class Away:
    """A store that is away some of the times that it is opened.

    Attributes:
        times: Which of them, counted from 1; the first is for the plan.
    """

    store: Store
    times: range
    error: OkrError = field(
        default_factory=lambda: StoreUnreachableError("the store does not answer.")
    )

    def __post_init__(self) -> None:
        self._opened, self._lock = 0, Lock()

    def __call__(self) -> AbstractContextManager[Store]:
        with self._lock:
            self._opened += 1
            if self._opened in self.times:
                raise self.error
        return opening_of(self.store)()


def run(opening: Opening, world: SyncWorld) -> dict[str, str]:
    """Key result → its state in the report."""
    report = sync(opening, cycle=CYCLE, as_of=MONDAY, env=world.env)
    return {reading.key_result: reading.state for reading in report.readings}


def test_what_one_connection_gave_is_there_while_another_is_still_silent(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    world.sandbox.faults.add(Fault("timeout", match="/v1/", times=1, delay=5))
    thread = Thread(target=run, args=(opening_of(store), world))
    thread.start()
    until(lambda: set(values(store)) == set(JIRA), "Jira's answers are recorded", passing=True)
    assert thread.is_alive()
    thread.join()
    assert values(store) == FIRST


def test_a_store_that_is_away_for_a_moment_gets_what_was_read_without_reading_it_again(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    synced(store, world.env, MONDAY)
    once = world.sent
    world.sandbox.requests.clear()
    world.apply(store, PLAN.replace("id: 2026-q4", "id: later"))
    report = sync(Away(store, range(2, 3)), cycle="later", as_of=MONDAY, env=world.env)
    assert report.exit_code == 0
    assert world.sent == once


def test_a_connection_whose_answers_the_store_does_not_take_stops_no_other(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    closed = Away(store, range(2, 3), OkrError("the disk is read-only."))
    report = sync(closed, cycle=CYCLE, as_of=MONDAY, env=world.env)
    (lost,) = report.failed
    kept = NOTION if lost == "tracker" else JIRA
    assert set(values(store)) == set(kept)
    told = {r.key_result: str(r.failure) for r in report.readings if r.state == "unavailable"}
    assert set(told) == set(BOUND) - set(kept)
    assert set(told.values()) == {"the disk is read-only."}
    assert report.exit_code == 4
    world.sandbox.requests.clear()
    assert set(run(opening_of(store), world).values()) == {"observed"}
    assert values(store) == FIRST


def test_whoever_listens_hears_each_answer_and_each_connection(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    heard = Ear()
    with heard_by(heard):
        run(opening_of(store), world)
        with silent(heard):
            run(opening_of(store), world)  # nothing is left to ask
    assert sorted(heard.answers) == ["tracker"] * 3 + ["wiki"] * 2
    assert sorted(heard.connections) == ["tracker", "wiki"]


@contextmanager
def silent(heard: Ear) -> Iterator[None]:
    """Within the block, it is told of no answer."""
    before = len(heard.answers)
    yield
    assert len(heard.answers) == before


@dataclass
class Ear:
    """What was heard."""

    answers: list[str] = field(default_factory=list)
    connections: list[str] = field(default_factory=list)

    def planned(self, plan: SyncPlan) -> None:
        """The plan."""

    def answered(self, connection: str) -> None:
        """An answer."""
        self.answers.append(connection)

    def recorded(self, outcome: ReadOutcome) -> None:
        """A connection."""
        self.connections.append(outcome.connection)

    def stopping(self) -> None:
        """Nobody interrupts it."""

    def finishing(self) -> None:
        """Nobody interrupts it."""
