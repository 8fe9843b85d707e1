"""Prefect reached: flows of this process, and what Prefect raises where its server is not there.

What a run found never travels in a state that failed: Prefect writes such data into its log, where
everyone reads it. A run of this process hands its report over beside the state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from prefect.client.schemas.objects import State, StateType
from prefect.settings import PREFECT_API_URL

from okr_core.errors import OkrError, RetryableError

Found = TypeVar("Found")
Ran = TypeVar("Ran")
_NOT_REACHED = "Failed to reach API"
_NOT_STARTED = "Timed out while attempting to connect to ephemeral"
_FOUND: ContextVar[list[object] | None] = ContextVar("_FOUND", default=None)


@contextmanager
def prefect_reached() -> Iterator[None]:
    """Translate the errors of a Prefect server that does not answer or does not start.

    Raises:
        RetryableError: In their place, with the address and what to do.
    """
    try:
        yield
    except httpx.TransportError as error:
        raise _unreachable() from error
    except RuntimeError as error:
        # Prefect tells them from mistakes by their words alone.
        if str(error).startswith(_NOT_REACHED):
            raise _unreachable() from error
        if str(error).startswith(_NOT_STARTED):
            raise RetryableError(
                "Prefect's server for this run did not start in time.",
                hint="Try again, set PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS higher, or "
                "start `prefect server start` and set PREFECT_API_URL.",
            ) from error
        raise


@contextmanager
def handed_over() -> Iterator[list[object]]:
    """Within the block, what runs of this process found, the last one last."""
    found: list[object] = []
    token = _FOUND.set(found)
    try:
        yield found
    finally:
        _FOUND.reset(token)


def noticed(found: Found, name: str, message: str) -> State[Found]:
    """The state of a run that people must notice: one sentence, and no data.

    Args:
        found: What the run found; only a caller in this process is handed it.
        name: What automations wait for.
        message: The sentence; it quotes nothing that people wrote.
    """
    box = _FOUND.get()
    if box is not None:
        box.append(found)
    return State(type=StateType.FAILED, name=name, message=message)


def result_of(state: State[Ran], kind: type[Found], found: Sequence[object] = ()) -> Found:
    """What a run of this process found.

    Args:
        state: How it ended.
        kind: Of what it finds.
        found: What it handed over beside a failed state.

    Raises:
        OkrError: It could not; the same error that its task raised.
    """
    result = found[-1] if found else state.result(raise_on_failure=False)
    if isinstance(result, kind):
        return result
    if isinstance(result, OkrError):
        raise result
    raise RuntimeError(f"the flow ended without a report: {state.name}: {state.message}")


def _unreachable() -> RetryableError:
    parts = urlsplit(PREFECT_API_URL.value() or "")
    host = parts.netloc.rpartition("@")[2]  # without a password
    at = f" at {parts.scheme}://{host}{parts.path}" if host else ""
    return RetryableError(
        f"Prefect's server{at} does not answer.",
        hint="Start it, correct PREFECT_API_URL, or unset it: then the sync starts its own.",
    )
