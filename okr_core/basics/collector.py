"""Collector: keeping Python's search for cyclic garbage out of work that makes none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Hold the cyclic collector back while a block makes many objects and no cycles.

    Hundreds of thousands of new objects make it walk through everything that is in memory, and on
    a plan of 100,000 key results that takes as long as judging them. It is switched on again only
    if it was on before; memory is freed by reference counts meanwhile.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
