"""Traces: what a run leaves behind in logs, streams, errors and tables, to search for secrets."""

from __future__ import annotations

import logging
import traceback
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import quote

from sqlalchemy import MetaData, Table, select
from store_samples import raw_engine

from okr_store import open_store
from okr_store.tables import metadata


def shapes_of(secret: str, user: str = "") -> list[str]:
    """A secret as it might show: plain, quoted for a URL, inside of a Basic header."""
    basic = b64encode(f"{user}:{secret}".encode()).decode()
    return [secret, quote(secret, safe=""), basic, b64encode(secret.encode()).decode().rstrip("=")]


def found(secrets: Sequence[str], *traces: str) -> list[str]:
    """Where the secrets show, with what is around them."""
    return [
        trace[max(0, place - 200) : place + len(secret) + 50]
        for trace in traces
        for secret in secrets
        if (place := trace.find(secret)) >= 0
    ]


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """All that any logger is told meanwhile, at any level, with exceptions in full."""
    lines: list[str] = []

    class Catcher(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
            lines.append(f"{record.getMessage()} {vars(record)} {error}")

    catcher = Catcher()
    closed = [logging.getLogger()]
    closed += [each for each in map(logging.getLogger, _known()) if not each.propagate]
    levels = {name: logging.getLogger(name).level for name in (None, *_known())}
    try:
        for name in levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        for logger in closed:
            logger.addHandler(catcher)
        yield lines
    finally:
        for logger in closed:
            logger.removeHandler(catcher)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def told_of(error: BaseException) -> str:
    """What an error and those that led to it say when they are shown, logged or traced."""
    told, seen = [], set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        told.append(f"{one} {one!r} {one.args!r}")
        waiting += [one.__cause__, one.__context__]
    return "\n".join([*told, repr(vars(error)), *traceback.format_exception(error)])


def store_rows(url: str) -> str:
    """Every row of every table of a store, and every evidence in plain."""
    engine = raw_engine(url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        rows = [repr(row) for table in tables.sorted_tables for row in _rows(connection, table)]
    engine.dispose()
    digests = select(metadata.tables["evidence"].c.digest)
    with open_store(url) as store, store._database.reading() as connection:
        names = list(connection.scalars(digests))
    with open_store(url) as store:
        rows += [str(store.evidence(name)) for name in names]
    return "\n".join(rows)


def _rows(connection: object, table: Table) -> Iterator[object]:
    yield from connection.execute(select(table))  # type: ignore[attr-defined]


def _known() -> list[str]:
    return [
        name
        for name, logger in logging.Logger.manager.loggerDict.items()
        if isinstance(logger, logging.Logger)
    ]
