"""Refusals in the words and shape of Notion's API."""

from typing import Final

from starlette.responses import Response

from okr_sandbox.faults import Fault
from okr_sandbox.gate import JsonAnswer, Refusal

_CODES: Final[dict[int, tuple[str, str]]] = {
    400: ("validation_error", "The request is invalid."),
    401: ("unauthorized", "API token is invalid."),
    403: ("restricted_resource", "Insufficient permissions for this endpoint."),
    404: (
        "object_not_found",
        "Could not find the object. Make sure it is shared with your integration.",
    ),
    409: ("conflict_error", "Conflict occurred while saving. Please try again."),
    410: ("invalid_request", "This endpoint is gone."),
    429: ("rate_limited", "You have been rate limited. Please try again in a few minutes."),
    500: ("internal_server_error", "Unexpected error occurred."),
    502: ("bad_gateway", "Bad gateway."),
    503: ("service_unavailable", "Public API service is temporarily unavailable."),
    504: ("gateway_timeout", "The request timed out."),
    529: ("service_overload", "Notion is overloaded. Please try again later."),
}
"""Code and default message by status."""

CONNECTION_LIMIT: Final = "public_api_request_rate_limit"
"""The reason of a 429 that concerns this connection.

Others are ``public_api_space_request_rate_limit`` (the workspace's budget, long waits) and
``public_api_request_blocked`` (retrying is no use).
"""


class NotionRefusal(Refusal):
    """An answer other than 200.

    Attributes:
        status: HTTP status.
        code: Notion's machine-readable code.
        message: what it says.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def answer(self) -> Response:
        """The refusal as a response."""
        return error_answer(self.status, self.code, self.message)


def invalid(message: str) -> NotionRefusal:
    """A 400 ``validation_error``."""
    return NotionRefusal(400, "validation_error", message)


def not_found(noun: str, identifier: str) -> NotionRefusal:
    """A 404: ``noun`` does not exist, or the integration may not see it; Notion tells no more."""
    return NotionRefusal(
        404,
        "object_not_found",
        f"Could not find {noun} with ID: {identifier}. Make sure the relevant pages and "
        "databases are shared with your integration.",
    )


def unknown_property(name: object) -> NotionRefusal:
    """A 400: the data source has no column with this name or id."""
    return invalid(f"Could not find property with name or id: {name}")


def error_answer(
    status: int,
    code: str,
    message: str,
    *,
    additional: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error body as Notion writes it."""
    body: dict[str, object] = {
        "object": "error",
        "status": status,
        "code": code,
        "message": message,
    }
    if additional:
        body["additional_data"] = additional
    return JsonAnswer(body, status, headers)


def fault_answer(fault: Fault) -> Response:
    """What Notion answers where ``fault`` hits: its code, Retry-After and reason."""
    status = int(fault.kind)
    code, message = _CODES[status]
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    reason = fault.reason or (CONNECTION_LIMIT if status == 429 else None)
    additional = {"rate_limit_reason": reason} if reason else None
    return error_answer(status, code, message, additional=additional, headers=headers)
