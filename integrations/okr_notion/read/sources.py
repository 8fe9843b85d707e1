"""Sources: data sources as a binding names them, opened once each; a database leads to its one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from okr_core.errors import ConfigError
from okr_notion.read.planner import SourceRead, database_digest
from okr_notion.read.schema import Schema, schema_of
from okr_notion.site.errors import NotSharedError
from okr_sources.session import Send

if TYPE_CHECKING:
    from okr_notion.site.client import Client


@dataclass(frozen=True, slots=True)
class Opened:
    """A data source that can be queried; the schema is there where it was needed."""

    id: str
    schema: Schema | None = None


class Sources:
    """Opens data sources of one session.

    Args:
        client: Where requests go.
        send: See `Send`.
        remember: Told how many data sources a database has, for the next run's planner.
    """

    def __init__(self, client: Client, send: Send, remember: Callable[[str, int], None]) -> None:
        self._client = client
        self._send = send
        self._remember = remember
        self._of_database: dict[str, str] = {}
        self._schemas: dict[str, Schema] = {}
        self._locks: dict[str, Lock] = defaultdict(Lock)

    def open(self, read: SourceRead) -> Opened:
        """The data source of an id, asked for only where something has to be known about it.

        Raises:
            OkrError: It is not shared, or a database with several data sources.
        """
        if read.needs_schema:
            return self.described(read)
        return Opened(self.single(read.source) if read.is_database else read.source)

    def described(self, read: SourceRead) -> Opened:
        """The data source of an id with its schema.

        Raises:
            OkrError: It is not shared, or a database with several data sources.
        """
        if read.is_database:
            return self._described(self.single(read.source))
        try:
            return self._described(read.source)
        except NotSharedError as error:
            return self._described(self.instead(read.source, error))

    def single(self, database: str) -> str:
        """Id of the only data source of a database; asked for once.

        Raises:
            ConfigError: It has none or several; they are listed.
        """
        with self._locks[database]:
            if database not in self._of_database:
                self._of_database[database] = self._single(database)
            return self._of_database[database]

    def instead(self, source: str, error: NotSharedError) -> str:
        """The data source of an id that turned out not to be one: it may be a database's.

        Raises:
            NotSharedError: It is no database either.
        """
        try:
            return self.single(source)
        except NotSharedError:
            raise error from None

    def schema(self, source: str) -> tuple[Schema, int]:
        """The properties of a data source, asked for once, and the requests that it took.

        Raises:
            OkrError: It is not shared.
        """
        with self._locks[source]:
            if source in self._schemas:
                return self._schemas[source], 0
            body = self._send(lambda: self._client.data_source(source), endpoint="data_sources")
            self._schemas[source] = schema_of(body)
            return self._schemas[source], 1

    def _described(self, source: str) -> Opened:
        return Opened(source, self.schema(source)[0])

    def _single(self, database: str) -> str:
        body = self._send(lambda: self._client.database(database), endpoint="databases")
        listed = body.get("data_sources")
        found = [s for s in listed if isinstance(s, Mapping)] if isinstance(listed, list) else []
        self._remember(database_digest(database), len(found))
        if len(found) == 1:
            return str(found[0].get("id"))
        names = "; ".join(f"{s.get('name')} = {s.get('id')}" for s in found) or "none"
        raise ConfigError(
            f"database {database} has {len(found) or 'no'} data sources that are shared.",
            hint=f"Name one in `source.notion.data_source`: {names}.",
        )
