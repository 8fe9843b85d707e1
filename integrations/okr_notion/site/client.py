"""Client: `notion-client` with one attempt per call, a timeout, and errors a person can act on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
from pydantic import SecretStr

from okr_core.errors import ConfigError, DataError, OkrError, RetryableError
from okr_notion.site.errors import network_failure, not_json, to_failure
from okr_notion.site.ids import encoded
from okr_notion.site.wire import Json
from okr_sources.censor import Censor
from okr_sources.send.headers import server_time
from okr_sources.send.refusal import Refusal

if TYPE_CHECKING:
    from notion_client.errors import HTTPResponseError

VERSION = "2025-09-03"
BASE_URL = "https://api.notion.com"
MAX_PROPERTIES = 100
"""Names that `filter_properties` takes; more, and all are asked for."""

_silent = logging.getLogger("okr_notion.vendor")
"""The vendor's own log: it quotes answers, so nothing below critical leaves it."""


class Client:
    """One request per method, never repeated here.

    Args:
        url: Base address without `/v1`.
        token: The integration's secret.
        timeout: Seconds that one request may take.
        now: The clock, for a Retry-After that is a time.
    """

    def __init__(
        self, url: str, token: SecretStr, *, timeout: float, now: Callable[[], datetime]
    ) -> None:
        from notion_client import Client as Vendor  # noqa: PLC0415 - only where Notion is read

        self._censor = Censor([token.get_secret_value()])
        self._timeout = timeout
        self._now = now
        self.server_time: datetime | None = None
        try:
            self._http = httpx.Client(event_hooks={"response": [self._look]})
            self._vendor = Vendor(
                client=self._http,
                auth=token.get_secret_value(),
                base_url=url.rstrip("/").removesuffix("/v1"),
                timeout_ms=int(timeout * 1000),
                notion_version=VERSION,
                retry=False,
                logger=_silent,
                log_level=logging.CRITICAL,
            )
        except (httpx.InvalidURL, ValueError):
            raise ConfigError(
                f"`{url}` is no address of Notion.", hint=f"Leave `url` out for {BASE_URL}."
            ) from None

    def __repr__(self) -> str:
        return "Client(Notion)"

    def close(self) -> None:
        """Free connections."""
        self._http.close()

    def me(self) -> Json:
        """The integration's own user."""
        return self._sent("users/me", self._vendor.users.me)

    def users(self, cursor: str = "") -> Json:
        """One page of the workspace's people and integrations."""
        asked: dict[str, object] = {"page_size": 100}
        if cursor:
            asked["start_cursor"] = cursor
        return self._sent("list of people", lambda: self._vendor.users.list(**asked))

    def data_source(self, identifier: str) -> Json:
        """A data source with its properties."""
        return self._sent(
            f"data source {identifier}", lambda: self._vendor.data_sources.retrieve(identifier)
        )

    def database(self, identifier: str) -> Json:
        """A database with the names of its data sources."""
        return self._sent(
            f"database {identifier}", lambda: self._vendor.databases.retrieve(identifier)
        )

    def page(self, identifier: str) -> Json:
        """A page with its properties."""
        return self._sent(f"page {identifier}", lambda: self._vendor.pages.retrieve(identifier))

    def update_page(self, identifier: str, properties: Json) -> Json:
        """Set properties of a page, by id; a second time changes nothing."""
        return self._sent(
            f"page {identifier}",
            lambda: self._vendor.pages.update(identifier, properties=properties),
        )

    def create_page(self, body: Json) -> Json:
        """A new page; sent twice, there are two."""
        return self._sent("new page", lambda: self._vendor.pages.create(**body))

    def children(self, block: str, cursor: str = "") -> Json:
        """One page of the blocks inside a block or page."""
        asked: dict[str, object] = {"page_size": 100}
        if cursor:
            asked["start_cursor"] = cursor
        return self._sent(
            f"page {block}", lambda: self._vendor.blocks.children.list(block, **asked)
        )

    def append(self, block: str, body: Json) -> Json:
        """Add blocks inside a block or page; sent twice, they are there twice."""
        return self._sent(
            f"page {block}", lambda: self._vendor.blocks.children.append(block, **body)
        )

    def update_block(self, block: str, body: Json) -> Json:
        """Set what a block says; a second time changes nothing."""
        return self._sent(f"block {block}", lambda: self._vendor.blocks.update(block, **body))

    def delete_block(self, block: str) -> Json:
        """Move a block to the trash."""
        return self._sent(f"block {block}", lambda: self._vendor.blocks.delete(block))

    def page_property(self, page: str, property_: str, cursor: str = "") -> Json:
        """One property of a page in full, or one page of its items."""
        asked: dict[str, object] = {"page_size": 100}
        if cursor:
            asked["start_cursor"] = cursor
        return self._sent(
            f"property {property_} of page {page}",
            lambda: self._vendor.pages.properties.retrieve(page, encoded(property_), **asked),
        )

    def query(self, source: str, body: Json, properties: Sequence[str]) -> Json:
        """One page of the rows of a data source.

        Args:
            source: Id of the data source.
            body: Filter, sorts, page size and cursor.
            properties: Decoded ids of the properties to give; all where there are too many.
        """
        asked: dict[str, object] = {**body, "result_type": "page"}
        if len(properties) <= MAX_PROPERTIES:
            asked["filter_properties"] = list(properties)
        return self._sent(
            f"data source {source}", lambda: self._vendor.data_sources.query(source, **asked)
        )

    def _sent(self, subject: str, request: Callable[[], Any]) -> Json:
        from notion_client import errors as vendor  # noqa: PLC0415 - see __init__

        try:
            answer = request()
        except vendor.RequestTimeoutError:
            raise RetryableError(
                f"{subject} does not answer within {self._timeout:g} seconds.",
                hint="Try again later, or raise the connection's `timeout`.",
            ) from None
        except vendor.HTTPResponseError as error:
            raise self._failure(error, subject) from None
        except vendor.InvalidPathParameterError:
            raise ConfigError(f"{subject} has an id that Notion's client refuses.") from None
        except httpx.HTTPError as error:
            raise network_failure(error, subject) from None
        except (ValueError, RecursionError):
            raise RetryableError(
                f"{subject} answers with broken JSON.", hint="Try again later."
            ) from None
        if not isinstance(answer, dict):
            raise DataError(f"{subject} answers with JSON that is no object.")
        return answer

    def _failure(self, error: HTTPResponseError, subject: str) -> OkrError:
        refusal = Refusal.of(
            error.status, error.headers, error.body, now=self._now(), censor=self._censor
        )
        if error.code == "notionhq_client_response_error":  # the vendor's word for none of Notion's
            refusal = replace(refusal, code="", words="")
        return to_failure(refusal, subject)

    def _look(self, response: httpx.Response) -> None:
        """Note the server's time; refuse a page for people before it is parsed."""
        self.server_time = server_time(response.headers) or self.server_time
        kind = response.headers.get("content-type", "")
        if response.is_success and "json" not in kind:
            raise not_json(response.request.url.path, kind.partition(";")[0])
