"""Forms: the fields of what a browser sends, within limits; nothing else is read."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 64 * 1024
"""Of a form; the longest that a person writes is far below."""
MOST_FIELDS = 400
_KIND = "application/x-www-form-urlencoded"


class FormError(Exception):
    """A form that is not taken.

    Attributes:
        status: HTTP status that says so.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form; of several of one name the last.

    Raises:
        FormError: It is too large, no form, or not UTF-8.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        raise FormError(415)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise FormError(413)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise FormError(413)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError as error:  # UnicodeError is one too
        raise FormError(400) from error
    if any("\0" in value for pair in pairs for value in pair):
        raise FormError(400)
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
