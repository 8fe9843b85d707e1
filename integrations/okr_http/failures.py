"""Failures: what an answer that is no data means, or none at all, and what to do about it."""

from __future__ import annotations

import ssl

import httpcore
import httpx

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_http.network import NameUnknownError
from okr_http.planner import place_of
from okr_sources.credentials import variable
from okr_sources.errors import UnauthorizedError, UnreachableError, tls_error
from okr_sources.send.refusal import LATER, Refusal, passing


class NothingThereError(ConfigError):
    """The server answers, and has nothing at the address (404, 410)."""


class WebPageError(AccessError):
    """A page for people where data was expected."""


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
    if status == 407:
        return AccessError(f"{who}: a proxy wants to know who asks (407).", hint="Ask its owner.")
    return passing(refusal, f"{who}: {place}") or ConfigError(
        f"{who}: {place} refuses the request ({status}). {said}".rstrip(),
        hint="Check `method`, `query` and `body`.",
    )


def network_failure(
    error: Exception, who: str, url: httpx.URL, *, seconds: float, home: bool
) -> OkrError:
    """The error that a request without an answer means.

    Args:
        error: Of httpcore, of httpx, or NameUnknownError.
        who: The connection as messages call it.
        url: Address that was asked.
        seconds: Time that it had.
        home: Whether every other request of the connection goes there as well.
    """
    if isinstance(error, httpcore.TimeoutException):
        return too_slow(who, url, seconds)
    if isinstance(error, httpx.DecodingError):
        return DataError(f"{who}: {place_of(url)} answers with broken gzip.", hint=LATER)
    lost = UnreachableError if home else RetryableError
    if isinstance(error, NameUnknownError):
        return lost(f"{who}: the host {url.host} is unknown.", hint="Check `url` and the network.")
    untrusted = tls_error(error)
    if untrusted is not None:
        return _tls(who, url, untrusted)
    if isinstance(error, httpcore.ConnectError):
        return lost(
            f"{who}: no server answers at {url.host}, port {_port(url)}.",
            hint="Check `url` and the network; proxies of the environment are not used.",
        )
    return RetryableError(
        f"{who}: {place_of(url)} broke off before it had answered.",
        hint=f"{LATER} If it stays, check that it speaks {url.scheme}.",
    )


def too_slow(who: str, url: httpx.URL, seconds: float) -> RetryableError:
    """An answer that does not come or end in time."""
    return RetryableError(
        f"{who}: {place_of(url)} did not answer within {seconds:g} s.",
        hint="Try again later, or raise `timeout` of the connection.",
    )


def web_page(who: str, place: str) -> WebPageError:
    """A good status with a page for people."""
    return WebPageError(
        f"{who}: {place} answers with a web page instead of JSON.",
        hint="Check `url`; a sign-in page or a proxy may stand in between.",
    )


def _unknown(who: str, place: str, said: str, name: str, *, signed: bool) -> OkrError:
    if signed:
        return UnauthorizedError(
            f"{who}: {place} does not accept the token (401). {said}".rstrip(),
            hint=f"Check {variable(name, 'TOKEN')} or the block, and with `options: {{header: …}}` "
            "that it goes where the server expects it; it may have expired.",
        )
    hint = (
        f"Set {variable(name, 'TOKEN')}, or name a block at the connection."
        if name
        else "Name a `connection` that has one."
    )
    return AccessError(f"{who}: {place} wants a token (401). {said}".rstrip(), hint=hint)


def _tls(who: str, url: httpx.URL, error: ssl.SSLError) -> OkrError:
    place = f"{url.host}, port {_port(url)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return AccessError(
            f"{who}: the certificate of {place} does not verify ({error.verify_message}).",
            hint="Check `url`. Where your organisation signs its own certificates, set "
            "SSL_CERT_FILE to its bundle.",
        )
    if error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"):
        return ConfigError(
            f"{who}: {place} does not speak https.",
            hint="Check the port, or write http where the network is trusted "
            "(`options: {allow_http: true}`).",
        )
    return RetryableError(
        f"{who}: no secure connection to {place} ({error.reason or 'TLS failed'}).",
        hint="Try again later; check that no proxy stands in between.",
    )


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
