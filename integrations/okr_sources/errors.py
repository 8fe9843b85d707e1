"""Errors that only sources raise: they say more about who has to slow down, or that all is lost."""

from __future__ import annotations

import ssl
from typing import Literal

from okr_core.errors import AccessError, RetryableError

Scope = Literal["endpoint", "connection"]


class ThrottledError(RetryableError):
    """The server asked us to slow down (429, 503 or 529).

    Args:
        message: See `OkrError`.
        hint: See `OkrError`.
        retry_after: Seconds that the server asked us to wait, where it said so.
        scope: Who slows down: the one endpoint (a burst) or the whole connection (a quota).
        undone: Whether the request was turned away at the door (429), so that even one that must
            not be sent twice may be sent again.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        retry_after: float | None = None,
        scope: Scope = "endpoint",
        undone: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, retry_after=retry_after)
        self.scope: Scope = scope
        self.undone = undone


class UnreachableError(RetryableError):
    """No connection to the server at all: every other request would fail as well."""


class UnauthorizedError(AccessError):
    """The server does not know the token: every other request would fail as well."""


class ProxySignInError(UnauthorizedError):
    """A proxy on the way does not know us: no request gets through."""


class LostError(AccessError):
    """Not sent: an earlier request has found that the connection is lost. Never tried again."""


def tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """What TLS complained of, somewhere below an error; None where it did not."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error
