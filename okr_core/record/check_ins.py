"""Check-ins: what people say of key results, and what of it is new beside what stands.

A check-in is the same as an earlier one if the same person said the same words of the same key
result for the same time: nothing is recorded again. The time is compared as it was named, so that a
file whose rows name today's day stays the same file tomorrow. Other words are kept beside the
earlier ones, and the last recorded ones count. A value is a measurement: one time has one value,
and another one for it is a correction, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from okr_core.plan.ids import name_of
from okr_core.plan.plan import KeyResult
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_core.record.readings import MANUAL

NOTHING_NEW = "nothing new"
"""What people write in the place of a value where it is as it was."""
Slot = tuple[str, datetime]
"""Name of a key result or part, and when its value holds."""


@dataclass(frozen=True, slots=True)
class NewCheckIn:
    """One check-in, understood.

    Attributes:
        part: Milestone, empty if the key result itself is meant.
        at: When it holds (aware, in UTC).
        until: Where a source is bound: until when the value holds.
        said_at: When it was said (aware), by the real clock; None: `at`.
        day: The local day, where a day was named and no time of day.
        seen: Id of the last check-in that the person saw of it, empty where there was none; None:
            they looked at nothing, such as a file.
        row: A tool's id of the row that says it; empty: none does.
        nothing_new: What stands is as it was: the person spoke, and no value follows.
        blocker: What keeps the key result from going on; empty: nothing is named.
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
    day: date | None = None
    said_at: datetime | None = None
    seen: str | None = None
    row: str = ""
    nothing_new: bool = False
    blocker: str = ""

    @property
    def name(self) -> str:
        """`KR` or `KR/PART`."""
        return name_of(self.key_result.id, self.part)

    @property
    def when(self) -> str:
        """The time as it was named: a local day, or the moment."""
        return self.day.isoformat() if self.day else self.at.isoformat()

    @property
    def slot(self) -> Slot:
        """What has one value."""
        return self.name, self.at

    @property
    def words(self) -> CheckIn:
        """What is said, and when where it is about an earlier time."""
        return CheckIn(
            confidence=self.confidence,
            note=self.note,
            value=self.value,
            said_at=None if self.said_at == self.at else self.said_at,
            nothing_new=self.nothing_new,
        )

    def reading(self, revision: int) -> Reading:
        """Its value as a reading under that revision of the plan; it must have one."""
        assert self.value is not None
        return Reading(
            at=self.at,
            value=self.value,
            key_result=self.key_result.id,
            part=self.part,
            source=MANUAL,
            as_of=self.at,
            observed_at=self.said_at,
            reason=self.reason,
            until=self.until,
            revision=revision,
            by=self.by,
        )

    def contradicts(self, other: Reading | NewCheckIn) -> bool:
        """Whether another value stands in its slot, or the same until another time, or why."""
        if self.value is None:
            return False
        if isinstance(other, Reading) and other.state == "void":
            return True
        # The reason of a correction says what was wrong, and not why the value is by hand.
        corrects = isinstance(other, Reading) and bool(other.supersedes)
        why = self.reason if corrects else other.reason
        return (self.value, self.until, self.reason) != (other.value, other.until, why)


@dataclass(frozen=True, slots=True)
class ComparedCheckIn:
    """A check-in beside what stands.

    Attributes:
        earlier: The same, where it was recorded earlier; None: it is not.
        last: What the same person recorded last for that time in other words; None: nothing.
        against: The value that stands in its slot and that it contradicts; None: there is none.
        measures: Whether its value is to be a reading: it has one, and nobody gave the same.
        key: Natural key of its entry.
    """

    check_in: NewCheckIn
    earlier: Entry | None = None
    last: Entry | None = None
    against: Reading | NewCheckIn | None = None
    measures: bool = False
    key: str = ""


def compare(
    check_ins: Sequence[NewCheckIn], readings: Iterable[Reading], entries: Iterable[Entry]
) -> list[ComparedCheckIn]:
    """What each of several check-ins is beside what stands, and beside those before it.

    Args:
        check_ins: In the order in which they are said; no two of them the same.
        readings: Of their key results, in any state, superseded ones too.
        entries: Check-ins about their key results, in the order of recording.
    """
    standing = _Standing(readings, entries)
    return [standing.compare(each) for each in check_ins]


class _Standing:
    """What stands: per slot the values, per person and time the words."""

    def __init__(self, readings: Iterable[Reading], entries: Iterable[Entry]) -> None:
        self._first: dict[Slot, Reading] = {}
        self._now: dict[Slot, Reading | NewCheckIn] = {}
        self._words: dict[tuple[str, str, str | datetime], list[Entry]] = {}
        self._keys: set[str] = set()
        self._counts: dict[str, int] = {}
        for reading in sorted(readings, key=lambda each: each.sequence):
            if reading.source == MANUAL:
                slot = name_of(reading.key_result, reading.part), reading.as_of or reading.at
                self._first.setdefault(slot, reading)
                self._now[slot] = reading  # what is recorded later of a slot replaces the earlier
        for entry in entries:
            self._keys.add(entry.key)
            name, when = named(entry)
            for time in (when, entry.at):
                self._words.setdefault((name, entry.by, time), []).append(entry)

    def compare(self, said: NewCheckIn) -> ComparedCheckIn:
        others = self._others(said)
        same = (each for each in others if _says(each, said) and self._holds(said, each))
        earlier = next(same, None)
        last = others[-1] if others and not _says(others[-1], said) else None
        if earlier is not None:
            return ComparedCheckIn(said, earlier, last)
        against = self._now.get(said.slot)
        if against is not None and said.contradicts(against):
            return ComparedCheckIn(said, None, last, against)
        measures = said.value is not None and against is None
        if measures:
            self._now[said.slot] = said
        return ComparedCheckIn(said, None, last, None, measures, self._free_key(said))

    def _others(self, said: NewCheckIn) -> list[Entry]:
        """What the person recorded for that time, however it was named, last recorded last."""
        found = {
            entry.id: entry
            for time in (said.when, said.at)
            for entry in self._words.get((said.name, said.by, time), ())
        }
        return sorted(found.values(), key=lambda entry: int(entry.id[1:]))

    def _holds(self, said: NewCheckIn, entry: Entry) -> bool:
        """Whether what was recorded with the entry holds as long, and for the same reason."""
        value = self._first.get((said.name, entry.at))
        return value is None or not said.contradicts(value)

    def _free_key(self, said: NewCheckIn) -> str:
        """A key that names no person: their id must not stay where their name is erased."""
        topic, row = f"{said.name}|{said.when}", f"|{said.row}" if said.row else ""
        while True:
            number = self._counts[topic] = self._counts.get(topic, 0) + 1
            if (key := f"{topic}|{number}{row}") not in self._keys:
                return key


def _says(entry: Entry, said: NewCheckIn) -> bool:
    """Whether an entry has the same words, whenever they were said."""
    body = entry.body
    assert isinstance(body, CheckIn), "check-ins only"
    words = said.confidence, said.note, said.value, said.nothing_new
    return (body.confidence, body.note, body.value, body.nothing_new) == words


def named(entry: Entry) -> tuple[str, str]:
    """Of a check-in, `KR` or `KR/PART` and the time as it was named: a local day, or the moment."""
    name, _, rest = entry.key.partition("|")
    when, _, _ = rest.partition("|")
    return name or entry.key_result, when or entry.at.isoformat()


def row_of(entry: Entry) -> str:
    """Of a check-in, the tool's id of the row that said it; empty where none did."""
    return "".join(entry.key.split("|")[3:4])
