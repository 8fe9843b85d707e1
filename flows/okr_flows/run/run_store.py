"""The store of a run: no parameter of a flow, since Prefect shows those to everyone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from okr_flows.run.workspace_block import store_url
from okr_store import Store, open_store

_GIVEN: ContextVar[str] = ContextVar("_GIVEN", default="")


@contextmanager
def given_store(url: str) -> Iterator[None]:
    """Within the block, flows of this process use the store at that address."""
    token = _GIVEN.set(url)
    try:
        yield
    finally:
        _GIVEN.reset(token)


def open_run_store() -> Store:
    """The store that this run was given, else the one of OKR_STORE_URL or the block."""
    return open_store(store_url(_GIVEN.get(), os.environ))
