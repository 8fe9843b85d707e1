"""Help: what was asked for, offered and named as a blocker, and how far each of it has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from okr_core.record.entries import Entry
from okr_core.record.voices import Blocker, BlockerLifted, Help, HelpAnswer, HelpWay, HelpWord

HelpState = Literal["asked", "offered", "taken", "done", "withdrawn"]
TAKES: Mapping[HelpState, tuple[HelpWord, ...]] = {
    "asked": ("offer", "withdrawn"),
    "offered": ("taken", "withdrawn"),
    "taken": ("done", "withdrawn"),
    "done": (),
    "withdrawn": (),
}
"""State → the answers that it takes; without any it is over."""
_BECOMES: Mapping[HelpWord, HelpState] = {
    "offer": "offered",
    "taken": "taken",
    "done": "done",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True, slots=True)
class HelpCase:
    """Help that was asked for or offered once.

    Attributes:
        id: Of the entry that began it.
        by: Who asked, or offered.
        text: What with.
        helper: Who offers it; empty while nobody does.
        since: When it came to its state (aware).
        note: What was said with the last answer.
    """

    id: str
    key_result: str
    way: HelpWay
    by: str
    text: str
    state: HelpState
    helper: str
    since: datetime
    note: str = ""

    def answered(self, entry: Entry, said: HelpAnswer) -> HelpCase:
        """The case after an answer; one that it does not take changes nothing."""
        if said.answer not in TAKES[self.state]:
            return self
        state, helper = _BECOMES[said.answer], self.helper
        if said.answer == "offer":
            helper = entry.by
        elif said.answer == "withdrawn" and self.way == "asked" and entry.by == helper != self.by:
            state, helper = "asked", ""  # the offer is taken back, and help is still asked for
        return replace(self, state=state, helper=helper, since=entry.at, note=said.note)


def help_cases(entries: Iterable[Entry], as_of: datetime) -> list[HelpCase]:
    """What was asked and offered by a time, oldest first.

    Args:
        entries: About one key result or several; of one time in the order of recording.
        as_of: Aware time; later entries do not count.

    >>> from datetime import UTC
    >>> at = datetime(2026, 10, 5, tzinfo=UTC)
    >>> asked = Entry(at, Help(way="asked", text="a query"), key_result="kr", by="ada", id="e1")
    >>> offer = Entry(at, HelpAnswer(about="e1", answer="offer"), key_result="kr", by="bo", id="e2")
    >>> [(case.state, case.helper) for case in help_cases([offer, asked], at)]
    [('offered', 'bo')]
    """
    known = sorted((e for e in entries if e.at <= as_of), key=_time)
    cases: dict[str, HelpCase] = {}
    for entry in known:
        if isinstance(entry.body, Help):
            cases[entry.id] = _begun(entry, entry.body)
    for entry in known:
        if isinstance(entry.body, HelpAnswer) and entry.body.about in cases:
            case = cases[entry.body.about]
            cases[case.id] = case.answered(entry, entry.body)
    return list(cases.values())


def _begun(entry: Entry, body: Help) -> HelpCase:
    offered = body.way == "offered"
    return HelpCase(
        id=entry.id,
        key_result=entry.key_result,
        way=body.way,
        by=entry.by,
        text=body.text,
        state="offered" if offered else "asked",
        helper=entry.by if offered else "",
        since=entry.at,
    )


def open_blockers(entries: Iterable[Entry], as_of: datetime) -> Iterator[tuple[Entry, Blocker]]:
    """Blockers that nobody lifted by a time, oldest first.

    Args:
        entries: See `help_cases`.
        as_of: See there.
    """
    known = sorted((e for e in entries if e.at <= as_of), key=_time)
    lifted = {each.body.about for each in known if isinstance(each.body, BlockerLifted)}
    for each in known:
        if isinstance(each.body, Blocker) and each.id not in lifted:
            yield each, each.body


def _time(entry: Entry) -> datetime:
    return entry.at
