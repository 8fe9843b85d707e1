"""Address: where a store is: a file, or a PostgreSQL server; never shown with its password."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from okr_core.errors import ConfigError

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
}
_HOW = "Write a path such as okr.db, or postgresql://USER:PASSWORD@HOST/DATABASE."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is.

    Attributes:
        url: With its driver and, in memory only, its password.
        path: The file of a SQLite store, None for a server.
    """

    url: URL
    path: Path | None

    def __str__(self) -> str:
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"


def address_of(text: str) -> Address:
    """The address that a path or a URL names.

    Raises:
        ConfigError: It names neither a file nor a PostgreSQL database.
    """
    if "://" not in text:
        return _file(URL.create("sqlite", database=text))
    url = _parsed(text)
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise ConfigError(f"store: `{url.drivername}` is no kind of store.", hint=_HOW)
    url = url.set(drivername=driver)
    return _file(url) if driver == "sqlite" else Address(url, None)


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        # Neither the text nor the parser's message is shown: both may hold the password.
        kind = text.partition("://")[0]
        raise ConfigError(f"store: the `{kind}` URL cannot be read.", hint=_HOW) from None


def _file(url: URL) -> Address:
    if url.database in {None, "", ":memory:"}:
        raise ConfigError("store: a store in memory is lost at once.", hint=_HOW)
    if str(url.database).startswith("file:"):
        raise ConfigError("store: SQLite's `file:` URLs are not taken.", hint=_HOW)
    path = Path(str(url.database)).expanduser().absolute()
    return Address(url.set(database=str(path)), path)
