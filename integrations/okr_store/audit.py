"""Audit: whether all that the store holds is as it was when it was recorded."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, select

from okr_core.basics.exact import canonical_json, digest
from okr_core.errors import InputError
from okr_core.record.chain import GENESIS, RowsDigest, Seal, SealedRows, link_hash, salted_digest
from okr_core.record.chain import seal_of as seal_said
from okr_store.database import streamed
from okr_store.evidence import unpacked
from okr_store.guards import guard_problems
from okr_store.links import CHAINED, NAME, Chained, Link, content_of, links, payload_of_row
from okr_store.seals import SEALED, sealed_rows
from okr_store.tables import chain, entries, evidence, people, readings, revisions, seals, texts

MOST = 100
"""Problems that a report lists; a broken chain can have one per row."""
_NUMBER, _CHAINED = "_number", "_chained"
_EVIDENCE_PAGE = 20
"""Contents that are in memory at a time."""


@dataclass(frozen=True, slots=True)
class BoundLater:
    """Rows that were outside the chain until an upgrade bound them as it found them.

    Attributes:
        scope: The cycle, empty for the workspace.
        at: When: what was altered before that cannot be noticed.
        version: Of the store that they were recorded in.
        rows: How many readings and entries.
    """

    scope: str
    at: datetime
    version: str
    rows: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes:
        links: Links of the chain, all scopes together.
        head: One digest over the heads, empty for a store without records. Kept elsewhere it
            proves later that nothing was cut off.
        heads: Scope → hash of its last link.
        problems: What does not hold, at most 100 sentences.
        readings: Readings that are bound into the chain.
        entries: Entries that are bound into the chain.
        erased: Names and words that were erased, which is allowed and leaves no trace of who did.
        later: What was bound by an upgrade only.
    """

    links: int
    head: str
    heads: Mapping[str, str]
    problems: tuple[str, ...]
    readings: int = 0
    entries: int = 0
    erased: int = 0
    later: tuple[BoundLater, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems


def audit(connection: Connection, expected: Mapping[str, str] | None = None) -> AuditReport:
    """Verify the chain, all rows, names and words that it covers, and all evidence.

    Not covered, because nothing inside a store can tell: rows cut off the end together with their
    links, a chain that was computed anew from the start (both show against `expected`), and who
    erased a name or a text.

    Args:
        connection: Sees one state of the store.
        expected: Scope → hash that was its head once; it must still be in the chain.
    """
    walk, tally = _Walk(dict(expected or {})), _Tally()
    found = itertools.chain(
        walk.problems(links(connection)),
        *(_row_problems(connection, chained) for chained in CHAINED.values()),
        *(_sealed_problems(connection, table, tally) for table in SEALED),
        _seal_problems(connection, walk, tally),
        _word_problems(connection, tally),
        _name_problems(connection, tally),
        _document_problems(connection),
        _evidence_problems(connection),
        guard_problems(connection),
    )
    problems: list[str] = []
    for problem in found:
        if len(problems) < MOST:
            problems.append(problem)
    head = digest(canonical_json(walk.heads)) if walk.heads else ""
    return AuditReport(
        walk.count,
        head,
        dict(walk.heads),
        tuple(problems),
        tally.bound["readings"],
        tally.bound["entries"],
        tally.erased,
        tuple(tally.later),
    )


@dataclass(slots=True)
class _Tally:
    """What is counted on the way."""

    bound: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SEALED, 0))
    erased: int = 0
    later: list[BoundLater] = field(default_factory=list)


class _Walk:
    """Follows the links of every scope and remembers where each ends."""

    def __init__(self, expected: dict[str, str]) -> None:
        self.expected = expected
        self.heads: dict[str, str] = {}
        self.workspace = {GENESIS}
        """Every head that the workspace's chain has had."""
        self.count = 0

    def problems(self, every: Iterable[Link]) -> Iterator[str]:
        """What is wrong with the links, which come by scope and place."""
        before: Link | None = None
        for link in every:
            previous = before if before and before.scope == link.scope else None
            yield from _link_problems(link, previous)
            if self.expected.get(link.scope) == link.hash:
                del self.expected[link.scope]
            if not link.scope:
                self.workspace.add(link.hash)
            self.heads[link.scope] = link.hash
            self.count += 1
            before = link if isinstance(link.seq, int) else before
        for scope in self.expected:
            yield f"{_chain_name(scope)}: the head that was kept is no longer in it."


