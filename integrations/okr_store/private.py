"""Private: persons as random subject ids, people's words apart from what is chained."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, insert, select

from okr_core.chain import salted_digest
from okr_store.database import advisory_lock
from okr_store.tables import people, texts


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
        connection.execute(insert(people).values(subject=found, person=person))
    return found


def person_of(subject: str | None, person: str | None) -> str:
    """The person behind a row: empty for nobody, `erased-…` where the person was erased."""
    if subject is None:
        return ""
    return person or f"erased-{subject[:8]}"


def keep_text(connection: Connection, text: str) -> int | None:
    """Store a text beside its salted digest and return its number; None for an empty one."""
    if not text:
        return None
    salt = secrets.token_hex(16)
    row = insert(texts).values(salt=salt, text=text, digest=salted_digest(salt, text))
    number: int = connection.execute(row.returning(texts.c.id)).scalar_one()
    return number
