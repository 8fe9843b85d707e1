"""Failures: what an answer that is no data means, or none at all, and what to do about it."""

from __future__ import annotations

from okr_core.errors import AccessError, ConfigError, OkrError
from okr_sources.credentials import variable
from okr_sources.errors import UnauthorizedError
from okr_sources.send.refusal import Refusal, passing


class NothingThereError(ConfigError):
    """The server answers, and has nothing at the address (404, 410)."""


def to_failure(refusal: Refusal, who: str, place: str, *, name: str, signed: bool) -> OkrError:
    """The error that an answer outside of 2xx means.

    Args:
        refusal: What the server said.
        who: The connection as messages call it.
        place: Address that was asked, without parameters.
        name: Name of the connection.
        signed: Whether the token was sent there.
    """
    status, said = refusal.status, refusal.words
    if status == 401:
        return _unknown(who, place, said, name, signed=signed)
    if status == 403:
        return AccessError(
            f"{who}: {place} may not be read (403). {said}".rstrip(),
            hint="Give the token the right to read it." if signed else "It may want a token.",
        )
    if status in (404, 410):
        return NothingThereError(
            f"{who}: there is nothing at {place} ({status}). {said}".rstrip(),
            hint="Check `url`; some servers also answer so where the token may not look.",
        )
    return passing(refusal, f"{who}: {place}") or ConfigError(
        f"{who}: {place} refuses the request ({status}). {said}".rstrip(),
        hint="Check `method`, `query` and `body`.",
    )


def unknown_token(
    who: str, place: str, reason: str, said: str = "", *, name: str
) -> UnauthorizedError:
    """The server does not know whose token it is.

    Args:
        who: The connection as messages call it.
        place: Address that was asked, without parameters.
        reason: How it says so.
        said: Its words.
        name: Name of the connection.
    """
    return UnauthorizedError(
        f"{who}: {place} does not accept the token ({reason}). {said}".rstrip(),
        hint=f"Check {variable(name, 'TOKEN')} or the block, and with `options: {{header: …}}` "
        "that it goes where the server expects it; it may have expired.",
    )


def _unknown(who: str, place: str, said: str, name: str, *, signed: bool) -> OkrError:
    if signed:
        return unknown_token(who, place, "401", said, name=name)
    hint = (
        f"Set {variable(name, 'TOKEN')}, or name a block at the connection."
        if name
        else "Name a `connection` that has one."
    )
    return AccessError(f"{who}: {place} wants a token (401). {said}".rstrip(), hint=hint)
