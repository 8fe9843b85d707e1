"""Block: a connection's credentials are kept in Prefect, where every worker reads them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from okr_core.errors import ConfigError, OkrError, RefusalError, RetryableError
from okr_core.plan.workspace import Connection
from okr_flows.run.prefect_address import at_address
from okr_sources.source import Credentials

if TYPE_CHECKING:
    from prefect.blocks.core import Block

BLOCKS: Mapping[str, tuple[str, str]] = {
    "jira": ("okr_jira.site.credentials", "JiraCredentials"),
    "notion": ("okr_notion.site.credentials", "NotionCredentials"),
    "http": ("okr_http.credentials", "HttpCredentials"),
}
"""Kind → module and class of its block; importing the module imports Prefect."""


def save_block(
    connection: Connection, credentials: Credentials, env: Mapping[str, str], *, replace: bool
) -> None:
    """Save credentials as the Prefect block that the connection names.

    Args:
        connection: Its `block` is the name, its kind says which block it is.
        credentials: What the block holds.
        env: Variables, among them Prefect's.
        replace: Whether a block of that name may be replaced.

    Raises:
        ConfigError: No server is configured, or the kind brings no block.
        RefusalError: There is such a block.
        RetryableError: The server does not answer.
    """
    for name, value in env.items():
        if name.startswith("PREFECT_"):
            os.environ.setdefault(name, value)
    address = _server()
    block = _block(connection, credentials)
    assert connection.block is not None
    try:
        # `_sync`: inside of an event loop, Prefect would answer with a coroutine.
        block.save(connection.block, overwrite=replace, _sync=True)  # type: ignore[call-arg]
    except ValueError as error:
        if "already in use" not in str(error):  # other ValueErrors: an answer that is no JSON
            raise _unsaved(address, error) from None
        raise RefusalError(
            f"Prefect has a block `{connection.block}` of that type already; nothing was saved.",
            hint="Say --replace, or choose another name for the connection.",
        ) from None
    except Exception as error:  # noqa: BLE001 - Prefect's client raises httpx's, OS and own errors
        raise _unsaved(address, error) from None


def _server() -> str:
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415 - Prefect only for blocks

    address = PREFECT_API_URL.value()
    if not address:
        raise ConfigError(
            "no Prefect server is configured that could keep a block; nothing was saved.",
            hint="Set PREFECT_API_URL, or leave --block out to keep the token in .env.",
        )
    return str(address)


def _block(connection: Connection, credentials: Credentials) -> Block:
    if connection.kind not in BLOCKS:
        raise ConfigError(
            f"okr knows no Prefect block for tools of kind {connection.kind}.",
            hint="Save it in Prefect and name it as `block` in okr.yaml, or leave --block out.",
        )
    module, name = BLOCKS[connection.kind]
    fields: dict[str, Any] = {"token": credentials.token, "url": connection.url or credentials.url}
    if connection.kind != "notion":
        fields["user"] = credentials.user
    made: Block = getattr(import_module(module), name)(**fields)
    return made


def _unsaved(address: str, error: Exception) -> OkrError:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403):
        return ConfigError(
            f"the Prefect server{at_address(address)} refuses us ({status}); nothing was saved.",
            hint="Check PREFECT_API_KEY or PREFECT_API_AUTH_STRING.",
        )
    return RetryableError(
        f"the Prefect server{at_address(address)} does not answer ({type(error).__name__}); "
        "nothing was saved.",
        hint="Start it with `prefect server start`, correct PREFECT_API_URL, or leave --block out.",
    )
