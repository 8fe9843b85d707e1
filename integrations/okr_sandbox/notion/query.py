"""Queries of a data source: filtered, sorted, cut into pages, stopped at 10,000 rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import orjson

from okr_sandbox.notion.columns import OPTION_KINDS, Column, DateRange
from okr_sandbox.notion.errors import invalid
from okr_sandbox.notion.filters import TIMESTAMPS, find_column, row_test
from okr_sandbox.notion.records import DataSource
from okr_sandbox.notion.requests import Body, Paging, Part, bad_cursor
from okr_sandbox.notion.rollups import Rolled
from okr_sandbox.notion.state import PageState, Result, WorkspaceAt

ROW_STOP: Final = 10_000
"""Rows after which a query ends; the answer's ``has_more`` does not tell."""

INCOMPLETE: Final = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
MAX_RESULTS: Final = 256


@dataclass(frozen=True, slots=True)
class Shape:
    """How an answer is cut: as asked, or as a fault wants it."""

    paging: Paging
    row_stop: int = ROW_STOP
    repeat: bool = False

    def shortened(self, rows: int | None) -> "Shape":
        """The same with fewer rows on the page."""
        size = max(1, min(rows or self.paging.size // 2, self.paging.size))
        return replace(self, paging=replace(self.paging, size=size))


def query(workspace: WorkspaceAt, source: DataSource, body: Body, now: datetime) -> Result:
    """Find the rows that ``body`` asks for; the same question is computed once per workspace."""
    key = (source.id, now.date(), *(orjson.dumps(body.get(part)) for part in _QUESTION))
    found = workspace.results.get(key)
    if found is None:
        if len(workspace.results) >= MAX_RESULTS:
            workspace.results.clear()
        found = workspace.results[key] = Result(_rows(workspace, source, body, now.date()))
    return found


def answer(result: Result, shape: Shape, columns: tuple[Column, ...] | None) -> bytes:
    """One page of a result as JSON."""
    key = (shape, columns)
    written = result.written.get(key)
    if written is None:
        if len(result.written) >= MAX_RESULTS:
            result.written.clear()
        written = result.written[key] = _write(result, shape, columns)
    return written


def list_json(part: Part[bytes], noun: str, extra: Mapping[str, object] | None = None) -> bytes:
    """A list object around items that are written already."""
    head = orjson.dumps({**part.envelope(noun), **(extra or {})})
    return head[:-1] + b',"results":[' + b",".join(part.items) + b"]}"


_QUESTION: Final = ("filter", "sorts", "in_trash")


def _rows(
    workspace: WorkspaceAt, source: DataSource, body: Body, today: date
) -> tuple[PageState, ...]:
    in_trash = body.get("in_trash") is True
    states = [state for state in workspace.rows(source) if state.in_trash == in_trash]
    if body.get("filter") is not None:
        test = row_test(body["filter"], source.columns, today)
        states = [state for state in states if test(state)]
    sorts = body.get("sorts") or []
    if not isinstance(sorts, list):
        raise invalid("body failed validation: body.sorts should be an array.")
    for sort in reversed(sorts):
        column, descending = _sort(sort, source.columns)
        states = _sorted(states, column, descending=descending)
    return tuple(states)


def _write(result: Result, shape: Shape, columns: tuple[Column, ...] | None) -> bytes:
    stop = min(shape.row_stop, len(result.states))
    start = result.position(shape.paging.cursor)
    if start >= stop > 0:
        raise bad_cursor(str(shape.paging.cursor))
    end = min(start + shape.paging.size, stop)
    following = result.states[end].page.id if end < stop else None
    if shape.repeat and end > start:
        following = result.states[start].page.id
    items = [state.json(columns) for state in result.states[start:end]]
    capped = len(result.states) > shape.row_stop
    extra = {"request_status": INCOMPLETE} if capped else None
    return list_json(Part(items, following), "page_or_data_source", extra)


def _sort(sort: object, columns: Mapping[str, Column]) -> tuple[Column, bool]:
    if not isinstance(sort, dict):
        raise invalid("body failed validation: body.sorts[0] should be an object.")
    direction = sort.get("direction", "ascending")
    if direction not in ("ascending", "descending"):
        raise invalid(f"body failed validation: body.sorts[0].direction is `{direction}`.")
    if "timestamp" in sort:
        column = TIMESTAMPS.get(str(sort["timestamp"]))
        if column is None:
            raise invalid(f"body failed validation: body.sorts[0].timestamp is `{sort}`.")
        return column, direction == "descending"
    return find_column(sort.get("property"), columns), direction == "descending"


def _sorted(states: list[PageState], column: Column, *, descending: bool) -> list[PageState]:
    """Sort by a cell; rows without a value come last in both directions."""
    key = _sort_key(column)
    keyed = [(key(state.value(column)), state) for state in states]
    filled = [(k, state) for k, state in keyed if k is not None]
    filled.sort(key=lambda pair: pair[0], reverse=descending)
    return [state for _, state in filled] + [state for k, state in keyed if k is None]


def _sort_key(column: Column) -> "Callable[[object], tuple[float, str] | None]":
    order = {option.name: i for i, option in enumerate(column.options)}

    def key(value: object) -> tuple[float, str] | None:
        plain = value.plain() if isinstance(value, Rolled) else value
        if isinstance(plain, DateRange):
            return 0, plain.start
        if isinstance(plain, int | float):
            return plain, ""
        if isinstance(plain, tuple):
            plain = plain[0] if plain else None
        if not isinstance(plain, str) or not plain:
            return None
        if column.kind in OPTION_KINDS:
            return order.get(plain, len(order)), plain
        return 0, plain.casefold()

    return key