def _link_problems(link: Link, before: Link | None) -> Iterator[str]:
    name = f"{_chain_name(link.scope)}, link {link.seq}"
    if not isinstance(link.seq, int):  # SQLite takes text where numbers belong
        yield f"{name}: its place is no number."
        return
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
    statement = content_of(chained).add_columns(
        chained.number.label(_NUMBER), chain.c.payload.label(_CHAINED)
    )
    here = and_(chain.c.row_table == name, chain.c.row_id == chained.number)
    # The other readings and entries are bound by seals; see `_sealed_problems`.
    statement = statement.join(chain, here, isouter=name not in SEALED)
    for row in streamed(connection, statement.order_by(chained.number)):
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
    # Links of earlier releases bind no names: the seal of the upgrade does.
    nameless = {name: value for name, value in fields.items() if not name.endswith(NAME)}
    try:
        return payload in {payload_of_row(fields), payload_of_row(nameless)}
    except InputError:  # SQLite takes bytes where text belongs
        return False


class _Ranges:
    """The sealed rows of one table in one cycle, in their order, and how far they were met."""

    def __init__(self, connection: Connection, table: str, scope: str) -> None:
        self._several = _sealed_ranges(connection, table, scope)
        self.now = next(self._several, None)
        self._digest = RowsDigest()

    def before(self, number: int | None) -> Iterator[SealedRows]:
        """Go on to the range that may hold a row; those that were left and do not hold."""
        while self.now is not None and (number is None or self.now.last < number):
            if self._digest.sealed != self.now:
                yield self.now
            self.now = next(self._several, None)
            self._digest = RowsDigest()

    def takes(self, number: int, content: bytes) -> bool:
        """Whether the row is in the range that is at hand; it is added up there."""
        if self.now is None or not self.now.first <= number <= self.now.last:
            return False
        self._digest.add(number, content)
        return True


def _sealed_ranges(connection: Connection, table: str, scope: str) -> Iterator[SealedRows]:
    statement = select(seals.c.body).where(seals.c.scope == scope).order_by(seals.c.id)
    for (body,) in streamed(connection, statement):
        seal = seal_said(body)
        rows: SealedRows | None = getattr(seal, table) if seal is not None else None
        if rows is not None:
            yield rows


def _sealed_problems(connection: Connection, table: str, tally: _Tally) -> Iterator[str]:
    """Rows that are bound by no link and no seal, and seals whose rows are not as recorded."""
    scopes = select(seals.c.scope).distinct().order_by(seals.c.scope)
    open_ = {scope: _Ranges(connection, table, scope) for scope in connection.scalars(scopes)}
    for row in sealed_rows(connection, table, with_links=True):
        if row.linked:
            tally.bound[table] += 1
            continue
        ranges = open_.get(row.scope)
        if ranges is not None:
            yield from (_altered(table, row.scope, each) for each in ranges.before(row.number))
        if ranges is not None and ranges.takes(row.number, row.content):
            tally.bound[table] += 1
        else:
            yield f"{_row_name(table, row.number)} is not in the chain: it was put in past it."
    for scope, ranges in open_.items():
        yield from (_altered(table, scope, each) for each in ranges.before(None))


def _altered(table: str, scope: str, rows: SealedRows) -> str:
    first, last = (_row_name(table, number) for number in (rows.first, rows.last))
    if rows.count == 1:
        return f"{first} of cycle `{scope}` is not as it was recorded, or was deleted."
    ids = f"{first.rpartition(' ')[2]} to {last.rpartition(' ')[2]}"
    return (
        f"{table} {ids} of cycle `{scope}`: of {rows.count} that were recorded together, at least "
        "one was altered, added or deleted."
    )


