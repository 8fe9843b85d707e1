"""Tampering: ways to alter a store or an export, and what must come of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from exports import signed
from sqlalchemy import Connection, delete, select, text, update
from store_samples import (
    CYCLE,
    DAY,
    MONDAY,
    WEEK,
    check_in,
    decided_store,
    measured,
    proven,
    reading,
    scope_change,
)

from okr_core.basics.exact import digest
from okr_core.record.chain import GENESIS, RowsDigest, link_hash, salted_digest, seal_of
from okr_core.record.entries import Entry, Override, SyncRecord
from okr_core.record.score_records import Scored, ScoreLine
from okr_store import Store
from okr_store.links import CHAINED, NAME, content_of, payload_of_row
from okr_store.seals import SEALED, sealed_rows
from okr_store.tables import chain, seals

NOTICED, ALLOWED, TOLD = "noticed", "allowed, counted", "told: bound since"
OUTSIDE, OPEN = "by a kept head", "not covered"
"""What comes of a change: the audit names it; it counts it; it says since when all is bound, and
only `--expect` finds it; only `--expect` finds it; nothing does."""


def watched_store(store: Store) -> None:
    """Fill a store with what people would want to change."""
    decided_store(store)  # r1, r2 of a source; r3 corrects r1; e1 to e4
    by_hand: dict[str, Any] = {"source": "manual", "reason": "by hand"}
    store.record(
        CYCLE, measured([reading("asked", "5", by="anna", **by_hand)]), [check_in("asked")]
    )
    store.record(CYCLE, measured([reading("asked", "6", by="bob", week=1, **by_hand)]))
    suspect = reading("kr", "0", week=2, state="suspect", reason="it fell to 0")
    sync = SyncRecord(connection="acme", observed_at=MONDAY + 2 * WEEK, suspect=("kr",))
    store.record(
        CYCLE,
        [proven(suspect), proven(reading("other", "7", week=2))],
        [Entry(at=MONDAY + 2 * WEEK, body=sync, via="flow", key="acme:2")],
    )
    other = b'{"rows":["3"]}'
    third = replace(reading("third", "3", week=2), evidence=digest(other))
    store.record(CYCLE, [(third, other)])
    low = Override(score=Decimal("0.4"), reason="half of it was luck")
    store.add_entries(CYCLE, [Entry(at=MONDAY + 3 * WEEK, body=low, key_result="kr", by="anna")])
    score = Scored(revision=2, lines={"kr": ScoreLine(computed=Decimal("0.7"))})
    at = MONDAY + 3 * WEEK
    store.judge(Entry(at=at, body=score, cycle=CYCLE, via="flow", key=at.isoformat()), 2)
    store.add_entries(CYCLE, [check_in("third", by="cleo", at=MONDAY + 3 * WEEK + DAY)])


@dataclass(frozen=True, slots=True)
class Way:
    """One way to alter a store.

    Attributes:
        what: What somebody does.
        how: Statements past the guards, or a function of the connection.
        comes: What must come of it.
        says: What the audit says of it, where it is noticed.
    """

    what: str
    how: Sequence[str] | Callable[[Connection], None]
    says: str = ""
    comes: str = NOTICED


def chain_made_anew(connection: Connection) -> None:
    """Seal and link everything again, as somebody who knows how can."""
    previous: dict[str, str] = {}
    seq: dict[str, int] = {}
    for row in connection.execute(select(chain).order_by(chain.c.scope, chain.c.seq)).all():
        there = CHAINED[row.row_table].number == row.row_id
        if row.row_table == "seals":
            _seal_anew(connection, row.row_id)
        fields = connection.execute(content_of(CHAINED[row.row_table]).where(there)).mappings()
        found = fields.one_or_none()
        if found is None:
            connection.execute(delete(chain).where(chain.c.id == row.id))
            continue
        place = seq[row.scope] = seq.get(row.scope, 0) + 1
        payload, before = payload_of_row(dict(found)), previous.get(row.scope, GENESIS)
        new = link_hash(
            scope=row.scope,
            seq=place,
            table=row.row_table,
            row=row.row_id,
            payload=payload,
            previous=before,
        )
        values = {"seq": place, "payload": payload, "previous": before, "hash": new}
        connection.execute(update(chain).where(chain.c.id == row.id).values(values))
        previous[row.scope] = new


def _seal_anew(connection: Connection, number: int) -> None:
    row = connection.execute(select(seals).where(seals.c.id == number)).one()
    seal = seal_of(row.body)
    assert seal is not None
    for table in SEALED:
        known = getattr(seal, table)
        if known is not None:
            anew = RowsDigest()
            here = CHAINED[table].number.between(known.first, known.last)
            for each in sealed_rows(connection, table, here, with_links=True):
                if not each.linked and each.scope == row.scope:
                    anew.add(each.number, each.content)
            seal = seal.model_copy(update={table: anew.sealed})
    connection.execute(update(seals).where(seals.c.id == number).values(body=seal.body()))


def altered_and_made_anew(connection: Connection) -> None:
    """Change a value and make the whole chain fit."""
    connection.execute(text("UPDATE readings SET value = '99' WHERE sequence = 4"))
    chain_made_anew(connection)


def one_link_made_anew(connection: Connection) -> None:
    """Change a value, its seal and the seal's link, and leave what follows."""
    connection.execute(text("UPDATE readings SET value = '99' WHERE sequence = 4"))
    _seal_anew(connection, 2)
    body = {"id": 2, "scope": CYCLE, "body": connection.scalar(text(SEAL_2))}
    payload = payload_of_row(body)
    row = connection.execute(
        select(chain).where(chain.c.row_table == "seals", chain.c.row_id == 2)
    ).one()
    new = link_hash(
        scope=row.scope, seq=row.seq, table="seals", row=2, payload=payload, previous=row.previous
    )
    connection.execute(update(chain).where(chain.c.id == row.id).values(payload=payload, hash=new))


