"""Decisions about a reading: a suspect one is accepted, a wrong one is corrected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Occasion, acting_person
from okr_core.plan.ids import key_result_named, value_said
from okr_core.plan.plan import KeyResult, Plan
from okr_core.record.entries import Acceptance, Correction, Reading
from okr_flows.checkin.doubt import Doubts, refuse_unbelieved
from okr_flows.run.cycle import in_force

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class DecidedReading:
    """A reading that a person put in the place of another.

    Attributes:
        replaced: The reading before; it stays on record.
        reading: What counts from now on; `void` where the other was taken out.
    """

    key_result: KeyResult
    replaced: Reading
    reading: Reading
    by: str


@dataclass(frozen=True, slots=True)
class _Case:
    """The key result that a person decides about."""

    store: Store
    cycle: str
    plan: Plan
    key_result: KeyResult
    at: datetime
    by: str
    via: str

    @classmethod
    def open(cls, store: Store, cycle: str, key_result: str, occasion: Occasion) -> _Case:
        known = in_force(store, cycle)
        person = acting_person(occasion.actor, known.workspace)
        found = key_result_named(known.plan, key_result)
        return cls(store, cycle, known.plan, found, occasion.at, person, occasion.actor.via)

    def takes_back(self, wrong: Reading) -> bool:
        """Whether the person undoes what they said on that day themselves, up to the due day."""
        day_of = self.plan.cycle.day_of
        day = day_of(self.at)
        same_day = day_of(wrong.observed_at or wrong.at) == day
        return (
            bool(self.by)
            and wrong.by == self.by
            and same_day
            and (day <= self.plan.due_of(self.key_result))
        )

    def readings(self) -> list[Reading]:
        """Those that no other has replaced, in the order of their times."""
        ids = [self.key_result.id]
        found = self.store.readings(self.cycle, as_of=self.at, key_results=ids, history=ids)
        return list(found)

    def supersede(
        self, old: Reading, new: Reading, body: Acceptance | Correction
    ) -> DecidedReading:
        new = replace(new, id="", sequence=0, supersedes=old.id, by=self.by)
        stored = self.store.supersede(
            self.cycle, old.id, new, body, by=self.by, at=self.at, via=self.via
        )
        return DecidedReading(self.key_result, old, stored, self.by)


def accept_reading(
    store: Store,
    cycle: str,
    key_result: str,
    *,
    occasion: Occasion,
    note: str = "",
    reading: str | None = None,
) -> DecidedReading:
    """Say that the newest suspect reading of a key result is true: it counts from then on.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: Id of the key result.
        occasion: When it is said, and by whom.
        note: How they know.
        reading: Id of the reading that is meant; None: the newest suspect one.

    Raises:
        InputError: Key result or person is unknown.
        RefusalError: No reading waits for a decision, or the cycle is closed.
    """
    case = _Case.open(store, cycle, key_result, occasion)
    waiting = [
        each for each in case.readings() if each.state == "suspect" and reading in (None, each.id)
    ]
    if not waiting:
        raise RefusalError(
            f"no reading of `{case.key_result.id}` is suspect; there is nothing to accept.",
            hint=f"{okr('explain', case.key_result.id, cycle=case.cycle).code} shows what counts.",
        )
    suspect = waiting[-1]
    true = replace(suspect, state="observed", reason=note)
    return case.supersede(suspect, true, Acceptance(reading=suspect.id, note=note))


def correct_reading(
    store: Store,
    cycle: str,
    key_result: str,
    *,
    occasion: Occasion,
    reason: str,
    reading: str | None = None,
    value: str | None = None,
) -> DecidedReading:
    """Supersede a wrong reading by the right value, or take it out.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: Id of the key result.
        occasion: When it is said, by whom, and whether what is hard to believe is meant.
        reason: What was wrong.
        reading: Id of the wrong one; None: the suspect one, else the one that was recorded last.
        value: The right value as a person writes it; None: the reading is taken out.

    Raises:
        InputError: Key result, person or value cannot be, the reason is missing, or the reading
            belongs to another key result.
        RefusalError: The cycle has no reading of that id, or is closed.
        UnbelievedError: The value is hard to believe, and not said to be meant.
    """
    if not reason.strip():
        raise InputError("a correction needs a reason.", hint="Add `--reason TEXT`.")
    case = _Case.open(store, cycle, key_result, occasion)
    wrong = _reading_named(case, reading)
    # It keeps its times and its source.
    right = replace(wrong, state="void", reason=reason, evidence="")
    if value is not None:
        said = value_said(case.key_result, "", value)
        if not occasion.meant:
            _refuse_unbelieved(case, wrong, said)
        right = replace(right, value=said, state="observed")
    corrected = right.value if value is not None else None
    body = Correction(reading=wrong.id, value=corrected, reason=reason, own=case.takes_back(wrong))
    return case.supersede(wrong, right, body)


def _refuse_unbelieved(case: _Case, wrong: Reading, said: Decimal) -> None:
    others = [reading for reading in case.readings() if reading.id != wrong.id]
    doubt = Doubts(others).about(case.key_result, wrong.part, wrong.at, said)
    refuse_unbelieved([doubt] if doubt else [])


def _reading_named(case: _Case, given: str | None) -> Reading:
    """The reading of that id (`r8`, or its number alone), else the suspect one, else the last.

    The last is the one that was recorded last: who sees a slip has just made it, whatever day it is
    about.
    """
    if given is None:
        known = case.readings()
        if not known:
            raise InputError(f"`{case.key_result.id}` has no reading to correct.")
        suspect = [reading for reading in known if reading.state == "suspect"]
        return max(suspect or known, key=lambda reading: reading.sequence)
    reading = case.store.reading(case.cycle, f"r{given}" if given.isdecimal() else given)
    if reading.key_result != case.key_result.id:
        raise InputError(
            f"`{case.key_result.id}` has no reading `{given}`.",
            hint=f"{okr('explain', case.key_result.id, cycle=case.cycle).code} lists its readings.",
        )
    return reading
