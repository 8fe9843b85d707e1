"""What `okr next` drafted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from okr_core.basics.wire import Text
from okr_core.iteration.carry_over import CarriedKeyResult, Outcome
from okr_flows.formulate.next_cycle import NextDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedKeyResultDocument:
    """A key result of a goal that is carried over.

    `baseline_before` and `baseline` are null where its metric has none; `baseline` also where it
    is left out (outcome reached or dropped).
    """

    id: str
    outcome: Outcome
    value: Decimal | None
    baseline_before: Decimal | None
    baseline: Decimal | None
    dated: tuple[Text, ...]

    @classmethod
    def of(cls, carried: CarriedKeyResult) -> CarriedKeyResultDocument:
        """What became of it."""
        return cls(
            id=carried.before.id,
            outcome=carried.outcome,
            value=carried.actual.value,
            baseline_before=getattr(carried.before.metric, "baseline", None),
            baseline=getattr(carried.after.metric, "baseline", None) if carried.after else None,
            dated=carried.dated,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedObjectiveDocument:
    """A goal that is carried over; `times`: how often it was, this time included."""

    id: str
    carried_from: str
    times: int
    key_results: tuple[CarriedKeyResultDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDocument:
    """What `okr next` wrote."""

    schema: Literal["okr.next/1"] = "okr.next/1"
    file: str
    cycle: str
    starts: date
    ends: date
    last: str
    objectives: tuple[CarriedObjectiveDocument, ...]
    mirrored: tuple[str, ...]

    @classmethod
    def of(cls, draft: NextDraft, file: str) -> NextDocument:
        """What is in the draft."""
        found = draft.carried
        cycle = found.plan.cycle
        return cls(
            file=file,
            cycle=cycle.id,
            starts=cycle.starts,
            ends=cycle.ends,
            last=draft.next.last.cycle.id,
            mirrored=draft.mirrored,
            objectives=tuple(
                CarriedObjectiveDocument(
                    id=objective.id,
                    carried_from=objective.carried_from or "",
                    times=draft.times[objective.id],
                    key_results=tuple(
                        CarriedKeyResultDocument.of(each)
                        for each in found.key_results
                        if each.objective == objective.id
                    ),
                )
                for objective in found.plan.objectives
            ),
        )