SEAL_2 = "SELECT body FROM seals WHERE id = 2"


def new_words(old: str, new: str) -> Callable[[Connection], None]:
    """Put other words in the place of those that are there, with a salt and digest that fit."""

    def change(connection: Connection) -> None:
        fits = {"salt": "00", "new": new, "digest": salted_digest("00", new), "old": f"%{old}%"}
        statement = "UPDATE texts SET salt = :salt, text = :new, digest = :digest"
        connection.execute(text(f"{statement} WHERE text LIKE :old"), fits)

    return change


def forged_with_evidence(connection: Connection) -> None:
    """Change a source's value and put evidence there that adds up to it."""
    import zlib  # noqa: PLC0415

    forged = b'{"rows":["1","2","3"]}'
    row = {"digest": digest(forged), "content": zlib.compress(forged)}
    connection.execute(text("INSERT INTO evidence VALUES (:digest, :content)"), row)
    connection.execute(
        text("UPDATE readings SET value = '99', evidence = :digest WHERE sequence = 2"), row
    )


def swap(table: str, column: str, key: str, one: str, two: str) -> list[str]:
    """Statements that swap a column of two rows, which may have to differ meanwhile."""
    then = f"-{one}" if column == key else one
    return [
        f"CREATE TEMPORARY TABLE kept AS SELECT {key} AS k, {column} AS v FROM {table}",
        f"UPDATE {table} SET {column} = {_meanwhile(column)} WHERE {key} = {one}",
        f"UPDATE {table} SET {column} = (SELECT v FROM kept WHERE k = {one}) WHERE {key} = {two}",
        f"UPDATE {table} SET {column} = (SELECT v FROM kept WHERE k = {two}) WHERE {key} = {then}",
        "DROP TABLE kept",
    ]


def _meanwhile(column: str) -> str:
    return f"-{column}" if column in {"sequence", "id"} else f"'{column} for now'"


ANNA, BOB = (f"(SELECT subject FROM people WHERE person = '{name}')" for name in ("anna", "bob"))
SWAPPED_PEOPLE = [
    "CREATE TEMPORARY TABLE kept AS SELECT * FROM people WHERE person IN ('anna', 'bob')",
    "UPDATE people SET person = NULL WHERE person IN ('anna', 'bob')",
    *(
        "UPDATE people SET ({columns}) = (SELECT {columns} FROM kept WHERE person = '{one}') "
        "WHERE subject = (SELECT subject FROM kept WHERE person = '{two}')".format(
            columns="{columns}", one=one, two=two
        )
        for one, two in (("anna", "bob"), ("bob", "anna"))
    ),
    "DROP TABLE kept",
]


def swapped_people(*columns: str) -> list[str]:
    """Statements that swap two people's columns between their subject ids."""
    return [each.replace("{columns}", ", ".join(columns)) for each in SWAPPED_PEOPLE]


