"""Matter: something that people are reminded of: a check-in that is due, or an open question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from okr_core.calendar.people import CheckInDue
from okr_core.open.entries import entry_of, in_order
from okr_core.open.entry import Addressee, OpenEntry
from okr_core.open.kinds import KINDS
from okr_core.open.values import check_in_of
from okr_core.plan.plan import KeyResult
from okr_core.plan.reminder_policy import ReminderPolicy
from okr_core.plan.stand_in import PASSES
from okr_core.progress.pace import last_check_in
from okr_core.snapshot import Snapshot

OWED = frozenset({"check_in", "unreported"})
"""Kinds that are asked only when the days of grace have passed: their first reminder is the
calendar's check-in before."""
_OF_VALUES = OWED | {"unread"}
"""Kinds whose turn begins anew with each value: their deadline may move from day to day."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What people are reminded of.

    Attributes:
        key: Names the question and its turn: the same as long as nobody has answered it.
        entry: What is asked, of whom, and how it is answered.
        due: By when, in UTC; None: what the entry's deadline says, if it has one.
        calendar: Whether the calendar says so and nobody is late yet.
        by: Id of who does it as the calendar says, where that is a stand-in; empty: who is asked.
    """

    key: str
    entry: OpenEntry
    due: datetime | None = None
    calendar: bool = False
    by: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        """Ids of those who are asked."""
        return self.entry.to.people

    @property
    def passes(self) -> bool:
        """Whether a stand-in may answer it."""
        act = KINDS[self.entry.kind].act
        return act is not None and PASSES[act]

    @property
    def owed(self) -> bool:
        """Whether its days of grace have passed before it is asked."""
        return not self.calendar and self.entry.kind in OWED


def matters_of(
    snapshot: Snapshot, entries: Iterable[OpenEntry], check_ins: Iterable[CheckInDue] = ()
) -> tuple[Matter, ...]:
    """Everything of a cycle that people may be reminded of; nothing once it is closed.

    A check-in of the calendar is left out where it was made already: where somebody has said
    something since the time halfway between the check-in before and this one.

    Args:
        snapshot: The cycle at a time.
        entries: What waits for people in it.
        check_ins: What its calendar says; those long past are of no interest.
    """
    if snapshot.closed:
        return ()
    several = tuple(entries)
    overdue = {each.item for each in several if each.kind in _OF_VALUES}
    return (
        *(_open(snapshot, each) for each in several),
        *_of_calendar(snapshot, check_ins, overdue),
    )


def opens_at(matter: Matter, policy: ReminderPolicy) -> datetime | None:
    """From when a check-in that is still to come is asked for; None: it is asked for already."""
    if not matter.calendar or matter.due is None:
        return None
    return matter.due - timedelta(hours=policy.before_hours)


def asked_now(
    matters: Iterable[Matter], as_of: datetime, policy: ReminderPolicy
) -> tuple[OpenEntry, ...]:
    """What is asked of people at a time; check-ins that are not late yet stand with the others."""
    found = []
    for matter in matters:
        opens = opens_at(matter, policy)
        if opens is None or opens <= as_of:
            found.append(matter.entry)
    return in_order(found)


def never_reported(matters: Iterable[Matter]) -> int:
    """How many key results nobody ever reported."""
    return sum(each.entry.kind == "unreported" for each in matters)


def _open(snapshot: Snapshot, entry: OpenEntry) -> Matter:
    if entry.kind in _OF_VALUES:
        heard = heard_of(snapshot, entry.item)
        return Matter(f"{entry.id}@{heard.isoformat() if heard else 'never'}", entry)
    return Matter(f"{entry.id}@{entry.deadline}" if entry.deadline else entry.id, entry)


def heard_of(snapshot: Snapshot, key_result: str) -> datetime | None:
    """When a value was last seen or a word said of a key result; None: never."""
    _, said = last_check_in(snapshot.entries.get(key_result, ()), snapshot.as_of)
    seen = snapshot.standings[key_result].observed_at
    return max((each for each in (said, seen) if each is not None), default=None)


class _Turn(NamedTuple):
    """One check-in of one key result, and what is due before it."""

    check_in: CheckInDue
    before: datetime | None


def _of_calendar(
    snapshot: Snapshot, check_ins: Iterable[CheckInDue], overdue: Iterable[str]
) -> Iterator[Matter]:
    """The next check-in of each person's key results that is still to come."""
    left_out = set(overdue)
    for name, turns in _next_turns(check_ins, snapshot.as_of).items():
        kr = snapshot.plan.key_results_by_id.get(name)
        if kr is None or name in left_out or not _is_reported(snapshot, kr):
            continue
        asked = _askable(snapshot, kr)
        if asked is None:
            continue
        for turn in turns:
            if not _was_made(snapshot, name, turn):
                due = turn.check_in
                by = due.by if due.stands_in else ""
                to = Addressee(snapshot.plan.role_of(kr), (due.person,), (by,) if by else ())
                entry = replace(asked, to=to, deadline=due.day)
                key = f"{entry.id}@{due.key or due.day.isoformat()}"
                yield Matter(key, entry, due.due, calendar=True, by=by)


def _next_turns(check_ins: Iterable[CheckInDue], as_of: datetime) -> Mapping[str, Sequence[_Turn]]:
    """Key result → of each person the first check-in that is due later."""
    by_item: dict[tuple[str, str], list[CheckInDue]] = defaultdict(list)
    for each in check_ins:
        for name in each.key_results:
            by_item[name, each.person].append(each)
    found: dict[str, list[_Turn]] = defaultdict(list)
    for (name, _), several in by_item.items():
        several.sort(key=lambda each: each.due)
        before = [each.due for each in several if each.due <= as_of]
        later = next((each for each in several if each.due > as_of), None)
        if later is not None:
            found[name].append(_Turn(later, before[-1] if before else None))
    return found


def _is_reported(snapshot: Snapshot, kr: KeyResult) -> bool:
    """Whether people say its value, it is under way, and no value of it is in doubt."""
    plan, known = snapshot.plan, snapshot.standings[kr.id]
    counts = plan.objective_of[kr.id].pursues(kr) and plan.objective_of[kr.id].state == "active"
    by_people = not kr.bound and kr.derivation is None
    return counts and by_people and known.outcome is None and known.suspect is None


def _askable(snapshot: Snapshot, kr: KeyResult) -> OpenEntry | None:
    asked = next(check_in_of(snapshot, kr, snapshot.plan.due_of(kr)), None)
    return entry_of(snapshot, "check_in", asked) if asked else None


def _was_made(snapshot: Snapshot, key_result: str, turn: _Turn) -> bool:
    heard = heard_of(snapshot, key_result)
    if heard is None:
        return False
    if turn.before is None:  # the first one: whatever was said since the start is an answer
        return True
    return heard - turn.before >= (turn.check_in.due - turn.before) / 2
