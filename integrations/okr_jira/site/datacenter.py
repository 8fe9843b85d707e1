"""Data Center: the endpoints of Jira on a company's own server, one method each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from okr_core.errors import DataError, OkrError
from okr_jira.site import errors as failures
from okr_jira.site.client import JiraClient
from okr_jira.site.kinds import DATA_CENTER

if TYPE_CHECKING:
    import requests

LONGEST_ADDRESS = 1500
"""Characters of a query that still go into an address; servers and proxies cut longer ones."""

USER_HEADER = "X-AUSERNAME"


class DataCenterClient(JiraClient):
    """Version 2 of the REST API, signed by a personal access token."""

    deployment = DATA_CENTER

    def search(
        self, jql: str, fields: Sequence[str], size: int, start: int = 0, *, strict: bool = True
    ) -> object:
        """One page of a search, with the total; without fields it holds ids and keys alone.

        Args:
            jql: The selection; its issues come in the order of their ids.
            fields: Ids of fields.
            size: Most issues on the page; the server may give fewer.
            start: Row of the selection at which the page begins.
            strict: Whether a value that does not exist is an error; else it selects nothing.
        """
        names = [*fields] or ["id"]
        ordered = ordered_by_id(jql)
        numbers: dict[str, object] = {"startAt": start, "maxResults": size}
        if len(jql) > LONGEST_ADDRESS:
            body = {"jql": ordered, **numbers, "fields": names, "validateQuery": strict}
            return self._ask("POST", "/search", data=json.dumps(body), query=jql)[0]
        shown = {name: str(number) for name, number in numbers.items()}
        params = {"jql": ordered, **shown, "fields": ",".join(names)}
        if not strict:
            params["validateQuery"] = "false"
        return self._ask("GET", "/search", params=params, query=jql)[0]

    def estimate(self, jql: str) -> object:
        """Jira's own count of a selection, under `count`: the total of a page without issues."""
        return {"count": total_of(self.search(jql, (), 0))}

    def users(self, start: int, size: int) -> object:
        """A page of all accounts: every user name holds what a dot stands for."""
        params = {"username": ".", "startAt": str(start), "maxResults": str(size)}
        return self._ask("GET", "/user/search", params=params)[0]

    def _failure(
        self, response: requests.Response, path: str, *, query: str = "", issue: str = ""
    ) -> OkrError:
        # To everybody an issue that only some may see does not exist.
        if _anonymous(response.headers):
            return failures.unknown_caller(self.name, self.deployment)
        return super()._failure(response, path, query=query, issue=issue)

    def _parsed(self, response: requests.Response) -> object:
        # A server that does not know the token lets us in as everybody: fewer issues, no error.
        if response.request.headers.get("Authorization") and _anonymous(response.headers):
            raise failures.unknown_caller(self.name, self.deployment)
        return super()._parsed(response)


def _anonymous(headers: Mapping[str, str]) -> bool:
    return headers.get(USER_HEADER, "").casefold() == "anonymous"


def ordered_by_id(jql: str) -> str:
    """The query in an order in which no two issues are equal, so that pages join.

    >>> ordered_by_id("project = A")
    'project = A ORDER BY id ASC'
    """
    return f"{jql} ORDER BY id ASC"


def total_of(page: object) -> int:
    """Number of all issues that a page is one of.

    Raises:
        DataError: The page does not say.
    """
    total = page.get("total") if isinstance(page, dict) else None
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise DataError("the answer has no total.", hint="Check the url.")
    return total
