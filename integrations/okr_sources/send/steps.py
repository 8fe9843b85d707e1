"""Steps: answers that can be given, and the work that has to be done first for others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
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
    """

    work: Callable[[], Callable[[], Steps]]
    fail: Callable[[OkrError], Steps]


Steps = Iterator[Answer | Task]
"""What follows now: answers, and tasks that are begun at once."""


def task(
    run: Callable[[], T], then: Callable[[T], Steps], fail: Callable[[OkrError], Steps]
) -> Task:
    """A task whose result goes to `then`."""
    return Task(lambda: partial(then, run()), fail)


def carried_out(
    steps: Steps, width: int, around: Callable[[], AbstractContextManager[None]]
) -> Iterator[Answer]:
    """Answers as tasks end, and those of the tasks that follow from them.

    Args:
        steps: What to begin with.
        width: Most tasks at once.
        around: What each task's work happens in.
    """

    def done(work: Callable[[], Callable[[], Steps]]) -> Callable[[], Steps]:
        with around():
            return work()

    with Workers[Task, Callable[[], Steps]](width) as workers:

        def given(steps: Steps) -> Iterator[Answer]:
            for step in steps:
                if isinstance(step, Task):
                    workers.submit(step, partial(done, step.work))
                else:
                    yield step

        yield from given(steps)
        for result in workers.results():
            yield from given(result.key.fail(result.error) if result.error else result.get()())
