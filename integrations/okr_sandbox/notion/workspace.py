"""A Notion workspace in memory that can be read as of any time."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from random import Random
from typing import Final
from uuid import UUID

from okr_sandbox.notion.columns import Column, Kind
from okr_sandbox.notion.records import EPOCH, Database, DataSource, Page, User
from okr_sandbox.notion.state import WorkspaceAt
from okr_sandbox.notion.values import aware

SANDBOX_TOKEN: Final = "ntn_sandbox"  # noqa: S105 - opens nothing but a sandbox
"""The token of a workspace where nobody chose another."""


class NotionWorkspace:
    """Everything that the integration's token could see, at every time.

    >>> from okr_sandbox.notion.columns import status
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
        self._kept: dict[tuple[int, int], WorkspaceAt] = {}

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

    def at(self, when: datetime) -> WorkspaceAt:
        """The workspace as of ``when``; the same object until something is different."""
        if not self._sorted:
            self._times.sort()
            self._sorted = True
        key = (bisect_right(self._times, when), self._version)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) > 1:
                self._kept.clear()
            found = self._kept[key] = WorkspaceAt(self, when)
        return found
