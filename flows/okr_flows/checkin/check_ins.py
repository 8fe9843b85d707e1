"""Check-ins: what a person says of a key result becomes a reading and an entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_core.basics.days import days_after
from okr_core.basics.exact import decimal_text
from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Actor, acting_person
from okr_core.plan.cycle import Cycle
from okr_core.plan.ids import name_of, part_named, value_said
from okr_core.plan.plan import KeyResult
from okr_core.plan.when import When
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_flows.run.cycle import InForce, in_force

if TYPE_CHECKING:
    from okr_store import Store

MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class CheckInText:
    """A check-in as a person wrote it; what is empty was not said.

    Attributes:
        key_result: `KR` or `KR/PART`.
        at: A day or a minute; empty: the time of the occasion.
        by: Id of the person; empty: who acts.
        reason: Why a value by hand, where a source is bound.
        until: Last day on which it holds.
    """

    key_result: str
    value: str = ""
    confidence: str = ""
    note: str = ""
    at: str = ""
    by: str = ""
    reason: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When check-ins are made, and by whom.

    Attributes:
        at: When, where no other time is named.
        now: The time, in UTC: nothing can be said about later.
        actor: Who checks in where nobody else is named.
    """

    at: datetime
    now: datetime
    actor: Actor


@dataclass(frozen=True, slots=True)
class NewCheckIn:
    """One check-in, understood.

    Attributes:
        part: Milestone, empty if the key result itself is meant.
        until: Where a source is bound: until when the value holds.
    """

    key_result: KeyResult
    part: str
    at: datetime
    value: Decimal | None
    confidence: int | None
    note: str
    by: str
    reason: str = ""
    until: datetime | None = None

    @property
    def name(self) -> str:
        """`KR` or `KR/PART`."""
        return name_of(self.key_result.id, self.part)

    @property
    def key(self) -> str:
        """What makes it the same check-in if it is said again."""
        return f"{self.name}|{self.at.isoformat()}|{self.by}"


@dataclass(frozen=True, slots=True)
class RecordedCheckIns:
    """What was recorded.

    Attributes:
        check_ins: All that were said.
        new: How many of them were not recorded earlier.
    """

    check_ins: tuple[NewCheckIn, ...]
    new: int


def check_in(store: Store, cycle: str, text: CheckInText, occasion: Occasion) -> RecordedCheckIns:
    """Record one check-in; one that was recorded earlier changes nothing.

    Raises:
        InputError: Something in it cannot be understood or is not allowed.
        RefusalError: Another value was recorded for the same time, or the cycle is closed.
    """
    known = in_force(store, cycle)
    return record_check_ins(store, known, [read_check_in(known, text, occasion)], occasion)


def read_check_in(known: InForce, text: CheckInText, occasion: Occasion) -> NewCheckIn:
    """Understand one check-in.

    Raises:
        InputError: Something in it cannot be understood or is not allowed.
    """
    kr, part = part_named(known.plan, text.key_result)
    value = _value(kr, part, text.value.strip())
    confidence = _confidence(text.confidence.strip())
    note = text.note.strip()
    if value is None and confidence is None and not note:
        raise InputError(
            f"`{text.key_result}`: nothing is said.", hint="Give a value, a confidence or a note."
        )
    cycle, now = known.plan.cycle, occasion.now
    check_in = NewCheckIn(
        key_result=kr,
        part=part,
        at=_at(cycle, text.at.strip(), occasion),
        value=value,
        confidence=confidence,
        note=note,
        # Asked only where it is needed: a file that names everyone can be brought by anyone.
        by=acting_person(occasion.actor.or_named(text.by.strip()), known.workspace),
        reason=text.reason,
        until=_until(cycle, text.until, now),
    )
    _refuse_unreasoned(check_in)
    return check_in


