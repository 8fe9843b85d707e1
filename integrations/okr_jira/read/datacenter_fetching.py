"""Data Center fetching: carries one query out by searches alone, in pages that join."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from okr_jira.read.fetching import Begun, Fetcher, Issues
from okr_jira.read.jql import one_of
from okr_jira.read.queries import Query
from okr_jira.read.rows import Fetched
from okr_jira.read.windows import Windows
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
        wanted = set(keys) if all(key.isdigit() for key in keys) else set(found.ids)
        issues: Issues = [
            {"id": name, "key": found.labels[name], "fields": found.fields.get(name, {})}
            for name in found.ids
            if name in wanted
        ]
        return issues, found.requests

    def _read(self, jql: str, fields: Sequence[str], size: int, *, strict: bool = True) -> Fetched:
        """All issues of a selection, with their keys, which tell their projects."""

        def begin() -> Begun:
            pages = Windows(jql, size)
            return pages, lambda: self._site.search(
                pages.query, fields, pages.room, pages.start, strict=strict
            )

        return self._joined(jql, begin, fields, labelled=True)
