"""The list of what waits for a person: the one that status, report, digest and pages show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from okr_core.open.entry import Asked, OpenEntry, OpenKind, id_of, with_stand_ins
from okr_core.open.kinds import KINDS
from okr_core.plan.part import Part
from okr_core.snapshot import Snapshot

ASKED_BY = (
    "approval",
    "blocker",
    "blocker_lifted",
    "check_in",
    "closing",
    "correction",
    "decided",
    "exclusion",
    "help",
    "help_answer",
    "hypothesis_closed",
    "override",
    "sync",
)
"""Kinds of entries that the list rests on, besides those that scores rest on."""


def open_entries(
    snapshot: Snapshot,
    sees: Collection[str] | None = None,
    kinds: Collection[OpenKind] = frozenset(KINDS),
) -> tuple[OpenEntry, ...]:
    """What waits for a person in a cycle at a time, most urgent kinds first.

    Args:
        snapshot: The cycle; one that is over must have been read whole, since commitments are
            judged by the past.
        sees: What its reader may see, words of `okr_report.audience`: what would give away anything
            else is left out. None: everything.
        kinds: Those that are wanted.
    """
    shown = [kind for kind, row in KINDS.items() if sees is None or row.shows in ("", *sees)]
    return tuple(each for kind in shown if kind in kinds for each in _of(snapshot, kind))


def in_order(entries: Iterable[OpenEntry]) -> tuple[OpenEntry, ...]:
    """Entries of several lists, most urgent kinds first."""
    order = list(KINDS)
    return tuple(sorted(entries, key=lambda each: order.index(each.kind)))


def entries_of(part: Part, entries: Iterable[OpenEntry]) -> tuple[OpenEntry, ...]:
    """Those of a part: of a team what its objectives ask for, of a person what they are asked."""
    if part.person:
        return tuple(each for each in entries if part.person in each.to.everyone)
    return tuple(each for each in entries if part.whole or each.item in part.items)


def _of(snapshot: Snapshot, kind: OpenKind) -> Iterator[OpenEntry]:
    return (entry_of(snapshot, kind, asked) for asked in KINDS[kind].find(snapshot))


def entry_of(snapshot: Snapshot, kind: OpenKind, asked: Asked) -> OpenEntry:
    """The question that a finder of a kind has found."""
    return OpenEntry(
        id=id_of(snapshot.cycle.id, kind, asked.about or asked.item),
        kind=kind,
        item=asked.item,
        title=_title(snapshot, asked.item),
        asks=asked.asks or KINDS[kind].asks,
        to=with_stand_ins(snapshot, asked.to, KINDS[kind].act),
        answers=asked.answers,
        about=asked.about,
        deadline=asked.deadline,
        value=asked.value,
        text=asked.text,
        fix=asked.fix,
    )


def _title(snapshot: Snapshot, item: str) -> str:
    if ":" in item:  # a revision
        return item
    return snapshot.title_of(item) if item else snapshot.cycle.id


def counted(entries: Iterable[OpenEntry]) -> dict[OpenKind, str]:
    """Kind → how many there are of it, such as `2 suspect values to accept or correct`."""
    counts = Counter(each.kind for each in entries)
    return {
        kind: f"{counts[kind]:,} {row.one if counts[kind] == 1 else row.many}"
        for kind, row in KINDS.items()
        if counts[kind]
    }
