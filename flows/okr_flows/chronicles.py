"""Chronicles: all that the store knows about a cycle, read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast, get_args

from okr_core.agreement import PlanVersion
from okr_core.chronicle import Chronicle
from okr_core.entries import Body, Entry, Reading, RevisionDecision
from okr_core.errors import InputError
from okr_core.revision import ReasonClass
from okr_core.workspace import Policies

if TYPE_CHECKING:
    from okr_store import Revision, RevisionHeader, Store

_AFTERWARDS = ("restatement",)
"""Kinds that are looked for after `as_of` too: they put right what was known then."""


def read_chronicle(
    store: Store, cycle: str, as_of: datetime, *, kinds: Iterable[str] = ()
) -> Chronicle:
    """Read a cycle from the store as it was known at `as_of`.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Aware time; restatements are those of today, whenever that was.
        kinds: Kinds of entries that are wanted; all where left out.

    Raises:
        InputError: No plan of the cycle was in force by then.
    """
    versions = plan_versions(store, cycle, as_of)
    if not versions:
        raise InputError(
            f"cycle `{cycle}` had no plan at {as_of.isoformat(timespec='minutes')}.",
            hint="`okr revisions list` shows when it was applied; choose a later --as-of.",
        )
    applied = store.revision("workspace", "", as_of=as_of) or store.revision("workspace", "")
    wanted = tuple(kinds) or tuple(kinds_of_entries())
    early = [kind for kind in wanted if kind not in _AFTERWARDS]
    late = [kind for kind in wanted if kind in _AFTERWARDS]
    entries = [*store.entries(cycle, kinds=early, as_of=as_of)]
    if late:
        entries += store.entries(cycle, kinds=late)
    return Chronicle(
        as_of=as_of,
        versions=versions,
        readings=by_key_result(store.readings(cycle, as_of=as_of)),
        entries=by_item(entries),
        workspace=applied.workspace() if applied else None,
        agreed_policies=_agreed_policies(store, versions),
    )


def _agreed_policies(store: Store, versions: Sequence[PlanVersion]) -> Policies | None:
    """Policies that were in force when the cycle began, else those of the first workspace."""
    cycle = versions[0].plan.cycle
    found = store.revision("workspace", "", as_of=cycle.start_of(cycle.starts))
    if found is None:
        headers = [h for h in store.revisions("workspace", "") if h.state == "accepted"]
        found = store.revision("workspace", "", headers[0].number) if headers else None
    return found.workspace().policies if found else None


def plan_versions(store: Store, cycle: str, as_of: datetime) -> tuple[PlanVersion, ...]:
    """Accepted revisions of a cycle's plan that were in force by then, by number."""
    said = {
        body.revision: body
        for entry in store.entries(cycle, kinds=("revision_decision",), as_of=as_of)
        if isinstance(body := entry.body, RevisionDecision)
    }
    found = []
    for header in store.revisions("plan", cycle):
        at = header.decided_at or header.at
        if header.state != "accepted" or at > as_of:
            continue
        revision = store.revision("plan", cycle, header.number)
        assert revision is not None, "its header was just read"
        found.append(_version(header, revision, said.get(header.number)))
    return tuple(found)


def _version(
    header: RevisionHeader, revision: Revision, decision: RevisionDecision | None
) -> PlanVersion:
    word = header.reason_class or (decision.reason_class if decision else "")
    return PlanVersion(
        number=header.number,
        at=header.decided_at or header.at,
        plan=revision.plan(),
        reason_class=cast("ReasonClass", word) if word else None,
        by=header.by,
        reason=header.reason or (decision.reason if decision else ""),
    )


def by_key_result(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    """Key result → its readings, in the order given."""
    grouped: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        grouped[reading.key_result].append(reading)
    return grouped


def by_item(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Objective or key result → its entries, in the order given; empty id: the whole cycle's."""
    grouped: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        grouped[entry.key_result].append(entry)
    return grouped


def kinds_of_entries() -> frozenset[str]:
    """Every kind of entry that there is."""
    return frozenset(str(body.model_fields["kind"].default) for body in get_args(Body))
