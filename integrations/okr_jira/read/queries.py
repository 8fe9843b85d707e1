"""Queries: what can be asked of Jira, and how many requests it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from okr_jira.read.fields import is_system
from okr_jira.site.kinds import CLOUD, Deployment, Kind
from okr_sources.source import query_digest

UNCOUNTED = 5000
"""Issues that a selection is taken to have as long as nobody has counted it."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question to Jira, asked once however many key results it serves.

    Attributes:
        kind: Search page by page, estimate of a count, or issues by key.
        jql: The selection, empty for issues by key.
        fields: Fields besides the id, as bindings name them.
        keys: Keys or ids of issues, at most as many as one look-up takes.
        counted: Issues found last time, None where nobody has counted.
        memory: Digest under which the number of issues is remembered.
        deployment: The kind of Jira that is asked.
    """

    kind: Kind
    jql: str = ""
    fields: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    counted: int | None = None
    memory: str = ""
    deployment: Deployment = CLOUD

    @property
    def id(self) -> str:
        """Name of the query within a plan."""
        return query_digest(self.kind, self.jql, *self.fields, "", *self.keys)

    @property
    def page_size(self) -> int:
        """Issues that one request gives at most."""
        return self.deployment.field_page if self.fields else self.deployment.id_page

    @property
    def pages(self) -> int | None:
        """Requests expected; None where nobody has counted the issues yet."""
        if self.kind != "search":
            return 1
        return None if self.counted is None else self.deployment.pages(self.counted, self.page_size)

    @property
    def cost(self) -> int:
        """Requests to compare alternatives by; an uncounted selection is taken to be large."""
        if self.kind != "search":
            return 1
        rows = UNCOUNTED if self.counted is None else self.counted
        return self.deployment.pages(rows, self.page_size)

    @property
    def named(self) -> tuple[str, ...]:
        """Fields that have to be looked up first: names, and ids that the site may not have."""
        return tuple(name for name in self.fields if not is_system(name))

    @property
    def text(self) -> str:
        """The question for people."""
        return self.jql or f"issues {', '.join(self.keys)}"


def chunks(keys: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """The keys in runs of at most `size`.

    >>> chunks(["a", "b", "c"], 2)
    [('a', 'b'), ('c',)]
    """
    return [tuple(keys[at : at + size]) for at in range(0, len(keys), size)]
