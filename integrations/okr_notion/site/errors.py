"""Errors: what Notion's refusals mean, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_sources.errors import ThrottledError, UnauthorizedError, UnreachableError, tls_error
from okr_sources.send.refusal import LATER, Refusal, is_passing

if TYPE_CHECKING:
    import httpx

SHARE = "Share it (··· → Connections)"


class NotSharedError(AccessError):
    """Notion answers 404: the object does not exist, or the integration may not see it."""


def to_failure(refusal: Refusal, subject: str) -> OkrError:
    """The error that an answer outside of 2xx means.

    Args:
        refusal: What Notion said; without a code where the answer is not Notion's.
        subject: What was asked for, such as `page 1f2e…`.
    """
    # Notion's own advice for a 409 is to send the request again.
    if is_passing(refusal.status) or refusal.status == 409:
        return _temporary(refusal, subject)
    return _FINAL.get(refusal.status, _invalid)(refusal, subject)


def _temporary(refusal: Refusal, subject: str) -> OkrError:
    if refusal.status in (429, 529) or refusal.retry_after is not None:
        why = f" ({refusal.reason})" if refusal.reason else ""
        # Notion counts requests per integration and workspace, never per endpoint.
        return ThrottledError(
            f"Notion asks us to slow down: {refusal.status}{why} for {subject}.",
            hint="Try again later, or lower the connection's `concurrency`.",
            retry_after=refusal.retry_after,
            scope="connection",
        )
    return RetryableError(f"{subject} answers {refusal.status}{_quoted(refusal)}.", hint=LATER)


def _unauthorized(_: Refusal, __: str) -> OkrError:
    return UnauthorizedError(
        "Notion refuses the token (401).",
        hint="Copy the integration's secret again; `okr doctor` tests it.",
    )


def _forbidden(refusal: Refusal, subject: str) -> OkrError:
    return AccessError(
        f"{subject} answers 403{_quoted(refusal)}.",
        hint="Give the integration the capability to read content.",
    )


def _not_found(refusal: Refusal, subject: str) -> OkrError:
    if refusal.code != "object_not_found":
        return _invalid(refusal, subject)
    return NotSharedError(
        f"{subject} answers 404: it does not exist or is not shared with the integration.",
        hint=f"{SHARE}.",
    )


def _invalid(refusal: Refusal, subject: str) -> OkrError:
    if not refusal.code:
        return ConfigError(
            f"{subject} answers {refusal.status}, and not as Notion does.",
            hint="Check the connection's `url`, and proxies on the way.",
        )
    return ConfigError(
        f"Notion refuses the request for {subject} ({refusal.status}){_quoted(refusal)}.",
        hint="Correct the binding; `okr try` shows what it selects.",
    )


def network_failure(error: httpx.HTTPError, subject: str) -> OkrError:
    """The error that a request without an answer means; httpx's own texts may quote much.

    Args:
        error: Of httpx.
        subject: What was asked for.
    """
    import httpx  # noqa: PLC0415 - loaded by whoever sent the request

    if isinstance(tls_error(error), SSLCertVerificationError):
        return UnreachableError(
            "the certificate of Notion's address does not verify.",
            hint="Check the connection's `url`. Where your organisation signs its own "
            "certificates, set SSL_CERT_FILE to its bundle.",
        )
    if isinstance(error, httpx.ConnectError | httpx.ProxyError):
        return UnreachableError(
            "Notion cannot be reached.", hint="Check the network and the connection's `url`."
        )
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return ConfigError(
            f"no request can be sent for {subject} ({type(error).__name__}).",
            hint="Check the connection's `url` and token.",
        )
    return RetryableError(
        f"the connection broke while {subject} was read ({type(error).__name__}).",
        hint=LATER,
    )


def not_json(subject: str, content_type: str) -> DataError:
    """A good status with a body that is not JSON: a proxy's page."""
    return DataError(
        f"{subject} answers with {content_type or 'something'} instead of JSON.",
        hint="Check the connection's `url`, and proxies that ask to sign in.",
    )


def _quoted(refusal: Refusal) -> str:
    return f": {refusal.words.rstrip('. ')}" if refusal.words else ""


_FINAL: Mapping[int, Callable[[Refusal, str], OkrError]] = {
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
}
