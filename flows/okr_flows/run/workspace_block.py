"""Workspace block: where the store is, for workers that have no variable OKR_STORE_URL."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import cast

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from okr_core.errors import ConfigError

STORE_VARIABLE = "OKR_STORE_URL"
BLOCK_NAME = "okr-workspace"


class OkrWorkspace(Block):
    """Where a workspace's store is, so that any worker can reach it.

    Save it under the name `okr-workspace`; a sync loads it where OKR_STORE_URL is not set.

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
    _description = "Where the store of an OKR workspace is, for workers of prefect-okr."

    store_url: SecretStr = Field(
        description="Address of the store, such as postgresql://user:password@host/okr."
    )

    def get_store_url(self) -> str:
        """The address, password included."""
        return self.store_url.get_secret_value()


def store_url(given: str, env: Mapping[str, str] | None = None) -> str:
    """Where the store is: as given, else OKR_STORE_URL, else the block `okr-workspace`.

    Raises:
        ConfigError: None of them says it.
    """
    known = given or (os.environ if env is None else env).get(STORE_VARIABLE, "").strip()
    if known:
        return known
    try:
        block = cast("OkrWorkspace", OkrWorkspace.load(BLOCK_NAME, _sync=True))  # type: ignore[call-arg]
    except ValueError as error:  # what Prefect raises for a block that is not there
        raise ConfigError(
            f"it is not known where the store is: {STORE_VARIABLE} is not set and there is no "
            f"block `OKR Workspace` named `{BLOCK_NAME}`.",
            hint="Set the variable where the worker starts, or save the block.",
        ) from error
    return block.get_store_url()
