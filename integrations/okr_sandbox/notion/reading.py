"""Endpoints that read: people, databases, data sources, queries, pages, properties, search."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.gate import Gate, JsonAnswer
from okr_sandbox.notion.columns import Column, column_json
from okr_sandbox.notion.errors import not_found, unknown_property
from okr_sandbox.notion.filters import find_column
from okr_sandbox.notion.items import property_items
from okr_sandbox.notion.query import Shape, answer, list_json, query
from okr_sandbox.notion.records import EPOCH, Database, DataSource
from okr_sandbox.notion.requests import (
    Part,
    body_paging,
    cut,
    json_body,
    path_id,
    query_paging,
)
from okr_sandbox.notion.state import PageState, WorkspaceAt
from okr_sandbox.notion.values import minute, rich_text
from okr_sandbox.notion.workspace import NotionWorkspace

_QUERY = frozenset({"filter", "sorts", "start_cursor", "page_size", "in_trash", "result_type"})
_SEARCH = frozenset({"query", "filter", "sort", "start_cursor", "page_size"})


class Reading:
    """The reading endpoints over one workspace, at the time of the gate's clock."""

    def __init__(self, workspace: NotionWorkspace, gate: Gate) -> None:
        self.workspace = workspace
        self.gate = gate

    def now(self) -> WorkspaceAt:
        """The workspace as of now."""
        return self.workspace.at(self.gate.clock.now())

    async def me(self, _: Request) -> Response:
        """GET /v1/users/me: the integration's bot."""
        return JsonAnswer(self.workspace.bot.json(self.workspace.name))

    async def users(self, request: Request) -> Response:
        """GET /v1/users."""
        people = list(self.workspace.users.values())
        part = cut(people, query_paging(request), lambda user: user.id)
        found = [user.json(self.workspace.name) for user in part.items]
        return JsonAnswer({**part.envelope("user"), "results": found})

    async def user(self, request: Request) -> Response:
        """GET /v1/users/{user_id}."""
        user = self.workspace.users.get(user_id := path_id(request, "user_id"))
        if user is None:
            raise not_found("user", user_id)
        return JsonAnswer(user.json(self.workspace.name))

    async def database(self, request: Request) -> Response:
        """GET /v1/databases/{database_id}: its data sources, not its columns."""
        database = self.workspace.databases.get(database_id := path_id(request, "database_id"))
        if database is None or not database.shared:
            raise not_found("database", database_id)
        return JsonAnswer(database_json(database))

    def source(self, source_id: str) -> DataSource:
        """A data source that the integration may see.

        Raises:
            NotionRefusal: 404.
        """
        source = self.workspace.sources.get(source_id)
        if source is None or not source.visible:
            raise not_found("data_source", source_id)
        return source

    async def data_source(self, request: Request) -> Response:
        """GET /v1/data_sources/{data_source_id}: its columns."""
        source = self.source(path_id(request, "data_source_id"))
        return JsonAnswer(source_json(source, self.workspace.bot.id))

    async def query(self, request: Request) -> Response:
        """POST /v1/data_sources/{data_source_id}/query."""
        source = self.source(path_id(request, "data_source_id"))
        body = await json_body(request, _QUERY)
        shape = self._shape(request, Shape(body_paging(body)))
        result = query(self.now(), source, body, self.gate.clock.now())
        return JsonAnswer(answer(result, shape, chosen_columns(request, source.columns)))

    def _shape(self, request: Request, shape: Shape) -> Shape:
        fault = self.gate.shape(request, "short_page", "repeat_token", "row_stop")
        if fault is None:
            return shape
        if fault.kind == "short_page":
            return shape.shortened(fault.rows)
        if fault.kind == "repeat_token":
            return replace(shape, repeat=True)
        return replace(shape, row_stop=shape.row_stop if fault.rows is None else fault.rows)

    def page_state(self, page_id: str) -> PageState:
        """A page that the integration may see.

        Raises:
            NotionRefusal: 404.
        """
        state = self.now().page(page_id)
        if state is None:
            raise not_found("page", page_id)
        return state

    async def page(self, request: Request) -> Response:
        """GET /v1/pages/{page_id}."""
        state = self.page_state(path_id(request, "page_id"))
        return JsonAnswer(state.json(chosen_columns(request, state.page.columns)))

    async def page_property(self, request: Request) -> Response:
        """GET /v1/pages/{page_id}/properties/{property_id}: one value, or all items of a list."""
        state = self.page_state(path_id(request, "page_id"))
        column = find_column(request.path_params["property_id"], state.page.columns)
        url = str(request.url.replace(query=""))
        return JsonAnswer(property_items(state, column, query_paging(request), url))

    async def search(self, request: Request) -> Response:
        """POST /v1/search: pages and data sources by title, the last edited first."""
        body = await json_body(request, _SEARCH)
        found = self._found(str(body.get("query") or "").casefold())
        wanted = body.get("filter")
        if isinstance(wanted, dict):
            noun = wanted.get("value")
            found = [one for one in found if isinstance(one, PageState) == (noun == "page")]
        sort = body.get("sort")
        oldest_first = isinstance(sort, dict) and sort.get("direction") == "ascending"
        found.sort(key=_edited, reverse=not oldest_first)
        part = cut(found, body_paging(body), _id_of)
        items = [self._written(one) for one in part.items]
        return JsonAnswer(list_json(Part(items, part.next_cursor), "page_or_data_source"))

    def _found(self, text: str) -> list[PageState | DataSource]:
        pages = [s for s in self.now().pages() if not s.in_trash and text in s.title.casefold()]
        sources = self.workspace.sources.values()
        return [*pages, *(s for s in sources if s.visible and text in s.name.casefold())]

    def _written(self, found: PageState | DataSource) -> bytes:
        if isinstance(found, PageState):
            return found.json()
        return orjson.dumps(source_json(found, self.workspace.bot.id))


