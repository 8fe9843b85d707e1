"""Lookups: the properties that bindings name, and what stands behind them in other data sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Lock

from okr_core.errors import DataError, OkrError
from okr_notion.read.behind import UNTOLD, mapping
from okr_notion.read.columns import Columns, columns_of
from okr_notion.read.planner import Query, lookups_digest
from okr_notion.read.rows import RawRow
from okr_notion.read.schema import Property, Schema
from okr_notion.read.sources import Opened, Sources
from okr_notion.read.values import COMPUTED


class Lookups:
    """Looks at data sources, each once.

    Args:
        sources: Reads their properties.
        remember: Told how many others a query or page needed, for the next run's planner.
    """

    def __init__(self, sources: Sources, remember: Callable[[str, int], None]) -> None:
        self._sources = sources
        self._remember = remember
        self._requests: Counter[str] = Counter()
        self._lock = Lock()

    def columns(
        self, query: Query, opened: Opened
    ) -> tuple[dict[str, Columns], dict[str, OkrError]]:
        """Key result → what its measure reads, or why its binding does not fit the data source."""
        columns: dict[str, Columns] = {}
        refused: dict[str, OkrError] = {}
        for wanted in query.wanted:
            try:
                found = columns_of(wanted.binding, opened.schema)
                for measured in found.measured:
                    self._refuse_nested(measured, query.source)
                columns[wanted.key_result] = found
            except OkrError as error:
                refused[wanted.key_result] = error
        return columns, refused

    def of_page(self, page: RawRow, schema: Schema, name: str) -> Property:
        """The property that is named, with what it computes from.

        Args:
            page: As Notion gives it.
            schema: What it tells of its properties; its data source tells more of rollups and
                formulas.
            name: Name or id.

        Raises:
            ConfigError: There is none, or it can be no number.
            DataError: It is computed from a rollup of another data source.
        """
        found = schema.number(name)
        if found.type not in COMPUTED:
            return found
        identifier, parent = str(page.get("id")), mapping(page.get("parent"))
        source = parent.get("data_source_id")
        if not isinstance(source, str):
            raise DataError(
                "the page does not name its data source, which says what it computes from.",
                hint="Try again later.",
            )
        whole, requests = self._sources.schema(source)
        self._look_up(identifier, requests)
        described = whole.find(found.id)
        self._refuse_nested(described, identifier)
        return described

    def _refuse_nested(self, found: Property, asked: str) -> None:
        """Refuse what is computed from lists of another data source, which nobody sees the end of.

        Raises:
            DataError: It is, or Notion does not tell.
        """
        if UNTOLD in found.relations:
            raise DataError(
                f'Notion does not say what "{found.name}" is computed from: it may be cut off.',
                hint="Try again later.",
            )
        for behind in found.behind:
            schema, requests = self._sources.schema(behind.source)
            self._look_up(asked, requests)
            nested = behind.nested(schema)
            if nested is not None:
                raise DataError(
                    f'"{found.name}" is computed from a rollup of another data source: '
                    f'"{nested.name}" of {schema}. Notion may cut that off without a word.',
                    hint=f'Measure "{nested.name}" of {schema} itself.',
                )

    def _look_up(self, asked: str, requests: int) -> None:
        with self._lock:
            self._requests[asked] += requests
            if self._requests[asked]:
                self._remember(lookups_digest(asked), self._requests[asked])
