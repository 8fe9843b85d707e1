"""Readings: recording each slot once, and replacing one reading by another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, insert, select

from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_core.record.entries import Acceptance, Correction, Entry, Reading
from okr_store.database import insert_new, names_in
from okr_store.entries import add_entry
from okr_store.evidence import put_evidence
from okr_store.links import append_link
from okr_store.private import keep_texts, public_id, row_number, subject_of
from okr_store.queries import reading_of, reading_rows
from okr_store.seals import note_rows
from okr_store.tables import readings

BATCH = 500
Measured = tuple[Reading, bytes | None]
"""A reading and the content of its evidence, None where there is none."""
Slot = tuple[str, str, str, datetime]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one call of `Store.record` did.

    Attributes:
        inserted: Readings that are new.
        existing: Readings whose slot was taken: what was recorded first stays.
        entries: The entries that are new, with their ids.
        taken: Key results of the existing ones.
    """

    inserted: int
    existing: int
    entries: tuple[Entry, ...] = ()
    taken: frozenset[str] = frozenset()


def record(connection: Connection, cycle: str, measured: Iterable[Measured]) -> Recorded:
    """Record original readings in batches; a taken slot is left as it is."""
    inserted = existing = 0
    taken: set[str] = set()
    several = iter(measured)
    while batch := list(islice(several, BATCH)):
        done = _record_batch(connection, cycle, batch, taken)
        inserted += done
        existing += len(batch) - done
    return Recorded(inserted, existing, taken=frozenset(taken))


def _record_batch(
    connection: Connection, cycle: str, batch: Sequence[Measured], taken: set[str]
) -> int:
    fresh: dict[Slot, Measured] = {}
    for reading, content in batch:
        _check_original(reading, content)
        fresh.setdefault(_slot(reading), (reading, content))
    for slot in list(_taken(connection, cycle, fresh)):
        taken.add(fresh.pop(slot)[0].key_result)
    if not fresh:
        return 0
    put_evidence(
        connection,
        {reading.evidence: content for reading, content in fresh.values() if content is not None},
    )
    rows = _rows(connection, cycle, [reading for reading, _ in fresh.values()])
    # The scope's lock makes a conflict impossible among us; the index guards against all others.
    statement = insert_new(connection, readings).returning(readings.c.sequence)
    numbers = connection.scalars(statement, rows).all()
    note_rows(connection, "readings", numbers)
    return len(numbers)


def _check_original(reading: Reading, content: bytes | None) -> None:
    if reading.supersedes:
        raise ValueError("a reading that supersedes another is stored by `supersede`.")
    if content is not None and not reading.evidence:
        raise ValueError(f"evidence of `{reading.key_result}` has no digest in its reading.")


def _slot(reading: Reading) -> Slot:
    return (reading.source, reading.key_result, reading.part, reading.as_of or reading.at)


def _taken(connection: Connection, cycle: str, slots: Mapping[Slot, Measured]) -> Iterator[Slot]:
    asked: dict[tuple[str, datetime], set[str]] = {}
    for source, key_result, _, as_of in slots:
        asked.setdefault((source, as_of), set()).add(key_result)
    c = readings.c
    for (source, as_of), names in asked.items():
        statement = select(c.source, c.key_result, c.part, c.as_of).where(
            c.cycle == cycle,
            c.source == source,
            c.as_of == as_of,
            c.supersedes.is_(None),
            names_in(connection, c.key_result, names),
        )
        for row in connection.execute(statement):
            slot: Slot = (row.source, row.key_result, row.part, row.as_of)
            if slot in slots:
                yield slot


def _rows(
    connection: Connection, cycle: str, several: Sequence[Reading]
) -> list[dict[str, object]]:
    reasons = keep_texts(connection, [reading.reason for reading in several])
    subjects = {
        person: subject_of(connection, person) for person in sorted({r.by for r in several})
    }
    return [
        {**_row(cycle, reading), "reason": reason, "by": subjects[reading.by]}
        for reading, reason in zip(several, reasons, strict=True)
    ]


def _row(cycle: str, reading: Reading) -> dict[str, object]:
    return {
        "cycle": cycle,
        "key_result": reading.key_result,
        "part": reading.part,
        "source": reading.source,
        "as_of": reading.as_of or reading.at,
        "at": reading.at,
        "observed_at": reading.observed_at or reading.at,
        "until": reading.until,
        "value": reading.value,
        "state": reading.state,
        "supersedes": row_number("r", reading.supersedes) if reading.supersedes else None,
        "decided_at": None,
        "evidence": reading.evidence or None,
        "revision": reading.revision,
    }


def supersede(
    connection: Connection,
    old_id: str,
    new: Reading,
    decision: Entry,
) -> Reading:
    """Replace a reading by another that takes its slot, with the decision that says why.

    Raises:
        RefusalError: The reading is unknown or superseded, or the acceptance is of one that is not
            suspect.
    """
    cycle = decision.cycle
    old = reading_named(connection, cycle, old_id)
    _refuse_superseded(connection, old)
    _refuse_misfit(old, new, decision)
    add_entry(connection, decision)
    replacement = {
        **_rows(connection, cycle, [new])[0],
        # The slot is the old one's: there is one live reading per slot.
        "key_result": old.key_result,
        "part": old.part,
        "source": old.source,
        "as_of": old.as_of,
        "supersedes": old.sequence,
        "decided_at": decision.at,
    }
    added = connection.execute(
        insert(readings).values(replacement).returning(readings.c.sequence)
    ).scalar_one()
    append_link(connection, "readings", added)
    return reading_named(connection, cycle, public_id("r", added))


def reading_named(connection: Connection, cycle: str, name: str) -> Reading:
    """The reading of that id, superseded or not.

    Raises:
        RefusalError: The cycle has none of that id.
    """
    found = None
    number = row_number("r", name)
    if number is not None:
        where = (readings.c.cycle == cycle, readings.c.sequence == number)
        found = connection.execute(reading_rows().where(*where)).one_or_none()
    if found is None:
        raise RefusalError(
            f"cycle `{cycle}` has no reading `{name}`.",
            hint=f"{okr('explain', 'KR', cycle=cycle).code} lists the readings of a key result.",
        )
    return reading_of(found)


def _refuse_superseded(connection: Connection, old: Reading) -> None:
    later = connection.scalar(
        select(readings.c.sequence).where(readings.c.supersedes == old.sequence)
    )
    if later is not None:
        raise RefusalError(
            f"reading `{old.id}` of `{old.key_result}` is superseded by `{public_id('r', later)}`.",
            hint=f"Correct `{public_id('r', later)}` instead.",
        )


def _refuse_misfit(old: Reading, new: Reading, decision: Entry) -> None:
    body = decision.body
    assert isinstance(body, Acceptance | Correction)
    if body.reading != old.id or (new.key_result, new.part) != (old.key_result, old.part):
        raise ValueError(f"the decision and the new reading must be about `{old.id}`.")
    if not isinstance(body, Acceptance):
        return
    if old.state != "suspect":
        told = {"value": "VALUE", "reason": "TEXT", "cycle": decision.cycle}
        correct = okr("correct", old.key_result, reading=old.id, **told)
        raise RefusalError(
            f"reading `{old.id}` of `{old.key_result}` is {old.state}, not suspect.",
            hint=f"Nothing needs to be accepted; a wrong value is replaced by {correct.code}.",
        )
    if new.value != old.value or new.state != "observed":
        raise ValueError(f"an acceptance keeps the value of `{old.id}` and makes it count.")
