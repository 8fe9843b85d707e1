"""A workspace as it stood at one time: its pages with their values, written once as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import orjson

from okr_sandbox.notion.columns import Column, DateRange, Formula, Value
from okr_sandbox.notion.records import DataSource, Home, Page
from okr_sandbox.notion.requests import bad_cursor
from okr_sandbox.notion.rollups import Rolled, as_written, roll, rolled_json
from okr_sandbox.notion.values import INLINE_REFERENCES, date_json, minute, shown

CONTENT: Final = ""
"""Column of a change that edits a page's blocks, not a cell."""


class WorkspaceAt:
    """The workspace at ``at``; nothing in it changes, so everything is computed once.

    Attributes:
        at: the time.
        people: user objects by id.
        results: answers of queries, by what was asked.
    """

    def __init__(self, workspace: Home, at: datetime) -> None:
        self.workspace = workspace
        self.at = at
        self.people = {user.id: user.json(workspace.name) for user in workspace.users.values()}
        self.results: dict[tuple[object, ...], Result] = {}
        self._states: dict[str, PageState] = {}
        self._rows: dict[str, tuple[PageState, ...]] = {}

    def page(self, page_id: str) -> "PageState | None":
        """A page that exists at this time and that the integration may see."""
        page = self.workspace.pages.get(page_id)
        if page is None or not page.visible or page.created > self.at:
            return None
        return self._state(page)

    def rows(self, source: DataSource) -> "tuple[PageState, ...]":
        """The rows of a data source, newest first; those in the trash too."""
        found = self._rows.get(source.id)
        if found is None:
            pages = (p for p in source.pages if p.shared and p.created <= self.at)
            states = sorted((self._state(p) for p in pages), key=_created, reverse=True)
            found = self._rows[source.id] = tuple(states)
        return found

    def pages(self) -> "Iterator[PageState]":
        """Every page that the integration may see."""
        found = (self.page(page_id) for page_id in self.workspace.pages)
        return (state for state in found if state is not None)

    def _state(self, page: Page) -> "PageState":
        state = self._states.get(page.id)
        if state is None:
            state = self._states[page.id] = PageState(page, self)
        return state


def _created(state: "PageState") -> datetime:
    return state.page.created


