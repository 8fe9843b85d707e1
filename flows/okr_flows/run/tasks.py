"""Tasks: those of a run that wait for servers, all at once, until a person interrupts it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from prefect.futures import PrefectFuture, as_completed, wait

from okr_flows.run.at_once import Stop

Job = TypeVar("Job")
Done = TypeVar("Done")


def tasks_at_once(
    submit: Callable[[Job, Stop], PrefectFuture[Done]],
    jobs: Sequence[Job],
    stopping: Callable[[], None] = lambda: None,
) -> list[Done]:
    """Have a task do each job; what each gave, as they end. See `okr_flows.run.at_once.at_once`.

    Args:
        submit: Starts the task of a job; told how the task knows that it should stop.
        jobs: What is to be done.
        stopping: Called upon Ctrl-C, when tasks have been told to stop and are waited for.

    Raises:
        KeyboardInterrupt: It was interrupted.
    """
    stop = threading.Event()
    futures: list[PrefectFuture[Done]] = []
    try:
        for job in jobs:
            futures.append(submit(job, stop.is_set))  # noqa: PERF401 - those that began are waited for
        return [future.result() for future in as_completed(futures)]
    except KeyboardInterrupt:
        stop.set()
        stopping()
        wait(futures)
        raise
