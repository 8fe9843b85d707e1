"""Kept stores: files that releases made, and what must be true of each after every upgrade."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from pydantic import TypeAdapter
from sqlalchemy import Connection, Integer, MetaData, text

from okr_core.basics.exact import canonical_json, digest
from okr_flows.documents.status import StatusDocument
from okr_store import Link, open_store
from okr_store.export.export import export_store
from okr_store.export.lines import TABLES
from okr_store.schema import MIGRATIONS
from okr_store.snapshot import read_snapshot

FOLDER = Path(__file__).resolve().parents[1] / "data" / "stores"
CYCLE = "2025-q4"
AS_OF = datetime(2025, 11, 3, 9, tzinfo=UTC)
Columns = Mapping[str, Sequence[str]]


def kept_versions() -> list[str]:
    """Versions of the store of which a file is kept."""
    return sorted(path.name.split("-v")[1].split(".")[0] for path in FOLDER.glob("*.db.gz"))


def kept_file(version: str, folder: Path = FOLDER) -> Path:
    """Where the store of a version is kept."""
    return folder / f"okr-store-v{version}.db.gz"


def kept_export(version: str, folder: Path = FOLDER) -> Path:
    """Where the export of the store of a version is kept."""
    return folder / f"okr-export-v{version}.jsonl.gz"


def facts_file(version: str, folder: Path = FOLDER) -> Path:
    """Where the facts about the store of a version are kept."""
    return folder / f"okr-store-v{version}.json"


def unpack(version: str, folder: Path) -> str:
    """A kept store as a file that can be opened; its path."""
    path = folder / f"okr-store-v{version}.db"
    path.write_bytes(gzip.decompress(kept_file(version).read_bytes()))
    return str(path)


def kept_facts(version: str) -> dict[str, Any]:
    """What was true of a kept store when it was made."""
    facts: dict[str, Any] = json.loads(facts_file(version).read_text(encoding="utf-8"))
    return facts


def columns_now() -> dict[str, list[str]]:
    """Table of records → the columns that a store of this release has."""
    return {name: sorted(table.columns.keys()) for name, table in TABLES.items()}


def facts_of(url: str, columns: Columns) -> dict[str, Any]:
    """What is true of a store.

    Args:
        url: The store, at the version of this release.
        columns: The columns that count: what later versions add is not compared, nor are the
            links of tables that they add.
    """
    rows, sha256 = _rows(url, columns)
    with open_store(url) as store:
        report = store.audit()
        links = [link for link in store.links() if link.table in columns]
        found = StatusDocument.of(read_snapshot(store, CYCLE, AS_OF, newest=True))
    status = TypeAdapter(StatusDocument).dump_python(found, mode="json")
    return {
        "columns": {name: list(columns[name]) for name in sorted(columns)},
        "rows": rows,
        "sha256": sha256,
        "audit": {"ok": report.ok, "links": len(links), "head": _head(links)},
        "status": {each["id"]: _standing(each) for each in status["objectives"]},
    }


def _head(links: Sequence[Link]) -> str:
    """One digest over the heads of every scope, as a report of the audit gives it."""
    return digest(canonical_json({link.scope: link.hash for link in links}))


def _rows(url: str, columns: Columns) -> tuple[dict[str, int], str]:
    """Rows by table, and one digest over those columns of all rows."""
    lines = [json.loads(line) for line in export_store(url)][1:-1]
    kept = [
        {"table": line["table"], "row": _only(line["row"], columns[line["table"]])}
        for line in lines
        if line["table"] in columns and line["row"].get("row_table", "chain") in columns
    ]
    counts = {name: sum(line["table"] == name for line in kept) for name in sorted(columns)}
    return counts, digest(canonical_json(kept))


def _only(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    known = {*columns, "text"}  # evidence has its content as `text`
    return {name: value for name, value in row.items() if name in known}


def _standing(objective: Mapping[str, Any]) -> dict[str, Any]:
    names = ("current", "raw", "progress", "status", "stale", "confidence", "observed_at")
    return {
        **{name: objective[name] for name in ("progress", "coverage", "status", "pending")},
        "key_results": {
            each["id"]: {
                **{name: each[name] for name in names},
                "suspect": each["suspect"] and each["suspect"]["reading"],
            }
            for each in objective["key_results"]
        },
    }


def migrate(connection: Connection, version: str) -> None:
    """Make the tables of an older version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def copy_rows(path: str, into: Connection) -> None:
    """Copy the rows of a SQLite file, whatever columns they have."""
    tables = MetaData()
    tables.reflect(into)
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        for name in [each for each in TABLES if each in tables.tables]:
            rows = [dict(row) for row in database.execute(f"SELECT * FROM {name}")]
            into.execute(tables.tables[name].insert(), rows)
            (key,) = tables.tables[name].primary_key.columns
            if isinstance(key.type, Integer):  # new rows are numbered behind these
                last = f"SELECT max({key.name}) FROM {name}"
                sequence = f"pg_get_serial_sequence('{name}', '{key.name}')"
                into.execute(text(f"SELECT setval({sequence}, ({last}))"))
