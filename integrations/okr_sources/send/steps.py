"""Steps: answers that can be given, and the work that has to be done first for others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from okr_core.errors import OkrError
from okr_sources.answers import Answer
from okr_sources.send.workers import Workers

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Work for a thread, and what follows from it.

    Attributes:
        work: Runs in a thread; what it gives is called by the thread that reads the answers.
        fail: What follows from its failure.
        spent: Seconds that the work took from which it follows, such as a look-up of names: they
            are gone from its deadline, while waiting for a thread is not.
    """

    work: Callable[[], Callable[[], Steps]]
    fail: Callable[[OkrError], Steps]
    spent: float = 0.0


Steps = Iterator[Answer | Task]
"""What follows now: answers, and tasks that are begun at once."""


def task(
    run: Callable[[], T], then: Callable[[T], Steps], fail: Callable[[OkrError], Steps]
) -> Task:
    """A task whose result goes to `then`."""
    return Task(lambda: partial(then, run()), fail)


def carried_out(
    steps: Steps, width: int, around: Callable[[float], AbstractContextManager[None]]
) -> Iterator[Answer]:
    """Answers as tasks end, and those of the tasks that follow from them.

    Args:
        steps: What to begin with.
        width: Most tasks at once.
        around: What a task's work happens in, told what was spent before.
    """
    took: dict[Task, float] = {}

    def done(task: Task) -> Callable[[], Steps]:
        began = time.monotonic()
        try:
            with around(task.spent):
                return task.work()
        finally:
            took[task] = task.spent + time.monotonic() - began

    with Workers[Task, Callable[[], Steps]](width) as workers:

        def given(steps: Steps, spent: float) -> Iterator[Answer]:
            for step in steps:
                if isinstance(step, Task):
                    following = replace(step, spent=spent)
                    workers.submit(following, partial(done, following))
                else:
                    yield step

        yield from given(steps, 0.0)
        for result in workers.results():
            spent = took.pop(result.key)
            then = result.key.fail(result.error) if result.error else result.get()()
            yield from given(then, spent)
