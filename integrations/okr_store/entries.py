"""Entries: who said what; people's words are kept apart, each is bound into the chain."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, and_, func, insert, select

from okr_core.basics.command import okr
from okr_core.basics.exact import canonical_json
from okr_core.errors import ConfigError
from okr_core.record.entries import (
    DECISIONS,
    CheckIn,
    Decided,
    Entry,
    EntryBody,
    RevisionDecision,
    SyncRecord,
)
from okr_core.record.sealed import Sealed, Unsealed
from okr_store.database import names_in, streamed
from okr_store.links import append_link
from okr_store.private import keep_text, person_of, public_id, subject_of
from okr_store.sealed import readable
from okr_store.seals import note_rows
from okr_store.tables import entries, people, texts

_BODY: TypeAdapter[EntryBody] = TypeAdapter(EntryBody)


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are wanted.

    Attributes:
        kinds: Kinds of bodies.
        key_results: Only those about these; None: all.
        as_of: Only those said until then; None: all.
        latest: Only the newest of each kind, key result and topic.
    """

    kinds: Collection[str]
    key_results: Collection[str] | None = None
    as_of: datetime | None = None
    latest: bool = False


def add_entries(connection: Connection, cycle: str, several: Iterable[Entry]) -> list[Entry]:
    """Store entries of a cycle; those whose key is taken are left out of the answer."""
    added = (add_entry(connection, replace(entry, cycle=cycle)) for entry in several)
    return [entry for entry in added if entry is not None]


def add_entry(connection: Connection, entry: Entry) -> Entry | None:
    """Store an entry, a link of its own if it is a decision; None if its key is taken."""
    kind = entry.body.kind
    if entry.key and _key_taken(connection, entry):
        return None
    fields = entry.body.model_dump(mode="json", exclude_defaults=True)
    words = {name: fields[name] for name in entry.body.words if fields.get(name)}
    row = {
        "cycle": entry.cycle,
        "kind": kind,
        "key_result": entry.key_result,
        "topic": _topic_of(entry.body),
        "key": entry.key or None,
        "at": entry.at,
        "by": subject_of(connection, entry.by),
        "via": entry.via,
        # The words stay as empty text: once they are erased the body is still complete.
        "body": canonical_json({**fields, **dict.fromkeys(words, ""), "kind": kind}).decode(),
        "words": keep_text(connection, canonical_json(words).decode() if words else ""),
    }
    number = connection.execute(insert(entries).values(row).returning(entries.c.id)).scalar_one()
    if kind in DECISIONS:
        append_link(connection, "entries", number)
    else:
        note_rows(connection, "entries", [number])
    return replace(entry, id=public_id("e", number))


def _key_taken(connection: Connection, entry: Entry) -> bool:
    c = entries.c
    taken = select(c.id).where(
        c.cycle == entry.cycle, c.kind == entry.body.kind, c.key == entry.key
    )
    return connection.scalar(taken) is not None


def _topic_of(body: EntryBody) -> str:
    """What the newest entry does not replace: another connection, a check-in without confidence."""
    match body:
        case SyncRecord():
            return body.connection
        case CheckIn():
            return "" if body.confidence is None else "confidence"
        case Decided():
            return body.asked
        case RevisionDecision():
            return body.outcome
        case Sealed() | Unsealed():
            return body.round
        case _:
            return ""


def stream_entries(connection: Connection, cycle: str, wanted: EntryFilter) -> Iterator[Entry]:
    """The entries of a cycle by time."""
    statement = _statement(connection, cycle, wanted)
    yield from map(_entry_of, streamed(connection, statement))


def _statement(connection: Connection, cycle: str, wanted: EntryFilter) -> Select[Any]:
    c = entries.c
    conditions = [c.cycle == cycle, c.kind.in_(sorted(wanted.kinds))]
    if wanted.key_results is not None:
        conditions.append(names_in(connection, c.key_result, wanted.key_results))
    if wanted.as_of is not None:
        conditions.append(c.at <= wanted.as_of)
    if wanted.latest:
        place = func.row_number().over(
            partition_by=(c.kind, c.key_result, c.topic), order_by=(c.at.desc(), c.id.desc())
        )
        ranked = select(c.id, place.label("place")).where(*conditions).subquery()
        conditions = [c.id.in_(select(ranked.c.id).where(ranked.c.place == 1))]
    source = entries.outerjoin(people, people.c.subject == c.by).outerjoin(
        texts, and_(texts.c.id == c.words, readable())
    )
    return (
        select(entries, people.c.person, texts.c.text.label("written"))
        .select_from(source)
        .where(*conditions)
        .order_by(c.at, c.id)
    )


def body_of(text: str, words: str | None = None) -> EntryBody:
    """The body of an entry as it is kept, with the words that are kept apart; None: erased.

    Raises:
        ValueError: It is no body.
    """
    try:
        written = {} if words is None else json.loads(_as_text(words))
        return _BODY.validate_python({**json.loads(text), **written})
    except (TypeError, RecursionError) as error:  # no object, or nested without an end
        raise ValueError(str(error)) from error


def _as_text(words: str) -> str:
    if not isinstance(words, str):  # SQLite takes bytes where text belongs
        raise TypeError("what belongs into a text is none")
    return words


def _is_object(words: str | None) -> bool:
    """Whether words that are kept apart, if any, are what a body is made with."""
    try:
        return words is None or isinstance(json.loads(_as_text(words)), dict)
    except (TypeError, ValueError, RecursionError):
        return False


def _entry_of(row: Row[Any]) -> Entry:
    try:
        body = body_of(row.body, row.written)
    except ValueError as error:
        what = "its body" if _is_object(row.written) else f"its words (texts {row.words})"
        raise ConfigError(
            f"entry {public_id('e', row.id)} in the store is damaged: {what} cannot be read.",
            hint=f"{okr('audit', 'verify').code} lists what was altered; restore the last backup.",
        ) from error
    return Entry(
        at=row.at,
        body=body,
        cycle=row.cycle,
        key_result=row.key_result,
        by=person_of(row.by, row.person),
        via=row.via,
        id=public_id("e", row.id),
        key=row.key or "",
    )
