"""Workspace block: where the store is, for workers that have no variable OKR_STORE_URL."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import cast

from prefect.blocks.core import Block
from prefect.runtime import flow_run
from pydantic import Field, HttpUrl, SecretStr

from okr_core.errors import ConfigError
from okr_flows.run.names import block_of, marked, store_marked

STORE_VARIABLE = "OKR_STORE_URL"


class OkrWorkspace(Block):
    """Where a workspace's store is, so that any worker can reach it.

    Save it as `okr-workspace-` and the workspace's id, or as `okr-workspace` where one workspace
    has the server alone; runs load it where OKR_STORE_URL is not set.

    Example:
        Load a stored workspace:
        ```python
        from okr_flows.workspace_block import OkrWorkspace

        workspace = OkrWorkspace.load("BLOCK_NAME")
        url = workspace.get_store_url()
        ```
    """

    _block_type_name = "OKR Workspace"
    _block_type_slug = "okr-workspace"
    _documentation_url = HttpUrl(
        "https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls"
    )
    _description = "Where the store of an OKR workspace is, for workers of prefect-okr."

    store_url: SecretStr = Field(
        description="Address of the store, such as postgresql://user:password@host/okr."
    )

    def get_store_url(self) -> str:
        """The address, password included."""
        return self.store_url.get_secret_value()


def workspace_of_run() -> str:
    """Id of the workspace whose deployment this run is of; empty: it is of none."""
    return marked(flow_run.tags or ())


def store_of_run() -> str:
    """Which store this run's deployment is of, see `store_of`; empty: it does not say."""
    return store_marked(flow_run.tags or ())


def store_url(given: str, env: Mapping[str, str] | None = None, workspace: str = "") -> str:
    """Where the store is: as given, else OKR_STORE_URL, else as a block says.

    Args:
        given: Address; empty: none was given.
        env: Variables; None: this process's.
        workspace: Id of the workspace that a run belongs to: its own block is asked first; empty:
            only the block that all share.

    Raises:
        ConfigError: None of them says it.
    """
    known = given or (os.environ if env is None else env).get(STORE_VARIABLE, "").strip()
    if known:
        return known
    names = dict.fromkeys((block_of(workspace), block_of("")))
    for name in names:
        with suppress(ValueError):  # what Prefect raises for a block that is not there
            block = cast("OkrWorkspace", OkrWorkspace.load(name, _sync=True))  # type: ignore[call-arg]
            return block.get_store_url()
    raise ConfigError(
        f"it is not known where the store is: {STORE_VARIABLE} is not set and there is no "
        f"block `OKR Workspace` named {' or '.join(f'`{name}`' for name in names)}.",
        hint="Set the variable where the worker starts, or save the block.",
    )
