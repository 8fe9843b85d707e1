"""Check-ins: what a person says of a key result becomes a reading and an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from okr_core.basics.days import days_after
from okr_core.errors import InputError
from okr_core.plan.acting import Occasion, acting_person, refuse_future
from okr_core.plan.cycle import Cycle
from okr_core.plan.ids import key_result_named, part_named, value_said
from okr_core.plan.plan import KeyResult, Plan
from okr_core.plan.when import When
from okr_core.record.check_ins import NOTHING_NEW, NewCheckIn
from okr_flows.checkin.recording import RecordedCheckIns, record_check_ins
from okr_flows.run.cycle import PlanKnown, in_force

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class CheckInText:
    """A check-in as a person wrote it; what is empty was not said.

    Attributes:
        key_result: `KR` or `KR/PART`; with "nothing new" `KR` of milestones too.
        value: Also "nothing new": what stands is as it was, which is said too.
        at: A day or a minute; empty: the time of the occasion.
        by: Id of the person; empty: who acts.
        reason: Why a value by hand, where a source is bound.
        until: Last day on which it holds.
        seen: Id of the last check-in that the person saw of it, see `NewCheckIn`.
        blocker: What keeps the key result from going on; it is open until somebody lifts it.
    """

    key_result: str
    value: str = ""
    confidence: str = ""
    note: str = ""
    at: str = ""
    by: str = ""
    reason: str = ""
    until: str = ""
    seen: str | None = None
    blocker: str = ""

    @property
    def nothing_new(self) -> bool:
        """Whether it says that what stands is as it was."""
        return " ".join(self.value.lower().split()) == NOTHING_NEW


def check_in(store: Store, cycle: str, text: CheckInText, occasion: Occasion) -> RecordedCheckIns:
    """Record one check-in; one that was recorded earlier changes nothing.

    Raises:
        InputError: Something in it cannot be understood or is not allowed.
        RefusalError: Another value stands for the same time, or the cycle is closed.
        UnbelievedError: The value is hard to believe, and not said to be meant.
    """
    known = in_force(store, cycle)
    said = read_check_in(known, text, occasion)
    return record_check_ins(store, known, [said], occasion)


def read_check_in(known: PlanKnown, text: CheckInText, occasion: Occasion) -> NewCheckIn:
    """Understand one check-in.

    Raises:
        InputError: Something in it cannot be understood or is not allowed.
    """
    kr, part = _named(known.plan, text)
    _refuse_retired(known.plan, kr)
    said = text.value.strip()
    value = value_said(kr, part, said) if said and not text.nothing_new else None
    confidence = _confidence(text.confidence.strip())
    note, blocker = text.note.strip(), text.blocker.strip()
    if value is None and confidence is None and not (note or blocker or text.nothing_new):
        raise InputError(
            f"`{text.key_result}`: nothing is said.",
            hint="Give a value, a confidence, a note, a blocker, or say that there is nothing new.",
        )
    cycle, now = known.plan.cycle, occasion.now
    at, day = _time(cycle, text.at.strip(), occasion)
    check_in = NewCheckIn(
        key_result=kr,
        part=part,
        at=at,
        value=value,
        confidence=confidence,
        note=note,
        # Asked only where it is needed: a file that names everyone can be brought by anyone.
        by=acting_person(occasion.actor.or_named(text.by.strip()), known.workspace),
        reason=text.reason,
        until=_until(cycle, text.until, now),
        day=day,
        said_at=now,
        seen=text.seen,
        nothing_new=text.nothing_new,
        blocker=blocker,
    )
    _refuse_unreasoned(check_in)
    return check_in


def _named(plan: Plan, text: CheckInText) -> tuple[KeyResult, str]:
    """The key result and part; that nothing is new is said of all milestones at once."""
    if text.nothing_new and "/" not in text.key_result:
        return key_result_named(plan, text.key_result), ""
    return part_named(plan, text.key_result)


def _time(cycle: Cycle, text: str, occasion: Occasion) -> tuple[datetime, date | None]:
    """When it holds, and the day where only a day was named."""
    if not text:
        return _within(cycle, occasion.at, occasion.now), occasion.day
    when = When.parse(text, "at")
    at = when.in_zone(cycle.zone, occasion.now)
    return _within(cycle, at, occasion.now), when.only_day


def _within(cycle: Cycle, at: datetime, now: datetime) -> datetime:
    refuse_future(at, now, cycle.zone, "A check-in says what is; correct the time.")
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


def _refuse_retired(plan: Plan, kr: KeyResult) -> None:
    objective = plan.objective_of[kr.id]
    if not objective.pursues(kr):
        with_it = "" if objective.active else f", as objective `{objective.id}` is"
        raise InputError(
            f"key result `{kr.id}` is {objective.state_of(kr)}{with_it}.",
            hint="It takes no check-ins.",
        )


def _confidence(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > 10:
        raise InputError(f"confidence {text!r} is not a whole number from 0 to 10.")
    return int(text)


def _refuse_unreasoned(check_in: NewCheckIn) -> None:
    """A value by hand hides what a source says: that needs a reason and an end."""
    derivation = check_in.key_result.derivation
    if derivation is not None and check_in.value is not None:
        raise InputError(
            f"`{check_in.name}` takes its value from {', '.join(derivation.children)}.",
            hint="Check in there. A confidence or a note alone can be said here too.",
        )
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
