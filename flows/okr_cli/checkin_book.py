"""Book: the rules by which what a person says becomes a reading and an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from okr_cli.moment import When
from okr_cli.person import acting_person
from okr_core.entries import CheckIn, Entry, Reading
from okr_core.errors import InputError, RefusalError
from okr_core.exact import decimal_text
from okr_core.ids import part_named
from okr_core.plan import KeyResult, Plan
from okr_core.progress import parse_value
from okr_core.workspace import Workspace

if TYPE_CHECKING:
    from okr_store import Store

MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Said:
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
        return f"{self.key_result.id}/{self.part}" if self.part else self.key_result.id

    @property
    def key(self) -> str:
        """What makes it the same check-in if it is said again."""
        return f"{self.name}|{self.at.isoformat()}|{self.by}"


@dataclass(frozen=True, slots=True)
class Book:
    """Where check-ins of a cycle are written.

    Attributes:
        revision: Number of the plan's revision.
        person: Who checks in where nobody else is named; None: the user of this computer.
        at: When, where no other time is named.
        now: The time, in UTC: nothing can be said about later.
    """

    plan: Plan
    revision: int
    workspace: Workspace | None
    person: str | None
    at: datetime
    now: datetime

    @property
    def cycle_id(self) -> str:
        """Id of the plan's cycle."""
        return self.plan.cycle.id

    def read(
        self, name: str, fields: Mapping[str, str], *, reason: str = "", until: str | None = None
    ) -> Said:
        """Understand one check-in.

        Args:
            name: `KR` or `KR/PART`.
            fields: Text of value, confidence, note, at, by; empty or missing: not said.
            reason: Why a value by hand, where a source is bound.
            until: Last day on which it holds.

        Raises:
            InputError: Something in it cannot be understood or is not allowed.
        """
        kr, part = part_named(self.plan, name)
        value = _value(kr, part, fields.get("value", "").strip())
        confidence = _confidence(fields.get("confidence", "").strip())
        note = fields.get("note", "").strip()
        if value is None and confidence is None and not note:
            raise InputError(
                f"`{name}`: nothing is said.", hint="Give a value, a confidence or a note."
            )
        said = Said(
            key_result=kr,
            part=part,
            at=self._at(fields.get("at", "").strip()),
            value=value,
            confidence=confidence,
            note=note,
            by=self._by(fields.get("by", "").strip()),
            reason=reason,
            until=self._until(until),
        )
        _refuse_unreasoned(said)
        return said

    def record(self, store: Store, said: Sequence[Said], *, via: str) -> int:
        """Record check-ins; one that was recorded earlier changes nothing.

        Returns:
            How many are new.

        Raises:
            RefusalError: Another value was recorded for the same time; nothing is recorded.
        """
        known = self._recorded(store, said)
        for one in said:
            other = known.get((one.name, one.at))
            if one.value is not None and other is not None and other.value != one.value:
                raise RefusalError(
                    f"`{one.name}` has the value {decimal_text(other.value)} at that time already.",
                    hint=f"If it is wrong: `okr correct {one.key_result.id} --reading {other.id} "
                    f'--value {decimal_text(one.value)} --reason "…"`.',
                )
        readings = [(self._reading(one), None) for one in said if one.value is not None]
        entries = [self._entry(one, via) for one in said]
        return len(store.record(self.cycle_id, readings, entries).entries)

    def _recorded(self, store: Store, said: Sequence[Said]) -> dict[tuple[str, datetime], Reading]:
        ids = sorted({one.key_result.id for one in said})
        readings = store.readings(self.cycle_id, as_of=None, key_results=ids, history=ids)
        return {
            (f"{r.key_result}/{r.part}" if r.part else r.key_result, r.at): r
            for r in readings
            if r.source == MANUAL
        }

    def _reading(self, one: Said) -> Reading:
        assert one.value is not None
        return Reading(
            at=one.at,
            value=one.value,
            key_result=one.key_result.id,
            part=one.part,
            source=MANUAL,
            as_of=one.at,
            reason=one.reason,
            until=one.until,
            revision=self.revision,
            by=one.by,
        )

    def _entry(self, one: Said, via: str) -> Entry:
        return Entry(
            at=one.at,
            body=CheckIn(confidence=one.confidence, note=one.note, value=one.value),
            cycle=self.cycle_id,
            key_result=one.key_result.id,
            by=one.by,
            via=via,
            key=one.key,
        )

    def _at(self, text: str) -> datetime:
        cycle = self.plan.cycle
        at = When.parse(text, "at").in_zone(cycle.zone, self.now) if text else self.at
        if at > self.now:
            raise InputError(
                f"{at.astimezone(cycle.zone):%Y-%m-%d %H:%M} lies in the future.",
                hint="A check-in says what is; correct the time.",
            )
        if at < cycle.start_of(cycle.starts):
            raise InputError(
                f"cycle `{cycle.id}` takes no entries before {cycle.starts}.",
                hint="Correct the time, or name the cycle that is meant with `--cycle`.",
            )
        last = cycle.end_of(cycle.ends + timedelta(days=cycle.grace_days))
        if at >= last:
            raise InputError(
                f"cycle `{cycle.id}` takes no entries after "
                f"{cycle.ends + timedelta(days=cycle.grace_days)}.",
                hint="Name the cycle that is meant with `--cycle`.",
            )
        return at

    def _by(self, text: str) -> str:
        # Asked only where it is needed: a file that names everyone can be brought by anyone.
        return acting_person(text or self.person, self.workspace)

    def _until(self, text: str | None) -> datetime | None:
        zone = self.plan.cycle.zone
        when = When.parse(text, "--until") if text else None
        if when is None or when.day is None:
            return None
        if when.at is None:
            return self.plan.cycle.end_of(when.day)
        return when.in_zone(zone, self.now)


def _value(kr: KeyResult, part: str, text: str) -> Decimal | None:
    if not kr.active:
        raise InputError(f"key result `{kr.id}` is {kr.state}.", hint="It takes no check-ins.")
    if not text:
        return None
    try:
        return parse_value(kr.metric, text)
    except ValueError as error:
        name = f"{kr.id}/{part}" if part else kr.id
        raise InputError(f"`{name}`: {error}") from error


def _confidence(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > 10:
        raise InputError(f"confidence {text!r} is not a whole number from 0 to 10.")
    return int(text)


def _refuse_unreasoned(said: Said) -> None:
    """A value by hand hides what a source says: that needs a reason and an end."""
    if said.value is None or not said.key_result.bound:
        return
    if said.reason and said.until is not None:
        return
    raise InputError(
        f"`{said.name}` is read from {said.key_result.source_kind}; a value by hand hides that.",
        hint='Say why and until when: `--reason "…" --until YYYY-MM-DD`. '
        "A confidence or a note alone needs neither.",
    )
