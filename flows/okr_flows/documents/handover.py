"""What `okr handover` proposed, or would propose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from okr_core.basics.wire import Text
from okr_core.plan.revision import Change
from okr_flows.formulate.handover import Handover


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedDocument:
    """One document that changes; `revision` is null until it is proposed."""

    scope: Text
    revision: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterDocument:
    """Items of a plan that can be handed over on the day only."""

    cycle: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaysDocument:
    """A field of an item that keeps naming who did it."""

    item: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverDocument:
    """A handover from a person or vacant role to a person; `entries` are ids of what goes along."""

    schema: Literal["okr.handover/1"] = "okr.handover/1"
    giver: str
    taker: str
    day: date
    proposed: tuple[HandedDocument, ...]
    later: tuple[LaterDocument, ...]
    stays: tuple[StaysDocument, ...]
    entries: tuple[str, ...]

    @classmethod
    def of(cls, handover: Handover, references: Sequence[str]) -> HandoverDocument:
        """A handover, with the references of its revisions once it is proposed."""
        numbers = [*references, *[None] * len(handover.proposals)]
        return cls(
            giver=handover.handing.giver,
            taker=handover.handing.taker,
            day=handover.handing.day,
            proposed=tuple(
                HandedDocument(scope=each.scope, revision=number, changes=each.changes)
                for each, number in zip(handover.proposals, numbers, strict=False)
            ),
            later=tuple(LaterDocument(cycle=c, items=i) for c, i in handover.later.items()),
            stays=tuple(StaysDocument(item=i, field=f) for i, f in handover.stays),
            entries=tuple(each.id for each in handover.entries),
        )
