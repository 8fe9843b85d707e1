"""Readings and entries: what was measured, and who said what, when, about what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field

from okr_core.basics.base import FrozenModel, Number
from okr_core.record.access import LinksRevoked, LinkUsed
from okr_core.record.body import RecordedBody
from okr_core.record.failure import Failure
from okr_core.record.reminders import ReminderRecord
from okr_core.record.score_records import Closing, Restatement, Scored
from okr_core.record.sealed import Sealed, SealedExport, Unsealed
from okr_core.record.ticks import TickRecord
from okr_core.record.voices import Blocker, BlockerLifted, Comment, Help, HelpAnswer
from okr_core.record.write_back import (
    DigestRecord,
    NoticeRecord,
    ReportPage,
    WriteBackRecord,
)

ReadingState = Literal["observed", "suspect", "void"]
"""`void`: a correction that takes a wrong reading out without putting another in its place."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One number, when it held, and where it comes from.

    Attributes:
        at: When the value held (aware). Live sources: when we looked.
        value: The measured number, after the binding's scale; a worded grade is its zone's index,
            a milestone or binary 0 or 1.
        key_result: Id of the key result.
        part: Id of the milestone, empty for the key result itself.
        sequence: Position in the store; later wins at equal `at`.
        id: Public id of the reading (`r` and digits), empty before it is stored.
        state: Whether it counts: `suspect` and `void` readings do not.
        source: `manual`, or kind and connection such as `jira:acme`.
        as_of: The business time that was asked for (the slot); None: `at`.
        observed_at: When we looked, of a person's value when they said it; None: `at`.
        supersedes: Id of the reading that this one replaces.
        reason: Why it corrects, or why a suspect value is suspect.
        until: A manual value on a bound key result holds until then.
        evidence: Digest of the evidence, empty for people's values.
        revision: Plan revision under which it was read, 0 where unknown.
        by: Person who said so, empty for sources.
    """

    at: datetime
    value: Decimal
    key_result: str = ""
    part: str = ""
    sequence: int = 0
    id: str = ""
    state: ReadingState = "observed"
    source: str = "manual"
    as_of: datetime | None = None
    observed_at: datetime | None = None
    supersedes: str = ""
    reason: str = ""
    until: datetime | None = None
    evidence: str = ""
    revision: int = 0
    by: str = ""

    @property
    def known_at(self) -> datetime:
        """When it was looked up or said, which may be later than the time that it is about."""
        return self.observed_at or self.at


Confidence = Annotated[int, Field(ge=0, le=10)]


class CheckIn(RecordedBody, decision=False, judges=True, after_close=False, words=("note",)):
    """A person's word on a key result: how sure they are, and a note. Its value is a reading.

    Attributes:
        confidence: How sure they are, 0 to 10.
        note: What they say besides.
        value: What they measured.
        said_at: When it was said (aware), where that is later than the time that it is about;
            None: then, or in a release that did not keep it.
        nothing_new: What stands is as it was: somebody spoke, and no reading follows.
    """

    kind: Literal["check_in"] = "check_in"
    confidence: Confidence | None = None
    note: str = ""
    value: Number | None = None
    said_at: datetime | None = None
    nothing_new: bool = False


class UnavailableAnswer(FrozenModel):
    """The failure of a key result that a sync could not read, in the form that is stored."""

    key_result: str
    reason: str
    hint: str = ""

    @classmethod
    def of(cls, key_result: str, failure: Failure) -> UnavailableAnswer:
        """The stored form of a failure; its time is that of the entry."""
        return cls(key_result=key_result, reason=failure.reason, hint=failure.hint)

    def failure(self, at: datetime) -> Failure:
        """What it says, with the time of the entry that holds it."""
        return Failure(self.reason, self.hint, at)


class SyncRecord(RecordedBody, decision=False, judges=False, after_close=True, words=()):
    """What one sync of one connection did: the memory of the planner and of `okr status`.

    Attributes:
        connection: Name of the connection.
        observed_at: When the reading ended.
        requests: HTTP requests sent, retries included.
        observed: Key results with a value.
        suspect: Key results whose value waits for a person.
        unavailable: Key results without a value.
        counts: Query digest → rows found, for the planner's next cost estimate.
        failed: Why the whole connection failed, empty if it did not.
    """

    kind: Literal["sync"] = "sync"
    connection: str
    observed_at: datetime
    requests: int = 0
    observed: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()
    unavailable: tuple[UnavailableAnswer, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    failed: str = ""


class Acceptance(RecordedBody, decision=True, judges=False, after_close=True, words=("note",)):
    """A person says that a suspect reading is true."""

    kind: Literal["acceptance"] = "acceptance"
    reading: str
    note: str = ""


class Correction(RecordedBody, decision=True, judges=False, after_close=True, words=("reason",)):
    """A person replaces or voids a wrong reading, with a reason.

    Attributes:
        reading: Id of the wrong one.
        value: The right value; None: it is taken out.
        reason: What was wrong.
        own: It takes back what the same person said on that day, up to the due day: nobody else has
            to look at a slip.
    """

    kind: Literal["correction"] = "correction"
    reading: str
    value: Number | None = None
    reason: str
    own: bool = False


class RevisionDecision(
    RecordedBody, decision=True, judges=False, after_close=True, words=("reason",)
):
    """A named person accepts or rejects a proposed revision.

    Attributes:
        reason_class: Why what was agreed changes, empty where it does not; a `ReasonClass`.
    """

    kind: Literal["revision_decision"] = "revision_decision"
    revision: int
    outcome: Literal["accepted", "rejected"]
    reason: str = ""
    reason_class: str = ""


class ScopeChange(RecordedBody, decision=True, judges=False, after_close=False, words=("reason",)):
    """A person renews the frozen scope of a key result: the next complete reading sets it."""

    kind: Literal["scope_change"] = "scope_change"
    reason: str


class Override(RecordedBody, decision=True, judges=True, after_close=False, words=("reason",)):
    """A named person sets a score; it stands beside the computed one.

    Attributes:
        score: In [0, 1]; None withdraws an earlier override.
        reason: Why the computed score does not say what happened.
        proposed: It holds only once a second person has approved it.
    """

    kind: Literal["override"] = "override"
    score: Annotated[Number, Field(ge=0, le=1)] | None
    reason: str
    proposed: bool = False


class Resolution(RecordedBody, decision=True, judges=True, after_close=False, words=("reason",)):
    """Why a pending or suspect key result stayed so when its cycle closed, in earlier releases.

    Attributes:
        reading: Id of the suspect reading that it is about, empty for a pending key result.
        reason: Why.
    """

    kind: Literal["resolution"] = "resolution"
    reading: str = ""
    reason: str


class Exclusion(RecordedBody, decision=True, judges=True, after_close=False, words=("reason",)):
    """A named person leaves a key result out of all figures when its cycle closes, and says why.

    Attributes:
        reason: Why it does not count.
        proposed: It holds only once a second person has approved it.
    """

    kind: Literal["exclusion"] = "exclusion"
    reason: str
    proposed: bool = False


class Approval(RecordedBody, decision=True, judges=True, after_close=True, words=("note",)):
    """A second person answers for a decision that moved a score, or that waits to move one.

    Attributes:
        about: Id of the entry or reading that decides it, or the revision such as `2026-q4:3`.
        outcome: What they say of it.
        note: What they say besides.
    """

    kind: Literal["approval"] = "approval"
    about: str
    outcome: Literal["approved", "rejected"]
    note: str = ""


class HypothesisClosed(
    RecordedBody, decision=True, judges=True, after_close=True, words=("evidence", "note")
):
    """A person closes an objective's hypothesis: what was believed, and what turned out.

    A closed cycle takes it too: what was frozen stays, and what was learned is known.

    Attributes:
        outcome: Learning counts either way.
        evidence: What shows it: a link, a reading, an experiment.
        note: What was learned.
    """

    kind: Literal["hypothesis_closed"] = "hypothesis_closed"
    outcome: Literal["supported", "refuted"]
    evidence: str
    note: str = ""


class Decided(RecordedBody, decision=True, judges=False, after_close=True, words=("note",)):
    """A person answers what waited for them (`okr_core.open`), and nothing else follows from it.

    Attributes:
        asked: Kind of the question, such as `post_mortem`; the entry is about its item.
        answer: One of those that it takes.
        note: What is said about it.
    """

    kind: Literal["decided"] = "decided"
    asked: str
    answer: str
    note: str = ""


Body = (
    CheckIn
    | SyncRecord
    | Acceptance
    | Correction
    | RevisionDecision
    | ScopeChange
    | Override
    | Resolution
    | Exclusion
    | Approval
    | HypothesisClosed
    | Decided
    | Comment
    | Blocker
    | BlockerLifted
    | Help
    | HelpAnswer
    | Sealed
    | Unsealed
    | SealedExport
    | Scored
    | Closing
    | Restatement
    | WriteBackRecord
    | ReportPage
    | DigestRecord
    | NoticeRecord
    | ReminderRecord
    | TickRecord
    | LinksRevoked
    | LinkUsed
)
EntryBody = Annotated[Body, Field(discriminator="kind")]
_KINDS = {str(body.model_fields["kind"].default): body for body in get_args(Body)}
KINDS = frozenset(_KINDS)
"""Every kind of entry that there is."""
DECISIONS = tuple(kind for kind, body in _KINDS.items() if body.decision)
"""Kinds of entries that are decisions: each is a link of the chain; the others are sealed."""
JUDGED_BY = tuple(kind for kind, body in _KINDS.items() if body.judges)
"""Kinds of entries that scores rest on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who said what, when, about what.

    Attributes:
        at: When it was said (aware).
        body: What was said, typed by its kind.
        cycle: Cycle it belongs to.
        key_result: Key result or objective (ids share one space) it is about, empty if none.
        by: Person id, empty for a flow.
        via: How the person was known (`cli`, `csv`, `form`, `flow`, `import`, or the kind of a tool
            that vouches for them, such as `notion`).
        id: Public id (`e` and digits), empty before it is stored.
        key: Natural key; the store takes one entry per (cycle, kind, key). Empty: any number.
    """

    at: datetime
    body: Body
    cycle: str = ""
    key_result: str = ""
    by: str = ""
    via: str = ""
    id: str = ""
    key: str = ""


def failures(syncs: Iterable[tuple[Entry, SyncRecord]]) -> dict[str, Failure]:
    """Key result → why its last sync could not read it, what to do, and when that was.

    Args:
        syncs: What syncs did, oldest first.
    """
    found: dict[str, Failure] = {}
    for entry, sync in syncs:
        for read in (*sync.observed, *sync.suspect):
            found.pop(read, None)
        found.update((each.key_result, each.failure(entry.at)) for each in sync.unavailable)
    return found
