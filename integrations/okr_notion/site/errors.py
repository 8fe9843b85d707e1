"""Errors: what Notion's refusals mean, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from okr_core.basics.base import shortened
from okr_core.basics.command import okr
from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_notion.site.ids import same
from okr_sources.errors import ThrottledError, UnauthorizedError
from okr_sources.gate.failures import LATER
from okr_sources.send.refusal import LONGEST, Refusal, is_passing

SHARE = "Share it (··· → Connections)"


class NotSharedError(AccessError):
    """Notion answers 404: the object does not exist, or the integration may not see it."""


def refuse_complaint(answer: Mapping[str, object], subject: str) -> None:
    """Refuse what came with 200 and is an error all the same.

    Args:
        answer: What came.
        subject: What was asked for.

    Raises:
        DataError: It quotes Notion.
    """
    if answer.get("object") == "error":
        said = str(answer.get("message") or answer.get("code") or "").strip()
        words = f": {said[:LONGEST].rstrip('. ')}" if said else ""
        raise DataError(f"{subject} answers with an error under 200{words}.", hint=LATER)


def refuse_other(answer: Mapping[str, object], kind: str, identifier: str) -> None:
    """Refuse an answer that is about something else than was asked for.

    Args:
        answer: What came.
        kind: What was asked for, in Notion's word.
        identifier: Its id.

    Raises:
        DataError: It is.
    """
    found, of = answer.get("object"), answer.get("id")
    if found != kind or not same(of, identifier):
        what = f"{shortened(found)} {shortened(of)}"
        subject = f"{kind.replace('_', ' ')} {identifier}"
        raise DataError(f"{subject} was asked for, and the answer is about {what}.", hint=LATER)


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
        hint=f"Copy the integration's secret again; {okr('doctor').code} tests it.",
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
        hint=f"Correct the binding; {okr('doctor').code} shows what it finds.",
    )


def _quoted(refusal: Refusal) -> str:
    return f": {refusal.words.rstrip('. ')}" if refusal.words else ""


_FINAL: Mapping[int, Callable[[Refusal, str], OkrError]] = {
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
}
