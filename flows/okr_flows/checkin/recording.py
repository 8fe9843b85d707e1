"""Recording check-ins: all or none, decided in the transaction that records them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Occasion
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Binary, Milestones
from okr_core.plan.stand_in import acted_for
from okr_core.plan.values import typed_value
from okr_core.record.check_ins import ComparedCheckIn, NewCheckIn, compare
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_core.record.help import open_blockers
from okr_core.record.voices import Blocker
from okr_flows.checkin.doubt import Doubts, refuse_unbelieved
from okr_flows.checkin.meanwhile import refuse_other_value, sent_before
from okr_flows.run.cycle import InForce, PlanKnown

if TYPE_CHECKING:
    from okr_store import Store
    from okr_store.readings import Measured

MOST = 20
"""Check-ins that a refusal names; the others are counted."""


@dataclass(frozen=True, slots=True)
class RecordedCheckIn:
    """A check-in and what is in the store of it.

    Attributes:
        entry: Who said it and when, as it is stored.
        body: What was said, as it is stored.
        new: Whether it was recorded now; else it had been recorded earlier.
        last: What the same person recorded last for that time in other words; None: nothing.
        acted_for: Id of the person who was away and for whom another said it; empty: nobody.
    """

    check_in: NewCheckIn
    entry: Entry
    body: CheckIn
    new: bool
    last: CheckIn | None
    acted_for: str = ""


@dataclass(frozen=True, slots=True)
class RecordedCheckIns:
    """What is recorded of all that were said, in their order."""

    check_ins: tuple[RecordedCheckIn, ...]

    @property
    def new(self) -> int:
        """How many of them had not been recorded earlier."""
        return sum(each.new for each in self.check_ins)


def record_check_ins(
    store: Store,
    known: InForce,
    check_ins: Sequence[NewCheckIn],
    occasion: Occasion,
    places: Sequence[str] = (),
) -> RecordedCheckIns:
    """Record check-ins, all or none; one that was recorded earlier changes nothing.

    What is new is decided in the transaction that records it: of people who give different values
    for one time at once, one is recorded and the others are refused.

    Args:
        store: The open store.
        known: What is in force.
        check_ins: No two of them the same.
        occasion: How the people were known, and whether they mean what they say.
        places: What a refusal puts before each, such as its line in a file; empty: nothing.

    Raises:
        RefusalError: Another value stands for the same time, or the cycle is closed; nothing is
            recorded.
        SaidMeanwhileError: Somebody else gave another value since the person looked.
        UnbelievedError: A value is hard to believe, and not said to be meant.
    """
    decision = _Decision(known, check_ins, occasion, places)
    key_results = {each.key_result.id for each in check_ins}
    kinds = ("check_in", "blocker", "blocker_lifted")
    recorded = store.record_beside(known.plan.cycle.id, key_results, decision, kinds)
    return decision.recorded(iter(recorded.entries))


def new_check_ins(
    known: PlanKnown,
    check_ins: Sequence[NewCheckIn],
    occasion: Occasion,
    stands: tuple[Sequence[Reading], Sequence[Entry]],
    places: Sequence[str] = (),
) -> list[bool]:
    """Which of several check-ins would be recorded; the others were recorded earlier.

    Asked before anything else is recorded with them: what would be refused is refused here.

    Args:
        known: See `record_check_ins`.
        check_ins: See there.
        occasion: See there.
        stands: Readings and check-ins of the cycle, in the order of recording.
        places: See there.

    Raises:
        RefusalError: Another value stands for the same time.
        UnbelievedError: A value is hard to believe, and not said to be meant.
    """
    decision = _Decision(known, check_ins, occasion, places)
    decision(*stands)
    return decision.new


class _Decision:
    """What of check-ins is to be recorded beside what stands."""

    def __init__(
        self,
        known: PlanKnown,
        check_ins: Sequence[NewCheckIn],
        occasion: Occasion,
        places: Sequence[str],
    ) -> None:
        self._known = known
        self._check_ins = check_ins
        self._occasion = occasion
        self._places = places or [""] * len(check_ins)
        self._compared: list[ComparedCheckIn] = []

    def __call__(
        self, readings: Sequence[Reading], entries: Sequence[Entry]
    ) -> tuple[list[Measured], list[Entry]]:
        check_ins = [each for each in entries if isinstance(each.body, CheckIn)]
        self._compared = compare(self._check_ins, readings, check_ins)
        self._look_meanwhile(readings, check_ins)
        self._refuse_contradictions()
        if not self._occasion.meant:
            self._refuse_unbelieved(readings)
        self._refuse_nothing_before(readings, entries)
        new = [each for each in self._compared if each.earlier is None]
        revision = self._known.revision
        measured = [(each.check_in.reading(revision), None) for each in new if each.measures]
        # What is new of the check-ins comes first: `recorded` meets them in that order.
        said = [*(self._entry(each) for each in new), *self._blockers(entries)]
        return list(measured), said

    @property
    def new(self) -> list[bool]:
        """Of each check-in, whether it had not been recorded earlier."""
        return [each.earlier is None for each in self._compared]

    def recorded(self, new: Iterator[Entry]) -> RecordedCheckIns:
        """What is in the store, once the new entries are."""
        found = (_recorded(each, new) for each in self._compared)
        return RecordedCheckIns(tuple(replace(e, acted_for=self._acted_for(e)) for e in found))

    def _acted_for(self, recorded: RecordedCheckIn) -> str:
        plan, workspace = self._known.plan, self._known.workspace
        if workspace is None:
            return ""
        day = plan.cycle.day_of(recorded.entry.at)
        key_result = recorded.check_in.key_result
        return acted_for(plan, workspace, key_result, recorded.entry.by, day)

    def _entry(self, compared: ComparedCheckIn) -> Entry:
        return replace(self._said_by(compared.check_in), key=compared.key)

    def _said_by(self, check_in: NewCheckIn) -> Entry:
        return Entry(
            at=check_in.at,
            body=check_in.words,
            cycle=self._known.plan.cycle.id,
            key_result=check_in.key_result.id,
            by=check_in.by,
            via=self._occasion.actor.via,
        )

    def _look_meanwhile(self, readings: Sequence[Reading], entries: Sequence[Entry]) -> None:
        """What was sent twice was recorded earlier; what somebody else said is looked at first."""
        for place, each in enumerate(self._compared):
            said = each.check_in
            of_it = [e for e in entries if e.key_result == said.key_result.id]
            before = sent_before(said, of_it)
            if before is not None:
                self._compared[place] = ComparedCheckIn(said, before)
            elif each.earlier is None:
                values = [r for r in readings if r.key_result == said.key_result.id]
                refuse_other_value(said, values, of_it)

    def _blockers(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        """Blockers that are named now; one that is open in the same words is there already."""
        about: dict[str, list[Entry]] = {}
        for entry in entries:
            about.setdefault(entry.key_result, []).append(entry)
        for each in self._check_ins:
            if not each.blocker:
                continue
            known = about.get(each.key_result.id, ())
            open_ = {body.text for _, body in open_blockers(known, self._occasion.now)}
            if each.blocker not in open_:
                yield replace(self._said_by(each), body=Blocker(text=each.blocker))

    def _refuse_nothing_before(self, readings: Sequence[Reading], entries: Sequence[Entry]) -> None:
        """Refuse that nothing is new of what nobody ever said anything about.

        What is done or not needs no word before: it stands as not done.
        """
        known = {each.key_result for each in readings} | {each.key_result for each in entries}
        for place, each in zip(self._places, self._check_ins, strict=True):
            begins_undone = isinstance(each.key_result.metric, Binary | Milestones)
            derived = each.key_result.derivation is not None
            if each.nothing_new and not (begins_undone or derived or each.key_result.id in known):
                raise InputError(
                    f"{place}`{each.name}` has no value yet that could stand.",
                    hint="Say where it stands first.",
                )

    def _refuse_contradictions(self) -> None:
        cycle = self._known.plan.cycle
        found = [
            (place, each.check_in, each.against)
            for place, each in zip(self._places, self._compared, strict=True)
            if each.against is not None
        ]
        if not found:
            return
        told = [
            f"{place}{contradiction(check_in, against, cycle)}"
            for place, check_in, against in found[:MOST]
        ]
        if len(found) > MOST:
            told.append(f"{len(found) - MOST:,} more give another value than the one that stands.")
        raise RefusalError("\n".join(told))

    def _refuse_unbelieved(self, readings: Sequence[Reading]) -> None:
        doubts = Doubts(readings)
        told = []
        for place, each in zip(self._places, self._compared, strict=True):
            said = each.check_in
            if each.measures and said.value is not None:
                doubt = doubts.about(said.key_result, said.part, said.at, said.value)
                told += [f"{place}{doubt}"] if doubt else []
        refuse_unbelieved(told[:MOST], max(0, len(told) - MOST))


def _recorded(compared: ComparedCheckIn, new: Iterator[Entry]) -> RecordedCheckIn:
    entry = compared.earlier or next(new)
    last = compared.last.body if compared.last else None
    assert isinstance(entry.body, CheckIn)
    assert last is None or isinstance(last, CheckIn)
    return RecordedCheckIn(compared.check_in, entry, entry.body, compared.earlier is None, last)


def contradiction(check_in: NewCheckIn, against: Reading | NewCheckIn, cycle: Cycle) -> str:
    """What stands in the place of a check-in's value, and how to say it anyway."""
    assert check_in.value is not None
    assert against.value is not None
    name, metric = check_in.name, check_in.key_result.metric
    by = f", by {against.by}" if against.by else ""
    stands = f"`{name}` has the value {typed_value(metric, against.value)} at that time already{by}"
    if isinstance(against, NewCheckIn):
        return f"{stands}. Keep one of them."
    if against.state == "observed" and against.value == check_in.value:
        until = against.until and minute_text(against.until, cycle.zone)
        held = f", until {until}" if until else ""
        another = "Say it for another time: `--as-of YYYY-MM-DDTHH:MM`."
        return f'{stands}{held}: "{against.reason}". {another}'
    if against.state == "void":
        stands = f'the value of `{name}` at that time was taken out{by}: "{against.reason}"'
    value = typed_value(metric, check_in.value)
    said = {"reading": against.id, "value": value, "reason": "TEXT", "cycle": cycle.id}
    correct = okr("correct", check_in.key_result.id, **said)
    return f"{stands}. If that is wrong: {correct.code}."
