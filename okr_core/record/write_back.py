"""Write-back and reports: where a page or field of a tool is kept, and what was last put there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from okr_core.record.body import RecordedBody


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


class DigestRecord(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """A digest that was sent: a route is sent one a week.

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
    values by digest: what people wrote in their tools stays there.

    Attributes:
        connection: Name of the connection.
        ended: Whether the run ended and nothing of what it had begun is in doubt.
        begun: Field → digest of the value that is about to be written.
        written: Field → digest of the value that the tool holds, written or found there.
        taken: Fields that a person, the entry's `by`, handed over to prefect-okr.
        conflicts: Fields that people own; they were left as they are.
        failed: Item or field → why it could not be written.
    """

    kind: Literal["write_back"] = "write_back"
    connection: str
    ended: bool = False
    begun: dict[str, str] = Field(default_factory=dict)
    written: dict[str, str] = Field(default_factory=dict)
    taken: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    failed: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owned:
    """Which fields of one connection are ours.

    Attributes:
        written: Field → digest of the value that was last written or found.
        begun: Field → digests that a run which never ended was about to write.
        taken: Fields that were handed over and not written since.
        conflicts: Fields that were a person's when the last run ended.
        failed: What the last run could not write.
    """

    written: Mapping[str, str] = field(default_factory=dict)
    begun: Mapping[str, frozenset[str]] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    conflicts: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    def digests(self, name: str) -> frozenset[str]:
        """Digests of the values that the field may hold and still be ours."""
        last = self.written.get(name)
        return self.begun.get(name, frozenset()) | (frozenset() if last is None else {last})


def owned(records: Iterable[WriteBackRecord]) -> Owned:
    """What the records of one connection, oldest first, say together.

    >>> first = WriteBackRecord(connection="wiki", begun={"nps.score": "a"})
    >>> owned([first]).digests("nps.score")
    frozenset({'a'})
    >>> last = WriteBackRecord(connection="wiki", ended=True, written={"nps.score": "b"})
    >>> owned([first, last]).digests("nps.score")
    frozenset({'b'})
    """
    written: dict[str, str] = {}
    begun: dict[str, frozenset[str]] = {}
    taken: set[str] = set()
    last: WriteBackRecord | None = None
    for record in records:
        taken.update(record.taken)
        written.update(record.written)
        taken -= record.written.keys()
        if record.ended:
            last = record
            begun.clear()
        for name, digest in record.begun.items():
            begun[name] = begun.get(name, frozenset()) | {digest}
    return Owned(
        written,
        begun,
        frozenset(taken),
        last.conflicts if last else (),
        last.failed if last else {},
    )
