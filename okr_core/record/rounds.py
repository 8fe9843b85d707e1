"""Rounds: what was answered blind, whether it is opened, and which answers count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from okr_core.record.entries import Entry
from okr_core.record.sealed import Sealed, Unsealed


def sealed_rounds(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Rounds with answers that nobody reads yet, in the order of their first answer."""
    known = list(entries)
    opened = {each.body.round for each in known if isinstance(each.body, Unsealed)}
    rounds = (each.body.round for each in known if isinstance(each.body, Sealed))
    return tuple(each for each in dict.fromkeys(rounds) if each not in opened)


def answers_of(entries: Iterable[Entry], round_: str) -> dict[str, str]:
    """Person → their answer in a round that is opened: the last before it was; none else.

    Answers that came later, or that a restored export left out, are no answers.

    Args:
        entries: Of a cycle, in the order of recording.
        round_: Which round.
    """
    said: dict[str, str] = {}
    opened: datetime | None = None
    for entry in entries:
        body = entry.body
        if isinstance(body, Unsealed) and body.round == round_:
            opened = entry.at
            break
        if isinstance(body, Sealed) and body.round == round_ and body.answer:
            said[entry.by] = body.answer
    return said if opened is not None else {}
