"""What the store knows before a sync: a slot's answers, earlier readings, the planner's memory."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from okr_core.basics.command import okr
from okr_core.errors import DataError
from okr_core.plan.plan import KeyResult
from okr_core.progress.smells import Previous
from okr_core.record.entries import Entry, Reading, ScopeChange, SyncRecord
from okr_core.record.evidence import Evidence, Row, Selection, decode, remarks, selection_of
from okr_core.record.failure import Failure
from okr_core.record.readings import MANUAL
from okr_flows.sync.report import SyncedReading
from okr_sources.source import Memory
from okr_store import Store
from okr_store.evidence import damaged

log = logging.getLogger(__name__)

_TAKEN_OUT = Failure("a person took its reading of this time out.", "The next sync reads it again.")


def recorded(
    store: Store, cycle: str, slot: datetime, sources: Mapping[str, str]
) -> dict[str, SyncedReading]:
    """What a slot holds already.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        slot: The slot.
        sources: Key result → name of its source in the store.

    Returns:
        Key result → the answer that a run recorded or a person put in its place.
    """
    taken = {
        key
        for source in dict.fromkeys(sources.values())
        for key in store.slots(cycle, source, slot)
        if sources.get(key) == source
    }
    if not taken:
        return {}
    live = {
        reading.key_result: reading
        for reading in store.readings(cycle, as_of=None, key_results=taken)
        if reading.as_of == slot and reading.source == sources[reading.key_result]
    }
    return {
        key: synced_reading(cycle, live[key], *_told(store, live[key]), existing=True)
        if key in live
        else SyncedReading(key, failure=_TAKEN_OUT, existing=True)
        for key in sources
        if key in taken
    }


def synced_reading(
    cycle: str, reading: Reading, link: str, notes: tuple[str, ...] = (), *, existing: bool = False
) -> SyncedReading:
    """A reading as the answer of a sync; a suspect one says why, and what a person does."""
    key_result, doubted = reading.key_result, None
    if reading.state == "suspect":
        hint = (
            f"If the value is true: {okr('accept', key_result, cycle=cycle).code}; if not, correct "
            f"the binding and {okr('sync', only=key_result, cycle=cycle).code}."
        )
        doubted = Failure(reading.reason, hint, reading.at)
    return SyncedReading(key_result, reading, doubted, existing, link, notes)


def _told(store: Store, reading: Reading) -> tuple[str, tuple[str, ...]]:
    """Where a person finds the reading's rows, and its notes; nothing of damaged evidence."""
    try:
        evidence = _evidence(store, reading)
    except DataError as error:
        log.warning("%s: no link to its source: %s", reading.key_result, error)
        return "", ()
    return (evidence.link, remarks(evidence)) if evidence else ("", ())


def _evidence(store: Store, reading: Reading) -> Evidence | None:
    content = store.evidence(reading.evidence) if reading.evidence else None
    return decode(content) if content is not None else None


def last_counts(store: Store, cycle: str, names: Collection[str]) -> dict[str, Memory]:
    """Connection → what its last sync counted, for the planner's cost model."""
    counts: dict[str, dict[str, int]] = {name: {} for name in names}
    for entry in store.entries(cycle, kinds=("sync",), latest=True):
        if isinstance(entry.body, SyncRecord) and entry.body.connection in counts:
            counts[entry.body.connection].update(entry.body.counts)
    return {name: Memory(counts=known) for name, known in counts.items()}


class EarlierReadings:
    """Earlier readings of the key results in question, and their evidence."""

    def __init__(self, store: Store, cycle: str, last: Mapping[str, Reading]) -> None:
        self._store = store
        self._cycle = cycle
        self._last = last
        self._sizes = _sizes(store, {each.evidence for each in last.values() if each.evidence})
        self._bindings: dict[int, dict[str, object]] = {}

    @classmethod
    def of(cls, store: Store, cycle: str, ids: Collection[str], slot: datetime) -> EarlierReadings:
        """The last counting reading of each before the slot, people's words apart."""
        newest = store.readings(cycle, as_of=slot, key_results=ids, history=())
        last = {r.key_result: r for r in newest if r.source != MANUAL and r.state == "observed"}
        return cls(store, cycle, last)

    def previous(self, key_result: str) -> Previous | None:
        """The last counting reading of a source, with the size of its selection.

        The value alone where that is not known: people's corrections have no evidence, and what is
        read now must not wait for evidence that is damaged.
        """
        last = self._last.get(key_result)
        if last is None:
            return None
        found = self._sizes.get(last.evidence)
        if isinstance(found, DataError):
            log.warning("%s: its last selection is not known: %s", key_result, found)
            found = None
        if found is None:
            return Previous(last.value)
        return Previous(last.value, found.rows, found.weight, found.missing)

    def frozen(self, kr: KeyResult) -> tuple[Row, ...] | None:
        """Rows of the first complete reading under today's binding since the last scope change.

        Raises:
            DataError: Evidence that may be the scope is damaged; another must not take its place.
        """
        since = self._scope_changed(kr.id)
        for reading in self._store.readings(
            self._cycle, as_of=None, key_results=[kr.id], history=[kr.id]
        ):
            if (since and reading.at <= since) or not self._same_binding(kr, reading):
                continue
            if reading.state != "observed":  # an emptied selection must not become the scope
                continue
            evidence = _evidence(self._store, reading)
            if evidence is not None and evidence.complete:
                return evidence.rows
        return None

    def _scope_changed(self, key_result: str) -> datetime | None:
        entries: Iterator[Entry] = self._store.entries(
            self._cycle, kinds=("scope_change",), key_results=[key_result]
        )
        times = [entry.at for entry in entries if isinstance(entry.body, ScopeChange)]
        return max(times, default=None)

    def _same_binding(self, kr: KeyResult, reading: Reading) -> bool:
        if reading.revision not in self._bindings:
            revision = self._store.revision("plan", self._cycle, reading.revision)
            self._bindings[reading.revision] = (
                {known.id: known.source for known in revision.plan().key_results()}
                if revision
                else {}
            )
        return self._bindings[reading.revision].get(kr.id) == kr.source


def _sizes(store: Store, digests: Collection[str]) -> dict[str, Selection | DataError]:
    """How large selections were by the digest of their evidence, or why that is not known.

    Asked of the store at once: one question each took longer than all that the others take.
    """
    sizes: dict[str, Selection | DataError] = {}
    for name, content in store.evidences(digests) if digests else ():
        try:
            sizes[name] = selection_of(content) if content is not None else damaged(name)
        except DataError as error:
            sizes[name] = error
    return sizes
