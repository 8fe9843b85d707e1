"""Paging: a query's pages as a state machine that sends nothing.

Pages may be short, so only a missing cursor ends a list. A query stops silently at 10,000 rows:
the last page then says `request_status.type = "incomplete"`. Rows come in the order of creation,
so the next window begins where the last row was created; what comes twice is dropped by id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from okr_core.errors import DataError
from okr_notion.read.filters import Json, both, created_from
from okr_sources.gate.paging import Novelty

PAGE_SIZE = 100
"""Most rows that Notion gives at once."""

ROW_STOP = 10_000
"""Rows after which a query ends."""

OLDEST_FIRST: list[Json] = [{"timestamp": "created_time", "direction": "ascending"}]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list endpoint.

    Attributes:
        results: Its items as they came.
        cursor: Of the next page, empty at the end.
        stopped: Whether the query has more rows than Notion gives.
    """

    results: tuple[Mapping[str, object], ...]
    cursor: str = ""
    stopped: bool = False


def page_of(body: Mapping[str, object]) -> Page:
    """The page in an answer.

    Raises:
        DataError: It is no list, or says that there is more without saying where.
    """
    results = body.get("results")
    if not isinstance(results, list) or not all(isinstance(r, Mapping) for r in results):
        raise DataError("the answer to a query is not a list of rows.")
    cursor = body.get("next_cursor")
    status = body.get("request_status")
    stopped = isinstance(status, Mapping) and status.get("type") == "incomplete"
    if body.get("has_more") is not True:
        return Page(tuple(results), stopped=stopped)
    if not isinstance(cursor, str) or not cursor:
        raise DataError(
            "truncated: the answer has more rows and no cursor to them.", hint="Try again later."
        )
    return Page(tuple(results), cursor, stopped)


@dataclass(slots=True)
class Cursor:
    """Where a list stands, and the guard against a server that goes round in circles."""

    value: str = ""
    seen: set[str] = field(default_factory=set)

    def move(self, cursor: str) -> None:
        """Go on to the next page.

        Raises:
            DataError: The server gave this cursor before.
        """
        if cursor in self.seen:
            raise DataError(
                "truncated: the server repeats a page instead of giving the next one.",
                hint="Try again later.",
            )
        self.seen.add(cursor)
        self.value = cursor


@dataclass(slots=True)
class Rows:
    """All rows of one query, page by page.

    Attributes:
        filter: As Notion takes it.
        found: Rows by id, in the order of creation.
        pages: Pages taken.
        finished: Whether every row was seen.
    """

    filter: Json | None = None
    found: dict[str, Mapping[str, object]] = field(default_factory=dict)
    pages: int = 0
    finished: bool = False
    _cursor: Cursor = field(default_factory=Cursor)
    _window: str = ""
    _newest: str = ""
    _novelty: Novelty = field(default_factory=Novelty)

    def body(self) -> Json:
        """The body of the next request."""
        asked: Json = {"page_size": PAGE_SIZE, "sorts": OLDEST_FIRST}
        current = both(self.filter, created_from(self._window)) if self._window else self.filter
        if current is not None:
            asked["filter"] = current
        if self._cursor.value:
            asked["start_cursor"] = self._cursor.value
        return asked

    def take(self, page: Page) -> None:
        """Add a page and decide what comes next.

        Raises:
            DataError: The list cannot be completed.
        """
        self.pages += 1
        known = len(self.found)
        for row in page.results:
            self._add(row)
        if page.cursor or page.stopped:
            self._novelty.page(len(self.found) - known)
        if page.cursor:
            self._cursor.move(page.cursor)
        elif page.stopped:
            self._open_window()
        else:
            self.finished = True

    def _add(self, row: Mapping[str, object]) -> None:
        if row.get("object") != "page":
            return
        identifier, created = row.get("id"), row.get("created_time")
        if not isinstance(identifier, str):
            raise DataError("the answer to a query holds a row without id.")
        self.found.setdefault(identifier, row)
        if isinstance(created, str):
            self._newest = max(self._newest, created)

    def _open_window(self) -> None:
        if not self._newest or self._newest == self._window:
            raise DataError(
                f"truncated: Notion stops at {ROW_STOP:,} rows, and as many were created in the "
                "same minute.",
                hint="Narrow `filter`, or measure a smaller data source.",
            )
        self._window = self._newest
        self._cursor = Cursor()


def pages_expected(rows: int) -> int:
    """Requests that a query with so many rows takes, at least 1.

    Every window after the first begins with the row that ended the one before.

    >>> pages_expected(0), pages_expected(100), pages_expected(101), pages_expected(10_001)
    (1, 1, 2, 101)
    """
    if rows <= ROW_STOP:
        return max(1, -(-rows // PAGE_SIZE))
    return ROW_STOP // PAGE_SIZE + pages_expected(rows - ROW_STOP + 1)


class PropertyPages:
    """The answers of `GET /v1/pages/{id}/properties/{id}` until the last one."""

    def __init__(self) -> None:
        self.bodies: list[Mapping[str, object]] = []
        self.finished = False
        self._cursor = Cursor()
        self._novelty = Novelty()
        self._seen: set[str] = set()

    @property
    def cursor(self) -> str:
        """Where the next answer begins, empty for the first."""
        return self._cursor.value

    def take(self, body: Mapping[str, object]) -> None:
        """Add an answer.

        Raises:
            DataError: The list cannot be completed.
        """
        self.bodies.append(body)
        page = page_of(body) if body.get("object") == "list" else Page(())
        if page.cursor:
            fresh = {repr(item) for item in page.results} - self._seen
            self._seen |= fresh
            self._novelty.page(len(fresh))
            self._cursor.move(page.cursor)
        else:
            self.finished = True


def whole_cell(bodies: Sequence[Mapping[str, object]]) -> Json:
    """The property value that the answers make together, in the shape that a page shows.

    Raises:
        DataError: The answers are no property.
    """
    last = bodies[-1]
    if last.get("object") == "property_item":
        return dict(last)
    about = last.get("property_item")
    kind = about.get("type") if isinstance(about, Mapping) else None
    if not isinstance(about, Mapping) or not isinstance(kind, str):
        raise DataError("the answer about a property of a page is none.")
    if kind == "rollup":
        return {"type": kind, kind: about.get(kind)}
    items = [item.get(kind) for body in bodies for item in page_of(body).results]
    return {"type": kind, kind: items}