def record_check_ins(
    store: Store, known: InForce, check_ins: Sequence[NewCheckIn], occasion: Occasion
) -> RecordedCheckIns:
    """Record check-ins, all or none; one that was recorded earlier changes nothing.

    Raises:
        RefusalError: Another value was recorded for the same time, or the cycle is closed;
            nothing is recorded.
    """
    cycle = known.plan.cycle.id
    _refuse_other_values(store, cycle, check_ins)
    readings = [
        (_reading(each, each.value, known.revision), None)
        for each in check_ins
        if each.value is not None
    ]
    entries = [_entry(each, cycle, occasion.actor.via) for each in check_ins]
    recorded = store.record(cycle, readings, entries)
    return RecordedCheckIns(tuple(check_ins), len(recorded.entries))


def _refuse_other_values(store: Store, cycle: str, check_ins: Sequence[NewCheckIn]) -> None:
    ids = sorted({each.key_result.id for each in check_ins})
    recorded = {
        (name_of(reading.key_result, reading.part), reading.at): reading
        for reading in store.readings(cycle, as_of=None, key_results=ids, history=ids)
        if reading.source == MANUAL
    }
    for each in check_ins:
        other = recorded.get((each.name, each.at))
        if each.value is not None and other is not None and other.value != each.value:
            raise RefusalError(
                f"`{each.name}` has the value {decimal_text(other.value)} at that time already.",
                hint=f"If it is wrong: `okr correct {each.key_result.id} --reading {other.id} "
                f'--value {decimal_text(each.value)} --reason "…"`.',
            )


def _reading(check_in: NewCheckIn, value: Decimal, revision: int) -> Reading:
    return Reading(
        at=check_in.at,
        value=value,
        key_result=check_in.key_result.id,
        part=check_in.part,
        source=MANUAL,
        as_of=check_in.at,
        reason=check_in.reason,
        until=check_in.until,
        revision=revision,
        by=check_in.by,
    )


def _entry(check_in: NewCheckIn, cycle: str, via: str) -> Entry:
    return Entry(
        at=check_in.at,
        body=CheckIn(confidence=check_in.confidence, note=check_in.note, value=check_in.value),
        cycle=cycle,
        key_result=check_in.key_result.id,
        by=check_in.by,
        via=via,
        key=check_in.key,
    )


def _at(cycle: Cycle, text: str, occasion: Occasion) -> datetime:
    at = When.parse(text, "at").in_zone(cycle.zone, occasion.now) if text else occasion.at
    if at > occasion.now:
        raise InputError(
            f"{at.astimezone(cycle.zone):%Y-%m-%d %H:%M} lies in the future.",
            hint="A check-in says what is; correct the time.",
        )
    if at < cycle.start_of(cycle.starts):
        raise InputError(
            f"cycle `{cycle.id}` takes no entries before {cycle.starts}.",
            hint="Correct the time, or name the cycle that is meant with `--cycle`.",
        )
    last = days_after(cycle.ends, cycle.grace_days)
    if at >= cycle.end_of(last):
        raise InputError(
            f"cycle `{cycle.id}` takes no entries after {last}.",
            hint="Name the cycle that is meant with `--cycle`.",
        )
    return at


def _until(cycle: Cycle, text: str, now: datetime) -> datetime | None:
    when = When.parse(text, "--until") if text else When()
    if when.day is None:
        return None
    return cycle.end_of(when.day) if when.at is None else when.in_zone(cycle.zone, now)


def _value(kr: KeyResult, part: str, text: str) -> Decimal | None:
    if not kr.active:
        raise InputError(f"key result `{kr.id}` is {kr.state}.", hint="It takes no check-ins.")
    return value_said(kr, part, text) if text else None


def _confidence(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > 10:
        raise InputError(f"confidence {text!r} is not a whole number from 0 to 10.")
    return int(text)


def _refuse_unreasoned(check_in: NewCheckIn) -> None:
    """A value by hand hides what a source says: that needs a reason and an end."""
    if check_in.value is None or not check_in.key_result.bound:
        return
    if check_in.reason and check_in.until is not None:
        return
    raise InputError(
        f"`{check_in.name}` is read from {check_in.key_result.source_kind}; a value by hand hides "
        "that.",
        hint='Say why and until when: `--reason "…" --until YYYY-MM-DD`. '
        "A confidence or a note alone needs neither.",
    )
