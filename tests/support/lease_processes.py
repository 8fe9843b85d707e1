"""Lease processes: owners of leases in processes of their own, which can be stopped and killed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from multiprocessing.queues import SimpleQueue
from typing import NamedTuple

from store_processes import context
from store_samples import CYCLE, measured, reading

from okr_store import LeaseLostError, open_store

PURPOSE = "judge"


class Held(NamedTuple):
    """A time in which a process held a lease, by this machine's steady clock."""

    token: int
    began: float
    ended: float


def contended(url: str, *, processes: int, seconds: float) -> list[Held]:
    """Let processes take the same lease over and over; every time that one was held."""
    start = context()
    answers: SimpleQueue[list[Held]] = start.SimpleQueue()
    several = [
        start.Process(target=_take_often, args=(url, seconds, number, answers))
        for number in range(processes)
    ]
    for process in several:
        process.start()
    found = [held for _ in several for held in answers.get()]
    for process in several:
        process.join()
    return sorted(found, key=lambda held: held.began)


def _take_often(url: str, seconds: float, seed: int, answers: SimpleQueue[list[Held]]) -> None:
    draw, held = random.Random(seed), list[Held]()
    with open_store(url) as store:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            lease = store.leases.acquire(PURPOSE, seconds=1)
            if lease is not None:
                began = time.monotonic()
                time.sleep(draw.uniform(0, 0.02))
                held.append(Held(lease.token, began, time.monotonic()))
                store.leases.release(lease)
            time.sleep(draw.uniform(0, 0.05))
    answers.put(held)


@contextmanager
def owner(url: str, *, seconds: float) -> Iterator[tuple[ForkServerProcess, SimpleQueue[str]]]:
    """A process that has taken the lease; sent SIGUSR1, it records under it and says how it went.

    It does not renew the lease.
    """
    start = context()
    answers: SimpleQueue[str] = start.SimpleQueue()
    process = start.Process(target=_own, args=(url, seconds, answers))
    process.start()
    assert answers.get() == "taken"
    try:
        yield process, answers
    finally:
        process.kill()
        process.join()


def _own(url: str, seconds: float, answers: SimpleQueue[str]) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    with open_store(url) as store:
        lease = store.leases.acquire(PURPOSE, seconds=seconds, owner=f"process {os.getpid()}")
        assert lease is not None
        answers.put("taken")
        signal.sigwait([signal.SIGUSR1])
        try:
            done = store.under(lease).record(CYCLE, measured([reading()]))
        except LeaseLostError as lost:
            answers.put(str(lost))
        else:
            answers.put(f"recorded {done.inserted}")
