"""Shared limit: how many runs may read a connection at once, over all workers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from okr_core.plan.workspace import Connection

PREFIX = "okr-sync-"
"""How slugs of connections and their limits begin; a limit of another name is never touched."""


def limit_of(connection: str) -> str:
    """Name of the limit of a connection."""
    return f"{PREFIX}{connection}"


@contextmanager
def slot_of_connection(name: str, connection: Connection) -> Iterator[None]:
    """Hold one of the connection's slots, waiting for it; nothing where it has no limit.

    A deployed run insists on the limit that `okr deploy` created. A run from the command line
    obeys it where the server has it: there may be no server that knows of it.
    """
    # A command that works without Prefect has nobody to share with, and must not load it.
    if connection.runs_at_once is None or "prefect" not in sys.modules:
        yield
        return
    # `okr deploy` and its plan need the name alone, without Prefect.
    from prefect.concurrency.sync import concurrency  # noqa: PLC0415
    from prefect.runtime import deployment  # noqa: PLC0415

    with concurrency(limit_of(name), strict=deployment.id is not None):
        yield