def chosen_columns(request: Request, columns: Mapping[str, Column]) -> tuple[Column, ...] | None:
    """The columns that ``filter_properties`` names by id or name; None where it is absent.

    The ids come decoded: an id that the client encoded twice is unknown.

    Raises:
        NotionRefusal: there is no such column.
    """
    asked = request.query_params
    names = [*asked.getlist("filter_properties"), *asked.getlist("filter_properties[]")]
    if not names:
        return None
    by_id = {column.id: column for column in columns.values()}
    found = [by_id.get(name) or columns.get(name) for name in names]
    for name, column in zip(names, found, strict=True):
        if column is None:
            raise unknown_property(name)
    return tuple(dict.fromkeys(column for column in found if column is not None))


def database_json(database: Database) -> dict[str, object]:
    """The database object."""
    parent: dict[str, object] = {"type": "workspace", "workspace": True}
    if database.parent is not None:
        parent = {"type": "page_id", "page_id": database.parent.id}
    return {
        "object": "database",
        "id": database.id,
        "title": rich_text(database.name),
        "parent": parent,
        "data_sources": [{"id": s.id, "name": s.name} for s in database.sources if s.shared],
        **_furniture(database.id),
        "is_locked": False,
    }


def source_json(source: DataSource, bot: str) -> dict[str, object]:
    """The data source object with its columns."""
    author = {"object": "user", "id": bot}
    return {
        "object": "data_source",
        "id": source.id,
        "title": rich_text(source.name),
        "parent": {"type": "database_id", "database_id": source.database.id},
        "database_parent": database_json(source.database)["parent"],
        **_furniture(source.id),
        "created_by": author,
        "last_edited_by": author,
        "properties": {
            name: column_json(column, source.columns) for name, column in source.columns.items()
        },
    }


def _furniture(identifier: str) -> dict[str, object]:
    return {
        "description": [],
        "icon": None,
        "cover": None,
        "is_inline": False,
        "in_trash": False,
        "created_time": minute(EPOCH),
        "last_edited_time": minute(EPOCH),
        "url": f"https://www.notion.so/{identifier.replace('-', '')}",
        "public_url": None,
    }


def _edited(found: PageState | DataSource) -> datetime:
    return found.edited if isinstance(found, PageState) else EPOCH


def _id_of(found: PageState | DataSource) -> str:
    return found.page.id if isinstance(found, PageState) else found.id
