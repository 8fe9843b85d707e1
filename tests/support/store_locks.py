"""Locks that a test holds on a store, past the store itself, so that others must wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from store_samples import raw_engine


@contextmanager
def writes_held(url: str) -> Iterator[None]:
    """Nobody else can record a reading; everybody can read."""
    engine = raw_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE readings IN SHARE MODE"))
        else:
            connection.execute(text("BEGIN IMMEDIATE"))
        yield
        connection.rollback()
    engine.dispose()


@contextmanager
def all_held(url: str) -> Iterator[None]:
    """Nobody else can read readings or record any."""
    engine = raw_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE readings IN ACCESS EXCLUSIVE MODE"))
        else:
            # In WAL mode readers wait for nobody but one who locks the file as a whole.
            connection.execute(text("PRAGMA locking_mode = EXCLUSIVE"))
            connection.execute(text("BEGIN EXCLUSIVE"))
        yield
        connection.rollback()
    engine.dispose()
