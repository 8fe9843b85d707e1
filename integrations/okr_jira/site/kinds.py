"""Deployments: what differs between Jira Cloud and Data Center for whoever counts requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

Kind = Literal["search", "estimate", "issues"]


@dataclass(frozen=True, slots=True, eq=False)
class Deployment:
    """One kind of Jira: its endpoints and how much one request of each gives.

    Attributes:
        title: Its name for people.
        api: Where its REST API begins.
        id_page: Most issues on a page of ids alone.
        field_page: Most issues on a page with any field.
        bulk: Most issues that one look-up by key asks for.
        endpoints: Endpoint of each kind of query.
        window: Rows of one query that pages are counted off by, each beginning with the last row
            of the one before; beyond them nothing is answered. 0 where pages follow tokens.
        estimated: What a count without a list of issues is.
        dates_status: Whether issues tell since when their status has its category.
    """

    title: str
    api: str
    id_page: int
    field_page: int
    bulk: int
    endpoints: Mapping[Kind, str]
    window: int
    estimated: str
    dates_status: bool

    @property
    def user_lookup(self) -> str:
        """The endpoint that knows the token's user."""
        return f"GET {self.api}/myself"

    @property
    def lookup(self) -> str:
        """The endpoint that knows the names of fields."""
        return f"GET {self.api}/field"

    def pages(self, rows: int, size: int) -> int:
        """Requests for that many rows, `size` at most in one; an empty answer takes one too.

        >>> CLOUD.pages(0, 100), CLOUD.pages(100, 100), CLOUD.pages(101, 100)
        (1, 1, 2)
        >>> DATA_CENTER.pages(1000, 1000), DATA_CENTER.pages(2000, 1000)
        (1, 3)
        """
        if not self.window:
            return max(1, ceil(rows / size))
        full, rest = divmod(rows, self.window)
        last = _overlapping(rest, size) if rest or not full else 0
        return full * _overlapping(self.window, size) + last


def _overlapping(rows: int, size: int) -> int:
    """Pages of which each but the first repeats a row."""
    return 1 + ceil(max(0, rows - size) / (size - 1))


CLOUD = Deployment(
    title="Jira Cloud",
    api="/rest/api/3",
    id_page=5000,
    field_page=100,
    bulk=100,
    endpoints={
        "search": "POST /rest/api/3/search/jql",
        "estimate": "POST /rest/api/3/search/approximate-count",
        "issues": "POST /rest/api/3/issue/bulkfetch",
    },
    window=0,
    estimated="Jira's own estimate: no list of issues",
    dates_status=True,
)

# 1,000 is what `jira.search.views.default.max` is set to unless an administrator changed it.
DATA_CENTER = Deployment(
    title="Jira Data Center",
    api="/rest/api/2",
    id_page=1000,
    field_page=1000,
    bulk=200,
    endpoints={
        "search": "GET /rest/api/2/search",
        "estimate": "GET /rest/api/2/search",
        "issues": "GET /rest/api/2/search",
    },
    window=10_000,
    estimated="Jira's own total: no list of issues",
    dates_status=False,
)
