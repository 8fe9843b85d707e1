"""Client: Notion's endpoints, one request at a time, with errors a person can act on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr

from okr_core.errors import ConfigError, DataError
from okr_notion.site.errors import to_failure
from okr_notion.site.wire import Json
from okr_sources.gate.gate import Gate, Reply
from okr_sources.gate.strangers import stranger
from okr_sources.send.headers import server_time
from okr_sources.send.refusal import Refusal

VERSION = "2025-09-03"
BASE_URL = "https://api.notion.com"
MAX_PROPERTIES = 100
"""Names that `filter_properties` takes; more, and all are asked for."""
PAGE_SIZE = 100


class Client:
    """One request per method, never repeated here. Threads may share it.

    Args:
        url: Base address, with or without `/v1`.
        gate: Asks it.
        token: The integration's secret.
        now: The clock, for a Retry-After that is a time.

    Raises:
        ConfigError: `url` is no address.
    """

    def __init__(
        self, url: str, gate: Gate, token: SecretStr, *, now: Callable[[], datetime]
    ) -> None:
        if not urlsplit(url).netloc:
            raise ConfigError(
                f"`{url}` is no address of Notion.", hint=f"Leave `url` out for {BASE_URL}."
            )
        self._url = f"{url.rstrip('/').removesuffix('/v1')}/v1"
        self._gate = gate
        self._token = token
        self._now = now
        self.server_time: datetime | None = None

    def __repr__(self) -> str:
        return "Client(Notion)"

    def close(self) -> None:
        """Free connections."""
        self._gate.close()

    def me(self) -> Json:
        """The integration's own user."""
        return self._sent("users/me", "GET", "users/me")

    def users(self, cursor: str = "") -> Json:
        """One page of the workspace's people and integrations."""
        return self._sent("list of people", "GET", "users", _page(cursor))

    def data_source(self, identifier: str) -> Json:
        """A data source with its properties."""
        return self._sent(f"data source {identifier}", "GET", f"data_sources/{_part(identifier)}")

    def database(self, identifier: str) -> Json:
        """A database with the names of its data sources."""
        return self._sent(f"database {identifier}", "GET", f"databases/{_part(identifier)}")

    def page(self, identifier: str) -> Json:
        """A page with its properties."""
        return self._sent(f"page {identifier}", "GET", f"pages/{_part(identifier)}")

    def update_page(self, identifier: str, properties: Json) -> Json:
        """Set properties of a page, by id; a second time changes nothing."""
        body: Json = {"properties": properties}
        return self._sent(f"page {identifier}", "PATCH", f"pages/{_part(identifier)}", body=body)

    def create_page(self, body: Json) -> Json:
        """A new page; sent twice, there are two."""
        return self._sent("new page", "POST", "pages", body=body)

    def children(self, block: str, cursor: str = "") -> Json:
        """One page of the blocks inside a block or page."""
        return self._sent(f"page {block}", "GET", f"blocks/{_part(block)}/children", _page(cursor))

    def append(self, block: str, body: Json) -> Json:
        """Add blocks inside a block or page; sent twice, they are there twice."""
        return self._sent(f"page {block}", "PATCH", f"blocks/{_part(block)}/children", body=body)

    def update_block(self, block: str, body: Json) -> Json:
        """Set what a block says; a second time changes nothing."""
        return self._sent(f"block {block}", "PATCH", f"blocks/{_part(block)}", body=body)

    def delete_block(self, block: str) -> Json:
        """Move a block to the trash."""
        return self._sent(f"block {block}", "DELETE", f"blocks/{_part(block)}")

    def page_property(self, page: str, property_: str, cursor: str = "") -> Json:
        """One property of a page in full, or one page of its items."""
        path = f"pages/{_part(page)}/properties/{_part(property_)}"
        return self._sent(f"property {property_} of page {page}", "GET", path, _page(cursor))

    def query(self, source: str, body: Json, properties: Sequence[str]) -> Json:
        """One page of the rows of a data source.

        Args:
            source: Id of the data source.
            body: Filter, sorts, page size and cursor.
            properties: Decoded ids of the properties to give; all where there are too many.
        """
        shown = {"filter_properties": properties} if len(properties) <= MAX_PROPERTIES else {}
        asked: Json = {**body, "result_type": "page"}
        path = f"data_sources/{_part(source)}/query"
        return self._sent(f"data source {source}", "POST", path, shown, body=asked)

    def _sent(
        self,
        subject: str,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        *,
        body: Json | None = None,
    ) -> Json:
        asked = f"?{urlencode(query, doseq=True, quote_via=quote)}" if query else ""
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self._token.get_secret_value()}",
            "Notion-Version": VERSION,
        }
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode()
        reply = self._gate.ask(
            method, f"{self._url}/{path}{asked}", headers=headers, content=content, what=subject
        )
        self.server_time = server_time(reply.headers) or self.server_time
        self._refuse(reply, subject)
        answer = reply.document
        if not isinstance(answer, dict):
            raise DataError(
                f"{subject} answers with JSON that is no object.", hint="Check the url."
            )
        if answer.get("object") == "error":
            told = Refusal.of_reply(reply, now=self._now()).words.rstrip(". ")
            raise DataError(
                f"{subject} answers {reply.status}, and with an error: {told or 'no words'}.",
                hint="Try again later; what stands in between may answer in Notion's place.",
            )
        return answer

    def _refuse(self, reply: Reply, subject: str) -> None:
        """Refuse an answer that is none.

        Raises:
            OkrError: Says what it is instead.
        """
        failure = stranger(reply, "Notion")
        if failure is None and reply.status != 200:
            refusal = Refusal.of_reply(reply, now=self._now())
            # Notion's refusals are of the kind `error` and have a code; others are not its own.
            own = refusal if refusal.code else replace(refusal, words="")
            failure = to_failure(own, subject)
        if failure is not None:
            raise failure


def _page(cursor: str) -> dict[str, object]:
    return {"page_size": PAGE_SIZE, **({"start_cursor": cursor} if cursor else {})}


def _part(identifier: str) -> str:
    """An id as a part of a path.

    Raises:
        ConfigError: It would lead to another path.
    """
    if not identifier.strip("."):
        raise ConfigError(f"`{identifier}` is no id.", hint="Correct the binding.")
    return quote(identifier, safe="")
