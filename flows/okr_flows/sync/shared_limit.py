"""Shared limit: how many runs may read a connection at once, over all workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.concurrency.sync import concurrency
from prefect.runtime import deployment

from okr_core.plan.workspace import Connection
from okr_flows.deploy.deployments import limit_of


@contextmanager
def slot_of_connection(name: str, connection: Connection) -> Iterator[None]:
    """Hold one of the connection's slots, waiting for it; nothing where it has no limit.

    A deployed run insists on the limit that `okr deploy` created. A run from the command line
    obeys it where the server has it: there may be no server that knows of it.
    """
    if connection.runs_at_once is None:
        yield
        return
    with concurrency(limit_of(name), strict=deployment.id is not None):
        yield
