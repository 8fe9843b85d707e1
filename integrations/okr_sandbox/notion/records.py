"""Records of a Notion workspace: people, databases, data sources, and pages with dated changes."""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from random import Random
from typing import Final, Protocol
from uuid import UUID

from okr_sandbox.notion.blocks import Block, Comment
from okr_sandbox.notion.columns import COMPUTED, Column, Kind, Value
from okr_sandbox.notion.values import RawValue, aware, cell, empty

_ID_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;?=<>|@[]^`{}~"
"""Letters of column ids: like Notion's, many of them need URL-encoding."""

EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""When things were created of which nobody says it."""


@dataclass(frozen=True, slots=True)
class User:
    """A person of the workspace, or the integration's bot (without e-mail)."""

    id: str
    name: str
    email: str | None = None

    def json(self, workspace: str) -> dict[str, object]:
        """The user object; ``workspace`` is the workspace's name."""
        body: dict[str, object] = {
            "object": "user",
            "id": self.id,
            "name": self.name,
            "avatar_url": None,
        }
        if self.email is not None:
            return {**body, "type": "person", "person": {"email": self.email}}
        bot = {
            "owner": {"type": "workspace", "workspace": True},
            "workspace_id": str(UUID(int=1)),
            "workspace_limits": {"max_file_upload_size_in_bytes": 5_242_880},
            "workspace_name": workspace,
        }
        return {**body, "type": "bot", "bot": bot}


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A cell that someone filled anew."""

    at: datetime
    column: str = field(compare=False)
    value: Value = field(compare=False)
    by: str = field(compare=False)


class Home(Protocol):
    """The workspace that records belong to: it gives ids, finds pages and hears of changes."""

    name: str
    random: Random
    bot: User
    users: dict[str, User]
    pages: "dict[str, Page]"

    def new_id(self) -> str:
        """The next id."""

    def register(self, page: "Page") -> None:
        """Make a page findable by its id."""

    def touch(self, at: datetime | None) -> None:
        """Note that something is different from ``at`` on (or at all times)."""


@dataclass(slots=True, eq=False)
class Page:
    """A page: a row of a data source, or a page of its own (``source`` None, only a title)."""

    id: str
    workspace: "Home"
    created: datetime
    by: str
    initial: dict[str, Value]
    source: "DataSource | None" = None
    parent: "Page | None" = None
    changes: list[Change] = field(default_factory=list)
    archived: datetime | None = None
    locked: bool = False
    shared: bool = True
    blocks: list[Block] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    @property
    def columns(self) -> Mapping[str, Column]:
        """Its columns by name."""
        return TITLE_ONLY if self.source is None else self.source.columns

    @property
    def visible(self) -> bool:
        """Whether the integration may see it."""
        return self.shared and (self.source is None or self.source.visible)

    def change(self, at: date, column: str, raw: RawValue, *, by: User | None = None) -> None:
        """Fill a cell anew at a time; ``raw`` is what :meth:`DataSource.row` accepts."""
        self.put(aware(at), column, cell(self.columns[column], raw), by.id if by else self.by)

    def put(self, at: datetime, column: str, value: Value, by: str) -> None:
        """Store a plain value at a time."""
        insort(self.changes, Change(at, column, value, by))
        self.workspace.touch(at)

    def archive(self, at: date | None) -> None:
        """Move the page to the trash at a time, or back from it (None)."""
        self.archived = None if at is None else aware(at)
        self.workspace.touch(self.archived)

    def write(
        self, text: str, kind: str = "paragraph", *, by: User | None = None, **content: object
    ) -> Block:
        """Append a block; ``content`` goes beside its text, such as ``checked=True``."""
        block = Block.of_text(self.workspace.new_id(), self.created, kind, text, content)
        block.by = by.id if by else ""
        self.blocks.append(block)
        return block


TITLE_ONLY: Final[Mapping[str, Column]] = {"title": Column("title", "title", "title")}
"""What a page that is nobody's row has."""


@dataclass(slots=True, eq=False)
class Database:
    """A database: the container of data sources."""

    id: str
    name: str
    parent: Page | None = None
    sources: "list[DataSource]" = field(default_factory=list)
    shared: bool = True


@dataclass(slots=True, eq=False)
class DataSource:
    """A table: columns and rows."""

    id: str
    name: str
    database: Database
    workspace: "Home"
    columns: dict[str, Column] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    shared: bool = True
    _empty: dict[str, Value] = field(default_factory=dict)

    @property
    def database_id(self) -> str:
        """Id of its database."""
        return self.database.id

    @property
    def visible(self) -> bool:
        """Whether the integration may see it."""
        return self.shared and self.database.shared

    def column(self, name: str, spec: Column | Kind) -> Column:
        """Add a column, or replace the one of that name; a relation may point at its own table."""
        made = Column(spec) if isinstance(spec, str) else spec
        known = self.columns.get(name)
        chosen = made.id or (known.id if known else self._column_id(made.kind))
        self.columns[name] = replace(made, name=name, id=chosen)
        if made.kind not in COMPUTED:
            self._empty[name] = empty(made)
        self.workspace.touch(None)
        return self.columns[name]

    def row(
        self,
        values: Mapping[str, RawValue] | None = None,
        /,
        *,
        created: date = EPOCH,
        by: User | None = None,
        changes: Mapping[str, Iterable[tuple[date, RawValue]]] | None = None,
        archived: date | None = None,
        shared: bool = True,
        **named: RawValue,
    ) -> Page:
        """Add a row.

        Args:
            values: cells by column name; names that are identifiers can be keywords instead.
            created: when the row appears (a day is its midnight in UTC).
            by: who created and changed it; the integration's bot where left out.
            changes: later values by column name, each with its time.
            archived: when it goes to the trash.
            shared: False hides the row from the integration.
            **named: cells by column name.

        Raises:
            ValueError: a column cannot hold the value, such as an unknown option.
            KeyError: there is no such column.
        """
        workspace = self.workspace
        page = Page(
            workspace.new_id(),
            workspace,
            aware(created),
            by.id if by else workspace.bot.id,
            dict(self._empty),
            self,
            archived=None if archived is None else aware(archived),
            shared=shared,
        )
        for name, raw in {**(values or {}), **named}.items():
            page.initial[name] = cell(self.columns[name], raw)
        self.add(page)
        for name, dated in (changes or {}).items():
            for at, raw in dated:
                page.change(at, name, raw)
        return page

    def add(self, page: Page) -> None:
        """Take a page as the next row: its unique ids are counted up."""
        self.pages.append(page)
        for column in self.columns.values():
            if column.kind == "unique_id":
                page.initial[column.name] = len(self.pages)
        self.workspace.register(page)

    def _column_id(self, kind: Kind) -> str:
        if kind == "title":
            return "title"
        return "".join(self.workspace.random.choices(_ID_LETTERS, k=4))
