"""Audit: whether every decision in the store is as it was when it was recorded."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from okr_core.basics.exact import canonical_json, digest
from okr_core.errors import InputError
from okr_core.record.chain import GENESIS, link_hash, salted_digest
from okr_store.database import streamed
from okr_store.evidence import unpacked
from okr_store.links import CHAINED, Chained, Link, content_of, links, payload_of_row
from okr_store.tables import chain, evidence, texts

MOST = 100
"""Problems that a report lists; a broken chain can have one per row."""
_NUMBER, _CHAINED = "_number", "_chained"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes:
        links: Links of the chain, all scopes together.
        head: One digest over the heads, empty for a store without decisions. Kept elsewhere it
            proves later that nothing was cut off.
        heads: Scope → hash of its last link.
        problems: What does not hold, at most 100 sentences.
    """

    links: int
    head: str
    heads: Mapping[str, str]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems


def audit(connection: Connection, expected: Mapping[str, str] | None = None) -> AuditReport:
    """Verify the chain, the rows that it covers, their words, and all evidence.

    Args:
        connection: Sees one state of the store.
        expected: Scope → hash that was its head once; it must still be in the chain.
    """
    walk = _Walk(dict(expected or {}))
    found = itertools.chain(
        walk.problems(links(connection)),
        *(_row_problems(connection, chained) for chained in CHAINED.values()),
        _word_problems(connection),
        _evidence_problems(connection),
    )
    problems: list[str] = []
    for problem in found:
        if len(problems) < MOST:
            problems.append(problem)
    head = digest(canonical_json(walk.heads)) if walk.heads else ""
    return AuditReport(walk.count, head, dict(walk.heads), tuple(problems))


class _Walk:
    """Follows the links of every scope and remembers where each ends."""

    def __init__(self, expected: dict[str, str]) -> None:
        self.expected = expected
        self.heads: dict[str, str] = {}
        self.count = 0

    def problems(self, every: Iterable[Link]) -> Iterator[str]:
        """What is wrong with the links, which come by scope and place."""
        before: Link | None = None
        for link in every:
            previous = before if before and before.scope == link.scope else None
            yield from _link_problems(link, previous)
            if self.expected.get(link.scope) == link.hash:
                del self.expected[link.scope]
            self.heads[link.scope] = link.hash
            self.count += 1
            before = link
        for scope in self.expected:
            yield f"{_chain_name(scope)}: the head that was kept is no longer in it."


def _link_problems(link: Link, before: Link | None) -> Iterator[str]:
    name = f"{_chain_name(link.scope)}, link {link.seq}"
    place, head = (before.seq + 1, before.hash) if before else (1, GENESIS)
    if link.seq != place:
        yield f"{name}: {_missing(place, link.seq - 1)} missing before it."
    elif link.previous != head:
        yield f"{name}: it does not follow the link before it."
    fresh = link_hash(
        scope=link.scope,
        seq=link.seq,
        table=link.table,
        row=link.row,
        payload=link.payload,
        previous=link.previous,
    )
    if link.hash != fresh:
        yield f"{name} ({_row_name(link.table, link.row)}): it was altered."


def _row_problems(connection: Connection, chained: Chained) -> Iterator[str]:
    """Rows that differ from what was chained of them, are not chained, or are gone."""
    name = chained.table.name
    statement = (
        content_of(chained)
        .add_columns(chained.number.label(_NUMBER), chain.c.payload.label(_CHAINED))
        .outerjoin(chain, and_(chain.c.row_table == name, chain.c.row_id == chained.number))
        .where(or_(chained.due, chain.c.id.is_not(None)))
        .order_by(chained.number)
    )
    for row in streamed(connection, statement):
        fields = row._asdict()
        number, payload = fields.pop(_NUMBER), fields.pop(_CHAINED)
        if payload is None:
            yield f"{_row_name(name, number)} is not in the chain."
        elif not _same(fields, payload):
            yield f"{_row_name(name, number)} is not as it was recorded."
    gone = (
        select(chain.c.row_id)
        .outerjoin(chained.table, chained.number == chain.c.row_id)
        .where(chain.c.row_table == name, chained.number.is_(None))
        .order_by(chain.c.row_id)
    )
    for (number,) in streamed(connection, gone):
        yield f"{_row_name(name, number)} was deleted."


def _same(fields: Mapping[str, str | int | None], payload: str) -> bool:
    try:
        return payload_of_row(fields) == payload
    except InputError:  # SQLite takes bytes where text belongs
        return False


def _word_problems(connection: Connection) -> Iterator[str]:
    for row in streamed(connection, select(texts).order_by(texts.c.id)):
        erased = row.salt is None and row.text is None
        complete = row.salt is not None and row.text is not None
        if not erased and not (complete and salted_digest(row.salt, row.text) == row.digest):
            yield f"text {row.id} is not as it was written."


def _evidence_problems(connection: Connection) -> Iterator[str]:
    for row in streamed(connection, select(evidence)):
        content = unpacked(row.content)
        if content is None or digest(content) != row.digest:
            yield f"evidence {row.digest} is not as it was recorded."


def _chain_name(scope: str) -> str:
    return f"chain of cycle `{scope}`" if scope else "chain of the workspace"


def _row_name(table: str, number: int) -> str:
    return CHAINED[table].label.format(number) if table in CHAINED else f"{table} {number}"


def _missing(first: int, last: int) -> str:
    return f"link {first} is" if first >= last else f"links {first} to {last} are"
