"""A Notion workspace in memory: people, databases, data sources, and rows with dated changes."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from random import Random
from typing import Final
from uuid import UUID

from okr_sandbox.notion_blocks import Block, Comment
from okr_sandbox.notion_columns import COMPUTED, Column, Kind, Value
from okr_sandbox.notion_moment import Moment
from okr_sandbox.notion_values import RawValue, aware, cell, empty

_ID_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;?=<>|@[]^`{}~"
"""Letters of column ids: like Notion's, many of them need URL-encoding."""

SANDBOX_TOKEN: Final = "ntn_sandbox"  # noqa: S105 - opens nothing but a sandbox
"""The token of a workspace where nobody chose another."""

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


@dataclass(slots=True, eq=False)
class Page:
    """A page: a row of a data source, or a page of its own (``source`` None, only a title)."""

    id: str
    workspace: "NotionWorkspace"
    created: datetime
    by: str
    initial: dict[str, Value]
    source: "DataSource | None" = None
    parent: "Page | None" = None
    changes: list[Change] = field(default_factory=list)
    archived: datetime | None = None
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

    def write(self, text: str, kind: str = "paragraph", **content: object) -> Block:
        """Append a block; ``content`` goes beside its text, such as ``checked=True``."""
        block = Block.of_text(self.workspace.new_id(), self.created, kind, text, content)
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
    workspace: "NotionWorkspace"
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


class NotionWorkspace:
    """Everything that the integration's token could see, at every time.

    >>> from okr_sandbox.notion_columns import status
    >>> ws = NotionWorkspace()
    >>> columns = {"Name": "title", "Status": status(), "Score": "number"}
    >>> talks = ws.data_source("Interviews", columns)
    >>> row = talks.row(Name="Ada", Status="Done", Score=7, created=date(2026, 10, 5))
    >>> row.change(date(2026, 10, 12), "Score", 8)
    """

    def __init__(self, name: str = "Sandbox", *, seed: int = 0, token: str = SANDBOX_TOKEN) -> None:
        """Start empty.

        Args:
            name: the workspace's name.
            seed: same seed and same calls give the same ids.
            token: the only token that may enter.
        """
        self.name = name
        self.token = token
        self.random = Random(seed)  # noqa: S311 - ids, not secrets
        self.bot = User(self.new_id(), f"{name} integration")
        self.users: dict[str, User] = {self.bot.id: self.bot}
        self.databases: dict[str, Database] = {}
        self.sources: dict[str, DataSource] = {}
        self.pages: dict[str, Page] = {}
        self._times: list[datetime] = []
        self._sorted = True
        self._version = 0
        self._moments: dict[tuple[int, int], Moment] = {}

    def new_id(self) -> str:
        """The next id."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def user(self, name: str, email: str) -> User:
        """Add a person."""
        user = User(self.new_id(), name, email)
        self.users[user.id] = user
        self.touch(None)
        return user

    def database(self, name: str, *, parent: Page | None = None, shared: bool = True) -> Database:
        """Add a database without data sources."""
        database = Database(self.new_id(), name, parent, shared=shared)
        self.databases[database.id] = database
        return database

    def data_source(
        self,
        name: str,
        columns: Mapping[str, Column | Kind],
        *,
        database: Database | None = None,
        parent: Page | None = None,
        shared: bool = True,
    ) -> DataSource:
        """Add a data source, in a database of its own unless one is given."""
        home = database or self.database(name, parent=parent)
        source = DataSource(self.new_id(), name, home, self, shared=shared)
        home.sources.append(source)
        self.sources[source.id] = source
        for column, spec in columns.items():
            source.column(column, spec)
        return source

    def page(
        self,
        title: str,
        *,
        created: date = EPOCH,
        parent: Page | None = None,
        by: User | None = None,
        shared: bool = True,
        blocks: Iterable[str] = (),
    ) -> Page:
        """Add a page that is nobody's row; ``blocks`` are its paragraphs."""
        made = Page(
            self.new_id(),
            self,
            aware(created),
            by.id if by else self.bot.id,
            {"title": title},
            parent=parent,
            shared=shared,
        )
        self.register(made)
        for text in blocks:
            made.write(text)
        return made

    def register(self, page: Page) -> None:
        """Make a page findable by its id."""
        self.pages[page.id] = page
        self.touch(page.created)
        if page.archived is not None:
            self.touch(page.archived)

    def touch(self, at: datetime | None) -> None:
        """Note that something is different from ``at`` on (or at all times)."""
        self._version += 1
        if at is not None:
            self._times.append(at)
            self._sorted = False

    def at(self, when: datetime) -> Moment:
        """The workspace as of ``when``; the same object until something is different."""
        if not self._sorted:
            self._times.sort()
            self._sorted = True
        key = (bisect_right(self._times, when), self._version)
        found = self._moments.get(key)
        if found is None:
            if len(self._moments) > 1:
                self._moments.clear()
            found = self._moments[key] = Moment(self, when)
        return found
