"""Processes: what tests let other, real processes do to a store, and how they are started."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from multiprocessing.context import ForkServerContext
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

from sqlalchemy import event
from store_samples import (
    CYCLE,
    DAY,
    MONDAY,
    check_in,
    correct,
    new_revision,
    proven,
    reading,
    scope_change,
)

from okr_core.errors import OkrError
from okr_core.record.entries import Acceptance
from okr_store import Store, open_store

Deed = Callable[[Store], object]


def context() -> ForkServerContext:
    """Processes that start clean and fast: the server has imported the store once."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(
        ["okr_store", "psycopg", "alembic.command", "okr_flows.checkin.check_ins"]
    )
    return found


def together(url: str, deeds: Sequence[Deed], *, create: bool = False) -> list[str]:
    """Let one process per deed open the store and act at the same moment; what each came to."""
    start = context()
    barrier, answers = start.Barrier(len(deeds)), start.SimpleQueue()
    several = [
        start.Process(target=_act, args=(url, deed, barrier, answers, create)) for deed in deeds
    ]
    for process in several:
        process.start()
    results = [str(answers.get()) for _ in several]
    for process in several:
        process.join()
    return sorted(results)


def _act(url: str, deed: Deed, barrier: Barrier, answers: SimpleQueue[str], create: bool) -> None:
    try:
        if create:
            barrier.wait()
        with open_store(url, create=create) as store:
            if not create:
                barrier.wait()
            answers.put(str(deed(store)))
    except OkrError as error:
        answers.put(f"{type(error).__name__}: {error}")
    except BaseException as error:
        answers.put(repr(error))
        raise


def killed_at(url: str, deed: Deed, step: int) -> bool:
    """Let a process do a deed and die by SIGKILL at its nth statement; False: it came through."""
    process = context().Process(target=_die_at, args=(url, deed, step))
    process.start()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}, process.exitcode
    return process.exitcode != 0


def _die_at(url: str, deed: Deed, step: int) -> None:
    store = open_store(url)
    done = 0

    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store._database.engine, "before_cursor_execute", count)
    event.listen(store._database.engine, "commit", count)
    deed(store)


def record_batch(store: Store) -> object:
    """Record what a sync of a connection finds, with evidence and its record."""
    batch = [proven(reading(f"kr{n}", by="bob", reason="by hand")) for n in range(600)]
    done = store.record(CYCLE, batch, [check_in(key="sync", note="done")])
    return done.inserted, done.existing, len(done.entries)


def apply_plan(store: Store) -> object:
    """Record the second revision of the plan."""
    return store.add_revision(new_revision(base=1, reason="second")).number


def accept_proposal(store: Store) -> object:
    """Accept revision 2."""
    return store.decide_revision("plan", CYCLE, 2, "accepted", by="cleo", at=MONDAY).number


def correct_first(store: Store) -> object:
    """Correct reading r1."""
    return correct(store, store.reading(CYCLE, "r1"), "30").value


def accept_first(store: Store) -> object:
    """Accept the suspect reading r1."""
    old = store.reading(CYCLE, "r1")
    true = replace(old, state="observed", value=Decimal(old.value))
    body = Acceptance(reading="r1", note="yes")
    return store.supersede(CYCLE, "r1", true, body, by="bob", at=MONDAY + DAY).id


def decide_often(store: Store) -> object:
    """Make 25 decisions, one transaction each, in two cycles."""
    for _ in range(25):
        store.add_entries(CYCLE, [scope_change()])
        store.add_entries("2027-q1", [scope_change()])
    return "done"


def look(store: Store) -> object:
    """Open the store and read."""
    return store.cycles()
