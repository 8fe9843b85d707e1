"""Asking: a question to the person at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from cyclopts import Parameter

from okr_core.basics.visible import on_screen
from okr_flows.checkin.doubt import UnbelievedError

Done = TypeVar("Done")
Meant = Annotated[
    bool,
    Parameter(name="--meant", help="A value far outside of baseline and target is meant."),
]


def confirmed(question: str) -> bool:
    """Whether the person at the terminal says yes; False where nobody is there to ask."""
    if not someone_there():
        return False
    return _answer(f"{question} [y/N] ").lower() in {"y", "yes"}


def someone_there() -> bool:
    """Whether a person at a terminal can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def chosen(question: str, labels: Sequence[str]) -> int | None:
    """Which of several answers the person at the terminal takes; None: none of them."""
    sys.stderr.write(f"{on_screen(question)}\n")
    for number, label in enumerate(labels, 1):
        sys.stderr.write(f"  {number}  {on_screen(label)}\n")
    while answer := _answer(f"[1 to {len(labels)}, empty for none] "):
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(labels):
            return int(answer) - 1
    return None


def _answer(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def if_meant(record: Callable[[bool], Done], *, meant: bool) -> Done:
    """What was recorded; where a value is hard to believe, the person is asked if they mean it.

    Args:
        record: Records, told whether what is hard to believe is meant.
        meant: Whether the person said so already.

    Raises:
        UnbelievedError: It is hard to believe, and nobody says that it is meant.
    """
    try:
        return record(meant)
    except UnbelievedError as doubt:
        if not confirmed(f"{doubt.message}\nIs that meant?"):
            raise
    return record(True)
