"""Tampering: no way to alter a store or an export goes unnoticed, but those that are documented.

`pytest -m slow -s tests/integrations/okr_store/test_tampering.py` prints the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from engines import new_database
from exports import Shelf, exported, restored
from sqlalchemy import make_url, text
from store_samples import raw_engine, tamper
from tampering import (
    ALLOWED,
    EXPORT_WAYS,
    NOTICED,
    OPEN,
    OUTSIDE,
    TOLD,
    WAYS,
    appended,
    watched_store,
)

from okr_core.errors import OkrError
from okr_store import AuditReport, Store, open_store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@contextmanager
def copied(url: str, folder: Path, server: Callable[[], str]) -> Iterator[str]:
    """A copy of a store that may be spoilt."""
    if "://" not in url:
        copy = folder / "copy.db"
        copy.write_bytes(Path(url).read_bytes())
        yield str(copy)
        copy.unlink()
        return
    with new_database(server(), f" TEMPLATE {make_url(url).database}") as copy_url:
        yield copy_url


def found(url: str, before: AuditReport) -> tuple[str, str]:
    """What came of a change, and the first thing that was said of it."""
    try:
        with open_store(url) as store:
            report, kept = store.audit(), store.audit(before.heads)
    except OkrError as error:
        return NOTICED, str(error)
    if report.problems:
        return NOTICED, "\n".join(report.problems)
    if kept.problems:
        return OUTSIDE, kept.problems[0]
    told = f"{report.erased} erased"
    return (ALLOWED, told) if report.erased > before.erased else (OPEN, "nothing")


def test_every_way_to_alter_a_store_is_noticed_or_documented(
    store: Store, ready_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    watched_store(store)
    before = store.audit()
    assert before.problems == ()
    store.close()
    _settle(ready_url)
    engine = "PostgreSQL" if "://" in ready_url else "SQLite"
    rows, wrong = [], []
    for way in WAYS:
        with copied(ready_url, tmp_path, lambda: request.getfixturevalue("postgres_server")) as url:
            tamper(url, way.how)
            comes, says = found(url, before)
        rows.append((engine, way.what, comes, says.splitlines()[0]))
        if comes != way.comes or way.says not in says:
            wrong.append((way.what, way.comes, way.says, comes, says))
    appended(store)
    rows.append((engine, "a record is added at the end as okr does", *found(ready_url, before)))
    show(rows)
    assert rows[-1][2] == OPEN
    assert wrong == []


def test_every_way_to_alter_an_export_is_noticed(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    watched_store(store)
    lines = exported(ready_url).splitlines(keepends=True)
    engine = "postgresql" if "://" in ready_url else "sqlite"
    rows, wrong = [], []
    for way in EXPORT_WAYS:
        with shelf.empty(engine) as url:
            try:
                later = restored(url, way.how(list(lines))).audit.later
                comes, says = (TOLD, str(later[-1])) if later else (OPEN, "restored")
            except OkrError as error:
                comes, says = NOTICED, str(error)
        rows.append((f"export, {engine}", way.what, comes, says))
        if comes != way.comes or way.says not in says:
            wrong.append((way.what, way.says, comes, says))
    show(rows)
    assert wrong == []


def _settle(url: str) -> None:
    """Bring all of a SQLite store into its one file."""
    if "://" not in url:
        with raw_engine(url).connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def show(rows: list[tuple[str, str, str, str]]) -> None:
    lines = (
        f"{where:<18} {what:<58} {comes:<17} {says[:100]}\n" for where, what, comes, says in rows
    )
    sys.stdout.write("\n")
    sys.stdout.writelines(lines)
