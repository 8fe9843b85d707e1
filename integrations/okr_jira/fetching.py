"""Fetching: carries one query out, request by request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from okr_core.errors import DataError
from okr_jira.client import CloudClient
from okr_jira.fields import FieldNames
from okr_jira.paging import Pages
from okr_jira.queries import Query, chunks
from okr_jira.reading import Fetched

T = TypeVar("T")


class Send(Protocol):
    """Sends one request under the connection's limiter and retry policy."""

    def __call__(self, request: Callable[[], T], *, endpoint: str) -> T:
        """The request's result."""


class Fetcher:
    """Carries queries out; threads may share it.

    Args:
        client: Jira's endpoints.
        send: What each request goes through.
        now: The clock.
    """

    def __init__(self, client: CloudClient, send: Send, now: Callable[[], datetime]) -> None:
        self._client = client
        self._send = send
        self._now = now

    def fetch(self, query: Query, names: FieldNames) -> Fetched:
        """All that the query gives, or an error: never a part of it."""
        fields = sorted({each for name in query.fields for each in names.known(name)})
        if query.kind == "estimate":
            return self._estimate(query)
        if query.kind == "issues":
            return self.issues(query.keys, fields)
        return self._search(query, fields)

    def again(self, whole: Query, done: Query, names: FieldNames) -> tuple[Fetched, Fetched]:
        """Both queries once more, until no done issue is missing in the whole.

        The done ones come first: an issue that is resolved in between is then in both or in none.

        Raises:
            DataError: The selection keeps changing.
        """
        for _ in range(3):
            reached, found = self.fetch(done, names), self.fetch(whole, names)
            if consistent(found, reached):
                return found, reached
        raise DataError(
            f"jira `{self._client.name}`: issues of `{whole.jql}` keep changing while being read.",
            hint="Try again later.",
        )

    def names(self) -> FieldNames:
        """All fields of the site, by one request."""
        return FieldNames.of(self._send(self._client.fields, endpoint="field"))

    def issues(self, keys: Sequence[str], fields: Sequence[str]) -> Fetched:
        """Issues by key or id, 100 per request; those that do not exist are left out."""
        at, requests, found = self._now(), 0, _Found()
        for run in chunks(keys):
            strangers = found.take(self._bulk(run, fields), run)
            requests += 1
            # An issue that moved answers with its new key; alone, it is clear whose it is.
            for key in found.unknown(run) if strangers else ():
                found.claim(key, self._bulk((key,), fields))
                requests += 1
        return Fetched(
            tuple(found.fields), at, found.fields, found.labels, found.asked, requests=requests
        )

    def _bulk(self, keys: Sequence[str], fields: Sequence[str]) -> list[Mapping[str, object]]:
        def request() -> object:
            return self._client.issues(keys, fields)

        body = self._send(request, endpoint="bulkfetch")
        issues = body.get("issues") if isinstance(body, dict) else None
        if not isinstance(issues, list):
            raise DataError("the answer has no list of issues.", hint="Check the url.")
        return [issue for issue in issues if isinstance(issue, dict) and issue.get("id")]

    def _search(self, query: Query, fields: Sequence[str]) -> Fetched:
        at, pages = self._now(), Pages()
        ids: list[str] = []
        values: dict[str, Mapping[str, object]] = {}
        labels: dict[str, str] = {}
        while not pages.done:
            page = self._page(query, fields, pages.token)
            fresh = pages.take(page)
            ids.extend(name for name, _ in fresh)
            if fields:
                values.update((name, _fields(issue)) for name, issue in fresh)
                labels.update((name, str(issue.get("key") or "")) for name, issue in fresh)
        return Fetched(tuple(ids), at, values, labels, requests=pages.taken)

    def _page(self, query: Query, fields: Sequence[str], token: str | None) -> object:
        def request() -> object:
            return self._client.search(query.jql, fields, query.page_size, token)

        return self._send(request, endpoint="search")

    def _estimate(self, query: Query) -> Fetched:
        at = self._now()
        body = self._send(lambda: self._client.estimate(query.jql), endpoint="approximate-count")
        count = body.get("count") if isinstance(body, dict) else None
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise DataError("the answer has no count.", hint="Try again later.")
        return Fetched((), at, estimate=count)


class _Found:
    """Issues by key as they come."""

    def __init__(self) -> None:
        self.fields: dict[str, Mapping[str, object]] = {}
        self.labels: dict[str, str] = {}
        self.asked: dict[str, str] = {}

    def take(self, issues: Iterable[Mapping[str, object]], keys: Sequence[str]) -> int:
        """Keep the issues; how many of them nobody asked for by the key that they have."""
        wanted, strangers = {key.upper() for key in keys}, 0
        for issue in issues:
            name, label = self._keep(issue)
            matches = {name, label.upper()} & wanted
            self.asked.update(dict.fromkeys(matches, name))
            strangers += not matches
        return strangers

    def unknown(self, keys: Sequence[str]) -> list[str]:
        """Keys that no issue has answered to."""
        return [key for key in keys if key.upper() not in self.asked]

    def claim(self, key: str, issues: Sequence[Mapping[str, object]]) -> None:
        """The answer to one key alone belongs to that key."""
        for issue in issues[:1]:
            self.asked[key.upper()] = self._keep(issue)[0]

    def _keep(self, issue: Mapping[str, object]) -> tuple[str, str]:
        name, label = str(issue["id"]), str(issue.get("key") or "")
        self.fields[name], self.labels[name] = _fields(issue), label
        return name, label


def consistent(whole: Fetched, done: Fetched) -> bool:
    """Whether every done issue is one of the whole."""
    return set(done.ids) <= set(whole.ids)


def _fields(issue: Mapping[str, object]) -> Mapping[str, object]:
    fields = issue.get("fields")
    return fields if isinstance(fields, dict) else {}
