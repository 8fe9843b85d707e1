"""Data Center fetching: carries one query out by searches alone, in pages that join."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from okr_jira.read.fetching import ATTEMPTS, Fetcher, Issues, keep_changing
from okr_jira.read.jql import one_of
from okr_jira.read.queries import Query
from okr_jira.read.rows import Fetched
from okr_jira.read.windows import ShiftedError, Windows
from okr_jira.site.datacenter import DataCenterClient
from okr_sources.session import Send


class DataCenterFetcher(Fetcher):
    """Carries queries out on a Data Center.

    Args:
        client: Data Center's endpoints.
        send: What each request goes through.
        now: The clock.
    """

    def __init__(self, client: DataCenterClient, send: Send, now: Callable[[], datetime]) -> None:
        super().__init__(client, send, now)
        self._site = client

    def _search(self, query: Query, fields: Sequence[str]) -> Fetched:
        return self._read(query.jql, fields, query.page_size)

    def _bulk(self, keys: Sequence[str], fields: Sequence[str]) -> tuple[Issues, int]:
        size = self._site.deployment.field_page
        found = self._read(one_of(keys), fields, size, strict=False)
        # Ids never change: whatever else an id brings along is not the issue.
        wanted = set(keys) if all(key.isdigit() for key in keys) else found.fields.keys()
        issues: Issues = [
            {"id": name, "key": found.labels[name], "fields": found.fields[name]}
            for name in found.ids
            if name in wanted
        ]
        return issues, found.requests

    def _read(self, jql: str, fields: Sequence[str], size: int, *, strict: bool = True) -> Fetched:
        """All issues of a selection; read again where it changed between two pages.

        Raises:
            DataError: It keeps changing.
        """
        requests = 0
        for _ in range(ATTEMPTS):
            pages = Windows(jql, size)

            def page(at: Windows = pages) -> object:
                return self._site.search(at.query, fields, at.room, at.start, strict=strict)

            try:
                found = self._gathered(pages, page, valued=True, labelled=True)
            except ShiftedError:
                requests += pages.taken
                continue
            return replace(found, requests=requests + found.requests)
        raise keep_changing(self._site.name, jql)
