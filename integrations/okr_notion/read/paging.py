"""Paging: a query's pages as a state machine that sends nothing.

Pages may be short, so only a missing cursor ends a list. A query stops silently at 10,000 rows:
the last page then says `request_status.type = "incomplete"`. Rows come in the order of creation,
so the next window begins where the last row was created; what comes again in another window is
dropped by id. A row that comes twice in one window has moved while it was read, and another one
may have slipped through: the query is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from okr_core.errors import DataError
from okr_notion.read.filters import both, created_from
from okr_notion.read.rows import is_row
from okr_notion.site.ids import plain, same
from okr_notion.site.pages import AGAIN, Cursor, Page, page_of
from okr_notion.site.wire import Json
from okr_sources.gate.paging import Novelty

PAGE_SIZE = 100
"""Most rows that Notion gives at once."""

ROW_STOP = 10_000
"""Rows after which a query ends."""

_ITEM = "property_item"

OLDEST_FIRST: list[Json] = [{"timestamp": "created_time", "direction": "ascending"}]


class ShiftedError(DataError):
    """Rows moved between two pages: what was read so far does not join."""


@dataclass(slots=True)
class Rows:
    """The rows of one query, page by page.

    Attributes:
        filter: As Notion takes it.
        sorts: Their order; by creation, where all of them are wanted.
        size: Rows that a page is asked for.
        enough: Whether what was found is all that is wanted; None: every row is.
        found: Rows by id, in their order.
        pages: Pages taken.
        finished: Whether every row that is wanted was seen.
    """

    filter: Json | None = None
    sorts: list[Json] = field(default_factory=lambda: OLDEST_FIRST)
    size: int = PAGE_SIZE
    enough: Callable[[dict[str, Mapping[str, object]]], bool] | None = None
    found: dict[str, Mapping[str, object]] = field(default_factory=dict)
    pages: int = 0
    finished: bool = False
    _cursor: Cursor = field(default_factory=Cursor)
    _window: str = ""
    _newest: str = ""
    _seen: set[str] = field(default_factory=set)
    _novelty: Novelty = field(default_factory=Novelty)

    def body(self) -> Json:
        """The body of the next request."""
        asked: Json = {"page_size": self.size, "sorts": self.sorts}
        current = both(self.filter, created_from(self._window)) if self._window else self.filter
        if current is not None:
            asked["filter"] = current
        if self._cursor.value:
            asked["start_cursor"] = self._cursor.value
        return asked

    def take(self, page: Page, source: str = "") -> None:
        """Add a page and decide what comes next.

        Args:
            page: What came.
            source: Id of the data source that was asked; a row that names another is none of it.

        Raises:
            ShiftedError: A row came twice; another may be missing.
            DataError: The list cannot be completed, or holds a row of another data source.
        """
        self.pages += 1
        if page.cursor:
            self._cursor.move(page.cursor)
        known = len(self._seen)
        for row in page.results:
            self._add(row, source)
        if page.cursor or page.stopped:
            self._novelty.page(len(self._seen) - known)
        if self.enough is not None and self.enough(self.found):
            self.finished = True
        elif page.cursor:
            return
        elif page.stopped or (page.stopped is None and len(self._seen) >= ROW_STOP):
            self._open_window()
        else:
            self.finished = True

    def _add(self, row: Mapping[str, object], source: str) -> None:
        identifier, created = row.get("id"), row.get("created_time")
        if not isinstance(identifier, str) or not identifier:
            raise DataError("the answer to a query holds a row without id.", hint=AGAIN)
        known = plain(identifier)
        if known in self._seen:
            raise ShiftedError(
                "truncated: rows moved while they were read; one came twice, and another may be "
                "missing.",
                hint=AGAIN,
            )
        self._seen.add(known)
        if isinstance(created, str):
            self._newest = max(self._newest, created)
        if is_row(row):
            _refuse_foreign(row, source)
            self.found.setdefault(identifier, row)

    def _open_window(self) -> None:
        if self.enough is not None or not self._newest or self._newest == self._window:
            raise DataError(
                f"truncated: Notion stops at {ROW_STOP:,} rows, and as many were created in the "
                "same minute.",
                hint="Narrow `filter`, or measure a smaller data source.",
            )
        self._window = self._newest
        self._cursor = Cursor()
        self._seen = set()


def _refuse_foreign(row: Mapping[str, object], source: str) -> None:
    """Refuse a row of another data source than the one that was asked.

    Raises:
        DataError: It says that it is.
    """
    parent = row.get("parent")
    home = parent.get("data_source_id") if isinstance(parent, Mapping) else None
    if source and home is not None and home != source and not same(home, source):
        raise DataError(
            f"the answer to a query of data source {source} holds row {row.get('id')} of data "
            f"source {home}.",
            hint=AGAIN,
        )


def pages_expected(rows: int) -> int:
    """Requests that a query with so many rows takes, at least 1.

    Every window after the first begins with the row that ended the one before. That a full one is
    the last is said by its `request_status`; where none comes, another one is asked for.

    >>> pages_expected(0), pages_expected(100), pages_expected(101), pages_expected(10_000)
    (1, 1, 2, 100)
    >>> pages_expected(10_001)
    101
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
        page = Page(()) if body.get("object") == _ITEM else page_of(body, _ITEM)
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
    if last.get("object") == _ITEM:
        return dict(last)
    about = last.get("property_item")
    kind = about.get("type") if isinstance(about, Mapping) else None
    if not isinstance(about, Mapping) or not isinstance(kind, str):
        raise DataError("the answer about a property of a page is none.")
    if kind == "rollup":
        return {"type": kind, kind: about.get(kind)}
    items = [item for body in bodies for item in page_of(body, _ITEM).results]
    if not all(item.get("type") == kind and kind in item for item in items):
        raise DataError("an entry of a property has another type than its list.", hint=AGAIN)
    return {"type": kind, kind: [item[kind] for item in items]}