def _seal_problems(connection: Connection, walk: _Walk, tally: _Tally) -> Iterator[str]:
    """Seals that cannot be read, or that name what is not there; what upgrades bound is counted."""
    for row in streamed(connection, select(seals).order_by(seals.c.id)):
        seal = seal_said(row.body)
        if seal is None:
            yield f"{_row_name('seals', row.id)} of {_chain_name(row.scope)} cannot be read."
            continue
        if seal.workspace not in walk.workspace:
            yield (
                f"{_row_name('seals', row.id)} of {_chain_name(row.scope)}: the workspace that was "
                "judged by is no longer in its chain."
            )
        if seal.upgraded_from and seal.at is not None:
            tally.later.append(_bound_later(row.scope, seal, seal.at))
            yield from _names_bound_later(connection, seal)


def _bound_later(scope: str, seal: Seal, at: datetime) -> BoundLater:
    rows = sum(each.count for each in (seal.readings, seal.entries) if each is not None)
    return BoundLater(scope, at, seal.upgraded_from, rows)


def _names_bound_later(connection: Connection, seal: Seal) -> Iterator[str]:
    known = {row.subject: row.digest or "" for row in connection.execute(select(people))}
    for subject, bound in seal.people.items():
        if known.get(subject) != bound:
            yield f"{_person_name(subject)}: the name is not the one that was recorded."


def _word_problems(connection: Connection, tally: _Tally) -> Iterator[str]:
    for row in streamed(connection, select(texts).order_by(texts.c.id)):
        if row.salt is None and row.text is None:
            tally.erased += 1
        elif not _fits(row.salt, row.text, row.digest):
            yield f"text {row.id} is not as it was written."


def _name_problems(connection: Connection, tally: _Tally) -> Iterator[str]:
    for row in streamed(connection, select(people).order_by(people.c.subject)):
        if row.salt is None and row.person is None:
            tally.erased += 1
        elif not _fits(row.salt, row.person, row.digest):
            yield f"{_person_name(row.subject)}: the name is not the one that was recorded."
    for table in (revisions, readings, entries):
        number = CHAINED[table.name].number
        lost = select(number).outerjoin(people, people.c.subject == table.c.by)
        for (found,) in connection.execute(
            lost.where(table.c.by.is_not(None), people.c.subject.is_(None)).limit(MOST)
        ):
            yield f"{_row_name(table.name, found)}: the person behind it is missing."


def _fits(salt: str | None, text: str | None, known: str | None) -> bool:
    try:
        return salt is not None and text is not None and salted_digest(salt, text) == known
    except (ValueError, TypeError, AttributeError):  # no salt, or SQLite's bytes for text
        return False


def _document_problems(connection: Connection) -> Iterator[str]:
    """Plans and workspaces whose document is gone; of other texts an erasure is allowed."""
    c = revisions.c
    for column, name in ((c.document, "document"), (c.text, "file as it was written")):
        lost = (
            select(c.id, c.kind, c.scope, c.number)
            .outerjoin(texts, texts.c.id == column)
            .where(column.is_not(None), texts.c.text.is_(None))
        )
        for row in connection.execute(lost.order_by(c.id)):
            of = f"{row.kind} `{row.scope}`" if row.scope else row.kind
            yield f"revision {row.number} of {of}: its {name} is missing."


def _evidence_problems(connection: Connection) -> Iterator[str]:
    for row in streamed(connection, select(evidence), _EVIDENCE_PAGE):
        content = unpacked(row.content)
        if content is None or digest(content) != row.digest:
            yield f"evidence {row.digest} is not as it was recorded."
    c = readings.c
    lost = (
        select(c.sequence, c.key_result, c.cycle, c.evidence)
        .outerjoin(evidence, evidence.c.digest == c.evidence)
        .where(c.evidence.is_not(None), evidence.c.digest.is_(None))
        .order_by(c.sequence)
    )
    for row in streamed(connection, lost):
        name = f"{_row_name('readings', row.sequence)} of `{row.key_result}` in cycle `{row.cycle}`"
        yield f"{name}: its evidence {row.evidence} is missing."


def _chain_name(scope: str) -> str:
    return f"chain of cycle `{scope}`" if scope else "chain of the workspace"


def _row_name(table: str, number: int) -> str:
    return CHAINED[table].label.format(number) if table in CHAINED else f"{table} {number}"


def _person_name(subject: str) -> str:
    return f"person {subject[:8]}…"


def _missing(first: int, last: int) -> str:
    return f"link {first} is" if first >= last else f"links {first} to {last} are"
