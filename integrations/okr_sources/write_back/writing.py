"""Writing: one job per item in threads, its results in the order of the items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from okr_sources.send.workers import Result, Workers

T = TypeVar("T")
R = TypeVar("R")


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
