"""Store: the record of truth of a workspace, on SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Self

from sqlalchemy import Connection, func, select

from okr_core.record.entries import Acceptance, Correction, Entry, Reading, RevisionDecision
from okr_store import entries as entry_rows
from okr_store import evidence as evidence_rows
from okr_store import readings as reading_rows
from okr_store import recording
from okr_store import revisions as revision_rows
from okr_store.audit import AuditReport, audit
from okr_store.closed import refuse_closed, refuse_frozen, refuse_revised
from okr_store.database import Database
from okr_store.entries import EntryFilter
from okr_store.leases import Lease, Leases
from okr_store.links import Link, first_hash, links
from okr_store.news import Mark, News, mark_of, news_since
from okr_store.private import subject_of
from okr_store.queries import ReadingFilter, stream_readings
from okr_store.readings import Measured, Recorded
from okr_store.recording import Decide, undecided
from okr_store.revision import DocumentKind, NewRevision, Outcome, Revision, RevisionHeader
from okr_store.revisions import decision_key
from okr_store.seals import note_judgement, sealed_writing
from okr_store.tables import people, readings, revisions


class Store:
    """Revisions, readings, entries and evidence of a workspace; open one with `open_store`.

    Every writing method is one transaction: all or nothing. Reading methods that return an iterator
    stream: they hold a connection and one page of rows until it ends.

    Raises (every method):
        StoreUnreachableError: The store does not answer, or another process writes for too long.
        ConfigError: It may not be used, is damaged, or is not a store.
    """

    def __init__(self, database: Database, lease: Lease | None = None) -> None:
        self._database, self._lease = database, lease
        self.leases = Leases(database)

    def under(self, lease: Lease) -> Store:
        """The same store, which records while the lease lasts and then raises `LeaseLostError`."""
        return Store(self._database, lease)

    @property
    def location(self) -> str:
        """Where the store is, without its password."""
        return str(self._database.address)

    def close(self) -> None:
        """Give all connections back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self.location!r})"

    def _recording(self, scope: str) -> AbstractContextManager[Connection]:
        return sealed_writing(self._database, scope, self._lease)

    # Revisions

    def add_revision(self, new: NewRevision) -> Revision:
        """Record a plan or workspace as the next revision of its scope; see `add_revisions`."""
        return self.add_revisions([new])[0]

    def add_revisions(self, several: Sequence[NewRevision]) -> list[Revision]:
        """Record plans and workspaces as the next revisions of their scopes: all or none.

        Raises:
            RefusalError: A base is not the latest accepted revision, or a cycle is closed; nothing
                was recorded.
        """
        if not several:
            return []
        with self._recording(min(new.scope for new in several)) as connection:
            return recording.add_revisions(connection, several)

    def decide_revision(
        self,
        kind: DocumentKind,
        scope: str,
        number: int,
        outcome: Outcome,
        *,
        by: str,
        at: datetime,
        reason: str = "",
        reason_class: str = "",
        via: str = "",
    ) -> Revision:
        """Accept or reject a proposed revision, by a named person.

        Raises:
            RefusalError: There is none of that number, it is no proposal, or it is to be accepted
                and was made from a revision that is not the latest, or its cycle is closed.
        """
        entry = Entry(
            at=at,
            body=RevisionDecision(
                revision=number, outcome=outcome, reason=reason, reason_class=reason_class
            ),
            cycle=scope,
            by=by,
            via=via,
            key=decision_key(kind, number),
        )
        with self._recording(scope) as connection:
            return recording.decide_revision(connection, kind, number, entry, outcome)

    def revision(
        self,
        kind: DocumentKind,
        scope: str,
        number: int | None = None,
        as_of: datetime | None = None,
    ) -> Revision | None:
        """The revision of that number in any state, or the accepted one that holds.

        Args:
            kind: `plan` or `workspace`.
            scope: Cycle id of a plan, empty for the workspace.
            number: Which one; None: the latest accepted.
            as_of: Without a number: as it was then; None: now.
        """
        with self._database.reading() as connection:
            if number is None:
                number = revision_rows.latest_accepted(connection, kind, scope, as_of)
            return revision_rows.revision_numbered(connection, kind, scope, number)

    def revisions(
        self, kind: DocumentKind | None = None, scope: str | None = None
    ) -> list[RevisionHeader]:
        """Revisions by kind, scope and number, without their documents."""
        with self._database.reading() as connection:
            return revision_rows.revision_headers(connection, kind, scope)

    def cycles(self) -> list[str]:
        """Ids of the cycles that have a plan, proposed ones included, sorted."""
        statement = select(revisions.c.scope).where(revisions.c.kind == "plan").distinct()
        with self._database.reading() as connection:
            return sorted(connection.scalars(statement))

    # What is new

    def mark(self) -> Mark:
        """How far the store has been written."""
        with self._database.reading() as connection:
            return mark_of(connection)

    def news(self, cycle: str, since: Mark) -> News:
        """What was recorded of a cycle since a mark."""
        with self._database.reading() as connection:
            return news_since(connection, cycle, since)

    # Readings

    def record(
        self, cycle: str, measured: Iterable[Measured], entries: Iterable[Entry] = ()
    ) -> Recorded:
        """Record readings with their evidence, and entries, in one transaction.

        A slot (key result, part, source, as_of) takes one reading: a second is left out and counted
        as existing. An entry whose key is taken is left out.

        Args:
            cycle: Id of the cycle.
            measured: Each reading with the content of its evidence, None where there is none.
                Taken in batches inside the transaction: prepare what is slow before.
            entries: What belongs to the readings, such as the record of a sync.

        Raises:
            RefusalError: The cycle is closed.
            ValueError: A reading supersedes another, a time has no zone, or evidence does not
                have the digest that its reading names.
        """
        with self._recording(cycle) as connection:
            refuse_closed(connection, cycle)
            return recording.record(connection, cycle, measured, entries)

    def record_beside(
        self,
        cycle: str,
        key_results: Collection[str],
        decide: Decide,
        kinds: Collection[str] = ("check_in",),
    ) -> Recorded:
        """Record what is decided in sight of what stands; nobody else writes in between.

        Args:
            cycle: Id of the cycle.
            key_results: Whose readings and entries `decide` is shown.
            decide: Says what to record; what it raises leaves everything as it was.
            kinds: Which entries it is shown.

        Raises:
            RefusalError: The cycle is closed, or was written to past the store's lock.
        """
        with self._recording(cycle) as connection:
            refuse_closed(connection, cycle)
            return recording.record_beside(connection, cycle, key_results, decide, kinds)

    def supersede(
        self,
        cycle: str,
        reading_id: str,
        new: Reading,
        decision: Correction | Acceptance,
        *,
        by: str,
        at: datetime,
        via: str = "",
    ) -> Reading:
        """Replace a reading by a corrected or accepted one, linked with the decision.

        The new reading takes the slot of the old one: its source and as_of.

        Returns:
            The new reading with its id.

        Raises:
            RefusalError: The reading is unknown or superseded already, or an acceptance is of one
                that is not suspect, or the cycle is closed; nothing was recorded.
        """
        about = {"cycle": cycle, "key_result": new.key_result, "key": reading_id}
        entry = Entry(at=at, body=decision, by=by, via=via, **about)
        with self._recording(cycle) as connection:
            refuse_closed(connection, cycle)
            return reading_rows.supersede(connection, reading_id, new, entry)

    def readings(
        self,
        cycle: str,
        *,
        as_of: datetime | None,
        key_results: Collection[str] | None = None,
        history: Collection[str] | None = None,
    ) -> Iterator[Reading]:
        """Readings that were not superseded, observed and suspect, streamed.

        Args:
            cycle: Id of the cycle.
            as_of: As the store would have answered then; None: as it answers now.
            key_results: Only of these; None: all.
            history: Of these all readings; of the others per part only what decides which one is
                current: the newest observed and suspect ones, and behind a manual one the newest
                of a source. None: all of all.

        Returns:
            Readings by key result, part, time and sequence.
        """
        wanted = ReadingFilter(as_of, key_results, history)
        with self._database.reading() as connection:
            yield from stream_readings(connection, cycle, wanted)

    def reading(self, cycle: str, reading_id: str) -> Reading:
        """The reading of that id, superseded or not.

        Raises:
            RefusalError: The cycle has none of that id.
        """
        with self._database.reading() as connection:
            return reading_rows.reading_named(connection, cycle, reading_id)

    def last_reading(self, cycle: str) -> datetime | None:
        """When the newest reading of a cycle held; None: it has none."""
        newest = select(func.max(readings.c.at)).where(readings.c.cycle == cycle)
        with self._database.reading() as connection:
            found: datetime | None = connection.scalar(newest)
        return found

    def slots(self, cycle: str, source: str, as_of: datetime) -> set[str]:
        """Key results whose slot of that source and time is taken."""
        c = readings.c
        statement = select(c.key_result).where(
            c.cycle == cycle, c.source == source, c.as_of == as_of, c.supersedes.is_(None)
        )
        with self._database.reading() as connection:
            return set(connection.scalars(statement))

    # Entries

    def add_entries(self, cycle: str, entries: Iterable[Entry]) -> list[Entry]:
        """Store entries; decisions among them are links of their own.

        Returns:
            Those that are new, with their ids; one whose key is taken is left out.

        Raises:
            RefusalError: The cycle is closed, and one of them would change its scores.
            ValueError: A kind that has its own method (`supersede`, `decide_revision`, `judge`).
        """
        several = list(undecided(entries))
        with self._recording(cycle) as connection:
            refuse_frozen(connection, cycle, several)
            return entry_rows.add_entries(connection, cycle, several)

    def judge(self, judgement: Entry, revision: int, also: Iterable[Entry] = ()) -> Entry | None:
        """Record a scoring or a closing, if the plan is still the one that it judged by.

        Args:
            judgement: Its key names its slot: a second one of a slot is left out.
            revision: Number of the plan's revision that it judged by.
            also: What belongs to it, such as the resolutions of a closing.

        Returns:
            The entry with its id; None where its key was taken.

        Raises:
            RefusalError: The plan was revised meanwhile, or the cycle is closed; nothing was
                recorded.
        """
        with self._recording(judgement.cycle) as connection:
            refuse_closed(connection, judgement.cycle)
            refuse_revised(connection, judgement, revision)
            entry_rows.add_entries(connection, judgement.cycle, undecided(also))
            added = entry_rows.add_entry(connection, judgement)
            if added is not None:
                note_judgement(connection)
        return added

    def entries(
        self,
        cycle: str,
        *,
        kinds: Collection[str],
        key_results: Collection[str] | None = None,
        as_of: datetime | None = None,
        latest: bool = False,
    ) -> Iterator[Entry]:
        """Entries of these kinds by time, streamed.

        Args:
            cycle: Id of the cycle, empty for the workspace.
            kinds: Kinds of bodies, such as `check_in`.
            key_results: Only about these; None: all.
            as_of: Only what was said until then; None: all.
            latest: Only the newest per kind and key result; of syncs per connection, of check-ins
                the newest with and the newest without a confidence.
        """
        wanted = EntryFilter(kinds, key_results, as_of, latest)
        with self._database.reading() as connection:
            yield from entry_rows.stream_entries(connection, cycle, wanted)

    # Evidence, persons, proof

    def put_evidence(self, digest: str, content: bytes) -> None:
        """Keep a content by its digest, compressed; one that is there stays.

        Raises:
            ValueError: The content has another digest.
        """
        with self._database.writing("evidence") as connection:
            evidence_rows.put_evidence(connection, {digest: content})

    def evidence(self, digest: str) -> bytes | None:
        """The content of that digest, None where it was never kept.

        Raises:
            DataError: What is kept under that digest is not what was recorded.
        """
        with self._database.reading() as connection:
            return evidence_rows.evidence_of(connection, digest)

    def evidences(self, digests: Collection[str]) -> Iterator[tuple[str, bytes | None]]:
        """Digest and content of those that are kept, in any order, streamed.

        None in the place of a content that is not what was recorded.
        """
        with self._database.reading() as connection:
            yield from evidence_rows.several_evidence(connection, digests)

    def people(self) -> dict[str, str]:
        """Person id → the random subject id that stands for the person in every row."""
        known = select(people.c.person, people.c.subject).where(people.c.person.is_not(None))
        with self._database.reading() as connection:
            return {row.person: row.subject for row in connection.execute(known)}

    def subject(self, person: str) -> str:
        """The random subject id that stands for a person in every row; made where there is none."""
        with self._database.writing("people") as connection:
            return subject_of(connection, person) or ""

    def identity(self) -> str:
        """What tells this store from any other, whatever is written in both; empty: nothing is.

        The hash of the first link of the workspace's chain. Random salts are in it, so that the
        same files applied to two stores give two; a store that was moved, or restored from an
        export, keeps its own.
        """
        with self._database.reading() as connection:
            return first_hash(connection, "")

    def links(self, scope: str | None = None) -> Iterator[Link]:
        """The chain, by scope and place, streamed.

        Args:
            scope: Cycle id, empty for the workspace; None: all.
        """
        with self._database.reading() as connection:
            yield from links(connection, scope)

    def audit(self, expected: Mapping[str, str] | None = None) -> AuditReport:
        """Verify that all is as it was recorded; see `okr_store.audit.audit`.

        Args:
            expected: Scope → hash that an earlier report gave as its head.
        """
        with self._database.reading() as connection:
            return audit(connection, expected)