class PageState:
    """A page at one time."""

    __slots__ = ("_cells", "_computed", "_head", "edited", "editor", "in_trash", "page", "values",
                 "workspace_at")  # fmt: skip

    def __init__(self, page: Page, workspace: WorkspaceAt) -> None:
        at = workspace.at
        self.page = page
        self.workspace_at = workspace
        self.values = page.initial
        self.edited, self.editor = page.created, page.by
        self.in_trash = page.archived is not None and page.archived <= at
        if page.changes:
            self._replay(at)
        self._cells: dict[str, bytes] = {}
        self._computed: dict[str, Value | Rolled] = {}
        self._head: bytes | None = None

    def _replay(self, at: datetime) -> None:
        values = dict(self.values)
        for change in self.page.changes:
            if change.at > at:
                break
            if change.column != CONTENT:
                values[change.column] = change.value
            if change.at >= self.edited:
                self.edited, self.editor = change.at, change.by
        self.values = values

    def value(self, column: Column) -> "Value | Rolled":
        """The plain value of a cell, computed where nobody writes it."""
        if column.name in self.values:
            return self.values[column.name]
        if column.name not in self._computed:
            self._computed[column.name] = self._compute(column)
        return self._computed[column.name]

    def _compute(self, column: Column) -> "Value | Rolled":
        if column.formula is not None:
            return column.formula.compute(Cells(self))
        if column.rollup is not None:
            return self.rolled(column, INLINE_REFERENCES)
        known = {
            "created_time": minute(self.page.created),
            "last_edited_time": minute(self.edited),
            "created_by": self.page.by,
            "last_edited_by": self.editor,
        }
        return known.get(column.kind)

    def rolled(self, column: Column, limit: int | None) -> Rolled:
        """A rollup over the first ``limit`` references; Notion's own page objects stop at 25."""
        assert column.rollup is not None
        relating = self.page.columns[column.rollup.relation]
        related = relating.target.columns.get(column.rollup.column) if relating.target else None
        references = self.values.get(relating.name)
        ids = references[:limit] if isinstance(references, tuple) else ()
        states = [
            state for one in ids if (state := self.workspace_at.page(one)) and not state.in_trash
        ]
        values = [state.value(related) for state in states] if related else []
        return roll(column.rollup, related, values)

    def shown(self, column: Column) -> object:
        """The content of a cell as JSON, without its id and type."""
        value = self.value(column)
        if column.formula is not None:
            return formula_json(column.formula, value)
        if isinstance(value, Rolled):
            return rolled_json(value, self.workspace_at.people)
        return shown(column, value, self.workspace_at.people)

    def cell(self, column: Column) -> bytes:
        """``"name":{…}`` of a cell in a page object."""
        written = self._cells.get(column.name)
        if written is None:
            body = {"id": column.encoded_id, "type": column.kind, column.kind: self.shown(column)}
            if column.kind == "relation":
                references = self.values.get(column.name)
                count = len(references) if isinstance(references, tuple) else 0
                body["has_more"] = count > INLINE_REFERENCES
            written = orjson.dumps(column.name) + b":" + orjson.dumps(body)
            self._cells[column.name] = written
        return written

    def json(self, columns: Iterable[Column] | None = None) -> bytes:
        """The page object with all cells, or with some."""
        if self._head is None:
            self._head = orjson.dumps(self._about())[:-1]
        chosen = self.page.columns.values() if columns is None else columns
        cells = b",".join([self.cell(column) for column in chosen])
        return self._head + b',"properties":{' + cells + b"}}"

    @property
    def title(self) -> str:
        """The page's title."""
        title = next(c for c in self.page.columns.values() if c.kind == "title")
        return str(self.values.get(title.name) or "")

    def _about(self) -> dict[str, object]:
        page = self.page
        return {
            "object": "page",
            "id": page.id,
            "created_time": minute(page.created),
            "last_edited_time": minute(self.edited),
            "created_by": {"object": "user", "id": page.by},
            "last_edited_by": {"object": "user", "id": self.editor},
            "cover": None,
            "icon": None,
            "parent": parent_json(page),
            "in_trash": self.in_trash,
            "is_locked": page.locked,
            "url": f"https://www.notion.so/{page.id.replace('-', '')}",
            "public_url": None,
        }


@dataclass(slots=True)
class Result:
    """The rows that a query found, and the pages of them that were written."""

    states: tuple[PageState, ...]
    positions: dict[str, int] = field(default_factory=dict)
    written: dict[tuple[object, ...], bytes] = field(default_factory=dict)

    def position(self, cursor: str | None) -> int:
        """Where the row with this id stands.

        Raises:
            NotionRefusal: the row is not in the result.
        """
        if cursor is None:
            return 0
        if not self.positions:
            self.positions = {state.page.id: i for i, state in enumerate(self.states)}
        if cursor not in self.positions:
            raise bad_cursor(cursor)
        return self.positions[cursor]


class Cells(Mapping[str, Value]):
    """A row's plain values by column name, for formulas; a rollup gives its number or date."""

    def __init__(self, state: PageState) -> None:
        self._state = state

    def __getitem__(self, name: str) -> Value:
        value = self._state.value(self._state.page.columns[name])
        return value.plain() if isinstance(value, Rolled) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._state.page.columns)

    def __len__(self) -> int:
        return len(self._state.page.columns)


def parent_json(page: Page) -> dict[str, object]:
    """Where a page lives."""
    if page.source is not None:
        source = page.source
        return {
            "type": "data_source_id",
            "data_source_id": source.id,
            "database_id": source.database_id,
        }
    if page.parent is not None:
        return {"type": "page_id", "page_id": page.parent.id}
    return {"type": "workspace", "workspace": True}


def formula_json(formula: Formula, value: "Value | Rolled") -> dict[str, object]:
    """A formula's result."""
    body: object = value
    if isinstance(value, DateRange):
        body = date_json(value)
    elif not isinstance(value, Rolled):
        body = as_written(value)
    return {"type": formula.kind, formula.kind: body}
