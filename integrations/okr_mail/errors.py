"""Errors: what became of a letter that was not simply taken; no text holds an address or a link.

What servers say is never repeated, only its number: some quote the letter.
"""

from __future__ import annotations

from okr_core.errors import OkrError, RetryableError


class NotSentError(RetryableError):
    """The server did not take it and may do so later: unreachable, busy, out of space, slow."""


class RefusedError(OkrError):
    """The server will never take it: the recipient is unknown there, or the letter is unwanted."""

    exit_code = 3


class UnsureError(OkrError):
    """It was handed over and no answer came: it may have been taken."""

    exit_code = 3
