"""Data Center: the endpoints of Jira on a company's own server, one method each."""

from __future__ import annotations

import json
from collections.abc import Sequence

from okr_core.errors import DataError
from okr_jira.site.client import JiraClient, ordered_by_id
from okr_jira.site.kinds import DATA_CENTER

LONGEST_ADDRESS = 1500
"""Characters of a query that still go into an address; servers and proxies cut longer ones."""


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
            return self._ask("POST", "/search", data=json.dumps(body), query=jql, strict=strict)[0]
        shown = {name: str(number) for name, number in numbers.items()}
        params = {"jql": ordered, **shown, "fields": ",".join(names)}
        if not strict:
            params["validateQuery"] = "false"
        return self._ask("GET", "/search", params=params, query=jql, strict=strict)[0]

    def estimate(self, jql: str) -> object:
        """Jira's own count of a selection, under `count`: the total of a page without issues."""
        return {"count": total_of(self.search(jql, (), 0))}

    def users(self, start: int, size: int) -> object:
        """A page of all accounts: every user name holds what a dot stands for."""
        params = {"username": ".", "startAt": str(start), "maxResults": str(size)}
        return self._ask("GET", "/user/search", params=params)[0]

    def _signature(self) -> str:
        return f"Bearer {self._credentials.token.get_secret_value()}"


def total_of(page: object) -> int:
    """Number of all issues that a page is one of.

    Raises:
        DataError: The page does not say.
    """
    total = page.get("total") if isinstance(page, dict) else None
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise DataError("the answer has no total.", hint="Check the url.")
    return total
