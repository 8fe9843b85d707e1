"""What waits for a person: `okr decide`, and part of `okr status`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from okr_core.basics.wire import Text, Time, filled
from okr_core.open.entry import Answer, OpenEntry, OpenKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDocument:
    """An answer that a question takes, and the command that gives it."""

    word: Text
    command: str
    means: str

    @classmethod
    def of(cls, answer: Answer) -> AnswerDocument:
        """How an answer is given."""
        return cls(word=answer.word, command=str(answer.command), means=answer.means)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEntryDocument:
    """What waits for a person; `item` is empty where it is the cycle as a whole.

    `vacant`: nobody holds the role, or owns the cycle, and `people` are asked in their place.
    """

    id: str
    kind: OpenKind
    item: Text
    title: str
    asks: str
    role: str | None
    people: tuple[str, ...]
    stand_ins: tuple[str, ...]
    vacant: bool
    deadline: date | None
    value: Text
    text: Text
    fix: Text
    answers: tuple[AnswerDocument, ...]

    @classmethod
    def of(cls, entry: OpenEntry) -> OpenEntryDocument:
        """What waits, with the commands that answer it."""
        return filled(
            cls,
            entry,
            role=entry.to.role,
            people=entry.to.people,
            stand_ins=entry.to.stand_ins,
            vacant=entry.to.vacant,
            answers=tuple(map(AnswerDocument.of, entry.answers)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDocument:
    """What waits for a person in a cycle, most urgent kinds first."""

    schema: Literal["okr.open/1"] = "okr.open/1"
    cycle: str
    as_of: Time
    open: tuple[OpenEntryDocument, ...]

    @classmethod
    def of(cls, cycle: str, as_of: datetime, entries: Iterable[OpenEntry]) -> OpenDocument:
        """The list of a cycle at a time."""
        return cls(cycle=cycle, as_of=as_of, open=tuple(map(OpenEntryDocument.of, entries)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredDocument:
    """A question that waits no more."""

    schema: Literal["okr.answer/1"] = "okr.answer/1"
    cycle: str
    id: str
    kind: OpenKind
    item: Text
    answer: str
    by: str
    at: Time
