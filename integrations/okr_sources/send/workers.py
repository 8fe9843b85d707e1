"""Workers: a bounded pool of threads that hands results out as they come."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from traceback import extract_tb
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

from okr_core.errors import DataError, OkrError

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Result(Generic[K, T]):
    """How one job ended: with a value or with an error, never with both.

    Attributes:
        key: The job's key.
        value: What it gave; None where it failed.
        error: Why it failed.
    """

    key: K
    value: T | None = None
    error: OkrError | None = None

    def get(self) -> T:
        """The value.

        Raises:
            OkrError: The job failed.
        """
        if self.error is not None:
            raise self.error
        return cast("T", self.value)


class Workers(Generic[K, T]):
    """Runs jobs in threads; jobs may be added while results are taken.

    One broken job never stops the others: what it raised is its result.

    Args:
        count: Most jobs at once.
    """

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="okr-source")
        self._done: SimpleQueue[Result[K, T]] = SimpleQueue()
        self._open = 0

    def submit(self, key: K, job: Callable[[], T]) -> None:
        """Run a job as soon as a thread is free."""
        self._open += 1
        # What holds where the job is added holds in its thread too, such as a query's deadline.
        self._threads.submit(copy_context().run, self._run, key, job)

    def results(self) -> Iterator[Result[K, T]]:
        """Results as jobs end, until every job, also those added meanwhile, has one."""
        while self._open:
            result = self._done.get()
            self._open -= 1
            yield result

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop jobs that have not begun and wait for the others."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _run(self, key: K, job: Callable[[], T]) -> None:
        self._done.put(outcome(key, job))


def outcome(key: K, job: Callable[[], T]) -> Result[K, T]:
    """The job's result, run here and now."""
    try:
        return Result(key, value=job())
    except OkrError as error:
        return Result(key, error=error)
    except Exception as error:  # noqa: BLE001 - one broken job never stops the others
        # Where it happened, not what it said: the text of a foreign error may quote a header.
        frame = extract_tb(error.__traceback__)[-1]
        log.warning("%s in %s, line %s", type(error).__name__, frame.name, frame.lineno)
        return Result(key, error=unexpected(error))


def unexpected(error: Exception) -> DataError:
    """A mistake of ours as an error that a user can pass on; its text may quote anything."""
    return DataError(
        f"reading it failed unexpectedly ({type(error).__name__}).",
        hint="Please report this with the log.",
    )


def in_order(items: Sequence[T], job: Callable[[T], R], at_once: int) -> list[Result[int, R]]:
    """How each job ended, in the order of the items; one that breaks stops no other.

    Args:
        items: What the jobs are about.
        job: Raises the errors of okr_core and okr_sources only.
        at_once: Jobs at once.
    """
    with Workers[int, R](at_once) as workers:
        for place, item in enumerate(items):
            workers.submit(place, partial(job, item))
        return sorted(workers.results(), key=lambda result: result.key)
