"""Recording: what belongs together, in one transaction; given, or decided in sight of the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_core.record.entries import Entry, Reading
from okr_store import entries as entry_rows
from okr_store import readings as reading_rows
from okr_store import revisions as revision_rows
from okr_store.closed import refuse_closed
from okr_store.database import advisory_lock
from okr_store.entries import EntryFilter
from okr_store.private import row_number
from okr_store.queries import every_reading
from okr_store.readings import Measured, Recorded
from okr_store.revision import DocumentKind, NewRevision, Outcome, Revision

Decide = Callable[[Sequence[Reading], Sequence[Entry]], tuple[Sequence[Measured], Sequence[Entry]]]
"""From the readings (in any state, superseded ones too) and entries of some key results, both in
the order of recording, to the readings and entries that are to be recorded."""
_OWN_WAY = frozenset({"acceptance", "correction", "revision_decision", "scored", "closing"})


def add_revisions(connection: Connection, several: Sequence[NewRevision]) -> list[Revision]:
    """Record revisions; the lock of the first scope, by name, must be held.

    Raises:
        RefusalError: See `Store.add_revisions`.
    """
    # By name, so that two who record the same scopes do not wait for each other.
    for scope in sorted({new.scope for new in several}):
        advisory_lock(connection, f"scope:{scope}")
    return [_added(connection, new) for new in several]


def _added(connection: Connection, new: NewRevision) -> Revision:
    if new.kind == "plan":
        refuse_closed(connection, new.scope)
    return revision_rows.add_revision(connection, new)


def decide_revision(
    connection: Connection, kind: DocumentKind, number: int, decision: Entry, outcome: Outcome
) -> Revision:
    """Accept or reject a proposed revision of the decision's cycle.

    Raises:
        RefusalError: See `Store.decide_revision`.
    """
    scope = decision.cycle
    header = revision_rows.revision_numbered(connection, kind, scope, number)
    if header is None:
        raise RefusalError(
            f"{kind} `{scope}` has no revision {number}.".replace(" ``", ""),
            hint=f"{okr('revisions', 'list').code} shows those there are.",
        )
    if kind == "plan" and outcome == "accepted":
        refuse_closed(connection, scope)
    revision_rows.decide_revision(connection, header, decision, outcome)
    decided = revision_rows.revision_numbered(connection, kind, scope, number)
    assert decided is not None
    return decided


def record(
    connection: Connection, cycle: str, measured: Iterable[Measured], entries: Iterable[Entry]
) -> Recorded:
    """Record readings and what belongs to them; what is there already is left out.

    Raises:
        ValueError: See `Store.record`.
    """
    done = reading_rows.record(connection, cycle, measured)
    added = entry_rows.add_entries(connection, cycle, undecided(entries))
    return replace(done, entries=tuple(added))


def record_beside(
    connection: Connection,
    cycle: str,
    key_results: Collection[str],
    decide: Decide,
    kinds: Collection[str],
) -> Recorded:
    """Record what is decided in sight of what stands; the scope's write lock must be held.

    Raises:
        RefusalError: Something of it is there already: somebody wrote past the lock.
    """
    readings = list(every_reading(connection, cycle, key_results))
    said = entry_rows.stream_entries(connection, cycle, EntryFilter(kinds, key_results))
    measured, entries = decide(readings, sorted(said, key=_place))
    done = record(connection, cycle, measured, entries)
    if done.existing or len(done.entries) < len(entries):
        raise RefusalError(
            f"cycle `{cycle}` was written to past the store's lock; nothing was recorded.",
            hint="Run it again.",
        )
    return done


def undecided(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, none of a kind that a method of its own carries out.

    Raises:
        ValueError: One is.
    """
    for entry in entries:
        if entry.body.kind in _OWN_WAY:
            raise ValueError(f"a {entry.body.kind} is stored by the method that carries it out.")
        yield entry


def _place(entry: Entry) -> int:
    return row_number("e", entry.id) or 0
