"""Explanation: all that stands behind one key result's number, read from the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.plan.cycle import Cycle
from okr_core.plan.ids import key_result_named, name_of
from okr_core.plan.metrics import Metric
from okr_core.plan.plan import KeyResult
from okr_core.progress.pace import Timeline
from okr_core.progress.status import Guard, Standing
from okr_core.record.check_ins import named
from okr_core.record.entries import Acceptance, Correction, Entry, Reading
from okr_core.record.evidence import Evidence, decode, re_add, says_reconstructed
from okr_core.record.failure import Failure
from okr_core.record.readings import MANUAL, acceptances
from okr_core.score.scores import Score
from okr_core.snapshot import Snapshot
from okr_store.snapshot import read_past, read_snapshot

if TYPE_CHECKING:
    from okr_store import Revision, Store

_RECENT = 8
"""Readings, check-ins and decisions that are shown."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A reading that a person replaced: it does not count any more, and stays on record.

    Attributes:
        decision: Who replaced it, when and why; a correction without a value took it out.
        check_ins: What was said with it.
    """

    reading: Reading
    decision: Entry
    check_ins: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One key result at a time.

    Attributes:
        cycle_days: The cycle with its days, in whose zone people are told times.
        reading: The reading that counts, or that was asked for; None: there is none.
        counts: Whether it is the one that counts.
        evidence: What it was added up from; None for people's values.
        added_up: What the evidence adds up to now; None where it needs no adding or cannot be.
        revision: Plan revision under which it was read; without a reading the current one.
        history: The last readings that were not replaced, newest first.
        check_ins: What people said last, the last recorded first.
        comments: What people said about those, and about the key result, oldest first.
        replaced: The readings that people replaced last, the last decision first.
        reconstructed: Ids of those among them that were worked out afterwards.
        unavailable: Why the last sync could not read it; None where it could.
        accepted_at: When a person accepted the reading; None where nobody had to.
        score: How it is scored, or would be if its cycle ended now; None where it is not.
        guard: How it stands as a guard, where it does not hold or nobody knows; None for others.
        late_until: Until then a 0 for want of a value is provisional; None: it is not.
        agreed: The metric that its score goes by, as first agreed.
        rests_on: The readings of other key results that its value is worked out from.
        metric: What its figure goes by: in force or, once it has ended, as first agreed.
    """

    cycle: str
    cycle_days: Cycle
    as_of: datetime
    key_result: KeyResult
    standing: Standing
    metric: Metric
    reading: Reading | None = None
    counts: bool = True
    evidence: Evidence | None = None
    added_up: Decimal | None = None
    revision: Revision | None = None
    history: tuple[Reading, ...] = ()
    check_ins: tuple[Entry, ...] = ()
    comments: tuple[Entry, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    reconstructed: frozenset[str] = frozenset()
    unavailable: Failure | None = None
    accepted_at: datetime | None = None
    score: Score | None = None
    guard: Guard | None = None
    late_until: datetime | None = None
    agreed: Metric | None = None
    rests_on: tuple[Reading, ...] = ()

    @property
    def zone(self) -> tzinfo:
        """The cycle's."""
        return self.cycle_days.zone

    @property
    def scored(self) -> bool:
        """Whether it has ended by a score; before that its score only repeats its progress."""
        return self.standing.outcome is not None and not self.key_result.guard

    @property
    def agrees(self) -> bool | None:
        """Whether the evidence adds up to the value; None without evidence."""
        if self.evidence is None or self.reading is None:
            return None
        return self.added_up == self.reading.value


def explain_key_result(
    store: Store, cycle: str, name: str, as_of: datetime, asked: str = ""
) -> Explanation:
    """Read what stands behind a key result's number.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        name: Id of the key result.
        as_of: As it was known then (aware).
        asked: Id of the reading that is asked about; empty: the one that counts.

    Raises:
        InputError: No plan was in force by then, or it has no key result of that name, or the
            reading is another one's.
        RefusalError: The cycle has no reading of that id.
    """
    snapshot = read_snapshot(store, cycle, as_of, newest=True)
    kr = key_result_named(snapshot.plan, name)
    known = snapshot.standings[kr.id]
    readings = _newest(store.readings(cycle, as_of=as_of, key_results=[kr.id]))
    # As it was recorded: of milestones the standing has the number done in its place.
    counts = known.reading.id if known.reading else None
    reading = next((each for each in readings if each.id == counts), None)
    if asked:
        reading = _asked(store, cycle, kr.id, asked)
    history = tuple(readings[:_RECENT])
    evidence = _evidence(store, reading)
    said = _said(store, cycle, kr.id, as_of, "check_in")
    replaced = tuple(_replaced(store, cycle, kr.id, as_of, said))
    number = reading.revision if reading and reading.revision else snapshot.revision
    return Explanation(
        cycle=cycle,
        cycle_days=snapshot.cycle,
        as_of=as_of,
        key_result=kr,
        standing=known,
        metric=snapshot.metric_of(kr),
        reading=reading,
        counts=reading is None or reading.id == counts,
        evidence=evidence,
        added_up=re_add(evidence) if evidence else None,
        revision=store.revision("plan", cycle, number),
        check_ins=tuple(said[:_RECENT]),
        comments=tuple(reversed(_said(store, cycle, kr.id, as_of, "comment")[:_RECENT])),
        replaced=replaced,
        history=history,
        reconstructed=_reconstructed(store, history),
        unavailable=snapshot.unavailable.get(kr.id),
        accepted_at=_accepted_at(store, cycle, reading),
        score=_score(store, snapshot, cycle, kr),
        guard=_guard(snapshot, kr),
        late_until=snapshot.numbers_until,
        agreed=_agreed(snapshot, kr),
        rests_on=_rests_on(snapshot, kr),
    )


def _rests_on(snapshot: Snapshot, kr: KeyResult) -> tuple[Reading, ...]:
    """What a derived value is worked out from; empty for one that is measured."""
    if kr.derivation is None:
        return ()
    time = Timeline(
        snapshot.plan, snapshot.as_of, snapshot.policies, snapshot.readings, snapshot.lacking
    )
    found = time.derived(kr, time.last_of(kr))
    return found.rests_on if found else ()


def _score(store: Store, snapshot: Snapshot, cycle: str, kr: KeyResult) -> Score | None:
    """How a key result is scored; nothing of a time before its plan or its cycle."""
    past: Snapshot | None = snapshot
    if snapshot.one is not None:
        children = kr.derivation.children if kr.derivation else ()
        past = read_past(store, snapshot, cycle, [kr.id, *children])
    try:
        return past.card(unread=True).scores.get(kr.id) if past else None
    except RefusalError:  # the cycle has not begun
        return None


def _guard(snapshot: Snapshot, kr: KeyResult) -> Guard | None:
    found = snapshot.standings[snapshot.plan.objective_of[kr.id].id].guards
    return next((guard for guard in found if guard.id == kr.id), None)


def _agreed(snapshot: Snapshot, kr: KeyResult) -> Metric | None:
    if snapshot.one is not None:
        return None
    agreed = snapshot.agreement.plan.key_results_by_id.get(kr.id)
    return agreed.metric if agreed else None


def _said(store: Store, cycle: str, key_result: str, as_of: datetime, *kinds: str) -> list[Entry]:
    """What people said of a key result, the last recorded first."""
    said = store.entries(cycle, kinds=kinds, key_results=[key_result], as_of=as_of)
    return sorted(said, key=lambda entry: int(entry.id[1:]), reverse=True)


def _replaced(
    store: Store, cycle: str, key_result: str, as_of: datetime, check_ins: Sequence[Entry]
) -> Iterator[Replaced]:
    decisions = _said(store, cycle, key_result, as_of, "acceptance", "correction")
    for decision in decisions[:_RECENT]:
        assert isinstance(decision.body, Acceptance | Correction)
        old = store.reading(cycle, decision.body.reading)
        yield Replaced(old, decision, tuple(_with(old, check_ins)))


def _with(reading: Reading, check_ins: Iterable[Entry]) -> Iterator[Entry]:
    """What people said when they gave a value; a correction has its reason instead."""
    if reading.source != MANUAL or reading.supersedes:
        return
    name = name_of(reading.key_result, reading.part)
    for entry in check_ins:
        if entry.at == reading.at and named(entry)[0] == name:
            yield entry


def _accepted_at(store: Store, cycle: str, reading: Reading | None) -> datetime | None:
    """When a person said that a source's suspect value is true."""
    if reading is None or not reading.supersedes:
        return None
    said = store.entries(cycle, kinds=("acceptance",), key_results=[reading.key_result])
    return acceptances(said).get(reading.supersedes)


def _asked(store: Store, cycle: str, key_result: str, asked: str) -> Reading:
    found = store.reading(cycle, asked)
    if found.key_result != key_result:
        raise InputError(
            f"reading {asked} is one of `{found.key_result}`, not of `{key_result}`.",
            hint=f"Run {okr('explain', found.key_result, reading=asked, cycle=cycle).code}.",
        )
    return found


def _reconstructed(store: Store, readings: Iterable[Reading]) -> frozenset[str]:
    """Ids of readings whose evidence says that they were worked out afterwards."""
    by_digest: dict[str, list[str]] = {}
    for reading in readings:
        if reading.evidence:
            by_digest.setdefault(reading.evidence, []).append(reading.id)
    kept = store.evidences(by_digest) if by_digest else ()
    return frozenset(
        id_
        for digest, content in kept
        if content is not None and says_reconstructed(content)
        for id_ in by_digest[digest]
    )


def _newest(readings: Iterable[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda r: (r.at, r.sequence), reverse=True)


def _evidence(store: Store, reading: Reading | None) -> Evidence | None:
    if reading is None or not reading.evidence:
        return None
    content = store.evidence(reading.evidence)
    return decode(content) if content is not None else None
