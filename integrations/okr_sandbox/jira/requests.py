"""What Jira's endpoints are asked for: bodies, query parameters, page tokens."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from zlib import crc32

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from starlette.requests import Request

from okr_sandbox.jira.answers import JiraError

BAD_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."
BAD_TOKEN = "The provided next page token is invalid or expired."  # noqa: S105 - a message


class Body(BaseModel):
    """A request's body or query string; unknown names are refused, as the vendor does."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True)

    @classmethod
    async def of(cls, request: Request) -> Self:
        """The body of a POST; a name with null is one that was left out.

        Raises:
            JiraError: 400, it is not the JSON that the endpoint takes.
        """
        try:
            sent = await json_body(request)
            return cls.model_validate({k: v for k, v in sent.items() if v is not None})
        except ValidationError as error:
            raise JiraError(400, BAD_PAYLOAD) from error

    @classmethod
    def of_query(cls, request: Request) -> Self:
        """The same from a query string: lists are repeated or separated by commas."""
        lists = {info.alias for info in cls.model_fields.values() if "list" in str(info.annotation)}
        sent: dict[str, object] = {}
        for name in request.query_params:
            values = request.query_params.getlist(name)
            parts = [part for value in values for part in value.split(",") if part]
            sent[name] = parts if name in lists else values[-1]
        try:
            return cls.model_validate(sent)
        except ValidationError as error:
            raise JiraError(400, BAD_PAYLOAD) from error


class Search(Body):
    """What ``search/jql`` takes."""

    jql: str = ""
    next_page_token: str | None = None
    max_results: int = 50
    fields: list[str] | None = None
    expand: str | None = None
    properties: list[str] = []
    fields_by_keys: bool = False
    fail_fast: bool = False
    reconcile_issues: list[int] = []


class RowSearch(Body):
    """What a Data Center's ``search`` takes."""

    jql: str = ""
    start_at: int = 0
    max_results: int = 50
    fields: list[str] | None = None
    expand: list[str] = []
    validate_query: bool = True


class Count(Body):
    """What ``search/approximate-count`` takes."""

    jql: str = ""


class BulkFetch(Body):
    """What ``issue/bulkfetch`` takes."""

    issue_ids_or_keys: list[str]
    fields: list[str] = []
    expand: list[str] = []
    properties: list[str] = []
    fields_by_keys: bool = False


class BulkChangelog(Body):
    """What ``changelog/bulkfetch`` takes."""

    issue_ids_or_keys: list[str]
    field_ids: list[str] = []
    max_results: int = 1000
    next_page_token: str | None = None


class ReadIssue(Body):
    """What ``GET issue/{issueIdOrKey}`` takes."""

    fields: list[str] = []
    expand: str = ""
    properties: list[str] = []
    fields_by_keys: bool = False
    update_history: bool = False
    fail_fast: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts; the time of the first page keeps later ones consistent with it."""

    offset: int
    at: datetime
    question: int

    def token(self) -> str:
        """The opaque ``nextPageToken``."""
        raw = orjson.dumps([self.offset, self.at, self.question])
        return urlsafe_b64encode(raw).decode().rstrip("=")


def cursor_of(token: str | None, question: str, now: datetime) -> Cursor:
    """The cursor of a page; the first one where there is no token.

    Raises:
        JiraError: 400, the token is broken or belongs to another query.
    """
    digest = crc32(question.encode())
    if not token:
        return Cursor(0, now, digest)
    try:
        offset, at, asked = orjson.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        cursor = Cursor(int(offset), datetime.fromisoformat(at), int(asked))
    except (ValueError, TypeError) as error:
        raise JiraError(400, BAD_TOKEN) from error
    if cursor.question != digest or cursor.offset < 0:
        raise JiraError(400, BAD_TOKEN)
    return cursor


async def json_body(request: Request) -> Mapping[str, object]:
    """A body that is a JSON object.

    Raises:
        JiraError: 400, it is something else.
    """
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise JiraError(400, BAD_PAYLOAD) from error
    if not isinstance(body, dict):
        raise JiraError(400, BAD_PAYLOAD)
    return body


def whole(request: Request, name: str, default: int) -> int:
    """A whole number of the query string; the default where it is absent or no number."""
    text = request.query_params.get(name, "")
    return int(text) if text.isdigit() else default
