"""Private: public ids of rows, random ids of persons, words apart from what is chained of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from okr_core.record.chain import salted_digest
from okr_store.database import advisory_lock
from okr_store.tables import people, texts

_LARGEST = 2**63 - 1


def public_id(letter: str, number: int) -> str:
    """What people write for a row: `r12`."""
    return f"{letter}{number}"


def row_number(letter: str, name: str) -> int | None:
    """The row that a public id names, None for what is no such id."""
    if re.fullmatch(rf"{letter}[1-9][0-9]{{0,18}}", name, re.ASCII) is None:
        return None
    number = int(name[1:])
    return number if number <= _LARGEST else None


def subject_of(connection: Connection, person: str) -> str | None:
    """The subject id that stands for a person in every row; None for nobody (a flow, a source)."""
    if not person:
        return None
    known = select(people.c.subject).where(people.c.person == person)
    found = connection.scalar(known)
    if found is None:
        advisory_lock(connection, "people")
        found = connection.scalar(known)
    if found is None:
        found = secrets.token_hex(16)
        connection.execute(insert(people).values(subject=found, **named(person)))
    return found


def named(person: str) -> dict[str, str]:
    """A person's columns but the subject: the digest stays where person and salt are erased."""
    salt = secrets.token_hex(16)
    return {"person": person, "salt": salt, "digest": salted_digest(salt, person)}


def person_of(subject: str | None, person: str | None) -> str:
    """The person behind a row: empty for nobody, `erased-…` where the person was erased."""
    if subject is None:
        return ""
    return person or f"erased-{subject[:8]}"


def keep_text(connection: Connection, text: str) -> int | None:
    """Store a text beside its salted digest and return its number; None for an empty one."""
    return keep_texts(connection, [text])[0]


def keep_texts(connection: Connection, several: Sequence[str]) -> list[int | None]:
    """Store texts as `keep_text` does; their numbers in the same order."""
    rows = [_salted(text) if text else None for text in several]
    kept = [row for row in rows if row is not None]
    if not kept:
        return [None] * len(rows)
    # Matched by digest: asking for an order would make SQLite insert row by row.
    statement = insert(texts).returning(texts.c.digest, texts.c.id)
    numbers = {row.digest: row.id for row in connection.execute(statement, kept)}
    return [None if row is None else numbers[row["digest"]] for row in rows]


def _salted(text: str) -> dict[str, str]:
    salt = secrets.token_hex(16)
    return {"salt": salt, "text": text, "digest": salted_digest(salt, text)}
