"""Errors: what Notion's refusals mean, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from okr_core.errors import AccessError, ConfigError, OkrError, RetryableError
from okr_sources.errors import ThrottledError, UnauthorizedError
from okr_sources.gate.failures import LATER
from okr_sources.send.refusal import Refusal, is_passing

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


def _quoted(refusal: Refusal) -> str:
    return f": {refusal.words.rstrip('. ')}" if refusal.words else ""


_FINAL: Mapping[int, Callable[[Refusal, str], OkrError]] = {
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
}
