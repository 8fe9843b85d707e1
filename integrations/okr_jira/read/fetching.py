"""Fetching: carries one query out, request by request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from okr_core.basics.base import MAX_DIGITS
from okr_core.errors import DataError
from okr_jira.read.fields import FieldNames
from okr_jira.read.paging import Pages, ShiftedError, ids_of
from okr_jira.read.queries import Query, chunks
from okr_jira.read.rows import Fetched
from okr_jira.read.zone import zone_of
from okr_jira.site.client import CloudClient, JiraClient
from okr_sources.numbers import fits
from okr_sources.session import Send

Issues = list[Mapping[str, object]]
ATTEMPTS = 3
"""Readings of a selection that changes while it is read, before we give up."""


class Paging(Protocol):
    """One search in progress.

    Attributes:
        done: Whether the last page was taken.
        taken: Pages taken.
    """

    done: bool
    taken: int

    def take(self, page: object) -> dict[str, Mapping[str, object]]:
        """Issues of the page that no earlier one had, by id and in their order."""


Begun = tuple[Paging, Callable[[], object]]
"""A search in progress, and what sends its next page."""


class Fetcher(ABC):
    """Carries queries out; threads may share it.

    Args:
        client: Jira's endpoints.
        send: What each request goes through.
        now: The clock.
    """

    def __init__(self, client: JiraClient, send: Send, now: Callable[[], datetime]) -> None:
        self._client = client
        self._send = send
        self._now = now

    @abstractmethod
    def _bulk(self, keys: Sequence[str], fields: Sequence[str]) -> tuple[Issues, int]:
        """Issues of these keys and ids that exist, and the requests that it took."""

    @abstractmethod
    def _search(self, query: Query, fields: Sequence[str]) -> Fetched:
        """All issues of a selection."""

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
        for _ in range(ATTEMPTS):
            reached, found = self.fetch(done, names), self.fetch(whole, names)
            if consistent(found, reached):
                return found, reached
        raise keep_changing(self._client.name, whole.jql)

    def names(self) -> FieldNames:
        """All fields of the site, by one request."""
        return FieldNames.of(self._send(self._client.fields, endpoint="field"))

    def zone(self) -> str:
        """Time zone of the token's user, by one request; empty where Jira does not tell."""
        return zone_of(self._send(self._client.myself, endpoint="myself")[0])

    def issues(self, keys: Sequence[str], fields: Sequence[str]) -> Fetched:
        """Issues by key or id, many per request.

        Those that do not exist, or that the token's user may not see, are left out.

        Raises:
            DataError: The answer is no list of issues with the fields.
        """
        at, requests, found = self._now(), 0, _Found(valued=bool(fields))
        for run in chunks(keys, self._client.deployment.bulk):
            issues, sent = self._bulk(run, fields)
            strangers = found.take(issues, run)
            requests += sent
            # An issue that moved answers with its new key; alone, it is clear whose it is.
            for key in found.unknown(run) if strangers else ():
                issues, sent = self._bulk((key,), fields)
                found.claim(key, issues)
                requests += sent
        return Fetched(
            tuple(found.fields), at, found.fields, found.labels, found.asked, requests=requests
        )

    def _joined(
        self, jql: str, begin: Callable[[], Begun], fields: Sequence[str], *, labelled: bool
    ) -> Fetched:
        """All issues of a selection; read again where it changed between two pages.

        Args:
            jql: The selection, for messages.
            begin: Begins to read it: the paging, and what sends the page that comes next.
            fields: Fields that each issue must come with.
            labelled: Whether their keys are kept.

        Raises:
            DataError: It keeps changing.
        """
        requests = 0
        for _ in range(ATTEMPTS):
            pages, page = begin()
            try:
                found = self._gathered(pages, page, valued=bool(fields), labelled=labelled)
            except ShiftedError:
                requests += pages.taken
                continue
            return replace(found, requests=requests + found.requests)
        raise keep_changing(self._client.name, jql)

    def _gathered(
        self, pages: Paging, page: Callable[[], object], *, valued: bool, labelled: bool
    ) -> Fetched:
        """The issues of all pages, with fields and keys where those are wanted."""
        at = self._now()
        ids: list[str] = []
        values: dict[str, Mapping[str, object]] = {}
        labels: dict[str, str] = {}
        while not pages.done:
            fresh = pages.take(self._send(page, endpoint="search"))
            ids.extend(fresh)
            if valued:
                values.update(zip(fresh, map(fields_of, fresh.values()), strict=True))
            if labelled:
                labels.update((name, str(issue.get("key") or "")) for name, issue in fresh.items())
        return Fetched(tuple(ids), at, values, labels, requests=pages.taken)

    def _estimate(self, query: Query) -> Fetched:
        at = self._now()
        body = self._send(lambda: self._client.estimate(query.jql), endpoint="approximate-count")
        return Fetched((), at, estimate=count_of(body))


