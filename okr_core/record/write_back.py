"""Write-back and reports: where a page or field of a tool is kept, and what was last put there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import Field

from okr_core.basics.exact import canonical_json, digest
from okr_core.record.body import RecordedBody

_MARK = 12
"""Characters of a place's digest that stand in front of a value's."""


class ReportPage(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """A page that shows the report of a cycle; it was created once and is updated in place.

    Attributes:
        connection: Name of the connection to the tool that it lives in.
        parent: Id of the page under which it was created.
        audience: Whom it shows the report to.
        page: Its id there.
    """

    kind: Literal["report_page"] = "report_page"
    connection: str
    parent: str
    audience: str
    page: str


class NoticeRecord(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """A notice that a run is about to send to a route, or that did not get there.

    Recorded before it is sent: one that a crash swallows is missed less than one that comes twice.

    Attributes:
        route: Team or circle.
        about: What it tells, the same for the same news, such as `digest 2026-W47`.
        failed: Why it did not get there; it may then be tried again. Empty: it was about to go.
    """

    kind: Literal["notice"] = "notice"
    route: str
    about: str
    failed: str = ""


class DigestRecord(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """A digest that an earlier release sent; a `NoticeRecord` says so now.

    Attributes:
        route: Team or circle.
        week: Such as `2026-W47`, in the cycle's zone.
    """

    kind: Literal["digest"] = "digest"
    route: str
    week: str


class WriteBackRecord(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """One step of a write-back to one connection: what it is about to write, or how it ended.

    What is about to be written is recorded before the first request: a run that is killed in
    between must not take its own value for a person's afterwards. Fields are named as `ITEM.FIELD`,
    values by digest: what people wrote in their tools stays there. A digest belongs to a place.

    Attributes:
        connection: Name of the connection.
        ended: Whether the run ended and nothing of what it had begun is in doubt.
        begun: Field → digest of the value that is about to be written.
        written: Field → digest of the value that the tool holds, written or found there.
        taken: Fields that a person, the entry's `by`, handed over to prefect-okr.
        conflicts: Fields that people own; they were left as they are.
        failed: Item or field → why it could not be written.
        expires: Until when the run is alone with its connection (by the clock of its machine),
            unless it ends before; None: it has ended, however it did.
    """

    kind: Literal["write_back"] = "write_back"
    connection: str
    ended: bool = False
    begun: dict[str, str] = Field(default_factory=dict)
    written: dict[str, str] = Field(default_factory=dict)
    taken: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    failed: dict[str, str] = Field(default_factory=dict)
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owned:
    """Which fields of one connection are ours.

    Attributes:
        written: Field → digests of the values that were last written or found, one per place.
        begun: Field → digests that a run which never ended was about to write.
        taken: Fields that were handed over to a run which never ended.
        conflicts: Fields that were a person's when the last run ended.
        failed: What the last run could not write.
        shown: Business time of what was written last; None: nothing was.
        expires: Until when another run is alone with the connection; None: none is at work.
    """

    written: Mapping[str, frozenset[str]] = field(default_factory=dict)
    begun: Mapping[str, frozenset[str]] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    conflicts: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    shown: datetime | None = None
    expires: datetime | None = None

    def digests(self, name: str) -> frozenset[str]:
        """Digests of the values that the field may hold and still be ours."""
        return self.begun.get(name, frozenset()) | self.written.get(name, frozenset())


def value_digest(place: str, value: str | None) -> str:
    """The name of a value in a place, and what is kept of it in the store: `PLACE@VALUE`."""
    return f"{_mark(place)}@{_named(place, value)}"


def is_named(place: str, value: str | None, digests: Iterable[str]) -> bool:
    """Whether a value in a place is among these digests.

    >>> is_named("GROW-1", "0.4", [value_digest("GROW-1", "0.4")])
    True
    >>> is_named("GROW-2", "0.4", [value_digest("GROW-1", "0.4")])
    False
    """
    # Records of earlier releases have no place in front.
    return not {value_digest(place, value), _named(place, value)}.isdisjoint(digests)


def held_there(place: str, digests: Iterable[str]) -> bool:
    """Whether we ever wrote in a place; an earlier release's digest may be of any."""
    return any(place_of(each) in ("", _mark(place)) for each in digests)


def place_of(named: str) -> str:
    """The place of a digest; empty where an earlier release wrote it."""
    return named.rpartition("@")[0]


def _mark(place: str) -> str:
    return digest(canonical_json([place])).rpartition(":")[2][:_MARK]


def _named(place: str, value: str | None) -> str:
    return digest(canonical_json([place, value]))


def owned(records: Iterable[tuple[datetime, WriteBackRecord]]) -> Owned:
    """What the records of one connection, oldest first, say together.

    Args:
        records: Each with its business time.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 2, tzinfo=UTC)
    >>> first = WriteBackRecord(connection="wiki", begun={"nps.score": "a"})
    >>> owned([(at, first)]).digests("nps.score")
    frozenset({'a'})
    >>> last = WriteBackRecord(connection="wiki", ended=True, written={"nps.score": "b"})
    >>> owned([(at, first), (at, last)]).digests("nps.score")
    frozenset({'b'})
    """
    known = _Known()
    for at, record in records:
        known.add(at, record)
    return known.owned()


@dataclass(slots=True)
class _Known:
    """What the records so far say."""

    written: dict[str, dict[str, str]] = field(default_factory=dict)
    begun: dict[str, frozenset[str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    ended: WriteBackRecord | None = None
    last: WriteBackRecord | None = None
    shown: datetime | None = None

    def add(self, at: datetime, record: WriteBackRecord) -> None:
        self.last = record
        self.taken.update(record.taken)
        if record.begun or record.written:
            self.shown = at if self.shown is None else max(self.shown, at)
        for name, found in record.written.items():
            self._add_written(name, found)
        if record.ended:
            # Whatever was handed over was written or could not be: it is a person's again.
            self.ended = record
            self.begun.clear()
            self.taken.clear()
        for name, found in record.begun.items():
            self.begun[name] = self.begun.get(name, frozenset()) | {found}

    def _add_written(self, name: str, found: str) -> None:
        kept = self.written.setdefault(name, {})
        kept.pop("", None)
        kept[place_of(found)] = found
        self.begun.pop(name, None)
        self.taken.discard(name)

    def owned(self) -> Owned:
        return Owned(
            {name: frozenset(kept.values()) for name, kept in self.written.items()},
            self.begun,
            frozenset(self.taken),
            self.ended.conflicts if self.ended else (),
            self.ended.failed if self.ended else {},
            self.shown,
            self.last.expires if self.last else None,
        )
