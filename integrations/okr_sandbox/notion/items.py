"""Property items: one cell of a page in full, beyond the 25 references of a page object."""

from collections.abc import Mapping
from typing import Final

from okr_sandbox.notion.columns import Column, Value
from okr_sandbox.notion.requests import Body, Paging, cut
from okr_sandbox.notion.rollups import Rolled, rolled_json
from okr_sandbox.notion.state import PageState
from okr_sandbox.notion.values import person, rich_text

LISTED: Final = frozenset({"title", "rich_text", "people", "relation", "rollup"})
"""Kinds whose items are answered as a list in pages."""


def property_items(state: PageState, column: Column, paging: Paging, url: str) -> Body:
    """The answer of ``GET /v1/pages/{page_id}/properties/{property_id}``.

    A rollup over more references than one page holds is ``incomplete`` until the last page.

    Raises:
        NotionRefusal: the cursor is unknown.
    """
    if column.kind not in LISTED:
        return _item(column, state.shown(column))
    items = list(enumerate(_items(state, column)))
    part = cut(items, paging, lambda pair: f"item-{pair[0]}")
    following = part.next_cursor
    about: Body = {
        "id": column.encoded_id,
        "next_url": f"{url}?start_cursor={following}" if following else None,
        "type": column.kind,
        column.kind: _summary(state, column, last=following is None),
    }
    return {
        **part.envelope("property_item"),
        "property_item": about,
        "results": [item for _, item in part.items],
    }


def _items(state: PageState, column: Column) -> list[Body]:
    value = state.value(column)
    if isinstance(value, Rolled):
        return _rollup_items(state, column)
    if column.kind in ("title", "rich_text"):
        return [_item(column, text) for text in rich_text(str(value or ""))]
    people: Mapping[str, dict[str, object]] = state.workspace_at.people
    references = _references(value)
    if column.kind == "people":
        return [_item(column, person(one, people)) for one in references]
    return [_item(column, {"id": one}) for one in references]


def _rollup_items(state: PageState, column: Column) -> list[Body]:
    """The related pages, or their cells where the rollup shows them all."""
    assert column.rollup is not None
    relating = state.page.columns[column.rollup.relation]
    rolled = state.rolled(column, None)
    if rolled.kind != "array" or rolled.column is None or relating.target is None:
        return _items(state, relating)
    related = rolled.column
    found = (state.workspace_at.page(one) for one in _references(state.value(relating)))
    pages = [page for page in found if page is not None]
    if related.kind in LISTED:
        return [item for page in pages for item in _items(page, related)]
    return [_item(related, page.shown(related)) for page in pages]


def _summary(state: PageState, column: Column, *, last: bool) -> dict[str, object]:
    if column.rollup is None:
        return {}
    if not last:
        return {"type": "incomplete", "incomplete": {}, "function": column.rollup.function}
    rolled = state.rolled(column, None)
    if rolled.kind == "array":
        return {"type": "array", "array": [], "function": rolled.function}
    return rolled_json(rolled, state.workspace_at.people)


def _item(column: Column, content: object) -> Body:
    return {
        "object": "property_item",
        "id": column.encoded_id,
        "type": column.kind,
        column.kind: content,
    }


def _references(value: Value | Rolled) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
