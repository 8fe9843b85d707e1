"""Diagnose: what `okr doctor` says of a connection to Notion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.errors import OkrError
from okr_notion.columns import columns_of
from okr_notion.errors import skew
from okr_notion.filters import compiled
from okr_notion.planner import Compiled, PageRead, Query, SourceRead
from okr_notion.rows import title_of
from okr_notion.schema import Schema, schema_of_page
from okr_notion.sources import Send, Sources
from okr_sources.answers import Unavailable
from okr_sources.source import Check

if TYPE_CHECKING:
    from okr_notion.client import Client

TOLERATED_SKEW = 60.0
"""Seconds that two clocks may differ: Notion's own times are whole minutes."""


class Examiner:
    """Asks for the token's user, each page and each data source, and looks names up.

    Args:
        name: Name of the connection.
        client: Where requests go.
        send: See `okr_notion.sources.Send`.
        sources: Opens data sources.
    """

    def __init__(self, name: str, client: Client, send: Send, sources: Sources) -> None:
        self._name = name
        self._client = client
        self._send = send
        self._sources = sources

    def examine(
        self, refused: Sequence[Unavailable], plan: Compiled, now: datetime | None
    ) -> list[Check]:
        """One line for each thing that was looked at; ends early where nothing answers.

        Args:
            refused: Bindings that cannot be planned.
            plan: Pages and data sources.
            now: This machine's time; None where the server lives at another one.
        """
        try:
            body = self._send(self._client.me, "users")
        except OkrError as error:
            return [self._failed("connection", error)]
        checks = [self._authorised(body)]
        checks += [] if now is None else [self._clock(now)]
        checks += [Check(r.key_result, "error", r.reason, r.hint) for r in refused]
        checks += [check for source in plan.sources for check in self._source(source)]
        return checks + [check for page in plan.pages for check in self._page(page)]

    def _authorised(self, body: object) -> Check:
        fields = body if isinstance(body, dict) else {}
        bot = fields.get("bot")
        workspace = bot.get("workspace_name") if isinstance(bot, dict) else None
        where = f" in workspace {workspace}" if workspace else ""
        return Check("connection", "ok", f"reachable; authorised as {fields.get('name')}{where}.")

    def _clock(self, now: datetime) -> Check:
        ahead = skew(self._client.server_time, now)
        if ahead is None:
            return Check("clock", "warning", "the server does not tell its time.")
        if abs(ahead) > TOLERATED_SKEW:
            side = "ahead of" if ahead > 0 else "behind"
            message = f"Notion's clock is {abs(ahead):.0f} s {side} this machine's."
            return Check("clock", "warning", message, "Set this machine's clock.")
        return Check("clock", "ok", "Notion's clock and this machine's agree.")

    def _source(self, read: SourceRead) -> Iterator[Check]:
        subject = f"data source {read.source}"
        try:
            schema = self._schema(read)
        except OkrError as error:
            yield self._failed(subject, error)
            return
        yield Check(
            subject, "ok", f'shared: "{schema.title}", {len(schema.properties)} properties.'
        )
        for query in read.queries:
            yield from self._query(query, schema)

    def _schema(self, read: SourceRead) -> Schema:
        opened = self._sources.described(read)
        assert opened.schema is not None
        return opened.schema

    def _query(self, query: Query, schema: Schema) -> Iterator[Check]:
        for wanted in query.wanted:
            try:
                compiled(query.filter, schema)
                columns = columns_of(wanted.binding, schema)
            except OkrError as error:
                yield self._failed(wanted.key_result, error)
                continue
            used = (columns.value, columns.weight, columns.done, columns.by, columns.status)
            names = [p.name for p in used if p is not None]
            yield Check(wanted.key_result, "ok", _found(names))

    def _page(self, read: PageRead) -> Iterator[Check]:
        subject = f"page {read.page}"
        try:
            page = self._send(lambda: self._client.page(read.page), "pages")
            schema = schema_of_page(page, title_of(page))
        except OkrError as error:
            yield self._failed(subject, error)
            return
        yield Check(subject, "ok", f'shared: "{title_of(page)}".')
        for wanted in read.wanted:
            try:
                found = schema.find(str(wanted.binding.property_))
            except OkrError as error:
                yield self._failed(wanted.key_result, error)
            else:
                yield Check(wanted.key_result, "ok", _found([found.name]))

    def _failed(self, subject: str, error: OkrError) -> Check:
        return Check(subject, "error", f"notion `{self._name}`: {error.message}", error.hint)


def _found(names: Iterable[str]) -> str:
    listed = ", ".join(dict.fromkeys(names))
    return f"properties found: {listed}." if listed else "needs no property."
