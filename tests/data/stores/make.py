"""Make the store file that is kept of this release's schema version, with the facts about it.

    python tests/data/stores/make.py [FOLDER]

Run it once for every new schema version, in the commit that adds the migration, and commit what it
writes: `okr-store-v<version>.db.gz`, its export `okr-export-v<version>.jsonl.gz` and the facts
`okr-store-v<version>.json`. Files of earlier versions are
never made again: they are what users have. Random ids and salts are counted here instead, so that
the same version of SQLite writes the same bytes twice.
"""

from __future__ import annotations

import gzip
import itertools
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))

from kept_stores import (
    CYCLE,
    FOLDER,
    columns_now,
    facts_file,
    facts_of,
    kept_export,
    kept_file,
)
from okr_command import PLAN, WORKSPACE

from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.dump import plan_json, workspace_json
from okr_core.plan.revision import added_days, plan_digest, workspace_digest
from okr_core.record.entries import (
    Acceptance,
    CheckIn,
    Correction,
    Entry,
    Reading,
    ScopeChange,
    SyncRecord,
)
from okr_core.record.evidence import Evidence, Row, digest_of, encode
from okr_store import NewRevision, Store, open_store
from okr_store.export.export import export_store
from okr_store.schema import VERSIONS

START, MONDAY = datetime(2025, 9, 20, 8, tzinfo=UTC), datetime(2025, 10, 27, 8, tzinfo=UTC)
BOUND, ASKED = "answers.bound", "activation.week1"


def main() -> None:
    """Write the store of this release into the folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "okr.db"
        numbers = itertools.count(1)
        with (
            mock.patch("secrets.token_hex", lambda size: f"{next(numbers):0{2 * size}x}"),
            open_store(str(path), create=True) as store,
        ):
            fill(store)
        erase(path)
        facts = facts_of(str(path), columns_now())
        kept_file(VERSIONS[-1], folder).write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        lines = b"".join(export_store(str(path)))
        kept_export(VERSIONS[-1], folder).write_bytes(gzip.compress(lines, mtime=0))
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    facts_file(VERSIONS[-1], folder).write_text(text + "\n", encoding="utf-8")


def fill(store: Store) -> None:
    """Store every kind of row."""
    add_revisions(store)
    for week, count in enumerate((460, 420)):
        at = MONDAY.replace(day=6 + 7 * week)
        store.record(CYCLE, [read(count, at)], [synced(at)])
    store.record(CYCLE, [read(0, MONDAY, "it fell from 420 to 0 issues.")], [synced(MONDAY)])
    check_in(store)
    decide(store)


def add_revisions(store: Store) -> None:
    """Workspace and plan, a proposal that is accepted and one that is rejected."""
    workspace = load_workspace(WORKSPACE)
    store.add_revision(
        NewRevision(
            kind="workspace",
            scope="",
            document=workspace_json(workspace),
            digest=workspace_digest(workspace),
            at=START,
            by="ada",
            via="cli",
            text=WORKSPACE,
        )
    )
    store.add_revision(plan_revision(PLAN, 0, "agreed"))
    better = PLAN.replace(
        "Open questions from 480 to 100", "Open questions from 480 to 100, all teams"
    )
    store.add_revision(plan_revision(better, 1, "clearer", proposed=True))
    said = {"by": "bo", "via": "cli", "reason": "says it better"}
    store.decide_revision("plan", CYCLE, 2, "accepted", at=START, **said)
    fewer = PLAN.replace("Open questions from 480 to 100", "Fewer questions")
    store.add_revision(plan_revision(fewer, 2, "shorter", proposed=True))
    said["reason"] = "says less"
    store.decide_revision("plan", CYCLE, 3, "rejected", at=START, **said)


def plan_revision(text: str, base: int, reason: str, *, proposed: bool = False) -> NewRevision:
    """A revision of the plan."""
    plan = load_plan(text)
    return NewRevision(
        kind="plan",
        scope=CYCLE,
        document=plan_json(plan),
        digest=plan_digest(plan),
        at=START,
        base=base,
        by="ada",
        via="cli",
        reason=reason,
        reason_class="learned",
        state="proposed" if proposed else "accepted",
        text=text,
        added=added_days(None, {}, plan, START.date()),
    )


def read(count: int, at: datetime, why: str = "") -> tuple[Reading, bytes]:
    """What a sync reads from Jira, with its evidence."""
    evidence = Evidence(
        kind="jira",
        connection="acme",
        query="labels = question",
        measure="number of issues",
        formula="count",
        rows=tuple(Row(id=str(10_000 + n), label=f"ASK-{n}") for n in range(count)),
    )
    content = encode(evidence)
    reading = Reading(
        at=at,
        value=Decimal(count),
        key_result=BOUND,
        state="suspect" if why else "observed",
        source="jira:acme",
        as_of=at,
        observed_at=at,
        reason=why,
        evidence=digest_of(content),
        revision=2,
    )
    return reading, content


def synced(at: datetime) -> Entry:
    """The record of a sync."""
    body = SyncRecord(connection="acme", observed_at=at, requests=2, observed=(BOUND,))
    return Entry(at=at, body=body, via="flow", key=f"acme:{at.isoformat()}")


def check_in(store: Store) -> None:
    """A value, a confidence and a note of two people; one of them is erased later."""
    ends = datetime(2025, 12, 31, tzinfo=UTC)
    said = Reading(at=MONDAY, value=Decimal("38.50"), key_result=ASKED, by="ada", until=ends)
    body = CheckIn(confidence=7, note="The guide helps.", value=Decimal("38.50"))
    entry = Entry(at=MONDAY, body=body, key_result=ASKED, by="ada", via="cli")
    store.record(CYCLE, [(said, None)], [entry])
    grade = Reading(at=MONDAY, value=Decimal(2), key_result="activation.grade", by="kim")
    note = Entry(
        at=MONDAY,
        body=CheckIn(note="Kim's own words."),
        key_result="activation.grade",
        by="kim",
        via="notion",
    )
    store.record(CYCLE, [(grade, None)], [note])


def decide(store: Store) -> None:
    """An acceptance, a correction and another decision."""
    later = MONDAY.replace(hour=16)
    suspect = store.reading(CYCLE, "r3")
    true = Reading(at=suspect.at, value=suspect.value, key_result=BOUND, by="bo")
    body = Acceptance(reading="r3", note="all answered")
    store.supersede(CYCLE, "r3", true, body, by="bo", at=later, via="cli")
    wrong = store.reading(CYCLE, "r1")
    right = Reading(at=wrong.at, value=Decimal("450.0"), key_result=BOUND, by="bo")
    why = Correction(reading="r1", value=Decimal("450.0"), reason="counted twice")
    store.supersede(CYCLE, "r1", right, why, by="bo", at=later, via="cli")
    scope = ScopeChange(reason="two teams merged")
    store.add_entries(CYCLE, [Entry(at=later, body=scope, key_result=BOUND, by="ada", via="cli")])


def erase(path: Path) -> None:
    """Erase a person and their words, as a store allows, and leave one file in a fixed form."""
    with closing(sqlite3.connect(path)) as database:
        with database:
            database.execute("UPDATE people SET person = NULL, salt = NULL WHERE person = 'kim'")
            own = "%Kim%"
            database.execute("UPDATE texts SET salt = NULL, text = NULL WHERE text LIKE ?", [own])
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    main()
