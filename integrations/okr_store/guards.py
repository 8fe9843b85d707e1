"""Guards: what of the database keeps the tables append-only and each row there once.

A name is no guard: each is compared, by what it does, with what the migrations make, which is kept
in `guards.json` (`tests/data/stores/guards.py` writes it).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, bindparam, text

from okr_store.tables import metadata

KEPT = Path(__file__).with_name("guards.json")
"""Engine → kind of guard → name → what it does."""
Guards = dict[str, dict[str, str]]
"""Kind of guard (`table`, `index`, `trigger`) → name → what it does."""

_POSTGRES_TABLES = """
SELECT c.oid, c.relname, c.relkind FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN :tables
"""
_POSTGRES_TRIGGERS = """
SELECT c.relname, t.tgname, t.tgtype, t.tgenabled, p.prosrc, l.lanname,
    coalesce(substring(pg_get_triggerdef(t.oid) FROM ' WHEN (.*) EXECUTE '), '') AS condition
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_language l ON l.oid = p.prolang
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN :tables
    AND NOT t.tgisinternal
"""
_POSTGRES_RULES = """
SELECT tablename, rulename, definition FROM pg_rules
WHERE schemaname = current_schema() AND tablename IN :tables
"""
_POSTGRES_INDEXES = """
SELECT c.relname, i.relname AS name, x.indisvalid, x.indnkeyatts,
    (SELECT string_agg(pg_get_indexdef(x.indexrelid, n, true), ', ' ORDER BY n)
        FROM generate_series(1, x.indnkeyatts) n) AS keys,
    coalesce(pg_get_expr(x.indpred, x.indrelid), '') AS condition
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN :tables AND x.indisunique
"""
_POSTGRES_KINDS = {"r": "table", "p": "table", "v": "view", "m": "view", "f": "foreign table"}
_ENABLED = {"O": "always", "A": "always", "R": "only in replicas", "D": "never"}
# What versions of PostgreSQL write differently and means the same.
_WRITTEN = re.compile(r"::[a-z]+( varying)?|[()\s]")


def guard_problems(connection: Connection) -> Iterator[str]:
    """Say which guards are gone, were replaced, or are none of ours.

    What they would have refused may have happened since, and what others do is not recorded.
    """
    kept: Mapping[str, Guards] = json.loads(KEPT.read_text(encoding="utf-8"))
    expected, there = kept[connection.dialect.name], guards_in(connection)
    for kind, wanted in expected.items():
        found = there[kind]
        for name in sorted({*wanted, *found}):
            if found.get(name) != wanted.get(name):
                yield _problem(kind, name, wanted.get(name), found.get(name))


def guards_in(connection: Connection) -> Guards:
    """What the database has of triggers, unique indexes and kinds of tables, and what they do."""
    if connection.dialect.name == "sqlite":
        return _in_sqlite(connection)
    return _in_postgres(connection)


def _problem(kind: str, name: str, wanted: str | None, found: str | None) -> str:
    if kind == "table":
        what = f"a {found}, no table" if found else "missing"
        return f"`{name}` of the database is {what}: it may show what was never recorded."
    word, comes = {
        "trigger": ("guard", "rows can be changed past it"),
        "index": ("unique index", "rows may be there twice"),
    }[kind]
    if wanted is None:
        word = "trigger" if kind == "trigger" else word
        return (
            f"the {word} `{name}` of the database is none of okr's: it may keep out or change what "
            "is recorded."
        )
    if found is None:
        return f"the {word} `{name}` of the database is missing: {comes}."
    return f"the {word} `{name}` of the database does not do what okr's does: {comes}."


def _in_sqlite(connection: Connection) -> Guards:
    found: Guards = {"table": {}, "index": {}, "trigger": {}}
    rows = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master")).all()
    statements = {row.name: _plain(row.sql or "") for row in rows}
    for row in rows:
        if row.tbl_name not in metadata.tables:
            continue
        if row.type == "trigger":
            found["trigger"][row.name] = statements[row.name]
        elif row.name in metadata.tables:
            found["table"][row.name] = row.type
    for table in found["table"]:
        listed = text('SELECT name, origin FROM pragma_index_list(:t) WHERE "unique"')
        for name, origin in connection.execute(listed, {"t": table}).all():
            if origin == "c":
                found["index"][name] = statements[name]
                continue
            columns = text("SELECT name FROM pragma_index_info(:i) ORDER BY seqno")
            keys = ", ".join(connection.scalars(columns, {"i": name}))
            found["index"][f"{table} ({keys})"] = "constraint"
    return found


def _in_postgres(connection: Connection) -> Guards:
    found: Guards = {"table": {}, "index": {}, "trigger": {}}

    def rows(statement: str) -> Iterator[Mapping[str, object]]:
        asked = text(statement).bindparams(bindparam("tables", expanding=True))
        found_rows = connection.execute(asked, {"tables": sorted(metadata.tables)}).mappings()
        yield from (dict(row) for row in found_rows)

    for row in rows(_POSTGRES_TABLES):
        kind = str(row["relkind"])
        found["table"][str(row["relname"])] = _POSTGRES_KINDS.get(kind, f"thing of kind {kind}")
    for row in rows(_POSTGRES_TRIGGERS):
        when, enabled = _bare(row["condition"]), _ENABLED[str(row["tgenabled"])]
        name = str(row["tgname"])  # a name is a table's own here
        name = f"{name} on {row['relname']}" if name in found["trigger"] else name
        found["trigger"][name] = (
            f"on {row['relname']}, type {row['tgtype']}, fires {enabled}, when [{when}]: "
            f"{row['lanname']} {_plain(str(row['prosrc']))}"
        )
    for row in rows(_POSTGRES_RULES):
        name = f"{row['rulename']} on {row['tablename']}"
        found["trigger"][name] = _plain(str(row["definition"]))
    for row in rows(_POSTGRES_INDEXES):
        state = "" if row["indisvalid"] else ", invalid"
        found["index"][str(row["name"])] = (
            f"on {row['relname']} ({row['keys']}), where [{_bare(row['condition'])}]{state}"
        )
    return found


def _plain(statement: str) -> str:
    return " ".join(statement.split())


def _bare(condition: object) -> str:
    return _WRITTEN.sub("", str(condition)).lower()