class CloudFetcher(Fetcher):
    """Carries queries out in the Cloud.

    Args:
        client: Jira Cloud's endpoints.
        send: What each request goes through.
        now: The clock.
    """

    def __init__(self, client: CloudClient, send: Send, now: Callable[[], datetime]) -> None:
        super().__init__(client, send, now)
        self._cloud = client

    def _bulk(self, keys: Sequence[str], fields: Sequence[str]) -> tuple[Issues, int]:
        issues, failed = self._looked_up(keys, fields)
        if not failed:
            return issues, 1
        # Jira names what it could not give this time, for its size or for a failure that passes.
        return [*issues, *self._looked_up(failed, fields)[0]], 2

    def _looked_up(self, keys: Sequence[str], fields: Sequence[str]) -> tuple[Issues, list[str]]:
        """Issues of one request, and the ids that it names as failed."""
        body = self._send(lambda: self._cloud.issues(keys, fields), endpoint="bulkfetch")
        issues = body.get("issues") if isinstance(body, dict) else None
        errors = (body.get("issueErrors") or []) if isinstance(body, dict) else None
        if not isinstance(issues, list) or not isinstance(errors, list):
            raise DataError("the answer has no list of issues.", hint="Check the url.")
        ids_of(issues)
        named = {str(error.get("id")) for error in errors if isinstance(error, dict)}
        return issues, [key for key in keys if key in named]

    def _search(self, query: Query, fields: Sequence[str]) -> Fetched:
        def begin() -> Begun:
            pages = Pages(query.jql)
            return pages, lambda: self._cloud.search(
                query.jql, fields, query.page_size, pages.token
            )

        return self._joined(query.jql, begin, fields, labelled=bool(fields))


class _Found:
    """Issues by key as they come.

    Args:
        valued: Whether each must come with its fields.
    """

    def __init__(self, *, valued: bool) -> None:
        self.fields: dict[str, Mapping[str, object]] = {}
        self.labels: dict[str, str] = {}
        self.asked: dict[str, str] = {}
        self._valued = valued

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
        """Keys that no issue has answered to; ids never change, so no other issue can."""
        return [key for key in keys if key.upper() not in self.asked and not key.isdigit()]

    def claim(self, key: str, issues: Sequence[Mapping[str, object]]) -> None:
        """The answer to one key alone belongs to that key.

        Raises:
            DataError: There are several.
        """
        if len(issues) > 1:
            raise DataError(
                f"{len(issues)} issues answer to the key {key} alone.", hint="Try again later."
            )
        for issue in issues:
            self.asked[key.upper()] = self._keep(issue)[0]

    def _keep(self, issue: Mapping[str, object]) -> tuple[str, str]:
        name, label = str(issue["id"]), str(issue.get("key") or "")
        fields = fields_of(issue) if self._valued else {}
        if self.fields.setdefault(name, fields) != fields:
            raise DataError(
                f"issue {label or name} came twice, with different values.", hint="Try again later."
            )
        self.labels[name] = label
        return name, label


def count_of(body: object) -> int:
    """The count in Jira's answer to a request for one.

    Raises:
        DataError: It has none.
    """
    count = body.get("count") if isinstance(body, dict) else None
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise DataError("the answer has no count.", hint="Try again later.")
    if not fits(Decimal(count)):
        raise DataError(
            f"the answer has a count of more than {MAX_DIGITS} digits.", hint="Try again later."
        )
    return count


def consistent(whole: Fetched, done: Fetched) -> bool:
    """Whether every done issue is one of the whole."""
    return set(done.ids) <= set(whole.ids)


def keep_changing(name: str, jql: str) -> DataError:
    """A selection that was never the same for as long as it took to read it."""
    return DataError(
        f"jira `{name}`: issues of `{jql}` keep changing while being read.",
        hint="Try again later.",
    )


def fields_of(issue: Mapping[str, object]) -> Mapping[str, object]:
    """Fields of an issue that was asked for with some.

    Raises:
        DataError: It came without any.
    """
    fields = issue.get("fields")
    if not isinstance(fields, dict):
        raise DataError(
            f"issue {issue.get('key') or issue.get('id')} came without its fields.",
            hint="Try again later; check that the token's user may see it.",
        )
    return fields
