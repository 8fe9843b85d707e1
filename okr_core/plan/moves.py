"""Moves: which parts of a plan and which kinds of entries move a figure, and which ask why.

One table for all of them. A field or kind that is in no column fails a test, so that nobody adds
one without saying what it does to what a cycle is scored by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

Asks = Literal["always", "numbers", "learning", "never"]
"""When a changed field asks for a reason class: always, where the text holds numbers before or
after, on a learning objective, or never."""


class Part(NamedTuple):
    """A field of a plan.

    Attributes:
        moves: Whether a score, a success or a value that is shared follows from it.
        asks: When changing it after the first agreement asks for a reason class.
    """

    moves: bool
    asks: Asks


_MOVES = Part(moves=True, asks="always")
_STILL = Part(moves=False, asks="never")
_TITLE = Part(moves=False, asks="numbers")

CYCLE: Mapping[str, Part] = {
    "id": _STILL,
    "starts": _STILL,  # what was agreed keeps the first
    "ends": _MOVES,
    "timezone": _STILL,  # as `starts`
    "parent": _STILL,
    "cutoff": _MOVES,
    "grace_days": _MOVES,
    "owner": _STILL,
}
"""Fields of a cycle."""

_ITEM: Mapping[str, Part] = {
    "id": _STILL,
    "title": _TITLE,
    "owner": _STILL,
    "role": _STILL,
    "weight": _MOVES,
    "state": _MOVES,
    "state_reason": _STILL,
    "mirror": _STILL,
}

OBJECTIVE: Mapping[str, Part] = {
    **_ITEM,
    "why": _STILL,
    "hypothesis": Part(moves=True, asks="learning"),
    "ambition": _MOVES,
    "origin": _STILL,
    "team": _MOVES,  # an objective that moves to another team moves both teams' figures
    "contributes_to": _STILL,  # a link that no parent counts is only drawn
    "counts": _MOVES,
    "carried_from": _STILL,
    "key_results": _MOVES,
}
"""Fields of an objective."""

KEY_RESULT: Mapping[str, Part] = {
    **_ITEM,
    "metric": _MOVES,
    "result": _STILL,
    "starts": _MOVES,
    "due": _MOVES,
    "pace": _STILL,
    "cadence": _MOVES,
    "guard": _MOVES,
    "source": _MOVES,
    "worth": _MOVES,
    "contributors": _MOVES,
}
"""Fields of a key result."""

ENTRIES: Mapping[str, bool] = {
    "check_in": True,
    "acceptance": True,
    "correction": True,
    "revision_decision": True,
    "scope_change": True,
    "override": True,
    "resolution": True,
    "exclusion": True,
    "approval": True,
    "hypothesis_closed": True,
    "decided": False,
    "comment": False,
    "blocker": False,
    "blocker_lifted": False,
    "help": False,
    "help_answer": False,
    "sealed": False,
    "unsealed": False,
    "sealed_export": False,
    "closing": True,
    "restatement": True,
    "sync": False,
    "scored": False,
    "write_back": False,
    "report_page": False,
    "digest": False,
    "notice": False,
    "reminder": False,
    "tick": False,
    "links_revoked": False,
    "link_used": False,
}
"""Kind of entry → whether it moves a figure."""

_HOLDS_NUMBER = re.compile(r"\d")


def asks_why(part: Part, old: object, new: object, *, learning: bool) -> bool:
    """Whether a changed field asks for a reason class after the first agreement.

    Args:
        part: Its row of the table.
        old: Its value before.
        new: Its value after.
        learning: Whether it is of a learning objective, before or after.

    >>> asks_why(_TITLE, "Revenue from 0 to 100", "Revenue grows", learning=False)
    True
    >>> asks_why(_TITLE, "More revenue", "Revenue grows", learning=False)
    False
    """
    match part.asks:
        case "numbers":
            return any(_HOLDS_NUMBER.search(str(each or "")) for each in (old, new))
        case "learning":
            return learning
        case asks:
            return asks == "always"
