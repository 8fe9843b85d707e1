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
    Parameter(
        name="--sure", help="The value is right, however far outside of baseline and target."
    ),
]


def confirmed(question: str, *, default: bool = False) -> bool:
    """Whether the person at the terminal says yes; False where nobody is there to ask.

    Args:
        question: What is asked.
        default: What an empty answer means.
    """
    if not someone_there():
        return False
    typed = _typed(f"{question} [{'Y/n' if default else 'y/N'}] ")
    answer = typed.strip().lower()
    return default if typed and not answer else answer in {"y", "yes"}


def someone_there() -> bool:
    """Whether a person at a terminal can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def chosen(question: str, labels: Sequence[str]) -> int | None:
    """Which of several answers the person at the terminal takes; None: none of them."""
    sys.stderr.write(f"{on_screen(question)}\n")
    for number, label in enumerate(labels, 1):
        sys.stderr.write(f"  {number}  {on_screen(label)}\n")
    while answer := _typed(f"[1 to {len(labels)}, empty for none] ").strip():
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(labels):
            return int(answer) - 1
    return None


def asked(question: str) -> str | None:
    """What the person at the terminal types, without blanks at its ends; None: no more is typed."""
    typed = _typed(f"{on_screen(question)} ")
    return typed.strip() if typed else None


def _typed(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline()


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
        if not confirmed(f"{doubt.message}\nIs that right?"):
            raise
    return record(True)
