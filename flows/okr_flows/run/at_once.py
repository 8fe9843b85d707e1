"""At once: pieces of work that wait for servers, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from queue import SimpleQueue
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")


class Stop(Protocol):
    """Whether a person wants it to end: what is at hand is finished, nothing more is asked."""

    def __call__(self) -> bool:
        """Whether to stop."""


def never() -> bool:
    """Nobody interrupts it."""
    return False


def at_once(
    work: Callable[[Job, Stop], Done],
    jobs: Sequence[Job],
    stopping: Callable[[], None] = lambda: None,
) -> list[Done]:
    """Do all jobs at the same time; what each gave, as they end.

    Upon Ctrl-C the jobs are told to stop and waited for, so that what they have is kept; the second
    Ctrl-C waits for nothing: the threads end with the process.

    Args:
        work: Does one job; told how to know that it should stop.
        jobs: What is to be done.
        stopping: Called when jobs have been told to stop and are waited for.

    Raises:
        BaseException: What the first job that failed raised, once all have ended.
        KeyboardInterrupt: It was interrupted.
    """
    stop = threading.Event()
    # Threads note what counts and then wake whoever waits, who may be interrupted anywhere: between
    # a wake-up and its use, or between a thread and the next one.
    begun: list[Job] = []
    found: list[Done | _Failure] = []
    ended: SimpleQueue[None] = SimpleQueue()

    def run(job: Job) -> None:
        begun.append(job)
        try:
            if stop.is_set():  # nobody waits for it any more
                raise KeyboardInterrupt  # noqa: TRY301 - what a job that was told to stop gives
            found.append(work(job, stop.is_set))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            found.append(_Failure(error))
        ended.put(None)

    try:
        for job in jobs:
            context = copy_context()
            threading.Thread(target=context.run, args=(run, job), daemon=True).start()
        while len(found) < len(jobs):
            ended.get()
    except KeyboardInterrupt:
        stop.set()
        stopping()
        while len(found) < len(begun):
            ended.get()
        raise
    return [_given(each) for each in found]


class _Failure:
    """What a job raised."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _given(found: Done | _Failure) -> Done:
    if isinstance(found, _Failure):
        raise found.error
    return found
