"""Prefect reached: what Prefect raises where its server is not there, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeVar

import httpx
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from okr_core.errors import AccessError, OkrError, RetryableError
from okr_flows.run.ending import Refused
from okr_flows.run.prefect_address import at_address

Found = TypeVar("Found")
_NOT_REACHED = "Failed to reach API"
_NOT_STARTED = "Timed out while attempting to connect to ephemeral"


@contextmanager
def prefect_reached() -> Iterator[None]:
    """Translate the errors of a Prefect server that does not answer or does not start.

    Raises:
        AccessError: It does not let us in.
        RetryableError: In their place, with the address and what to do.
    """
    try:
        yield
    except httpx.TransportError as error:
        raise _unreachable() from error
    except PrefectHTTPStatusError as error:
        raise _answered(error.response.status_code) from error
    except RuntimeError as error:
        # Prefect tells them from mistakes by their words alone.
        if str(error).startswith(_NOT_REACHED):
            answer = error.__cause__ or error.__context__
            if isinstance(answer, httpx.HTTPStatusError):
                raise _answered(answer.response.status_code) from error
            raise _unreachable() from error
        if str(error).startswith(_NOT_STARTED):
            raise RetryableError(
                "Prefect's server for this run did not start in time.",
                hint="Try again, set PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS higher, or "
                "start `prefect server start` and set PREFECT_API_URL.",
            ) from error
        raise


def done(found: Found | Refused) -> Found:
    """What a run of this process found.

    Raises:
        OkrError: It was refused.
    """
    if isinstance(found, Refused):
        raise found.error
    return found


def _unreachable() -> RetryableError:
    return RetryableError(
        f"Prefect's server{at_address(PREFECT_API_URL.value())} does not answer.",
        hint="Start it, correct PREFECT_API_URL, or work without it: `--local`.",
    )


def _answered(status: int) -> OkrError:
    at = at_address(PREFECT_API_URL.value())
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return AccessError(
            f"Prefect's server{at} refuses us ({status}).",
            hint="Check PREFECT_API_AUTH_STRING or PREFECT_API_KEY, or work without it: `--local`.",
        )
    if status == HTTPStatus.NOT_FOUND:
        return RetryableError(
            f"what answers{at} is no Prefect server of this version ({status}).",
            hint="Correct PREFECT_API_URL, which ends in `/api`, or work without it: `--local`.",
        )
    return RetryableError(
        f"Prefect's server{at} answered {status}.",
        hint="Try again later, or work without it: `--local`.",
    )