READING = (
    "cycle, key_result, part, source, as_of, at, observed_at, until, value, state, supersedes, "
    'decided_at, reason, evidence, revision, "by"'
)
ENTRY = 'cycle, kind, key_result, topic, key, at, "by", via, body, words'
TIME = datetime(2026, 12, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
READING_THEN = READING.replace(" as_of,", f" '{TIME}',")
READING_90 = f"SELECT 90, {READING_THEN} FROM readings WHERE sequence = 4"
REASON_OF_6 = "(SELECT reason FROM readings WHERE sequence = 6)"
LAST = "(SELECT max({}) FROM {})"

WAYS = (
    Way("a manual value is changed", ["UPDATE readings SET value = '9' WHERE sequence = 4"], "r4"),
    Way("a manual reading is deleted", ["DELETE FROM readings WHERE sequence = 4"], "r4"),
    Way(
        "a manual reading is put in",
        [
            f"INSERT INTO readings (sequence, {READING}) {READING_90}",
        ],
        "reading r90 is not in the chain",
    ),
    Way("a source's value is forged with its evidence", forged_with_evidence, "r1 to r2"),
    Way(
        "a reading gets the evidence of another key result",
        swap("readings", "evidence", "sequence", "7", "8"),
        "r6 to r7",
    ),
    Way(
        "a suspect reading counts",
        ["UPDATE readings SET state = 'observed' WHERE sequence = 6"],
        "r6",
    ),
    Way(
        "a reading is voided", ["UPDATE readings SET state = 'void' WHERE sequence = 2"], "r1 to r2"
    ),
    Way(
        "a reading holds at another time",
        [f"UPDATE readings SET at = '{TIME}' WHERE sequence = 4"],
        "r4",
    ),
    Way(
        "a reading was looked at at another time",
        [f"UPDATE readings SET observed_at = '{TIME}' WHERE sequence = 8"],
        "r8",
    ),
    Way("a value gets an end", [f"UPDATE readings SET until = '{TIME}' WHERE sequence = 4"], "r4"),
    Way(
        "a reading moves to another key result",
        ["UPDATE readings SET key_result = 'other' WHERE sequence = 4"],
        "r4",
    ),
    Way(
        "a reading moves to another cycle",
        ["UPDATE readings SET cycle = '2027-q1' WHERE sequence = 4"],
        "r4",
    ),
    Way(
        "a reading comes from another source",
        ["UPDATE readings SET source = 'jira:x' WHERE sequence = 4"],
        "r4",
    ),
    Way("two readings change places", swap("readings", "sequence", "sequence", "4", "5"), "r4"),
    Way(
        "a reading is another person's",
        [f'UPDATE readings SET "by" = {BOB} WHERE sequence = 4'],
        "r4",
    ),
    Way(
        "a reading was read under another plan",
        ["UPDATE readings SET revision = 9 WHERE sequence = 2"],
        "r1 to",
    ),
    Way("why a value is suspect reads otherwise", new_words("it fell", "all is well"), "r6"),
    Way(
        "a reading's reason is another's",
        [
            f"UPDATE readings SET reason = {REASON_OF_6} WHERE sequence = 4",
        ],
        "r4",
    ),
    Way(
        "a correction is taken back",
        [f"UPDATE readings SET supersedes = NULL, as_of = '{TIME}' WHERE sequence = 3"],
        "r3",
    ),
    Way(
        "a corrected value is the old one",
        ["UPDATE readings SET value = '31' WHERE sequence = 3"],
        "r3",
    ),
    Way(
        "what was corrected is changed",
        ["UPDATE readings SET value = '1' WHERE sequence = 1"],
        "r3",
    ),
    Way("all check-ins are deleted", ["DELETE FROM entries WHERE kind = 'check_in'"], "entry e2"),
    Way(
        "a confidence is raised",
        ["UPDATE entries SET body = replace(body, '7', '9') WHERE id = 2"],
        "entry e2",
    ),
    Way("a check-in's note reads otherwise", new_words("hard", '{"note":"easy"}'), "entry e2"),
    Way(
        "a check-in is another person's",
        [f'UPDATE entries SET "by" = {ANNA} WHERE id = 2'],
        "entry e2",
    ),
    Way(
        "a check-in came another way", ["UPDATE entries SET via = 'form' WHERE id = 2"], "entry e2"
    ),
    Way(
        "a check-in was said at another time",
        [f"UPDATE entries SET at = '{TIME}' WHERE id = 2"],
        "entry e2",
    ),
    Way(
        "a check-in is said again",
        [f"INSERT INTO entries (id, {ENTRY}) SELECT 90, {ENTRY} FROM entries WHERE id = 2"],
        "entry e90 is not in the chain",
    ),
    Way("the record of a sync is deleted", ["DELETE FROM entries WHERE kind = 'sync'"], "entry e6"),
    Way(
        "recorded scores are changed",
        ["UPDATE entries SET body = replace(body, '0.7', '1.0') WHERE kind = 'scored'"],
        "entry e8",
    ),
    Way(
        "an override is changed",
        ["UPDATE entries SET body = replace(body, '0.4', '0.9') WHERE kind = 'override'"],
        "entry e7",
    ),
    Way(
        "a decision is deleted with its link",
        [
            "DELETE FROM chain WHERE row_table = 'entries' AND row_id = 3",
            "DELETE FROM entries WHERE id = 3",
        ],
        "missing before it",
    ),
    Way("the names of two people are swapped", swapped_people("person"), "the name is not the one"),
    Way(
        "the names of two people are swapped with all that fits",
        swapped_people("person", "salt", "digest"),
        "r4",
    ),
    Way(
        "a person is renamed",
        ["UPDATE people SET person = 'eve' WHERE person = 'bob'"],
        "the name is not",
    ),
    Way(
        "a person is deleted",
        ["DELETE FROM people WHERE person = 'bob'"],
        "the person behind it is missing",
    ),
    Way(
        "a plan's document is replaced",
        new_words('{"cycle"', '{"cycle":{"id":"x"}}'),
        "revision (row",
    ),
    Way(
        "a plan's document is erased",
        ["UPDATE texts SET text = NULL, salt = NULL WHERE id IN (SELECT document FROM revisions)"],
        "its document is missing",
    ),
    Way(
        "a proposal was never one",
        ["UPDATE revisions SET state = 'accepted' WHERE id = 2"],
        "revision (row 2)",
    ),
    Way(
        "revisions are numbered otherwise",
        ["UPDATE revisions SET number = 9 WHERE id = 1"],
        "revision (row 1)",
    ),
    Way(
        "the workspace's revision is deleted",
        ["DELETE FROM revisions WHERE scope = ''"],
        "revision (row 3)",
    ),
    Way("evidence is replaced", ["UPDATE evidence SET content = 'x'"], "evidence sha256:"),
    Way("evidence is deleted", ["DELETE FROM evidence"], "is missing"),
    Way(
        "a seal says something else",
        ["UPDATE seals SET body = replace(body, '2', '1') WHERE id = 1"],
        "seal 1",
    ),
    Way("a seal is deleted", ["DELETE FROM seals WHERE id = 2"], "seal 2 was deleted"),
    Way(
        "a seal is deleted with its link and rows",
        [
            "DELETE FROM chain WHERE row_table = 'seals' AND row_id = 2",
            "DELETE FROM seals WHERE id = 2",
            "DELETE FROM readings WHERE sequence = 4",
            "DELETE FROM entries WHERE id = 5",
        ],
        "missing before it",
    ),
    Way("links change places", swap("chain", "hash", "id", "3", "4"), "it does not follow"),
    Way("a row, its seal and its link are made to fit", one_link_made_anew, "it does not follow"),
    Way(
        "the store says that it is older",
        ["UPDATE okr_version SET version_num = '0001'"],
        "is older",
    ),
    Way(
        "a note is erased",
        ["UPDATE texts SET text = NULL, salt = NULL WHERE text LIKE '%hard%'"],
        comes=ALLOWED,
    ),
    Way(
        "a person is erased",
        ["UPDATE people SET person = NULL, salt = NULL WHERE person = 'bob'"],
        comes=ALLOWED,
    ),
    Way("a value is changed and the whole chain made anew", altered_and_made_anew, comes=OUTSIDE),
    Way(
        "the last record is cut off with its seal and link",
        [
            f"DELETE FROM chain WHERE scope = '{CYCLE}' AND seq = (SELECT max(seq) FROM chain)",
            f"DELETE FROM seals WHERE id = {LAST.format('id', 'seals')}",
            f"DELETE FROM entries WHERE id = {LAST.format('id', 'entries')}",
        ],
        comes=OUTSIDE,
    ),
)


def appended(store: Store) -> None:
    """Add a record at the end as okr does: whoever may write to the store can."""
    store.add_entries(CYCLE, [scope_change("nobody said so")])


Lines = list[bytes]


@dataclass(frozen=True, slots=True)
class ExportWay:
    """One way to alter an export; see `Way`."""

    what: str
    how: Callable[[Lines], bytes]
    says: str = ""
    comes: str = NOTICED


def rows_changed(
    table: str, change: Callable[[dict[str, Any]], dict[str, Any] | None]
) -> Callable[[Lines], bytes]:
    """Change each row of a table, None takes it out, and sign the file again."""

    def how(lines: Lines) -> bytes:
        kept: Lines = []
        for line in lines:
            document = json.loads(line)
            if document.get("table") == table:
                row = change(document["row"])
                if row is None:
                    continue
                line = json.dumps({"table": table, "row": row}).encode() + b"\n"  # noqa: PLW2901
            kept.append(line)
        return signed(kept)

    return how


def one(key: str, number: object, **fields: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A change of one row."""
    return lambda row: {**row, **fields} if row[key] == number else row


def without(key: str, number: object) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
    """Leave one row out."""
    return lambda row: None if row[key] == number else row


def as_older(lines: Lines) -> bytes:
    """Say that an older store was exported, in which readings were outside the chain."""
    kept = [line for line in lines if not line.startswith(b'{"table":"seals"')]
    header = json.loads(kept[0])
    header["store"] = "0001"
    header["rows"].pop("seals")
    kept[0] = json.dumps(header).encode() + b"\n"
    return signed(kept)


def as_older_made_anew(lines: Lines) -> bytes:
    """Say so, with a chain of decisions alone that holds."""
    older = as_older(lines).splitlines(keepends=True)
    kept: Lines = []
    seq, previous = dict[str, int](), dict[str, str]()
    for line in older:
        document = json.loads(line)
        if document.get("table") != "chain":
            kept.append(line)
        elif document["row"]["row_table"] != "seals":
            row, scope = document["row"], document["row"]["scope"]
            seq[scope] = seq.get(scope, 0) + 1
            names = json.loads(row["payload"])
            nameless = {key: value for key, value in names.items() if not key.endswith(NAME)}
            row |= {"seq": seq[scope], "previous": previous.get(scope, GENESIS)}
            row["payload"] = payload_of_row(nameless)
            row["hash"] = previous[scope] = link_hash(
                scope=scope,
                seq=row["seq"],
                table=row["row_table"],
                row=row["row_id"],
                payload=row["payload"],
                previous=row["previous"],
            )
            kept.append(json.dumps(document).encode() + b"\n")
    return signed(kept)


def with_end(change: Mapping[str, Any]) -> Callable[[Lines], bytes]:
    """Change what the last line says; None takes it out."""

    def how(lines: Lines) -> bytes:
        end = {**json.loads(lines[-1])["end"], **change}
        end = {name: value for name, value in end.items() if value is not None}
        last = json.dumps({"end": end}, separators=(",", ":")).encode() + b"\n"
        return b"".join([*lines[:-1], last])

    return how


EXPORT_WAYS = (
    ExportWay(
        "a value is changed in the file",
        lambda lines: b"".join(lines).replace(b'"value":"6"', b'"value":"9"'),
        "was altered",
    ),
    ExportWay("a line is taken out", lambda lines: b"".join(lines[:20] + lines[21:]), ""),
    ExportWay("the end is cut off", lambda lines: b"".join(lines[:-3]), "cut off here"),
    ExportWay(
        "a value is changed and the file signed",
        rows_changed("readings", one("sequence", 5, value="9")),
        "r5",
    ),
    ExportWay(
        "a suspect reading counts, signed",
        rows_changed("readings", one("sequence", 6, state="observed")),
        "r6",
    ),
    ExportWay(
        "a reading is taken out, signed", rows_changed("readings", without("sequence", 5)), "r5"
    ),
    ExportWay("a check-in is taken out, signed", rows_changed("entries", without("id", 2)), "e2"),
    ExportWay(
        "a person is renamed, signed",
        rows_changed("people", one("person", "bob", person="eve")),
        "the name is not the one",
    ),
    ExportWay("seals are taken out, said to be older", as_older, "did not have"),
    ExportWay("seals are taken out, said to be older, made anew", as_older_made_anew, comes=TOLD),
    ExportWay("it names other heads", with_end({"heads": {CYCLE: "sha256:0"}}), "no longer in it"),
    ExportWay("it names no heads", with_end({"heads": None}), "does not name the heads"),
    ExportWay(
        "a state that there is not",
        rows_changed("readings", one("sequence", 5, state="bogus")),
        "a `state` that cannot be one (bogus)",
    ),
    ExportWay(
        "a sequence below 1", rows_changed("readings", one("sequence", 1, sequence=-1)), "cannot be"
    ),
    ExportWay(
        "a cycle that leads elsewhere",
        rows_changed("readings", one("sequence", 5, cycle="../../etc")),
        "a `cycle` that cannot be one (../../etc)",
    ),
)
