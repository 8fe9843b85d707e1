"""Guards: the triggers that keep the tables append-only, and which of them are missing."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

_APPEND_ONLY = ("people", "texts", "evidence", "revisions", "readings", "entries", "seals", "chain")
_CHANGES = ("update", "delete")
_MORE = {"sqlite": ("replace",), "postgresql": ("truncate",)}
"""INSERT OR REPLACE is SQLite's, TRUNCATE is PostgreSQL's."""
_THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal "
        "AND t.tgenabled IN ('O', 'A')"
    ),
}


def missing_guards(connection: Connection) -> Iterator[str]:
    """Say which guards are gone: what they would have refused may have happened since."""
    engine = connection.dialect.name
    there = set(connection.scalars(text(_THERE[engine])))
    for name in sorted(_guards(engine) - there):
        yield f"the guard `{name}` of the database is missing: rows can be changed past it."


def _guards(engine: str) -> set[str]:
    changes = (*_CHANGES, *_MORE[engine])
    return {f"{table}_no_{change}" for table in _APPEND_ONLY for change in changes} | {
        "texts_no_erasure"
    }
